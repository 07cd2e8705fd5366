"""Where a value reaches the client: calls that build an answer, functions whose result is one, and the status that goes with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.semantics import effects
from backend_lint.semantics.calls import Callee
from backend_lint.semantics.importing import naming
from backend_lint.semantics.project import Class, Function
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project

_ANSWERING = frozenset({"response", "aborts", "flashes"})
# Errors that the framework turns into an answer with their text in it.
_HTTP_ERRORS = frozenset({
    "starlette.exceptions.HTTPException", "fastapi.HTTPException", "fastapi.exceptions.HTTPException",
    "starlette.exceptions.WebSocketException", "werkzeug.exceptions.HTTPException", "rest_framework.exceptions.APIException",
    "ninja.errors.HttpError", "ninja_extra.exceptions.APIException", "flask_smorest.error_handler.HTTPException", "apiflask.HTTPError",
    "connexion.exceptions.ProblemException", "aiohttp.web.HTTPException", "rest_framework.serializers.ValidationError",
})  # fmt: skip
_HTTP_ERROR_MODULES = ("werkzeug.exceptions.", "rest_framework.exceptions.", "ninja.errors.", "ninja_extra.exceptions.")
# Their text goes to a template that does not show it, or is shown in debug mode alone.
_SILENT_ERRORS = frozenset({"django.http.Http404", "django.core.exceptions.PermissionDenied", "django.core.exceptions.SuspiciousOperation"})
_FUNCTIONS = {
    "flask.flash": "flash", "flask.abort": "abort", "flask_restful.abort": "abort", "flask_restx.abort": "abort",
    "werkzeug.exceptions.abort": "abort", "flask_smorest.abort": "abort", "flask_socketio.emit": "emit", "flask_socketio.send": "send",
    "socketio.emit": "emit",
}  # fmt: skip
# They answer API exceptions with their text and leave all others alone.
_DEFAULT_HANDLERS = frozenset({
    "rest_framework.views.exception_handler", "fastapi.exception_handlers.http_exception_handler",
    "fastapi.exception_handlers.request_validation_exception_handler",
})  # fmt: skip
_SOCKETS = re.compile(r"(?:WebSocket|Websocket\w*Consumer|JsonWebsocketConsumer)$")
_SOCKET_METHODS = frozenset({"send", "send_text", "send_json", "send_bytes", "close"})
_NOT_SHOWN = frozenset(
    {"status", "status_code", "background", "exc_info", "headers_only", "using", "media_type", "mimetype", "content_type", "request"}
)
_STREAMS = re.compile(r"(?i)stream|eventsource|sse")

_STATUS_NAME = re.compile(r"(?:^|_)([1-5]\d\d)(?:_|$)")
_NAMED_STATUS = {
    "INTERNAL_SERVER_ERROR": 500, "BAD_REQUEST": 400, "NOT_FOUND": 404, "UNPROCESSABLE_ENTITY": 422, "UNPROCESSABLE_CONTENT": 422,
    "CONFLICT": 409, "FORBIDDEN": 403, "UNAUTHORIZED": 401, "BAD_GATEWAY": 502, "SERVICE_UNAVAILABLE": 503, "GATEWAY_TIMEOUT": 504,
    "OK": 200, "NOT_IMPLEMENTED": 501, "HttpResponseServerError": 500, "InternalServerError": 500, "BadGateway": 502,
    "ServiceUnavailable": 503, "GatewayTimeout": 504,
}  # fmt: skip


def is_http_error(names: frozenset[str]) -> bool:
    """Whether a class with these qualified names (itself and its bases) is an error that is answered with its text."""
    if not names.isdisjoint(_SILENT_ERRORS):
        return False
    return any(name in _HTTP_ERRORS or name.startswith(_HTTP_ERROR_MODULES) for name in names)


def class_names(target: Callee, project: Project) -> frozenset[str]:
    """The qualified names of the outside classes that a constructed class is or derives from."""
    made = target.constructs
    if made is None:
        return frozenset()
    if isinstance(made.definition, Class):
        return made.definition.external_ancestors
    return frozenset(project.registry.ancestors(made.name))


def sink_of(target: Callee, module: Module, function: Function | None) -> str | None:
    """What an outside call shows its arguments in, as words for a message; None when it is no answer to a client.

    Project functions and project classes with a constructor of their own are looked into instead.
    """
    project = module.project
    if target.constructs is not None:
        names = class_names(target, project)
        if not names.isdisjoint(_SILENT_ERRORS):
            return None
        if is_http_error(names) or target.effects & _ANSWERING:
            return f"`{target.constructs.name.rpartition('.')[2]}`"
        return None
    name = target.name or ""
    if name in project.declared("response-helpers"):
        return f"`{name.rpartition('.')[2]}`"
    if target.function is not None or name in _DEFAULT_HANDLERS:
        return None
    if name.endswith(".__init__") and function is not None and function.cls is not None and function.node.name == "__init__":
        return _of_super(name.removesuffix(".__init__"), function, project)
    if "flashes" in target.effects:
        return "a flashed message"
    if target.effects & _ANSWERING:
        return f"`{name.rpartition('.')[2]}`"
    if name in _FUNCTIONS:
        return "a flashed message" if name == "flask.flash" else f"`{_FUNCTIONS[name]}`"
    if target.value is not None and target.value.kind == "method":
        owner, _, attribute = name.rpartition(".")
        if attribute in _SOCKET_METHODS and _SOCKETS.search(owner.rpartition(".")[2]):
            return "a websocket message"
        if attribute in ("emit", "send") and owner.startswith(("socketio.", "flask_socketio.")):
            return "a websocket message"
        if attribute == "add_error" and owner.startswith("django.forms"):
            return "a form error"
    return None


def _of_super(base: str, function: Function, project: Project) -> str | None:
    names = frozenset(project.registry.ancestors(base))
    if is_http_error(names) or project.registry.construction(base) & _ANSWERING:
        assert function.cls is not None
        return f"`{function.cls.node.name}`"
    return None


def shown_arguments(call: n.Call) -> list[n.Arg]:
    """The arguments of an answering call that clients get to see."""
    return [given for given in call.args if given.keyword not in _NOT_SHOWN]


# --- status


def status_of(expr: n.Expr | None) -> int | None:
    """The HTTP status that an expression is: a literal, `status.HTTP_404_NOT_FOUND`, `HTTPStatus.NOT_FOUND`; None when it is not known."""
    if isinstance(expr, n.Constant) and expr.kind == "int" and expr.value.isdigit() and 100 <= int(expr.value) < 600:
        return int(expr.value)
    if isinstance(expr, n.Attribute) and expr.attr == "value":
        return status_of(expr.value)
    if isinstance(expr, (n.Attribute, n.Name)):
        name = expr.attr if isinstance(expr, n.Attribute) else expr.id
        match = _STATUS_NAME.search(name)
        return int(match[1]) if match else _NAMED_STATUS.get(name)
    return None


def status_around(node: n.Node, function: Function | None) -> int | None:
    """The status of the answer that holds a node: an argument of the call around it, or the second part of the returned tuple."""
    if function is None:
        return None
    for statement in function.nodes:
        if statement.start <= node.start and node.end <= statement.end:
            if isinstance(statement, n.Return) and isinstance(statement.value, n.Tuple) and len(statement.value.elts) > 1:
                first, second = statement.value.elts[:2]
                found = status_of(second) or status_of(first)
                if found is not None:
                    return found
            if isinstance(statement, n.Call):
                found = status_of_call(statement)
                if found is not None:
                    return found
    return None


def status_of_call(call: n.Call) -> int | None:
    """The status among a call's arguments, or the one its name says."""
    name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    for given in call.args:
        if given.keyword in ("status", "status_code", "code", "http_status", "http_status_code", "http_code"):
            found = status_of(given.value)
            if found is not None:
                return found
    for given in call.args[:3]:
        if given.keyword is None:
            found = status_of(given.value)
            if found is not None:
                return found
    return _NAMED_STATUS.get(name)


