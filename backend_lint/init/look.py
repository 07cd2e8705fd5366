"""A look at a project, for who sets the tool up in it: what it is made of, how typed it is, and what a check would find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.engine.cache import Session
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.discovery import walk
from backend_lint.engine.settings import ExtraNames
from backend_lint.engine.subjects import open_project
from backend_lint.findings.model import Severity
from backend_lint.frameworks import frameworks_of, request_handlers_in
from backend_lint.libraries import registry
from backend_lint.semantics.persistence import MODEL_BASES
from backend_lint.semantics.roles import is_test_path
from backend_lint.semantics.settings import is_development_name, is_django_settings
from backend_lint.source import nodes as n
from backend_lint.source.files import WorkingTree
from backend_lint_rules.types.signatures import annotated_share

if TYPE_CHECKING:
    from backend_lint.engine.result import Result
    from backend_lint.semantics.project import Class, Module, Project

#: Effects that libraries of databases have, some of each: they ask something, and they hold something open or build upon it. Those that
#: call other services have further ones.
_ASKING = frozenset({"sql", "builds-query", "reads", "writes"})
_HOLDING = frozenset({"opens", "commits", "connects", "builds-query"})
#: Frameworks that reach databases through their own object mappers, which are told by the models there are.
_FRAMEWORK_PACKAGES = frozenset({"django", "rest_framework", "ninja", "flask_admin", "fastapi", "starlette", "flask"})
#: What settings of a project without Django's derive from.
_SETTINGS_BASES = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")

#: Names of frameworks as people write them, what comes with another one left out.
_TITLES = {
    "fastapi": "FastAPI",
    "starlette": "Starlette",
    "flask": "Flask",
    "flask-restful": "Flask-RESTful",
    "django": "Django",
    "drf": "Django REST framework",
    "ninja": "Django Ninja",
}


@dataclass(frozen=True, kw_only=True)
class SettingsModule:
    """A settings module: its file, its dotted name, and whether it is one for development or tests by its name."""

    path: str
    name: str
    is_django: bool
    is_for_development: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a project is. Paths are relative to its root; `roots` are the folders in which its imports start, "" for the root itself;
    `annotated` of `functions` functions have an annotation. `databases` are the packages through which it reaches databases."""

    files: int
    tests: int
    frameworks: tuple[str, ...]
    handlers: int
    databases: tuple[str, ...]
    models: int
    roots: tuple[str, ...]
    settings: tuple[SettingsModule, ...]
    annotated: int
    functions: int
    result: Result

    @property
    def severities(self) -> Counter[Severity]:
        """How many findings there would be, by severity."""
        return Counter(finding.severity for finding in self.result.findings)

    @property
    def families(self) -> list[tuple[str, int]]:
        """How many findings there would be, by family, the most first."""
        return Counter(finding.family for finding in self.result.findings).most_common()


def look(root: Path, request: Request) -> Look:
    """Look at the project under `root` (absolute), and check it as `request` says. Raises `ConfigurationFault`."""
    result = check_paths([root], request)
    paths = sorted({entry.path for entry in walk(root)})
    source = WorkingTree(root, paths)
    if request.cache is None:
        return _looked(open_project(root, paths, source.read, ExtraNames(), source), paths, result)
    # Where the check has just left its trees.
    session = Session(request.cache, root, source)
    project = open_project(root, paths, session.read, ExtraNames(), source, parse=session.parse, listing=session.listing)
    try:
        return _looked(project, paths, result)
    finally:
        session.close()


def _looked(project: Project, paths: Sequence[str], result: Result) -> Look:
    modules = list(_modules(project, paths))
    application = [module for module in modules if module.role in ("application", "settings")]
    annotated, functions = annotated_share(project)
    mappers = Counter(base.partition(".")[0] for module in application for cls in module.classes for base in _mappers(cls))
    models = sum(any(_mappers(cls)) for module in application for cls in module.classes)
    return Look(
        files=len(paths),
        tests=sum(is_test_path(path) for path in paths),
        frameworks=tuple(_frameworks(project)),
        handlers=sum(len(request_handlers_in(module)) for module in application),
        databases=tuple(dict.fromkeys([*_ranked(mappers), *_databases(application)])),
        models=models,
        roots=tuple(_roots(project, application)),
        settings=tuple(_settings(modules)),
        annotated=annotated,
        functions=functions,
        result=result,
    )


def _modules(project: Project, paths: Sequence[str]) -> Iterator[Module]:
    for path in paths:
        if not is_test_path(path):
            module = project.find(path)
            if module is not None:
                yield module


def _frameworks(project: Project) -> Iterator[str]:
    found = frameworks_of(project)
    for name, title in _TITLES.items():
        # FastAPI's users import its parts from Starlette.
        if name in found and not (name == "starlette" and "fastapi" in found):
            yield title


def _mappers(cls: Class) -> frozenset[str]:
    """The object mappers' own classes that a class derives from."""
    return cls.external_ancestors & MODEL_BASES


def _databases(modules: Sequence[Module]) -> list[str]:
    """The packages known for what they do to databases that modules import, the most used first."""
    known = registry()
    effects: dict[str, set[str]] = {}
    for name, declared in known.classes.items():
        for member in declared.members.values():
            effects.setdefault(name.partition(".")[0], set()).update(member.effects)
    for name, member in known.functions.items():
        effects.setdefault(name.partition(".")[0], set()).update(member.effects)
    packages = {
        name for name, does in effects.items() if not _ASKING.isdisjoint(does) and not _HOLDING.isdisjoint(does) and "outbound" not in does
    }
    counts: Counter[str] = Counter()
    for module in modules:
        for name in {node.partition(".")[0] for node in _imports(module)}:
            counts[name] += name in packages
    return [name for name in _ranked(counts) if counts[name] and name not in _FRAMEWORK_PACKAGES]


def _ranked(counts: Counter[str]) -> list[str]:
    """The most frequent first, equals by their names."""
    return sorted(counts, key=lambda name: (-counts[name], name))


def _imports(module: Module) -> Iterator[str]:
    """The dotted names that a module imports absolutely."""
    for node in module.nodes_of(n.Import, n.ImportFrom):
        if isinstance(node, n.ImportFrom):
            if not node.level and node.module:
                yield node.module
        elif isinstance(node, n.Import):
            for alias in node.names:
                yield alias.name


def _roots(project: Project, modules: Sequence[Module]) -> list[str]:
    """The folders from which the modules' imports of each other start, the most used first; what hardly any import needs is left out."""
    found: Counter[str] = Counter()
    for module in modules:
        for dotted in _imports(module):
            target = project.layout.resolve(dotted, module.path)
            if target is None:
                continue
            bare = target.rpartition(".")[0].removesuffix("/__init__")
            tail = dotted.replace(".", "/")
            if bare == tail or bare.endswith(f"/{tail}"):
                found[bare[: len(bare) - len(tail)].rstrip("/")] += 1
    return [folder for folder, count in found.most_common() if count * 20 >= found.total()]


def _is_configuration(module: Module) -> bool:
    """Whether a module holds a configuration as Flask takes it: classes or names in capitals, in a file that is called so."""
    names = module.names.bindings
    return module.role == "settings" and any(name.isupper() or name.endswith(("Config", "Settings")) for name in names)


def _settings(modules: Sequence[Module]) -> Iterator[SettingsModule]:
    for module in modules:
        is_django = is_django_settings(module)
        if is_django or any(cls.derives_from(*_SETTINGS_BASES) for cls in module.classes) or _is_configuration(module):
            yield SettingsModule(
                path=module.path, name=module.name, is_django=is_django, is_for_development=is_development_name(module.path)
            )
