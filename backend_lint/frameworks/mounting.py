"""Where apps, routers, blueprints, namespaces and sub-applications are mounted, and so under which prefixes their routes are served.

Sources: FastAPI "Bigger Applications" and "Sub Applications", Starlette "Routing", Flask "Modular Applications with Blueprints" (a prefix
given at registration stands for the blueprint's own), Flask-RESTX "Scaling your project", Flask-RESTful "Api", Django Ninja "Routers".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.frameworks.django_paths import prefixes_at, readable
from backend_lint.frameworks.expressions import argument, assigned, calls_named, elements, last_name
from backend_lint.frameworks.routers import ancestors, router_kind
from backend_lint.frameworks.url_texts import UNKNOWN, url_text
from backend_lint.semantics.project import Class, Module
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.frameworks.routers import RouterKind
    from backend_lint.semantics.project import Function, Project

_NEEDLES = (b"include_router(", b"register_blueprint(", b"add_namespace(", b".mount(", b"Mount(", b"add_router(", b".init_app(", b".urls")
_CALLS = re.compile(r"\b(include_router|register_blueprint|add_namespace|mount|Mount|add_router|init_app|path|re_path)\s*\(")
#: Classes that serve by themselves: a route on one of them needs no mount.
_APPS = frozenset({"FastAPI", "Starlette", "Flask", "APIFlask", "OpenAPI", "NinjaAPI", "NinjaExtraAPI", "App", "FlaskApp", "Quart"})
_MAX_DEPTH = 8
_MAX_PREFIXES = 40


class Prefix(NamedTuple):
    """A text that comes before a router's routes, and the places that make it, outermost first; `UNKNOWN` begins it where nobody is seen to
    mount the router."""

    text: str
    places: tuple[tuple[Module, n.Node], ...]


class Router:
    """What routes hang on: the expression that makes it, in a module and function, and what kind of class that is of."""

    __slots__ = ("function", "kind", "made", "module", "name")

    def __init__(self, made: n.Expr, module: Module, function: Function | None, kind: RouterKind | None, name: str) -> None:
        self.made = made
        self.module = module
        self.function = function
        self.kind = kind
        self.name = name

    @property
    def is_app(self) -> bool:
        return self.name in _APPS or (self.kind == "socketio")


class _Mount(NamedTuple):
    prefix: str | None
    parent: Router | None
    place: tuple[Module, n.Node]


class Mounting:
    """The mounts of a project, read once."""

    def __init__(self, index: HandlerIndex) -> None:
        self._index = index
        self._project = index.project
        self._mounts: dict[int, list[_Mount]] = {}
        #: `Mount("/x", routes=[...])`: routes inside the span of a list.
        self._spans: dict[str, list[tuple[int, int, _Mount]]] = {}
        for path in self._project.holding(*_NEEDLES):
            module = self._project.find(path)
            if module is not None:
                for call, function in calls_named(module, _CALLS):
                    self._read(call, module, function)

    # --- questions

    def prefixes(self, receiver: n.Expr, module: Module, function: Function | None) -> list[Prefix]:
        """What comes before the routes that are hung on the object `receiver`."""
        router = self.router(receiver, module, function)
        if router is None:
            value = self._project.inference.value(receiver, module, function)
            is_app = value is not None and value.name.rpartition(".")[2] in _APPS
            return [Prefix("" if is_app or last_name(receiver) in ("app", "application", "api") else UNKNOWN, ())]
        return self._of(router, 0)

    def around(self, node: n.Node, module: Module) -> list[Prefix]:
        """What comes before a `Route(...)`: the `Mount(...)` whose list it stands in."""
        spans = self._spans.get(module.path, ())
        found = [mount for start, end, mount in spans if start <= node.start < end and mount.place[1] is not node]
        text = "".join(mount.prefix or "" for mount in found)
        return [Prefix(text, tuple(mount.place for mount in found))]

    def _of(self, router: Router, depth: int) -> list[Prefix]:
        mounts = self._mounts.get(id(router.made), ())
        own = self._own_prefix(router)
        if depth > _MAX_DEPTH:
            return [Prefix(UNKNOWN, ())]
        if not mounts:
            above = self._api_parent(router, depth)
            if above is not None:
                return [Prefix(prefix.text + own, prefix.places) for prefix in above]
            return [Prefix(own if router.is_app or router.kind == "flask-restful" else UNKNOWN + own, ())]
        found: list[Prefix] = []
        for mount in mounts:
            before = self._of(mount.parent, depth + 1) if mount.parent is not None else [Prefix("", ())]
            if router.kind in ("flask", "flask-restful") and not router.is_app and mount.prefix is not None:
                text = mount.prefix
            else:
                text = (mount.prefix or "") + own
            found.extend(Prefix(_joined(prefix.text, text), (*prefix.places, mount.place)) for prefix in before)
        return found[:_MAX_PREFIXES]

    def _own_prefix(self, router: Router) -> str:
        made = router.made
        if not isinstance(made, n.Call) or router.name == "FastAPI":
            return ""
        given = argument(made, None, "url_prefix", "prefix") or argument(made, 3 if router.name == "Namespace" else None, "path")
        if given is not None:
            return url_text(self._project, given, router.module, router.function)
        if router.name == "Namespace":
            # Flask-RESTX: a namespace without a path is served under its name.
            return "/" + url_text(self._project, argument(made, 0, "name"), router.module, router.function)
        value = self._project.inference.value(made.func, router.module, router.function)
        if value is not None and isinstance(value.definition, Class):
            init = value.definition.method("__init__")
            for parameter in init.own_parameters if init is not None else ():
                if parameter.name in ("prefix", "url_prefix") and parameter.default is not None and init is not None:
                    return url_text(self._project, parameter.default, init.module, None)
        return ""

    def _api_parent(self, router: Router, depth: int) -> list[Prefix] | None:
        """The prefixes of the app or blueprint that a Flask-RESTful `Api(bp)` is made with."""
        if router.kind != "flask-restful" or not isinstance(router.made, n.Call) or router.name == "Namespace":
            return None
        given = argument(router.made, 0, "app", "blueprint")
        above = self.router(given, router.module, router.function) if isinstance(given, (n.Name, n.Attribute)) else None
        return self._of(above, depth + 1) if above is not None else None

    # --- which router an expression is

    def router(self, expr: n.Expr, module: Module, function: Function | None) -> Router | None:
        """The router that an expression names, told by the call that makes it; None for anything else."""
        infer = self._project.inference
        place = (expr, module, function) if isinstance(expr, n.Call) else self._assigned(expr, module, function)
        if place is None:
            return None
        made, home, scope = place
        if not isinstance(made, n.Call):
            return None
        value = infer.value(made, home, scope)
        kind: RouterKind | None = None
        name = last_name(made.func)
        if value is not None and value.kind == "instance":
            names, _ = ancestors(self._project, value)
            kind = router_kind(names)
            if isinstance(value.definition, Class):
                known = [each.rpartition(".")[2] for each in names]
                name = next((each for each in known if each in _APPS), known[0] if known else name)
            else:
                name = value.name.rpartition(".")[2]
        return Router(made, home, scope, kind, name)

    def _assigned(self, expr: n.Expr, module: Module, function: Function | None) -> tuple[n.Expr, Module, Function | None] | None:
        found = assigned(self._project, expr, module, function)
        # `except ImportError: bp = None` stands beside the import that counts.
        is_nothing = found is not None and isinstance(found[0], n.Constant)
        if found is not None and found[0] is not expr and not is_nothing:
            return found
        if isinstance(expr, n.Name):
            return _imported_inside(self._project, expr.id, module, function)
        if not isinstance(expr, n.Attribute):
            return None
        owner = self._project.inference.value(expr.value, module, function)
        if owner is None or not isinstance(owner.definition, Class):
            return None
        kept = owner.definition.attribute(expr.attr)
        if kept is not None and kept[1].value is not None:
            return kept[1].value, kept[0].module, kept[0].parent
        for cls in owner.definition.mro:
            for method in cls.methods.values():
                for node in method.nodes_of(n.Assign, n.AnnAssign):
                    targets = node.targets if isinstance(node, n.Assign) else [node.target]
                    if node.value is not None and any(_is_own(target, expr.attr, method) for target in targets):
                        return node.value, cls.module, method
        return None

    # --- reading

    def _read(self, call: n.Call, module: Module, function: Function | None) -> None:
        name = last_name(call.func)
        receiver = call.func.value if isinstance(call.func, n.Attribute) else None
        if name in ("path", "re_path"):
            self._ninja(call, module, function)
            return
        if name == "Mount":
            self._starlette(call, module, function)
            return
        if receiver is None:
            return
        if name == "init_app":
            api = self.router(receiver, module, function)
            if api is not None and api.kind == "flask-restful":
                given = argument(call, 0, "app")
                above = self.router(given, module, function) if given is not None else None
                self._add(api, _Mount(None, above, (module, call)))
            return
        if name == "mount":
            child, prefix = argument(call, 1, "app"), argument(call, 0, "path")
        elif name == "add_router":
            child, prefix = argument(call, 1, "router"), argument(call, 0, "prefix")
        elif name == "add_namespace":
            child, prefix = argument(call, 0, "ns"), argument(call, 1, "path")
        else:
            child = argument(call, 0, "router", "blueprint", "blp")
            prefix = argument(call, None, "prefix", "url_prefix")
        if child is None:
            return
        text = url_text(self._project, prefix, module, function) if prefix is not None else None
        parent = self.router(receiver, module, function)
        for router in self._children(child, module, function):
            if router is not None and (parent is None or router.made is not parent.made):
                self._add(router, _Mount(text, parent, (module, call)))

    def _children(self, expr: n.Expr, module: Module, function: Function | None) -> Iterator[Router | None]:
        """The routers that an expression stands for, one by one where it is a loop's variable or an attribute of one."""
        if isinstance(expr, n.Attribute):
            for item, home, scope in elements(self._project, expr.value, module, function):
                value = self._project.inference.value(item, home, scope)
                if value is not None and isinstance(value.definition, Module):
                    found = value.definition.origin_of(expr.attr)
                    if found is not None and found[0].value is not None:
                        yield self.router(found[0].value, found[1], None)
        for each in elements(self._project, expr, module, function) or [(expr, module, function)]:
            yield self._child(*each)

    def _child(self, expr: n.Expr, module: Module, function: Function | None) -> Router | None:
        """The router that is mounted; Ninja's may be named by a dotted text."""
        if isinstance(expr, n.Constant) and expr.kind == "str":
            package, _, name = expr.value.rpartition(".")
            home = self._project.import_module(package, module.path) if package else None
            found = home.origin_of(name) if home is not None else None
            if found is None or found[0].value is None:
                return None
            return self.router(found[0].value, found[1], None)
        return self.router(expr, module, function)

    def _ninja(self, call: n.Call, module: Module, function: Function | None) -> None:
        """`path("api/", api.urls)` in a `urls.py`."""
        view = argument(call, 1, "view")
        if not isinstance(view, n.Attribute) or view.attr != "urls":
            return
        api = self.router(view.value, module, function)
        if api is not None and api.kind == "ninja":
            own = url_text(self._project, argument(call, 0, "route"), module, function)
            for above in prefixes_at(self._index.urls, module, call):
                self._mounts.setdefault(id(api.made), []).append(_Mount(readable(above.text + own), None, (module, call)))

    def _starlette(self, call: n.Call, module: Module, function: Function | None) -> None:
        text = url_text(self._project, argument(call, 0, "path"), module, function)
        mount = _Mount(text, None, (module, call))
        app = argument(call, 1, "app")
        if app is not None:
            router = self.router(app, module, function)
            if router is not None:
                self._add(router, mount)
        routes = argument(call, None, "routes")
        if routes is not None:
            place = assigned(self._project, routes, module, function) or (routes, module, function)
            self._spans.setdefault(place[1].path, []).append((place[0].start, place[0].end, mount))

    def _add(self, router: Router, mount: _Mount) -> None:
        known = self._mounts.setdefault(id(router.made), [])
        if not any(each.place[1] is mount.place[1] for each in known):
            known.append(mount)


def _joined(before: str, after: str) -> str:
    return before[:-1] + after if before.endswith("/") and after.startswith("/") else before + after


def _is_own(target: n.Expr, attribute: str, method: Function) -> bool:
    return (
        isinstance(target, n.Attribute)
        and target.attr == attribute
        and isinstance(target.value, n.Name)
        and target.value.id == method.self_name
    )


def _imported_inside(
    project: Project, name: str, module: Module, function: Function | None
) -> tuple[n.Expr, Module, Function | None] | None:
    """What a name stands for that a function imports for itself: `from .views import bp` in `create_app`."""
    while function is not None:
        for binding in reversed(function.names.bindings.get(name, ())):
            if binding.kind == "import" and binding.attribute is not None:
                source = module.imported_from(binding)
                found = source.origin_of(binding.attribute) if source is not None else None
                if found is not None and found[0].value is not None:
                    return assigned(project, found[0].value, found[1], None) or (found[0].value, found[1], None)
        function = function.parent
    return None
