"""What a project is made of: its files by layer, which of them call into which, and its routes with what they run.

A survey is for a map to look at, not for a verdict: it takes what inference knows and leaves out what it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from backend_lint.engine.discovery import walk
from backend_lint.engine.settings import ExtraNames
from backend_lint.engine.subjects import open_project
from backend_lint.frameworks import REQUEST_KINDS, request_handlers_in
from backend_lint.semantics import effects
from backend_lint.semantics.call_graph import run_in
from backend_lint.semantics.persistence import MODEL_BASES
from backend_lint.semantics.roles import is_set_apart, role_of
from backend_lint.source.files import WorkingTree
from backend_lint.source.parse import SyntaxFault

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function, Module, Project

Layer = Literal["routes", "services", "data", "settings", "support"]

#: The layers from the client to the database; settings and what is left stand beside them.
LAYERS: tuple[Layer, ...] = ("routes", "services", "data", "settings", "support")

#: How many functions behind a route are looked at; a route that runs more is judged by these.
MAX_REACHED = 400

#: Effects that a reader of a route wants to know of, in the order in which they are told.
TOLD_EFFECTS = ("reads", "writes", "commits", "rolls-back", "outbound", "email", "enqueues", "blocks")


class RouteInput(msgspec.Struct, frozen=True):
    """A parameter of a route: where its value comes from, and whether the framework has checked it."""

    name: str
    kind: str
    is_validated: bool


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A handler that answers clients. `reached` are the functions that run when it does, itself among them, as (path, qualified name);
    `does` those of `TOLD_EFFECTS` that it has with all that it calls."""

    methods: tuple[str, ...]
    route: str | None
    kind: str
    framework: str
    path: str
    line: int
    function: str
    is_async: bool
    inputs: tuple[RouteInput, ...]
    does: tuple[str, ...]
    reached: frozenset[tuple[str, str]]


class SurveyedFile(msgspec.Struct, frozen=True):
    """A file of the application."""

    path: str
    layer: Layer
    lines: int


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """The files and routes of a project, sorted by path and line, and how many calls behind routes lead from one file into another."""

    files: tuple[SurveyedFile, ...] = ()
    routes: tuple[Route, ...] = ()
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
    behind = _Behind()
    routes = tuple(_route(handler, behind) for module in modules for handler in request_handlers_in(module))
    shown = {module.path for module in modules}
    served = {path for route in routes for path, _ in route.reached}
    files = tuple(SurveyedFile(module.path, _layer(module, served), module.tree.text.count("\n") + 1) for module in modules)
    edges = {pair: count for pair, count in sorted(behind.calls.items()) if pair[0] in shown and pair[1] in shown}
    return Survey(files=files, routes=routes, calls=edges)


def _modules(project: Project, paths: Iterable[str]) -> Iterable[Module]:
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


def _route(handler: Handler, behind: _Behind) -> Route:
    function = handler.function
    module = function.module
    does = effects.of_function(function).all
    return Route(
        methods=handler.methods,
        route=handler.path,
        kind=handler.kind,
        framework=handler.framework,
        path=module.path,
        line=module.line(function.node),
        function=function.qualname,
        is_async=function.is_async,
        inputs=tuple(RouteInput(given.name, given.kind, given.is_validated) for given in handler.inputs if given.kind != "dependency"),
        does=tuple(effect for effect in TOLD_EFFECTS if effect in does),
        reached=behind.reached(function),
    )


class _Behind:
    """What runs behind routes, each function looked at once; `calls` counts the calls from one file into another."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self._runs: dict[int, list[Function]] = {}

    def reached(self, function: Function) -> frozenset[tuple[str, str]]:
        """The functions that run when `function` does, itself among them."""
        found: dict[int, Function] = {id(function): function}
        pending = [function]
        while pending and len(found) < MAX_REACHED:
            for target in self._run_in(pending.pop()):
                if id(target) not in found:
                    found[id(target)] = target
                    pending.append(target)
        return frozenset((each.module.path, each.qualname) for each in found.values())

    def _run_in(self, function: Function) -> list[Function]:
        known = self._runs.get(id(function))
        if known is None:
            known = self._runs[id(function)] = [target for _, target in run_in(function)]
            path = function.module.path
            self.calls.update((path, target.module.path) for target in known if target.module.path != path)
        return known