# --- functions whose result is an answer


def answers(function: Function) -> str | None:
    """What a function's result is shown in, as words for a message; None when it is not for a client to see."""
    return function.project.remember(("answers", id(function)), lambda: _answers(function))


def _answers(function: Function) -> str | None:
    handler = frameworks.handler_of(function)
    if handler is not None:
        return {"request": "the response", "event": "the acknowledgement", "error": "the response of the error handler"}.get(handler.kind)
    if function.cls is not None:
        if function.node.name.startswith("get_") and _is_serializer(function.cls):
            return "a serializer field"
        if function.node.name == "get_context_data" and any(name.startswith("django.views") for name in function.cls.external_ancestors):
            return "the template context"
        if function.node.name in ("handle_exception", "process_exception") and function.cls.external_ancestors:
            return "the response of the error handler" if _is_view(function.cls) else None
    if function.parent is not None and _wraps_handlers(function):
        return "the response"
    return None


def refuses_exceptions(function: Function) -> bool:
    """Whether the framework answers with an error of its own when the function returns a bare exception object."""
    handler = frameworks.handler_of(function)
    return handler is not None and handler.framework in ("django", "drf", "flask")


def _is_view(cls: Class) -> bool:
    return any(name.startswith(("rest_framework.", "django.views", "django.utils.deprecation")) for name in cls.external_ancestors)


def _is_serializer(cls: Class) -> bool:
    return any(name.startswith("rest_framework.serializers.") or name.endswith("Serializer") for name in cls.external_ancestors)


def _wraps_handlers(function: Function) -> bool:
    """Whether a nested function is what a decorator puts around handlers: the decorator returns it and some handler wears the decorator."""
    outer = function.parent
    while outer is not None and outer.parent is not None:
        outer = outer.parent
    if outer is None or not _returns_name(function):
        return False
    name = outer.node.name.encode()
    for module in function.project.containing(b"@" + name, b"." + name):
        for handler in frameworks.handlers_in(module):
            if handler.kind in ("request", "event") and outer.name in handler.decorators:
                return True
    return False


def _returns_name(function: Function) -> bool:
    assert function.parent is not None
    return any(
        isinstance(node, n.Return) and isinstance(node.value, n.Name) and node.value.id == function.node.name
        for node in n.walk_scope(function.parent.node.body)
    )


def is_streamed(function: Function) -> bool:
    """Whether a generator's items go to a client: its call, or the function itself, is handed to a response."""
    for module in naming(function):
        for other in module.functions:
            if other is function or module.tree.text.find(function.node.name, other.node.start, other.node.end) < 0:
                continue
            used = [
                node
                for node in n.walk_scope(other.node.body)
                if isinstance(node, (n.Name, n.Attribute)) and _means(node, module, other, function)
            ]
            if not used:
                continue
            for call, target in effects.calls_in(other):
                name = target.name or ""
                if "response" not in target.effects and not name.endswith("Response"):
                    continue
                if _STREAMS.search(name.rpartition(".")[2]) or any(call.start <= node.start and node.end <= call.end for node in used):
                    return True
    return False


def _means(node: n.Name | n.Attribute, module: Module, other: Function, function: Function) -> bool:
    last = node.attr if isinstance(node, n.Attribute) else node.id
    if last != function.node.name:
        return False
    value = module.project.inference.value(node, module, other)
    return value is not None and value.definition is function
