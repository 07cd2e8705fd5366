"""The routes of a project: what answers requests, under which path and why, what it takes and what it does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from backend_lint.frameworks import frameworks_of, handlers, handlers_in
from backend_lint.frameworks.decorated import ROUTE_ATTRIBUTES
from backend_lint.frameworks.served import Served, served
from backend_lint.insight.doing import database_of, effects_of
from backend_lint.insight.facts import place_of, place_of_function, quoted
from backend_lint.insight.inherited import inherited_routes
from backend_lint.insight.inputs import dependencies_around, dependencies_of, inputs_of
from backend_lint.insight.model import Fact, Place, Route, RouteTable
from backend_lint.source import nodes as n
from backend_lint.source.parse import SyntaxFault

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Module, Project

#: The kinds of handlers that a table of routes has; with all of them on request.
ROUTE_KINDS = frozenset({"request", "websocket", "event"})


def route_table(project: Project, paths: Iterable[str], *, everything: bool = False) -> RouteTable:
    """The routes whose functions stand in the files at some paths; with error handlers, middleware and dependencies if `everything`.

    Tests, migrations and generated files are left out: they serve nobody.
    """
    routes: list[Route] = []
    left_out: list[Fact] = []
    for path in paths:
        try:
            module = project.module(path)
        except SyntaxFault as fault:
            left_out.append(Fact(text=f"cannot be parsed: {fault.message}", place=Place(path, fault.line)))
            continue
        except OSError as fault:
            left_out.append(Fact(text=f"cannot be read: {fault.strerror or fault}", place=Place(path, 1)))
            continue
        if module.role in ("test", "migration", "generated"):
            continue
        for handler in handlers_in(module):
            if everything or handler.kind in ROUTE_KINDS:
                routes.extend(routes_of(handler))
        routes.extend(inherited_routes(module))
    routes.sort(key=lambda route: (route.path is None, route.path or "", route.methods, route.place.path, route.place.line))
    is_dynamic = "django" in frameworks_of(project) and handlers(project).urls.is_dynamic
    return RouteTable(
        routes=tuple(routes),
        frameworks=tuple(sorted({route.framework for route in routes})),
        left_out=tuple(left_out),
        is_dynamic=is_dynamic,
    )


def routes_of(handler: Handler) -> Iterator[Route]:
    """The routes that lead to a handler, one for each path."""
    function = handler.function
    inputs, dependencies = inputs_of(handler), tuple(dependencies_of(handler))
    effects, database = effects_of(handler), database_of(handler)
    for way in served(handler):
        yield Route(
            methods=way.methods,
            path=way.path,
            kind=handler.kind,
            framework=handler.framework,
            function=function.qualname,
            place=place_of_function(function),
            is_async=function.is_async,
            why=why_handler(handler, way),
            mounts=tuple(Fact(text=quoted(module, node), place=place_of(module, node)) for module, node in way.mounts),
            inputs=inputs,
            dependencies=tuple(dict.fromkeys((*dependencies, *dependencies_around(way, function.project)))),
            decorators=tuple(name for name in handler.decorators if name.rpartition(".")[2] not in ROUTE_ATTRIBUTES),
            database=database,
            effects=effects,
            exceptions=handler.exceptions,
        )


# --- why


def why_handler(handler: Handler, way: Served | None = None) -> Fact:
    """What makes a function a handler, and where."""
    place = way.place if way is not None else handler.registered
    if place is None:
        return Fact(text="its framework calls it", place=place_of(handler.function.module, handler.function.node))
    module, node = place
    return Fact(text=_reason(handler, module, node), place=place_of(module, node))


def _reason(handler: Handler, module: Module, node: n.Node) -> str:
    function, cls = handler.function, handler.cls
    name = function.node.name
    if module is function.module and any(decorator is node for decorator in function.node.decorators):
        return f"decorator @{quoted(module, node)}"
    if isinstance(node, n.ClassDef) or (cls is not None and node is cls.node):
        bases = sorted(cls.external_ancestors) if cls is not None else []
        of = f" of {cls.qualname}" if cls is not None else ""
        return f"method {name}{of}, a view by its base class{f' {bases[0]}' if bases else ''}"
    if isinstance(node, n.FunctionDef):
        if handler.kind == "middleware":
            return "takes a request and get_response, as middleware does"
        return (
            "takes a request and stands in a module of views" if handler.framework == "django" else "named in a configuration or document"
        )
    text = quoted(module, node)
    word = {"error": "error handler", "middleware": "middleware", "dependency": "dependency"}.get(handler.kind)
    if word is not None:
        return f"{word}, registered by {text}"
    if handler.framework in ("django", "drf"):
        called = node.func if isinstance(node, n.Call) else None
        is_router = isinstance(called, n.Attribute) and called.attr == "register"
        return f"{'router registration' if is_router else 'line of the URL table'} {text}"
    return f"registered by {text}"


# --- several projects


def merged(tables: Sequence[tuple[Path, RouteTable]]) -> tuple[Path, RouteTable]:
    """The tables of several projects, by their roots, as one, with the folder above them all that its paths are relative to."""
    if len(tables) == 1:
        return tables[0]
    top = Path(os.path.commonpath([root for root, _ in tables])) if tables else Path()
    moved = [_moved(table, root.relative_to(top).as_posix()) for root, table in tables]
    return top, RouteTable(
        routes=tuple(route for table in moved for route in table.routes),
        frameworks=tuple(sorted({name for table in moved for name in table.frameworks})),
        left_out=tuple(fact for table in moved for fact in table.left_out),
        is_dynamic=any(table.is_dynamic for table in moved),
    )


def _moved(table: RouteTable, prefix: str) -> RouteTable:
    """A table with a folder before all its paths."""

    def hook(value: Any) -> Any:
        if isinstance(value, Place):
            return Place(f"{prefix}/{value.path}", value.line)
        if isinstance(value, tuple):
            return tuple(hook(each) for each in value)
        if isinstance(value, msgspec.Struct):
            return type(value)(**{name: hook(getattr(value, name)) for name in value.__struct_fields__})
        return value

    found: RouteTable = hook(table)
    return found
