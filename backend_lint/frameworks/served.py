"""Under which paths a handler is served: every route that leads to it, with the prefixes of all that it is mounted in.

Asked for by tables of routes and not by rules: the full path changes no finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backend_lint.frameworks import handlers
from backend_lint.frameworks.decorated import ROUTE_ATTRIBUTES, declared_methods
from backend_lint.frameworks.django_paths import allowed_methods, entries_of, full_paths, methods_in
from backend_lint.frameworks.expressions import argument, decorator_parts, holder_of, last_name
from backend_lint.frameworks.routers import HTTP_METHODS
from backend_lint.frameworks.url_texts import UNKNOWN, url_text
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function, Module

#: What stands for all HTTP methods.
ANY = "*"

_CLASS_ROUTES = frozenset({"route", "resource", "add_resource"})


class Served(NamedTuple):
    """One route to a handler: its full path, None for what has none (error handlers, middleware, dependencies) or where nothing is known;
    `UNKNOWN` stands in it for a part that is not known. `place` is what makes the route, `mounts` are the places that its prefixes come
    from, outermost first."""

    path: str | None
    methods: tuple[str, ...]
    place: tuple[Module, n.Node] | None
    mounts: tuple[tuple[Module, n.Node], ...] = ()


def served(handler: Handler) -> list[Served]:
    """The routes that lead to a handler, one at least, in the order in which they are made."""
    if handler.kind not in ("request", "websocket"):
        return [Served(None, handler.methods, handler.registered)]
    if handler.framework in ("django", "drf"):
        found = list(_django(handler))
    else:
        found = [route for module, node, scope in _places(handler) for route in _at(handler, module, node, scope)]
    if not found:
        # A decorator of the project's own, or of a library that nothing is known of.
        path = UNKNOWN + handler.path if handler.path is not None else None
        found = [Served(path, handler.methods or _methods(handler, ()), handler.registered)]
    return list({(route.path, route.methods): route for route in reversed(found)}.values())[::-1]


def _places(handler: Handler) -> Iterator[tuple[Module, n.Node, Function | None]]:
    """The decorators and calls that make routes to a handler, each with the function that they stand in."""
    function, cls = handler.function, handler.cls
    for decorator in function.node.decorators:
        target, call = decorator_parts(decorator)
        if call is not None and isinstance(target, n.Attribute) and ROUTE_ATTRIBUTES.get(target.attr) in ("request", "websocket"):
            yield function.module, call, function.parent
    registrations = handlers(function.project).registrations
    for module, node in registrations.places.get(id(function.node), ()):
        yield module, node, holder_of(module, node)
    if cls is not None:
        owners = [each for each in function.module.classes if cls in each.mro]
        for owner in (*owners, cls) if cls not in owners else owners:
            for decorator in owner.node.decorators:
                target, call = decorator_parts(decorator)
                if call is not None and isinstance(target, n.Attribute) and target.attr in _CLASS_ROUTES:
                    yield owner.module, call, owner.parent
            for module, node in registrations.places.get(id(owner.node), ()):
                yield module, node, holder_of(module, node)


def _at(handler: Handler, module: Module, node: n.Node, scope: Function | None) -> Iterator[Served]:
    if not isinstance(node, n.Call):
        return
    call = node
    if isinstance(node.func, n.Call):
        # `app.get("/items")(list_items)`
        call = node.func
    index = handlers(handler.function.project)
    name = last_name(call.func)
    if (handler.cls is not None and name in ("add_resource", "resource", "add_url_rule", "route")) or name.endswith("_resource"):
        skip = 1 if name.endswith("resource") and name.startswith("add_") else 0
        given = [arg.value for arg in call.args if arg.keyword is None and not arg.star][skip:]
        texts = given[:1] if name == "add_url_rule" else given
    else:
        texts = []
        first = argument(call, 1 if name == "api_operation" else 0, "path", "rule")
        if first is not None:
            texts = [first]
    named = argument(call, None, "rule", "path")
    if not texts and named is not None:
        texts = [named]
    listed = declared_methods(call)
    if handler.cls is not None and listed and handler.methods and not set(listed) & set(handler.methods):
        return
    methods = (name.upper(),) if name in HTTP_METHODS else (handler.methods if handler.cls is not None and handler.methods else listed)
    receiver = call.func.value if isinstance(call.func, n.Attribute) else None
    if receiver is not None and not isinstance(receiver, n.Call):
        prefixes = index.mounting.prefixes(receiver, module, scope)
    else:
        prefixes = index.mounting.around(call, module)
    owns = [url_text(handler.function.project, text, module, scope) for text in texts] or [handler.path or UNKNOWN]
    for own in owns:
        for prefix in prefixes:
            yield Served(joined(prefix.text, own, handler.framework), _methods(handler, methods), (module, node), prefix.places)


def joined(prefix: str, own: str, framework: str) -> str:
    """A prefix and a route's own text as the framework puts them together."""
    if framework in ("flask", "flask-restful", "ninja") and prefix:
        whole = f"{prefix.rstrip('/')}/{own.lstrip('/')}" if own else prefix
    else:
        whole = prefix + own
    whole = whole.replace("//", "/")
    return whole if whole.startswith(("/", UNKNOWN)) else f"/{whole}"


def _methods(handler: Handler, listed: tuple[str, ...]) -> tuple[str, ...]:
    if listed or handler.kind == "websocket":
        return listed
    if handler.framework in ("django", "drf"):
        return handler.methods or allowed_methods(handler.function) or (ANY,)
    # What Flask and the rest answer where a route names no methods; a class's `dispatch` answers all.
    return (handler.methods or (ANY,)) if handler.cls is not None else ("GET",)


def _django(handler: Handler) -> Iterator[Served]:
    table = handlers(handler.function.project).urls
    name = handler.function.node.name
    for entry, target in entries_of(table, handler.function, handler.cls):
        listed = methods_in(entry, name) if target.cls is not None else None
        if listed is not None and not listed and name not in HTTP_METHODS and name != "dispatch":
            continue
        for path in full_paths(table, entry, name if target.cls is not None else None, target.cls):
            yield Served(path.text, _methods(handler, listed or ()), (entry.module, entry.node), path.places)
