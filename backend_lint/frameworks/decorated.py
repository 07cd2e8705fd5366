"""Handlers made by a decorator on the function itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, decorator_parts, dotted, elements, last_name, loop_source, text_of, texts_in
from backend_lint.frameworks.making import make
from backend_lint.frameworks.model import Framework, Handler, HandlerKind
from backend_lint.frameworks.routers import HTTP_METHODS, RouterKind, imported_framework, looks_like_path, receiver_kind
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Function, Module, Project

_ROUTES = frozenset({"route", "api_route", "api_operation", "doc_route"})
_ERRORS = frozenset({"exception_handler", "errorhandler", "app_errorhandler"})
_MIDDLEWARE = frozenset({
    "middleware", "before_request", "after_request", "teardown_request", "before_app_request", "after_app_request", "teardown_app_request",
    "teardown_appcontext", "before_first_request", "before_app_first_request", "url_value_preprocessor",
})  # fmt: skip
_EVENTS = frozenset({"on", "event", "on_error", "on_error_default"})
#: What a decorator's attribute says about the function under it.
ROUTE_ATTRIBUTES: dict[str, HandlerKind] = {
    **dict.fromkeys(HTTP_METHODS, "request"), **dict.fromkeys(_ROUTES, "request"), "websocket": "websocket", "websocket_route": "websocket",
    **dict.fromkeys(_ERRORS, "error"), **dict.fromkeys(_MIDDLEWARE, "middleware"), **dict.fromkeys(_EVENTS, "event"),
}  # fmt: skip
# Which kinds of router have which kinds of decorator, where not all do.
_ONLY: dict[str, frozenset[RouterKind]] = {
    "event": frozenset({"socketio"}), "on": frozenset({"socketio"}), "on_error": frozenset({"socketio"}),
    "on_error_default": frozenset({"socketio"}), "api_operation": frozenset({"ninja"}),
}  # fmt: skip
_COMMON = frozenset({"staticmethod", "classmethod", "property", "dataclass", "contextmanager", "wraps", "cache", "abstractmethod"})
_FRAMEWORKS: dict[RouterKind, Framework] = {
    "fastapi": "fastapi", "starlette": "starlette", "flask": "flask", "flask-restful": "flask-restful",
    "ninja": "ninja", "socketio": "flask",
}  # fmt: skip
# Inside a project's own decorator: what makes it one that routes.
_ROUTING_CALL = re.compile(r"\.(?:route|api_route|add_url_rule|add_api_route|add_route|add_resource)\(")
_STATUS = re.compile(r"HTTP_(\d{3})(?:_|$)")


def decorated(index: HandlerIndex, function: Function) -> Handler | None:
    """The handler that a function's decorators make of it, None for none."""
    found: Handler | None = None
    for decorator in reversed(function.node.decorators):
        made = _from_decorator(index, function, decorator)
        if made is None:
            continue
        if found is None:
            found = made
        elif made.kind == found.kind:
            found.methods = tuple(dict.fromkeys((*found.methods, *made.methods)))
            found.exceptions = tuple(dict.fromkeys((*found.exceptions, *made.exceptions)))
            found.response_model = found.response_model or made.response_model
    return found


def _from_decorator(index: HandlerIndex, function: Function, decorator: n.Expr) -> Handler | None:
    target, call = decorator_parts(decorator)
    if isinstance(target, n.Attribute):
        kind = ROUTE_ATTRIBUTES.get(target.attr)
        if kind is not None:
            return _attribute(index, function, target, call, kind)
    elif not isinstance(target, n.Name) or target.id in _COMMON:
        return None
    return _named(index, function, target, call)


def _attribute(index: HandlerIndex, function: Function, target: n.Attribute, call: n.Call | None, kind: HandlerKind) -> Handler | None:
    project, module = index.project, function.module
    if call is None and kind in ("request", "websocket"):
        return None
    router = receiver_kind(project, target.value, call, target.attr, module, function.parent, index.frameworks())
    if router is None:
        return _extra(index, function, target, call)
    allowed = _ONLY.get(target.attr)
    if (router == "socketio") != (kind == "event") or (allowed is not None and router not in allowed):
        return None
    framework = _FRAMEWORKS[router]
    if router == "socketio" and "flask" not in index.frameworks():
        framework = "fastapi" if "fastapi" in index.frameworks() else "starlette"
    return make_handler(project, function, framework, kind, target.attr, call, decorator=call or target)


