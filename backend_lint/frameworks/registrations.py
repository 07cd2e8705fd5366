"""Routes that FastAPI, Starlette and Flask projects make away from the function.

`add_api_route`, `add_url_rule`, `add_resource`, `Route(...)`, `app.get("/")(fn)`, `register_error_handler` and their kin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import targets
from backend_lint.frameworks.decorated import ROUTE_ATTRIBUTES, declared_methods, exceptions_of
from backend_lint.frameworks.expressions import argument, assigned, call_of, calls_named, text_of
from backend_lint.frameworks.making import make
from backend_lint.frameworks.model import Framework, Handler, HandlerKind
from backend_lint.frameworks.routers import HTTP_METHODS, receiver_kind
from backend_lint.semantics.persistence import MODEL_BASES
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Class, Function, Module, Project

#: Any of these in a file's bytes makes it worth reading for registrations.
NEEDLES = (
    b"add_api_route", b"add_api_websocket_route", b"add_route", b"add_websocket_route", b"add_url_rule", b"_resource(",
    b"register_error_handler", b"add_exception_handler", b"exception_handlers", b"Route(", b".before_request(", b".after_request(",
    b".before_app_request(", b".teardown_request(", b"dispatch=", b"on_event(", b".errorhandler(", b".exception_handler(",
)  # fmt: skip
_CALLS = re.compile(
    r"\b(add_api_route|add_api_websocket_route|add_route|add_websocket_route|add_url_rule|add_\w{0,30}resource|register_error_handler|"
    r"add_exception_handler|Route|WebSocketRoute|APIRoute|APIWebSocketRoute|before_request|after_request|before_app_request|teardown_request|"
    r"add_middleware|Middleware|on_event|FastAPI|Starlette)\s*\("
)
_APPLIED = re.compile(
    r"\.(get|post|put|patch|delete|route|api_route|websocket|exception_handler|errorhandler|app_errorhandler|middleware|on)"
    r"\((?:[^()\n]|\([^()\n]*\)){0,300}\)\("
)
_APPLIED_BYTES = re.compile(_APPLIED.pattern.encode())
_HOOKS = frozenset({"before_request", "after_request", "before_app_request", "teardown_request"})
_ROUTE_CLASSES: dict[str, HandlerKind] = {
    "Route": "request", "APIRoute": "request", "WebSocketRoute": "websocket", "APIWebSocketRoute": "websocket",
}  # fmt: skip


class Routed:
    """A class that a route leads to: where, by which path, for which methods and actions."""

    __slots__ = ("actions", "cls", "framework", "methods", "path", "place")

    def __init__(
        self,
        cls: Class,
        framework: Framework,
        place: tuple[Module, n.Node],
        path: str | None,
        methods: tuple[str, ...],
        actions: tuple[str, ...] | None,
    ) -> None:
        self.cls = cls
        self.framework: Framework = framework
        self.place = place
        self.path = path
        self.methods = methods
        self.actions = actions


class Registrations:
    """What is registered away from its definition, by the id of the function's or class's node."""

    def __init__(self) -> None:
        self.functions: dict[int, Handler] = {}
        self.classes: dict[int, Routed] = {}
        #: All the places that make routes to a function or class, where the above have the first.
        self.places: dict[int, list[tuple[Module, n.Node]]] = {}

    def add(
        self,
        found: list[targets.Target],
        framework: Framework,
        kind: HandlerKind,
        place: tuple[Module, n.Node],
        *,
        path: str | None = None,
        methods: tuple[str, ...] = (),
        exceptions: tuple[str, ...] = (),
        response_model: bool = False,
    ) -> None:
        """Note each target as registered at `place`."""
        for target in found:
            subject = target.function or target.cls
            if subject is not None:
                self.places.setdefault(id(subject.node), []).append(place)
            if target.function is not None:
                key = id(target.function.node)
                known = self.functions.get(key)
                if known is None:
                    self.functions[key] = make(
                        target.function,
                        framework,
                        kind,
                        place,
                        path=path,
                        methods=methods,
                        exceptions=exceptions,
                        response_model=response_model,
                    )
                elif known.kind == kind:
                    known.methods = tuple(dict.fromkeys((*known.methods, *methods)))
                    known.exceptions = tuple(dict.fromkeys((*known.exceptions, *exceptions)))
            elif target.cls is not None and kind in ("request", "websocket") and target.cls.external_ancestors.isdisjoint(MODEL_BASES):
                # A model that a wrapper is given with the view, `partial(delete, Order)`, answers nothing.
                self.classes.setdefault(id(target.cls.node), Routed(target.cls, framework, place, path, methods, target.actions))


def collect(index: HandlerIndex) -> Registrations:
    """All registrations of the project, tests left out."""
    found = Registrations()
    frameworks = index.frameworks()
    if frameworks.isdisjoint(("fastapi", "starlette", "flask", "flask-restful", "ninja")):
        return found
    applying = index.project.fact(_applying)
    for path in sorted({*index.project.holding(*NEEDLES), *applying}):
        module = index.project.find(path)
        if module is None:
            continue
        for call, function in calls_named(module, _CALLS):
            _registration(index, found, call, module, function, frameworks)
        if path in applying:
            for inner, function in calls_named(module, _APPLIED):
                _applied(index, found, inner, module, function, frameworks)
    return found


def _applying(project: Project) -> frozenset[str]:
    """The files in which a route's decorator is called on the spot: `app.get("/")(view)`. A fact."""
    return frozenset(project.searches.gathered(_applies))


def _applies(project: Project, path: str, text: bytes) -> bool | None:
    """True for a file in which a route's decorator is called on the spot, None for another."""
    return True if b")(" in text and _APPLIED_BYTES.search(text) else None


