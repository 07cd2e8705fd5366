"""The index of a project's handlers, filled module by module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import layer, openapi, targets
from backend_lint.frameworks.decorated import decorated
from backend_lint.frameworks.dependencies import Dependencies
from backend_lint.frameworks.django_urls import Entry, UrlTable
from backend_lint.frameworks.making import make
from backend_lint.frameworks.model import Framework, Handler, HandlerKind
from backend_lint.frameworks.mounting import Mounting
from backend_lint.frameworks.registrations import Registrations, Routed, collect
from backend_lint.frameworks.routers import HTTP_METHODS, bases_known
from backend_lint.frameworks.view_paths import class_route
from backend_lint.frameworks.views import PROCESS, VIEWSET_ACTIONS, ViewKind, handles, has_action, methods_of, view_kind
from backend_lint.semantics.memo import remembered
from backend_lint.semantics.roles import is_test_path

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module, Project
    from backend_lint.source import nodes as n

_FRAMEWORK_NEEDLES: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("fastapi", (b"from fastapi", b"import fastapi")),
    ("starlette", (b"from starlette", b"import starlette")),
    ("flask", (b"from flask", b"import flask", b"import connexion", b"from connexion", b"from apiflask")),
    ("flask-restful", (b"from flask_restful", b"import flask_restful", b"from flask_restx", b"import flask_restx", b"flask_restplus")),
    ("django", (b"from django", b"import django")),
    ("drf", (b"from rest_framework", b"import rest_framework")),
    ("ninja", (b"from ninja", b"import ninja")),
)
_ERROR_NEEDLES = (b"exception_handler", b"errorhandler", b"error_handler")
_RANK: dict[HandlerKind, int] = {"request": 0, "websocket": 1, "event": 2, "error": 3, "middleware": 4, "dependency": 5}


class HandlerIndex:
    """Handlers of one project, found module by module and remembered."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.memo = project.memo

    # --- questions

    def in_module(self, module: Module) -> list[Handler]:
        """All handlers whose function stands in the module, in source order."""
        return list(self._found_in(module).values())

    def of(self, function: Function) -> Handler | None:
        """The handler that a function is."""
        return self._found_in(function.module).get(id(function.node))

    def error_handlers(self) -> list[Handler]:
        """The registered error handlers of the project."""
        return self._errors

    @remembered
    def _errors(self) -> list[Handler]:
        found: dict[int, Handler] = {}
        homes = {handler.function.module.path for handler in self.registrations.functions.values() if handler.kind == "error"}
        homes.update(handler.function.module.path for handler in self.settings_handlers.values())
        if "django" in self.frameworks():
            for entry in self.urls.entries:
                if entry.kind == "error":
                    homes.update(target.function.module.path for target in entry.resolve()[0] if target.function is not None)
        for path in sorted({path for path in homes if not is_test_path(path)}.union(self.project.holding(*_ERROR_NEEDLES))):
            module = self.project.find(path)
            if module is not None:
                for handler in self.in_module(module):
                    if handler.kind == "error":
                        found[id(handler.function.node)] = handler
        return list(found.values())

    def in_route_layer(self, function: Function) -> bool:
        """See `backend_lint.frameworks.route_layer`."""
        # A helper that calls itself must not go on for ever.
        return self.memo.ask(("route layer", id(function.node)), lambda: layer.in_route_layer(self, function), False)

    def frameworks(self) -> frozenset[str]:
        """See `backend_lint.frameworks.frameworks_of`."""
        return self.project.fact(_imported_frameworks)

    def views_in(self, module: Module) -> list[Class]:
        """See `backend_lint.frameworks.view_classes`."""
        return [cls for cls in module.classes if (kind := self.view_kind(cls)) is not None and kind.kind != "middleware"]

    # --- what is gathered once a project

    @remembered
    def registrations(self) -> Registrations:
        """Routes made away from their functions, Django's left out."""
        found = collect(self)
        if self._uses_connexion():
            for document, name in self.project.fact(openapi.operations):
                resolved, _ = targets.by_name(self.project, name, document)
                for target in resolved:
                    if target.function is not None:
                        found.add([target], "flask", "request", (target.function.module, target.function.node))
        return found

    def _uses_connexion(self) -> bool:
        return "flask" in self.frameworks() and bool(self.project.holding(b"connexion"))

    @remembered
    def urls(self) -> UrlTable:
        """The project's Django routes."""
        return UrlTable(self)

    @remembered
    def mounting(self) -> Mounting:
        """Where the project's routers, blueprints and sub-applications are mounted."""
        return Mounting(self)

    @remembered
    def dependencies(self) -> Dependencies:
        """The project's FastAPI providers."""
        return Dependencies(self)

    @remembered
    def settings_handlers(self) -> dict[int, Handler]:
        """DRF's exception handlers, by the id of the function's node: `EXCEPTION_HANDLER` of `REST_FRAMEWORK` in some settings."""
        found: dict[int, Handler] = {}
        if "django" not in self.frameworks():
            return found
        for path in self.project.holding(b"EXCEPTION_HANDLER"):
            for name in layer.settings_strings(self.project.bytes_of(path) or b"", b"EXCEPTION_HANDLER"):
                for target in targets.by_name(self.project, name, path)[0]:
                    if target.function is not None:
                        place = (target.function.module, target.function.node)
                        found[id(target.function.node)] = make(target.function, "drf", "error", place, exceptions=("Exception",))
        return found

    # --- one module

    def _found_in(self, module: Module) -> dict[int, Handler]:
        return self.memo.ask(("handlers", module.path), lambda: self._by_function(module), {})

    def _by_function(self, module: Module) -> dict[int, Handler]:
        handlers = sorted(self._search(module), key=lambda handler: handler.function.node.start)
        return {id(handler.function.node): handler for handler in handlers}

    def _search(self, module: Module) -> list[Handler]:
        best: dict[int, Handler] = {}
        for function in module.functions:
            handler = decorated(self, function) if function.node.decorators else None
            for other in (handler, *self._registered(function, plain=handler is None)):
                if other is None:
                    continue
                known = best.get(id(function.node))
                if known is None or _RANK[other.kind] < _RANK[known.kind]:
                    best[id(function.node)] = other
                elif known.path is None and known.kind == other.kind:
                    known.path = other.path
        for cls in module.classes:
            for handler in self._class_handlers(cls):
                known = best.get(id(handler.function.node))
                if known is None:
                    best[id(handler.function.node)] = handler
                elif known.path is None:
                    known.path = handler.path
        if not self.frameworks().isdisjoint(("fastapi", "ninja")):
            for function in module.functions:
                if id(function.node) not in best:
                    use = self.dependencies.use_of(function)
                    if use is not None:
                        best[id(function.node)] = make(function, "fastapi", "dependency", use)
        return list(best.values())

    def _registered(self, function: Function, *, plain: bool) -> list[Handler]:
        found = []
        handler = self.registrations.functions.get(id(function.node))
        if handler is not None:
            found.append(handler)
        if "django" in self.frameworks() and function.node.params.items:
            handler = self.settings_handlers.get(id(function.node))
            if handler is not None:
                found.append(handler)
            if layer.is_function_middleware(function):
                found.append(make(function, "django", "middleware", (function.module, function.node)))
            handler = self._django_function(function, plain=plain)
            if handler is not None:
                found.append(handler)
        return found

    def _django_function(self, function: Function, *, plain: bool) -> Handler | None:
        entry = self.urls.function_entry(function)
        if entry is None and (not plain or self.urls.entries or not layer.looks_like_django_view(function)):
            return None
        if entry is None:
            return make(function, "django", "request", (function.module, function.node))
        place: tuple[Module, n.Node] = (entry.module, entry.node)
        if entry.kind == "error":
            return make(function, "django", "error", place, exceptions=(entry.path,) if entry.path else ())
        return make(function, "django", "request", place, path=self.urls.full_path(entry))

    # --- classes

    def view_kind(self, cls: Class) -> ViewKind | None:
        """What kind of view a class is: by its ancestors, or because a route leads to it or to a class that derives from it."""
        return self.memo.ask(("view kind", id(cls.node)), lambda: self._view_kind(cls))

    def _view_kind(self, cls: Class) -> ViewKind | None:
        kind = view_kind(cls)
        if kind is None:
            routed = self.routed(cls)
            if routed is not None:
                kind = ViewKind(routed.framework, "view")
            elif "django" in self.frameworks() and _may_be_mixin(cls) and self.urls.inherited_entry(cls) is not None:
                kind = self._inherited_kind(cls)
        return kind

    def _inherited_kind(self, cls: Class) -> ViewKind | None:
        entry = self.urls.inherited_entry(cls)
        if entry is None:
            return None
        for target in entry.resolve()[0]:
            if target.cls is not None and cls in target.cls.mro:
                return view_kind(target.cls) or ViewKind("django", "view")
        return None

    def routed(self, cls: Class) -> Routed | None:
        """The FastAPI, Starlette or Flask route that leads to a class or to one that derives from it."""
        return self._routed_classes.get(id(cls.node))

    @remembered
    def _routed_classes(self) -> dict[int, Routed]:
        found = dict(self.registrations.classes)
        for routed in self.registrations.classes.values():
            for owner in routed.cls.mro:
                found.setdefault(id(owner.node), routed)
        return found

    def _class_handlers(self, cls: Class) -> list[Handler]:
        kind = self.view_kind(cls)
        if kind is None:
            return []
        methods = cls.methods
        candidates = [method for method in methods.values() if handles(method, kind)]
        if not candidates and kind.framework not in ("django", "drf"):
            return []
        path: str | None = None
        place: tuple[Module, n.Node] = (cls.module, cls.node)
        framework: Framework = kind.framework
        listed: tuple[str, ...] = ()
        if kind.kind == "request":
            if framework in ("django", "drf"):
                entry, actions, is_routed = self._django_route(cls)
                if not is_routed:
                    return []
                if entry is not None:
                    path, place = self.urls.full_path(entry), (entry.module, entry.node)
                candidates.extend(method for name, method in methods.items() if name in actions and method not in candidates)
            else:
                routed = self.routed(cls)
                decorator = class_route(self, cls)
                if decorator is not None:
                    path, place = decorator
                elif routed is not None:
                    path, place, listed = routed.path, routed.place, routed.methods
        return [make(method, framework, kind.kind, place, path=path, methods=methods_of(method, kind) or listed) for method in candidates]

    def _django_route(self, cls: Class) -> tuple[Entry | None, frozenset[str], bool]:
        """The route of a Django view class, the methods it names as actions, and whether the class handles requests at all.

        A class that no route names counts unless every route of the project is understood and leads neither to it nor below it.
        """
        direct = self.urls.class_entry(cls)
        if direct is not None:
            return direct[0], self.urls.actions(cls), True
        if not self.urls.entries:
            return None, frozenset(), True
        inherited = self.urls.inherited_entry(cls)
        if inherited is not None:
            actions = {a for t in inherited.resolve()[0] for a in t.actions or ()}
            return inherited, frozenset(actions), True
        return None, frozenset(), self.urls.is_dynamic or not bases_known(cls)


def _imported_frameworks(project: Project) -> frozenset[str]:
    """The frameworks that application code imports. A fact."""
    return frozenset().union(*project.searches.gathered(_frameworks_in).values())


def _frameworks_in(project: Project, path: str, text: bytes) -> frozenset[str] | None:
    """The frameworks that a file imports."""
    return frozenset(name for name, needles in _FRAMEWORK_NEEDLES if any(needle in text for needle in needles)) or None


def _may_be_mixin(cls: Class) -> bool:
    """Whether a class that derives from no view has methods that would handle requests, were it mixed into one."""
    for name, method in cls.methods.items():
        if has_action(method):
            return True
        if name in HTTP_METHODS or name in VIEWSET_ACTIONS or name == "dispatch" or PROCESS.match(name):
            parameters = method.own_parameters
            if parameters and (parameters[0].name in ("request", "req") or parameters[0].kind == "vararg"):
                return True
    return False
