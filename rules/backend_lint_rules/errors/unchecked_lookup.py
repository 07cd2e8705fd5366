"""BL613: a lookup that may find nothing, used as if it always did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.fixes.expressions import get_or_404
from backend_lint.frameworks import handler_of, is_handler, route_layer
from backend_lint.frameworks.handling import Catch, catches
from backend_lint.rule import Cause, Context, Rule, Severity
from backend_lint.semantics.guards import guards_at
from backend_lint.semantics.nullness import ABSENT, Lookup, nullness
from backend_lint.semantics.unit_roles import is_decorated_job
from backend_lint.source import nodes as n
from backend_lint_rules.errors._lookup_keys import is_of_stored_row, may_be_missing
from backend_lint_rules.errors._lookup_places import (
    is_answered_by_library,
    is_answered_by_view,
    is_known_to_exist,
    is_operators,
    serves_requests,
)

if TYPE_CHECKING:
    from backend_lint.semantics.null_walk import Use
    from backend_lint.semantics.project import Function

#: What an answer for "not found", or another refusal, has in its text.
_REFUSAL = re.compile(r"\b4\d\d\b|HTTP_4\d\d|not_?found|Http404|bad_?request|abort\(", re.IGNORECASE)


class UncheckedLookup(Rule):
    """A lookup that may find nothing, and whose result a handler uses as if it were always there.

    ## What it does
    Reports `Model.objects.get(...)`, `.one()`, `.scalar_one()` and their like in a handler when nothing turns their exception into an
    answer: no `except` for it in the handler, its decorators or callers, no base view, and no error handler for it (one for every
    exception, which answers 500, does not count). Reports also the first place where a handler takes an attribute or an item of what
    `.first()`, `session.get(...)`, `.scalar_one_or_none()`, `find_one(...)`, `fetchone()` and their like gave, or hands it to a function
    that does, on a path on which nobody looked whether it is `None`. A function of the project that returns such a result is a lookup as
    well; the trace leads to the query.

    In services and background jobs, and for rows that are there by construction (of the signed-in user, of a foreign key, of settings),
    it is a note.

    ## Why is this bad
    Whoever asks for a record that was deleted, or never was, gets a 500 where 404 is the answer. Clients retry what they should drop, and
    the log and the alarms fill with errors that are none.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, db: Session = Depends(get_db)) -> OrderRead:
        order = db.get(Order, order_id)
        return OrderRead(id=order.id, total=order.total)
    ```
    ```python
    # Django
    def show_order(request: HttpRequest, pk: int) -> HttpResponse:
        order = Order.objects.get(pk=pk)
        return render(request, "order.html", {"order": order})
    ```
    ```python
    # Flask
    @bp.get("/orders/<int:order_id>")
    def show_order(order_id: int) -> ResponseReturnValue:
        order = db.session.get(Order, order_id)
        return jsonify(id=order.id, total=order.total)
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, db: Session = Depends(get_db)) -> OrderRead:
        order = db.get(Order, order_id)
        if order is None:
            raise HTTPException(status_code=404, detail="no such order")
        return OrderRead(id=order.id, total=order.total)
    ```
    ```python
    # Django
    def show_order(request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        return render(request, "order.html", {"order": order})
    ```
    ```python
    # Flask
    @bp.get("/orders/<int:order_id>")
    def show_order(order_id: int) -> ResponseReturnValue:
        order = db.get_or_404(Order, order_id)
        return jsonify(id=order.id, total=order.total)
    ```

    ## When not flagged
    Checks of every form (`if`, `and`, the walrus, `assert`, a conditional expression, a helper that raises for `None`), `get_object_or_404`
    and `first_or_404`, aggregates, which always give a row, and a value that is only returned or compared. Fine, too, are rows that were
    counted or looked for before, by the function, by one that it called, or by a form or serializer that was found valid.

    ## Fix safety
    `Model.objects.get(...)` in a view of Django's, of Django REST framework's or of Ninja's becomes `get_object_or_404(Model, ...)`, which
    is safe: only what answered 500 answers 404 now. Nothing is proposed where a lookup gives `None`, and outside of views.

    ## When to suppress
    When something outside of the code guarantees the row: a constraint of the database, or a step of the same request that made it.
    """

    code = "BL613"
    name = "unchecked-lookup"
    family = "errors"
    severity = Severity.ERROR
    fixable = True
    caused_elsewhere = True

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role not in ("application", "settings") or is_operators(function):
            return
        facts = nullness(function)
        if not facts.lookups:
            return
        in_handler = is_handler(function) or route_layer(function)
        for lookup in facts.lookups:
            if is_known_to_exist(lookup, function) or is_of_stored_row(lookup, function):
                continue
            if lookup.kind == "raises":
                self._raising(lookup, function, context, in_handler=in_handler)
                continue
            use = facts.use_of(lookup)
            if use is not None and not _is_refused(use, function):
                self._missing(lookup, use, function, context, in_handler=in_handler)

    def _raising(self, lookup: Lookup, function: Function, context: Context, *, in_handler: bool) -> None:
        if not lookup.raised or guards_at(lookup.call, function, function.module, lookup.raised):
            return
        if not in_handler and (not lookup.is_direct or _is_returned(lookup, function)):
            return
        if lookup.called is not None and route_layer(lookup.called):
            # It is judged where it stands.
            return
        handling = catches(lookup.call, function, lookup.raised, accept=_answers_properly)
        if (
            handling.is_handled
            or is_answered_by_library(function.project, lookup.raised)
            or (handling.root is function and is_answered_by_view(function, lookup.raised, _answers_properly))
        ):
            return
        if not in_handler and (handling.root is None or is_decorated_job(handling.root) or not serves_requests(handling.root)):
            return
        is_note = not in_handler or not may_be_missing(lookup, function)
        what = "nobody turns that into a 404" if in_handler else "no caller turns that into an answer"
        context.report(
            lookup.call,
            f"`{lookup.name}` raises when nothing is found, and {what}",
            help=_help(lookup, function),
            note=is_note,
            fix=get_or_404(lookup.call) if in_handler and not is_note and _is_get(lookup) else None,
            trace=(*handling.open_way, *lookup.steps),
            function=function,
            cause=_cause(lookup) if in_handler else None,
        )

    def _missing(self, lookup: Lookup, use: Use, function: Function, context: Context, *, in_handler: bool) -> None:
        if not in_handler and (is_decorated_job(function) or not serves_requests(function)):
            return
        tree = function.module.tree
        name = tree.source_of(use.node) if len(tree.source_of(use.node)) < 40 else lookup.name
        made = Step(function.module.path, function.module.line(lookup.call), f"{function.qualname} looks up with {lookup.name}")
        how = {
            "attribute": "its attribute is used without a check",
            "item": "an item of it is taken without a check",
            "unpacking": "it is unpacked without a check",
            "argument": "it is handed on without a check",
        }[use.kind]
        is_at_once = use.node.start <= lookup.call.start and lookup.call.end <= use.node.end
        what = f"`{lookup.name}` gives None" if is_at_once else f"`{name}` is None"
        when = "when it finds nothing" if is_at_once else f"when `{lookup.name}` finds nothing"
        context.report(
            use.node,
            f"{what} {when}, and {how}",
            help=(
                "keep the result and answer 404 when it is None" if is_at_once else f"answer 404 when `{name}` is None, before it is used"
            )
            if in_handler
            else f"check `{name}` and raise an error of your own",
            note=not in_handler or not may_be_missing(lookup, function),
            trace=(made, *lookup.steps, *use.steps),
            function=function,
        )


def _answers_properly(catch: Catch) -> bool:
    """Whether what catches a failed lookup may answer it as what it is: an answer to every exception is a 500."""
    return not (catch.is_broad and catch.kind in ("error-handler", "middleware", "dependency"))


def _is_refused(use: Use, function: Function) -> bool:
    """Whether a `try` around the use of `None` refuses the request: whatever fails is answered as the client's mistake."""
    for catch in guards_at(use.node, function, function.module, ABSENT):
        if not catch.is_broad or catch.handler is None:
            return True
        start, end = catch.handler.start, catch.handler.end
        if _REFUSAL.search(function.module.tree.text, start, end):
            return True
        handler = handler_of(function)
        if handler is None or handler.kind != "request":
            return True
    return False


def _is_get(lookup: Lookup) -> bool:
    """Whether a lookup is a manager's or queryset's `get` of Django, in the function itself."""
    func = lookup.call.func
    return lookup.is_direct and isinstance(func, n.Attribute) and func.attr == "get" and lookup.raised[0].startswith("django.")


def _is_returned(lookup: Lookup, function: Function) -> bool:
    """Whether a function does nothing with a lookup's result but return it: its callers are judged."""
    from backend_lint.semantics.nullness import lookup_of

    return lookup_of(function) is lookup


def _cause(lookup: Lookup) -> Cause | None:
    """The query that raises in the end as the cause, where it stands in another function: raised as a 404 there, it is one for all."""
    if not lookup.steps:
        return None
    name = lookup.raised[0].rpartition(".")[2]
    return Cause(
        lookup.steps[-1],
        f"{lookup.steps[-1].message}, and nobody turns that into a 404",
        f"catch `{name}` here and raise what is answered with 404, or register an error handler for it",
    )


def _help(lookup: Lookup, function: Function) -> str:
    handler = handler_of(function)
    if any(name.startswith("django.") for name in lookup.raised) and lookup.is_direct:
        return "use `get_object_or_404`, or catch `DoesNotExist` and answer 404"
    if handler is not None and handler.framework in ("fastapi", "starlette"):
        return f"catch `{lookup.raised[0].rpartition('.')[2]}` and raise `HTTPException(404)`, or register an error handler for it"
    return f"catch `{lookup.raised[0].rpartition('.')[2]}` and answer 404, or register an error handler that does"