def _registration(
    index: HandlerIndex, found: Registrations, call: n.Call, module: Module, function: Function | None, frameworks: frozenset[str]
) -> None:
    project = index.project
    func = call.func
    name = func.attr if isinstance(func, n.Attribute) else func.id if isinstance(func, n.Name) else ""
    if name in _ROUTE_CLASSES:
        value = project.inference.value(func, module, function)
        package = value.name.partition(".")[0] if value is not None else ""
        if package in ("starlette", "fastapi"):
            view = argument(call, 1, "endpoint")
            framework: Framework = "fastapi" if package == "fastapi" or name.startswith("API") else "starlette"
            _add(index, found, view, framework, _ROUTE_CLASSES[name], call, module, function, path=text_of(argument(call, 0, "path")))
        return
    if name in ("FastAPI", "Starlette"):
        _exception_handlers(index, found, call, module, function, "fastapi" if name == "FastAPI" else "starlette")
        return
    if name in ("add_middleware", "Middleware"):
        view = argument(call, None, "dispatch")
        if view is not None:
            _add(index, found, view, "starlette", "middleware", call, module, function)
        return
    if not isinstance(func, n.Attribute):
        return
    bare = "add_resource" if name.startswith("add_") and name.endswith("resource") else name
    if bare == "on_event":
        view = argument(call, 1, "handler")
        if view is not None and receiver_kind(project, func.value, call, "on", module, function, frameworks) == "socketio":
            _add(index, found, view, "flask" if "flask" in frameworks else "starlette", "event", call, module, function)
        return
    router = receiver_kind(project, func.value, call, bare, module, function, frameworks)
    if router is None and bare == "add_resource":
        router = "flask-restful"
    if router is None or router == "socketio":
        return
    if bare == "add_resource":
        path = next((text for text in (text_of(a.value) for a in call.args[1:] if a.keyword is None) if text is not None), None)
        _add(index, found, argument(call, 0, "resource"), "flask-restful", "request", call, module, function, path=path)
    elif bare == "add_url_rule":
        path = text_of(argument(call, 0, "rule"))
        _add(
            index,
            found,
            argument(call, 2, "view_func"),
            "flask",
            "request",
            call,
            module,
            function,
            path=path,
            methods=declared_methods(call),
        )
    elif bare in _HOOKS:
        _add(index, found, argument(call, 0, "f"), router, "middleware", call, module, function)
    elif bare in ("register_error_handler", "add_exception_handler"):
        subject = argument(call, 0, "code_or_exception", "exc_class_or_status_code")
        exceptions = exceptions_of(project, subject, module, function) if subject is not None else ()
        _add(index, found, argument(call, 1, "f", "handler"), router, "error", call, module, function, exceptions=exceptions)
    else:
        kind: HandlerKind = "websocket" if "websocket" in bare else "request"
        view = argument(call, 1, "endpoint", "route")
        path = text_of(argument(call, 0, "path"))
        model = argument(call, None, "response_model") is not None
        _add(index, found, view, router, kind, call, module, function, path=path, methods=declared_methods(call), response_model=model)


def _add(
    index: HandlerIndex,
    found: Registrations,
    view: n.Expr | None,
    framework: Framework,
    kind: HandlerKind,
    call: n.Call,
    module: Module,
    function: Function | None,
    *,
    path: str | None = None,
    methods: tuple[str, ...] = (),
    exceptions: tuple[str, ...] = (),
    response_model: bool = False,
) -> None:
    if view is None or isinstance(view, n.Constant):
        return
    resolved, _ = targets.resolve(index.project, view, module, function)
    found.add(
        resolved,
        framework,
        kind,
        (module, call),
        path=path,
        methods=methods,
        exceptions=exceptions,
        response_model=response_model,
    )


def _exception_handlers(
    index: HandlerIndex, found: Registrations, call: n.Call, module: Module, function: Function | None, framework: Framework
) -> None:
    given = argument(call, None, "exception_handlers")
    if given is None:
        return
    place = assigned(index.project, given, module, function) if isinstance(given, (n.Name, n.Attribute)) else (given, module, function)
    if place is None or not isinstance(place[0], n.Dict):
        return
    literal, home, scope = place
    assert isinstance(literal, n.Dict)
    for key, value in zip(literal.keys, literal.values, strict=True):
        if key is not None:
            resolved, _ = targets.resolve(index.project, value, home, scope)
            found.add(resolved, framework, "error", (home, value), exceptions=exceptions_of(index.project, key, home, scope))


def _applied(
    index: HandlerIndex, found: Registrations, inner: n.Call, module: Module, function: Function | None, frameworks: frozenset[str]
) -> None:
    """`app.get("/items")(list_items)`."""
    outer = call_of(module, inner)
    func = inner.func
    if outer is None or not outer.args or not isinstance(func, n.Attribute):
        return
    kind = ROUTE_ATTRIBUTES.get(func.attr)
    if kind is None:
        return
    router = receiver_kind(index.project, func.value, inner, func.attr, module, function, frameworks)
    if router is None or (router == "socketio") != (kind == "event"):
        return
    framework = ("flask" if "flask" in frameworks else "starlette") if router == "socketio" else router
    methods: tuple[str, ...] = ()
    path: str | None = None
    exceptions: tuple[str, ...] = ()
    if kind in ("request", "websocket"):
        methods = (func.attr.upper(),) if func.attr in HTTP_METHODS else declared_methods(inner)
        path = text_of(argument(inner, 0, "path", "rule"))
    elif kind == "error" and inner.args:
        exceptions = exceptions_of(index.project, inner.args[0].value, module, function)
    _add(index, found, outer.args[0].value, framework, kind, outer, module, function, path=path, methods=methods, exceptions=exceptions)
