"""What a returned or raised expression answers: its status and its payload, in every framework and through the project's helpers.

    for answer in answers_of(returned.value, Scope(module, function), handler): answer.status, answer.payload

The status is an int where it is known (a response's default counts), and None where it is not. Helpers are entered with the arguments of
the call, so that `failure("no stock")` has the status that the helper's default gives it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks.payloads import DUMPS
from backend_lint.frameworks.statuses import Scope, entered, raised_status, resolved, status_of
from backend_lint.semantics.calls import Callee, callee
from backend_lint.semantics.models import drops
from backend_lint.semantics.project import Class
from backend_lint.semantics.reaching import blocks_around, reaching
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function, Project

MAX_DEPTH = 4
#: Where a response class takes its body and its status: 0-based position, keyword. Sources: each class's `__init__`.
_STARLETTE = ((0, "content"), (1, "status_code"))
_DRF = ((0, "data"), (1, "status"))
_WERKZEUG = ((0, "response"), (1, "status"))
_DJANGO = ((0, "content"), (None, "status"))
_RESPONSES: dict[str, tuple[tuple[int | None, str], tuple[int | None, str]]] = {
    "starlette.responses.Response": _STARLETTE,
    "rest_framework.response.Response": _DRF,
    "django.http.JsonResponse": ((0, "data"), (None, "status")),
    "django.http.HttpResponse": _DJANGO,
    "flask.wrappers.Response": _WERKZEUG,
    "werkzeug.wrappers.Response": _WERKZEUG,
    "quart.wrappers.Response": _WERKZEUG,
}
#: Responses whose class is their status, and those that are no answer about success or failure.
_FIXED = {
    "django.http.HttpResponseBadRequest": 400, "django.http.HttpResponseForbidden": 403, "django.http.HttpResponseNotFound": 404,
    "django.http.HttpResponseGone": 410, "django.http.HttpResponseNotAllowed": 405, "django.http.HttpResponseServerError": 500,
    "django.http.HttpResponseNotModified": 304, "django.http.HttpResponseRedirect": 302, "starlette.responses.RedirectResponse": 307,
    "django.http.HttpResponseRedirectBase": 302,
}  # fmt: skip
_OPAQUE = frozenset({
    "starlette.responses.FileResponse", "starlette.responses.StreamingResponse", "django.http.StreamingHttpResponse",
    "django.http.FileResponse", "sse_starlette.EventSourceResponse",
})  # fmt: skip
_TEMPLATES = re.compile(r"(?:^|\.)(?:render_template|render_template_string|render|TemplateResponse|render_to_response|stream_template)$")
_FILES = re.compile(r"(?:^|\.)(?:send_file|send_from_directory|send_static_file|serve|stream_with_context)$")


class Answer:
    """One answer that an expression may be.

    `status` is None when it is not known. `payload` is the body's expression with the scope it stands in, None for an empty or unknown one;
    `keywords` holds a body given as keywords (`jsonify(error=...)`). `kind` is "response" for a response object, "plain" for what the
    framework makes a response of (a dict, a text, a pair), "template" for a rendered page, "file" for files and streams, "raised" for an
    error that the framework answers. `steps` lead through the helpers, `node` is the expression that makes the answer.
    """

    __slots__ = ("keywords", "kind", "node", "payload", "scope", "status", "steps")

    def __init__(self, kind: str, node: n.Expr, scope: Scope, status: int | None) -> None:
        self.kind = kind
        self.node = node
        self.scope = scope
        self.status = status
        self.payload: tuple[n.Expr, Scope] | None = None
        self.keywords: list[n.Arg] = []
        self.steps: tuple[Step, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.status is not None and self.status >= 400

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def answers_of(expr: n.Expr | None, scope: Scope, handler: Handler | None = None) -> list[Answer]:
    """The answers that a returned expression may be; none when nothing is known of it.

    `handler` says how the framework reads what is no response: without one, only response objects are answers.
    """
    return _answers(expr, scope, handler, 0) if expr is not None else []


def _answers(expr: n.Expr, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    while isinstance(expr, n.Await):
        expr = expr.value
    if isinstance(expr, n.IfExp):
        return [*_answers(expr.body, scope, handler, depth), *_answers(expr.orelse, scope, handler, depth)]
    if isinstance(expr, n.Tuple) and len(expr.elts) in (2, 3):
        return _pair(expr, scope, handler, depth)
    if isinstance(expr, n.Name):
        return _named(expr, scope, handler, depth)
    if isinstance(expr, n.Call):
        return _called(expr, scope, handler, depth)
    if isinstance(expr, (n.Dict, n.Constant, n.FString, n.BinOp)) and handler is not None:
        return _plain(expr, scope, handler)
    return []


def _plain(expr: n.Expr, scope: Scope, handler: Handler) -> list[Answer]:
    if isinstance(expr, n.Constant) and expr.kind != "str":
        return []
    if isinstance(expr, (n.Constant, n.FString)) and handler.framework in ("drf", "django", "ninja"):
        return []
    if handler.framework in ("drf", "django", "starlette"):
        return []
    answer = Answer("plain", expr, scope, declared_status(handler))
    answer.payload = (expr, scope)
    return [answer]


def declared_status(handler: Handler) -> int | None:
    """The status of a handler's answers that say none themselves: the route's `status_code=`, else 200; None when it is not known."""
    if handler.framework in ("fastapi", "starlette"):
        if _sets_status(handler.function, {given.name for given in handler.inputs if given.kind == "response"}):
            return None
        if handler.registered is not None and isinstance(handler.registered[1], n.Call):
            module, route = handler.registered
            assert isinstance(route, n.Call)
            for given in route.args:
                if given.keyword == "status_code":
                    return status_of(given.value, Scope(module, module.function_at(route.start)))
                if given.star == "**":
                    return None
    return 200


def _sets_status(function: Function, names: set[str]) -> bool:
    return bool(names) and any(
        isinstance(target, n.Attribute) and target.attr in ("status_code", "status")
        for name in names
        for target, _ in function.names.attributes.get(name, ())
    )


def _pair(expr: n.Tuple, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    """`payload, status[, headers]` of Flask, `status, payload` of Django Ninja."""
    if handler is None or handler.framework not in ("flask", "flask-restful", "ninja"):
        return []
    first, second = expr.elts[:2]
    if handler.framework == "ninja":
        first, second = second, first
    found = _answers(first, scope, handler, depth)
    headers, _ = resolved(second, scope)
    if isinstance(headers, (n.Dict, n.List)):
        return found
    if not found:
        answer = Answer("plain", expr, scope, None)
        answer.payload = (first, scope)
        found = [answer]
    status = status_of(second, scope)
    for answer in found:
        answer.status = status
    return found


def _named(expr: n.Name, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    if expr.id in scope.given:
        value, outer = scope.given[expr.id]
        return _answers(value, outer, handler, depth)
    if scope.function is None:
        return []
    found = reaching(expr.id, expr.start, scope.function)
    if found is None or found.value is expr:
        return []
    if isinstance(found.value, (n.Dict, n.Constant, n.FString, n.BinOp)):
        if handler is None:
            return []
        made = _plain(found.value, scope, handler)
        for answer in made:
            # The name stays the payload, for what is put into the dict later counts as well.
            answer.payload = (expr, scope)
        return made
    made = _answers(found.value, scope, handler, depth)
    status = _assigned_status(expr, scope)
    for answer in made:
        if status is not None:
            answer.status = status[0]
    return made


def _assigned_status(name: n.Name, scope: Scope) -> tuple[int | None] | None:
    """What `name.status_code = ...` sets before the name is returned; None when nothing does."""
    assert scope.function is not None
    stores = [
        (target, statement)
        for target, statement in scope.function.names.attributes.get(name.id, ())
        if isinstance(target, n.Attribute) and target.attr in ("status_code", "status") and target.start < name.start
    ]
    if not stores:
        return None
    _, statement = stores[-1]
    certain = any(statement in block[:index] for block, index in blocks_around(name.start, scope.function.node.body))
    if not certain or not isinstance(statement, n.Assign):
        return (None,)
    return (status_of(statement.value, scope),)


def _called(call: n.Call, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    target = callee(call, scope.module, scope.function)
    name = target.name or ""
    if target.constructs is not None:
        return _constructed(call, target, scope, handler)
    if target.function is not None:
        return _followed(call, target.function, scope, handler, depth)
    last = name.rpartition(".")[2]
    if name in ("flask.jsonify", "quart.jsonify"):
        answer = Answer("response", call, scope, 200)
        answer.keywords = [given for given in call.args if given.keyword]
        positional = [given.value for given in call.args if given.keyword is None and not given.star]
        if len(positional) == 1:
            answer.payload = (positional[0], scope)
        return [answer]
    if last == "make_response" and name.startswith(("flask.", "quart.")):
        return _made(call, scope, handler, depth)
    if _FILES.search(name):
        return [Answer("file", call, scope, None)]
    if "response" in target.effects and _TEMPLATES.search(name):
        answer = Answer("template", call, scope, 200)
        # A context is no status, so that the status can be told from what stands beside it.
        for index, given in enumerate(call.args):
            if given.keyword in ("status", "status_code") or (given.keyword is None and not given.star and index >= 2):
                value, inner = resolved(given.value, scope)
                status = status_of(value, inner)
                if status is not None or given.keyword is not None or index > 2:
                    answer.status = status
            elif given.star:
                answer.status = None
        return [answer]
    if last in ("redirect", "RedirectResponse") and "response" in target.effects:
        return [Answer("response", call, scope, 302)]
    if name in DUMPS and handler is not None:
        return _plain(call, scope, handler)
    return []


def _made(call: n.Call, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    """`make_response(body[, status[, headers]])`, the body being a response or what a view may return."""
    positional = [given.value for given in call.args if given.keyword is None and not given.star]
    if not positional:
        return []
    found = _answers(positional[0], scope, handler, depth)
    if not found:
        answer = Answer("response", call, scope, 200)
        answer.payload = (positional[0], scope)
        found = [answer]
    for answer in found:
        if len(positional) > 1:
            headers, _ = resolved(positional[1], scope)
            if not isinstance(headers, n.Dict):
                answer.status = status_of(positional[1], scope)
        if answer.kind == "plain":
            answer.kind = "response"
    return found


def _constructed(call: n.Call, target: Callee, scope: Scope, handler: Handler | None) -> list[Answer]:
    assert target.constructs is not None
    project = scope.module.project
    made = target.constructs
    names = class_names(target, project)
    if not names.isdisjoint(_OPAQUE):
        return [Answer("file", call, scope, None)]
    raised = raised_status(call, scope)
    if raised is not None:
        answer = Answer("raised", call, scope, raised[0])
        return [answer]
    fixed = next((status for known, status in _FIXED.items() if known in names), None)
    if fixed is not None:
        return [Answer("response", call, scope, fixed)]
    row = next((row for known, row in _RESPONSES.items() if known in names), None)
    if row is None:
        if isinstance(made.definition, Class) and handler is not None and handler.framework in ("fastapi", "ninja"):
            if any(name not in project.registry.classes and name.endswith("Response") for name in names):
                return []
            answer = Answer("plain", call, scope, declared_status(handler))
            answer.keywords = [given for given in call.args if given.keyword and not drops(call, target, given)]
            return [answer]
        return []
    answer = Answer("response", call, scope, 200)
    if isinstance(made.definition, Class) and made.definition.method("__init__") is not None:
        # A response class of the project with a constructor of its own may set any status.
        answer.status = None
    if isinstance(made.definition, Class) and made.definition.attribute("status_code") is not None:
        answer.status = None
    (body_place, body_name), (status_place, status_name) = row
    positional = [given.value for given in call.args if given.keyword is None and not given.star]
    for given in call.args:
        if given.star:
            answer.status = None
        elif given.keyword == status_name:
            answer.status = status_of(given.value, scope)
        elif given.keyword in ("status", "status_code"):
            # Of another framework's class: a mistake, but one that was meant to set the status.
            answer.status = None
        elif given.keyword == body_name:
            answer.payload = (given.value, scope)
    if body_place is not None and body_place < len(positional):
        answer.payload = (positional[body_place], scope)
    if status_place is not None and status_place < len(positional):
        answer.status = status_of(positional[status_place], scope)
    return [answer]


def class_names(target: Callee, project: Project) -> frozenset[str]:
    """The qualified names of the outside classes that a constructed class is or derives from."""
    made = target.constructs
    if made is None:
        return frozenset()
    if isinstance(made.definition, Class):
        return made.definition.external_ancestors
    return frozenset(project.registry.ancestors(made.name))


def _followed(call: n.Call, function: Function, scope: Scope, handler: Handler | None, depth: int) -> list[Answer]:
    if depth >= MAX_DEPTH or function.is_generator or function.is_property:
        return []
    from backend_lint import frameworks

    if frameworks.handler_of(function) is not None:
        handler_inside: Handler | None = None
    else:
        handler_inside = handler
    inner = entered(call, function, scope)
    step = Step(scope.module.path, scope.module.line(call), f"{function.qualname} makes the answer")
    found: list[Answer] = []
    for returned in returns_of(function):
        if returned.value is None:
            continue
        for answer in _answers(returned.value, inner, handler_inside, depth + 1):
            answer.steps = (step, *answer.steps) if answer.steps else (step, _made_at(answer))
            found.append(answer)
    return found


def _made_at(answer: Answer) -> Step:
    what = "its status is" if answer.kind == "response" else "the status is"
    status = answer.status if answer.status is not None else "not known"
    return Step(answer.scope.module.path, answer.scope.module.line(answer.node), f"{what} {status}")


def returns_of(function: Function) -> Sequence[n.Return]:
    """The `return` statements of a function's own body."""
    return function.nodes_of(n.Return)
