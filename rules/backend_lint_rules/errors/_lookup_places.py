"""Where lookups are judged, and what says beforehand that they find something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import REQUEST_KINDS, handler_of, handlers, reach, route_layer
from backend_lint.frameworks.catching import framework_catches
from backend_lint.frameworks.layer import is_serializer
from backend_lint.frameworks.model import Handler
from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.nullness import lookups_in
from backend_lint.semantics.persistence import is_exclusive, subject_of
from backend_lint.semantics.queries import keys_of
from backend_lint.source import nodes as n
from backend_lint_rules.errors._lookup_validated import is_validated

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_lint.semantics.guards import Catch
    from backend_lint.semantics.nullness import Lookup
    from backend_lint.semantics.project import Function, Project

_SERVED = REQUEST_KINDS | {"dependency"}
#: What tells by its answer whether there is a row.
_COUNTING = frozenset({
    "exists", "aexists", "count", "acount", "update", "aupdate", "get_object_or_404", "aget_object_or_404", "first_or_404", "get_or_404",
})  # fmt: skip
#: Exceptions that say that there are rows, one or more.
_CONFLICT = re.compile(r"IntegrityError|UniqueViolation|DuplicateKey|AlreadyExists|NotUnique|MultipleObjectsReturned|MultipleResultsFound")


def serves_requests(function: Function) -> bool:
    """Whether requests are known to get to a function."""
    handler = handler_of(function)
    if handler is not None:
        return handler.kind in _SERVED
    return route_layer(function) or reach.reach_of(function) is not None


def is_operators(function: Function) -> bool:
    """Whether a function belongs to an admin site, whose readers run the service."""
    return function.cls is not None and any("admin" in name.lower() for name in function.cls.external_ancestors)


def is_answered_by_view(function: Function, raised: tuple[str, ...], accept: Callable[[Catch], bool]) -> bool:
    """Whether what a framework calls on the way to an answer (`get_queryset`, `perform_create`, a serializer's method) is answered for by
    the base view: of its own class, or for a serializer of any view of the project."""
    cls = function.cls
    if cls is None or handler_of(function) is not None:
        return False
    if is_serializer(cls):
        return any(accept(catch) for catch in _base_view_catches(function, raised))
    kind = handlers(function.project).view_kind(cls)
    if kind is None:
        return False
    return any(accept(catch) for catch in framework_catches(Handler(function, kind.framework, cls=cls), raised))


def is_answered_by_library(project: Project, raised: tuple[str, ...]) -> bool:
    """Whether a library was told to answer 404 itself: Tortoise's `register_tortoise(..., add_exception_handlers=True)`."""
    if not any(name.startswith("tortoise.") for name in raised):
        return False
    return next(iter(project.containing(b"add_exception_handlers=True")), None) is not None


def _base_view_catches(function: Function, raised: tuple[str, ...]) -> list[Catch]:
    """What the base views of the project catch, for a function that any of them may lead to."""

    def make() -> list[Catch]:
        found: list[Catch] = []
        for module in function.project.containing(b"def handle_exception"):
            for cls in module.classes:
                if "handle_exception" in cls.methods:
                    found.extend(framework_catches(Handler(function, "drf", cls=cls), raised))
        return found

    return function.project.remember(("base view catches", raised), make)


def is_known_to_exist(lookup: Lookup, function: Function) -> bool:
    """Whether the function has dealt with the same row before: asked for it by the same keys (`filter(pk=pk).exists()`, another lookup
    that is judged by itself, a project function that looks it up), counted the same query's rows, changed it by its keys, had it looked up
    by a form or serializer, or failed to make it because it is there (`except IntegrityError`)."""
    if _is_after_conflict(lookup, function) or _is_counted(lookup, function) or is_validated(lookup, function):
        return True
    if not lookup.is_direct and not lookup.call.args:
        # `get_current_user()`: there is nothing that a client may choose.
        return True
    keys = _texts(lookup.call, function)
    if not keys:
        return False
    others = {id(other.call) for other in lookups_in(function)}
    model = _model_of(lookup.call, function)
    for call, target in effects.calls_in(function):
        if call.end >= lookup.call.start or call.start >= lookup.call.start:
            continue
        if target.function is not None and id(call) not in others and _looks_up_too(target.function, lookup, model):
            if {function.module.tree.source_of(argument.value) for argument in call.args} >= keys:
                if not is_exclusive(function.node.body, call.start, lookup.call.start):
                    return True
            continue
        name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
        if name not in _COUNTING and id(call) not in others:
            continue
        if model and _model_of(call, function) == model and _texts(call, function) >= keys:
            if not is_exclusive(function.node.body, call.start, lookup.call.start):
                return True
    return False


def _looks_up_too(called: Function, lookup: Lookup, model: str) -> bool:
    """Whether a project function makes the same lookup itself: it has found the row, or has told that there is none."""
    if lookup.called is not None:
        return any(target.function is lookup.called for _, target in effects.calls_in(called))
    return bool(model) and any(other.is_direct and _model_of(other.call, called) == model for other in lookups_in(called))


def _is_counted(lookup: Lookup, function: Function) -> bool:
    """Whether the rows of the very query that a lookup takes one of were counted or tested before: `if len(rows): rows.first()`."""
    func = lookup.call.func
    path = dotted(func.value) if lookup.is_direct and isinstance(func, n.Attribute) else None
    if path is None or "." in path:
        return False
    made = max((b.start for b in function.names.bindings.get(path, ()) if b.start < lookup.call.start), default=-1)
    return any(
        made < node.start < lookup.call.start and not is_exclusive(function.node.body, node.start, lookup.call.start)
        for node in function.nodes
        if _asks_for_rows(node, path)
    )


def _asks_for_rows(node: n.Node, path: str) -> bool:
    if isinstance(node, n.Call):
        if isinstance(node.func, n.Attribute):
            return node.func.attr in ("count", "exists", "acount", "aexists") and dotted(node.func.value) == path
        return isinstance(node.func, n.Name) and node.func.id == "len" and bool(node.args) and dotted(node.args[0].value) == path
    if isinstance(node, (n.If, n.IfExp, n.While)):
        tests = [node.test]
        while tests:
            test = tests.pop()
            if isinstance(test, n.BoolOp):
                tests.extend(test.values)
            elif isinstance(test, n.UnaryOp):
                tests.append(test.operand)
            elif isinstance(test, n.Name) and test.id == path:
                return True
    return False


def _is_after_conflict(lookup: Lookup, function: Function) -> bool:
    """Whether a lookup stands in an `except` clause for rows that are there already."""
    for node in function.nodes_of(n.ExceptHandler):
        if node.type is not None and node.start <= lookup.call.start < node.end:
            if _CONFLICT.search(function.module.tree.source_of(node.type)):
                return True
    return False


def _texts(call: n.Call, function: Function) -> frozenset[str]:
    """The keys of a lookup as text; the arguments of a project function or method that looks up."""
    tree = function.module.tree
    if next((other for other in lookups_in(function) if other.call is call and not other.is_direct), None) is not None:
        return frozenset(tree.source_of(argument.value) for argument in call.args)
    found = {tree.source_of(key) for key in keys_of(call, function)}
    if isinstance(call.func, n.Name):
        found.update(tree.source_of(argument.value) for argument in call.args[1:])
    return frozenset(found)


def _model_of(call: n.Call, function: Function) -> str:
    """The model that a call asks for: by inference, or the name with which its chain begins."""
    target = next((target for node, target in effects.calls_in(function) if node is call), None)
    subject = subject_of(call, target, function.module, function) if target is not None and target.function is None else None
    return (subject or _model_text(call)).rpartition(".")[2]


def _model_text(call: n.Call) -> str:
    """The name with which a chain of calls begins, or that is given first: the model."""
    expr: n.Expr = call
    if isinstance(call.func, n.Name) and call.args:
        expr = call.args[0].value
    while isinstance(expr, (n.Call, n.Attribute, n.Await)):
        expr = expr.func if isinstance(expr, n.Call) else expr.value
    return expr.id if isinstance(expr, n.Name) else ""
