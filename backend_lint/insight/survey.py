"""What a project is made of: its files by layer, which of them call into which, and its routes with what runs behind them.

A survey is for a map to look at, not for a verdict: it takes what inference knows and leaves out what it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from backend_lint.engine.discovery import walk
from backend_lint.engine.settings import ExtraNames
from backend_lint.engine.subjects import open_project
from backend_lint.frameworks import REQUEST_KINDS, request_handlers_in
from backend_lint.insight.doing import providers_of, reached
from backend_lint.insight.inherited import inherited_routes
from backend_lint.insight.model import Route
from backend_lint.insight.routes import routes_of
from backend_lint.semantics.call_graph import run_in
from backend_lint.semantics.persistence import MODEL_BASES
from backend_lint.semantics.roles import is_set_apart, role_of
from backend_lint.source.files import WorkingTree
from backend_lint.source.parse import SyntaxFault

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project

Layer = Literal["routes", "services", "data", "settings", "support"]

#: The layers from the client to the database; settings and what is left stand beside them.
LAYERS: tuple[Layer, ...] = ("routes", "services", "data", "settings", "support")


class SurveyedRoute(msgspec.Struct, frozen=True):
    """A route, and the functions that run when it is asked for, its handler and dependencies among them, as (path, qualified name)."""

    route: Route
    behind: frozenset[tuple[str, str]]


class SurveyedFile(msgspec.Struct, frozen=True):
    """A file of the application."""

    path: str
    layer: Layer
    lines: int


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a project by path, its routes by theirs, and how many calls behind routes lead from one file into another."""

    files: tuple[SurveyedFile, ...] = ()
    routes: tuple[SurveyedRoute, ...] = ()
    calls: dict[tuple[str, str], int] = {}

    def layer_of(self) -> dict[str, Layer]:
        """The layer of each file, by its path."""
        return {file.path: file.layer for file in self.files}


def survey(root: Path) -> Survey:
    """The survey of the project under `root`: of its application code and its settings, without tests, migrations, scripts and files that
    cannot be read or parsed. Empty where there is no such folder."""
    if not root.is_dir():
        return Survey()
    paths = sorted({entry.path for entry in walk(root)})
    source = WorkingTree(root, paths)
    project = open_project(root, paths, source.read, ExtraNames(), source)
    modules = list(_modules(project, paths))
    routes: list[SurveyedRoute] = []
    running: dict[int, Function] = {}
    for module in modules:
        for handler in request_handlers_in(module):
            functions = reached((handler.function, *providers_of(handler)))
            running.update((id(function), function) for function in functions)
            behind = frozenset((function.module.path, function.qualname) for function in functions)
            routes += [SurveyedRoute(route, behind) for route in routes_of(handler)]
        routes += [SurveyedRoute(route, frozenset()) for route in inherited_routes(module)]
    served = {function.module.path for function in running.values()}
    files = tuple(SurveyedFile(module.path, _layer(module, served), module.tree.text.count("\n") + 1) for module in modules)
    return Survey(files=files, routes=tuple(sorted(routes, key=_order)), calls=_calls(running.values(), {file.path for file in files}))


def _order(surveyed: SurveyedRoute) -> tuple[object, ...]:
    route = surveyed.route
    return route.path is None, route.path or "", route.methods, route.place.path, route.place.line


def _modules(project: Project, paths: Iterable[str]) -> Iterator[Module]:
    for path in paths:
        if is_set_apart(path):
            continue
        try:
            module = project.module(path)
        except (OSError, SyntaxFault):
            continue
        if role_of(module) in ("application", "settings") and module.tree.text.strip():
            yield module


def _layer(module: Module, served: set[str]) -> Layer:
    """Handlers make a file one of routes, models one of data, and what neither has and handlers run is a service."""
    if any(handler.kind in REQUEST_KINDS for handler in request_handlers_in(module)):
        return "routes"
    if role_of(module) == "settings":
        return "settings"
    if any(cls.derives_from(*MODEL_BASES) for cls in module.classes) or _is_data_path(module.path):
        return "data"
    return "services" if module.path in served else "support"


def _is_data_path(path: str) -> bool:
    """Whether a file is one of repositories or of the database's set-up, by the names that projects give these."""
    *folders, file = path.split("/")
    stem = file.rpartition(".")[0]
    return any(word in ("models", "repositories", "repository", "dao", "db", "database") for word in (*folders, stem))


def _calls(functions: Iterable[Function], shown: set[str]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for function in functions:
        path = function.module.path
        found.update((path, target.module.path) for _, target in run_in(function) if target.module.path != path)
    return {pair: count for pair, count in sorted(found.items()) if shown.issuperset(pair)}
