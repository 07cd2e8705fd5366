"""What the engine needs of the floors below to put a rule's subjects together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.libraries import registry
from backend_lint.semantics.project import Project
from backend_lint.source.files import FileSource, WorkingTree
from backend_lint.source.parse import parse

if TYPE_CHECKING:
    from backend_lint.engine.settings import ExtraNames
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function, Module
    from backend_lint.source.nodes import Tree


def open_project(
    root: Path,
    files: Sequence[str],
    read: Callable[[str], bytes],
    names: ExtraNames,
    source: FileSource | None = None,
    *,
    parse: Callable[[str, bytes], Tree] = parse,
    listing: Callable[[], Sequence[str]] | None = None,
) -> Project:
    """The project under `root`, or in `source`. `names` are what the user declares about it, by the configuration's keys. `parse` and
    `listing` stand for the usual ways to a tree and to the paths of all files."""
    if listing is None and source is not None and not isinstance(source, WorkingTree):
        listing = source.list
    declared = {field.name.replace("_", "-"): frozenset(getattr(names, field.name)) for field in dataclasses.fields(names)}
    return Project(root, files, read, registry(), listing=listing, parse=parse, names=declared)


def handlers_in(module: Module) -> list[Handler]:
    """The handlers whose functions stand in a module, in source order."""
    return list(frameworks.handlers_in(module))


def handler_of(function: Function) -> Handler | None:
    """The handler that a function is, None when it is none."""
    return frameworks.handler_of(function)
