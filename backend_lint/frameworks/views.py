"""Class-based views of all frameworks: which methods of which classes handle requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, decorator_parts, last_name, text_of, texts_in
from backend_lint.frameworks.model import Framework, HandlerKind
from backend_lint.frameworks.routers import HTTP_METHODS
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function

VIEWSET_ACTIONS = frozenset({"list", "create", "retrieve", "update", "partial_update", "destroy"})
_HTTP = frozenset(HTTP_METHODS)
_CONSUMER = frozenset(
    {"connect", "disconnect", "receive", "receive_json", "websocket_connect", "websocket_receive", "websocket_disconnect", "handle"}
)
_DJANGO_MIDDLEWARE = frozenset({
    "__call__", "__acall__", "process_request", "process_view", "process_response", "process_exception", "process_template_response",
})  # fmt: skip
_ACTION_METHODS = {
    "list": "GET", "create": "POST", "retrieve": "GET", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE",
}  # fmt: skip
# What a class calls a dict that sends requests to its methods.
_TABLES = ("operations", "actions", "handlers", "dispatch_table")
# Base classes that dispatch through a method of their own (`_process` of Indico's request handlers, `_process_POST`).
PROCESS = re.compile(r"_process(?:_[A-Z]+)?$")
# A class of a package that nothing is known of is a Django view when it comes from a module of views.
_VIEW_MODULE = re.compile(r"\.(?:views|viewsets|generics|mixins)(?:\.|$)|^rest_framework|^django\.views")


class ViewKind:
    """What a view class is: its framework and the kind of its handlers; `style` picks the methods that are handlers."""

    __slots__ = ("framework", "kind", "style")

    def __init__(self, framework: Framework, style: str, kind: HandlerKind = "request") -> None:
        self.framework: Framework = framework
        self.style = style
        self.kind: HandlerKind = kind


def view_kind(cls: Class) -> ViewKind | None:
    """The kind of view that a class is by its ancestors outside the project; None when it is none."""
    if not cls.node.bases:
        return _by_protocol(cls)
    best: ViewKind | None = None
    for name in sorted(cls.external_ancestors):
        found = _KNOWN.get(name) or _by_name(name)
        if found is not None and (best is None or _rank(found) > _rank(best)):
            best = found
    return best or _by_protocol(cls)


def _rank(kind: ViewKind) -> tuple[int, bool]:
    """How much a kind says: what derives from another kind says more than it (a `Resource` is a `MethodView`)."""
    return _RANK[kind.style], kind.framework in ("flask-restful", "drf")


def _by_name(name: str) -> ViewKind | None:
    package, _, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    if package in ("flask_restful", "flask_restx", "flask_restplus") and last == "Resource":
        return ViewKind("flask-restful", "http")
    if package in ("flask_classful", "flask_classy") and last == "FlaskView":
        return ViewKind("flask", "public")
    if package == "flask":
        return ViewKind("flask", "http") if last == "MethodView" else ViewKind("flask", "dispatch") if last == "View" else None
    if package in ("flask_admin", "flask_appbuilder", "flask_smorest"):
        return ViewKind("flask", "decorated") if last.endswith(("View", "Api", "API")) else None
    if package in ("starlette", "fastapi"):
        if last == "HTTPEndpoint":
            return ViewKind("starlette", "http")
        if last == "WebSocketEndpoint":
            return ViewKind("starlette", "socket", "websocket")
        return ViewKind("starlette", "dispatch-only", "middleware") if last == "BaseHTTPMiddleware" else None
    if package == "channels":
        return ViewKind("django", "consumer", "event") if last.endswith("Consumer") else None
    if last in ("Namespace", "AsyncNamespace", "ClientNamespace") and package in ("flask_socketio", "socketio"):
        return ViewKind("flask", "on", "event")
    if last == "MiddlewareMixin":
        return ViewKind("django", "middleware", "middleware")
    if package == "ninja_extra":
        return ViewKind("ninja", "decorated") if last.endswith("Controller") or last == "ControllerBase" else None
    if package.startswith("flask") or not _VIEW_MODULE.search(name):
        return None
    drf = package == "rest_framework" or "viewset" in name.lower() or last.endswith("APIView")
    if last.endswith("Mixin"):
        return ViewKind("drf", "viewset-mixin") if drf and ".mixins." in name else None
    if last.endswith(("ViewSet", "ViewSetMixin")):
        return ViewKind("drf", "viewset")
    if package == "rest_framework" and last.endswith("View"):
        return ViewKind("drf", "viewset" if ".generics." in name else "view")
    return ViewKind("drf" if drf else "django", "view") if last.endswith("View") else None


_RANK = {
    "viewset-mixin": 0, "decorated": 1, "dispatch": 2, "http": 3, "view": 3, "public": 3, "viewset": 4, "middleware": 5, "dispatch-only": 5,
    "on": 5, "socket": 5, "consumer": 5,
}  # fmt: skip
_KNOWN: dict[str, ViewKind] = {
    "graphene_django.views.GraphQLView": ViewKind("django", "view"), "strawberry.django.views.GraphQLView": ViewKind("django", "view"),
}  # fmt: skip


def _by_protocol(cls: Class) -> ViewKind | None:
    """Middleware that derives from nothing, told by the protocol it implements."""
    methods = cls.methods
    call = methods.get("__call__") or methods.get("__acall__")
    if call is None:
        return None
    init = methods.get("__init__")
    names = [p.name for p in call.own_parameters]
    if init is not None and len(init.own_parameters) >= 1 and init.own_parameters[0].name == "get_response" and len(names) == 1:
        return ViewKind("django", "middleware", "middleware")
    if names[:3] == ["scope", "receive", "send"] and init is not None and any(p.name == "app" for p in init.own_parameters):
        return ViewKind("starlette", "asgi", "middleware")
    return None


def handles(method: Function, kind: ViewKind) -> bool:
    """Whether the framework calls this method of a view class for a request (as opposed to a hook or helper)."""
    name, style = method.node.name, kind.style
    if method.is_property or method.is_static:
        return False
    if style == "view":
        return name in _HTTP or name == "dispatch" or has_action(method) or bool(PROCESS.match(name)) or _in_operations(method)
    if style == "viewset":
        return name in _HTTP or name in VIEWSET_ACTIONS or name == "dispatch" or has_action(method) or _in_operations(method)
    if style == "viewset-mixin":
        return name in VIEWSET_ACTIONS or has_action(method)
    if style == "http":
        return name in _HTTP or name == "dispatch_request" or _in_operations(method)
    if style == "dispatch":
        return name == "dispatch_request" or name in _HTTP
    if style == "dispatch-only":
        return name == "dispatch"
    if style == "public":
        return not name.startswith(("_", "before_", "after_"))
    if style == "socket":
        return name in ("on_connect", "on_receive", "on_disconnect")
    if style == "on":
        return name.startswith("on_")
    if style == "consumer":
        parameters = method.own_parameters
        return name in _CONSUMER or (len(parameters) == 1 and parameters[0].name == "event" and not name.startswith("_"))
    if style == "middleware":
        return name in _DJANGO_MIDDLEWARE
    return style == "asgi" and name == "__call__"


def has_action(method: Function) -> bool:
    """Whether a method is an extra action of a viewset (`@action`)."""
    return any(last_name(decorator_parts(d)[0]) in ("action", "detail_route", "list_route") for d in method.node.decorators)


def _in_operations(method: Function) -> bool:
    """Whether a dict in the class body sends requests to the method: `operations = {"publish": "_publish"}`."""
    cls = method.cls
    if cls is None:
        return False
    name = method.node.name
    for owner in cls.mro:
        for attribute, bindings in owner.names.bindings.items():
            if not attribute.lower().endswith(_TABLES):
                continue
            for binding in bindings:
                if isinstance(binding.value, n.Dict):
                    for value in binding.value.values:
                        if (isinstance(value, n.Name) and value.id == name) or text_of(value) == name:
                            return True
    return False


def methods_of(method: Function, kind: ViewKind) -> tuple[str, ...]:
    """The HTTP methods that a view class's method answers, as far as its name or `@action` says."""
    name = method.node.name
    if name in _HTTP:
        return (name.upper(),)
    if kind.style.startswith("viewset") and name in _ACTION_METHODS:
        return (_ACTION_METHODS[name],)
    for decorator in method.node.decorators:
        target, call = decorator_parts(decorator)
        if call is not None and last_name(target) == "action":
            return tuple(text.upper() for text in texts_in(argument(call, 0, "methods"))) or ("GET",)
    return ()