def make_handler(
    project: Project, function: Function, framework: Framework, kind: HandlerKind, attribute: str, call: n.Call | None, decorator: n.Node
) -> Handler:
    """The handler for a route-making decorator or call whose path, methods and exceptions are among its arguments."""
    module = function.module
    methods: tuple[str, ...] = ()
    path: str | None = None
    exceptions: tuple[str, ...] = ()
    response_model = False
    if kind == "request":
        methods = (attribute.upper(),) if attribute in HTTP_METHODS else declared_methods(call)
    if call is not None:
        if kind in ("request", "websocket"):
            first = argument(call, 1 if attribute == "api_operation" else 0, "path", "rule")
            path = text_of(first)
            model = argument(call, None, "response_model", "response")
            response_model = model is not None and not (isinstance(model, n.Constant) and model.kind == "none")
        elif kind == "error":
            first = argument(call, 0, "exc_class_or_status_code", "code_or_exception", "exc_class")
            exceptions = exceptions_of(project, first, module, function.parent) if first is not None else ("Exception",)
    return make(
        function, framework, kind, (module, decorator), path=path, methods=methods, exceptions=exceptions, response_model=response_model
    )


def declared_methods(call: n.Call | None) -> tuple[str, ...]:
    """The upper-case HTTP methods that a route's `methods=` (or Ninja's first argument) lists."""
    if call is None:
        return ()
    listed = argument(call, None, "methods")
    if listed is None and call.args and isinstance(call.args[0].value, (n.List, n.Tuple)):
        listed = call.args[0].value
    return tuple(text.upper() for text in texts_in(listed))


def exceptions_of(project: Project, expr: n.Expr, module: Module, function: Function | None, depth: int = 0) -> tuple[str, ...]:
    """What an error handler is registered for: qualified names of exception classes, and status numbers as text."""
    if isinstance(expr, (n.Tuple, n.List, n.Set)):
        return tuple(name for part in expr.elts for name in exceptions_of(project, part, module, function, depth + 1)) if depth < 3 else ()
    if isinstance(expr, n.Constant):
        return (expr.value,)
    name = dotted(expr)
    if name is None:
        return ()
    looped = elements(project, expr, module, function)
    if looped:
        return tuple(one for place in looped for one in exceptions_of(project, *place, depth + 1)) if depth < 3 else ()
    status = _STATUS.search(name)
    if status:
        return (status.group(1),)
    found = project.inference.qualified_name(expr, module, function)
    if found is None and isinstance(expr, n.Name):
        source = loop_source(expr, module, function)
        if source is not None and (project.inference.qualified_name(source, module, function) or "").endswith(".default_exceptions"):
            return ("werkzeug.exceptions.HTTPException",)
    return (found or name,)


def _extra(index: HandlerIndex, function: Function, target: n.Attribute, call: n.Call | None) -> Handler | None:
    """`@route.get("/x")` of ninja-extra, whose `route` is a namespace and no router."""
    owner = index.project.inference.value(target.value, function.module, function.parent)
    if owner is not None and owner.name in ("ninja_extra.route", "ninja_extra.controllers.route") and call is not None:
        return make_handler(index.project, function, "ninja", "request", target.attr, call, call)
    return None


def _named(index: HandlerIndex, function: Function, target: n.Expr, call: n.Call | None) -> Handler | None:
    """Routes made by a decorator that is a function: DRF's `api_view`, `expose`, a project's own wrapper of `route`."""
    project, module = index.project, function.module
    has_path = call is not None and looks_like_path(call)
    if not has_path and last_name(target) not in ("api_view", "expose"):
        return None
    value = project.inference.value(target, module, function.parent)
    if value is None:
        return None
    package, _, rest = value.name.partition(".")
    last = rest.rpartition(".")[2]
    if value.name == "rest_framework.decorators.api_view" or (package == "rest_framework" and last == "api_view"):
        listed = call.args[0].value if call is not None and call.args else None
        methods = tuple(text.upper() for text in texts_in(listed)) or ("GET",)
        return make(function, "drf", "request", (module, call or target), methods=methods)
    if last == "expose" and package in ("flask_admin", "flask_appbuilder"):
        return make_handler(project, function, "flask", "request", "route", call, call or target)
    if package == "ninja_extra" and last.startswith("http_"):
        return make_handler(project, function, "ninja", "request", last[5:] if last[5:] in HTTP_METHODS else "route", call, call or target)
    if package in ("flask_classful", "flask_classy") and last == "route":
        return make_handler(project, function, "flask", "request", "route", call, call or target)
    if package in ("fastapi_class", "classy_fastapi", "fastapi_restful", "fastapi_controllers") and (
        last in HTTP_METHODS or last == "route"
    ):
        return make_handler(project, function, "fastapi", "request", last, call, call or target)
    from backend_lint.semantics.project import Function as ProjectFunction

    if has_path and isinstance(value.definition, ProjectFunction):
        wrapper = value.definition
        text = wrapper.module.tree.text[wrapper.node.start : wrapper.node.end]
        if _ROUTING_CALL.search(text):
            framework = imported_framework(wrapper.module, index.frameworks()) or imported_framework(module, index.frameworks())
            if framework is not None:
                return make_handler(project, function, framework, "request", _method_or_route(target), call, call or target)
    return None


def _method_or_route(expr: n.Expr) -> str:
    """The last name of a decorator when it is an HTTP method, "route" otherwise."""
    name = last_name(expr)
    return name if name in HTTP_METHODS else "route"
