"""Which files may name a function, told from the words in their import statements.

Names such as `get` and `create` are those of many functions, and `get(` stands in most files. A function of a module can only be called
where its module, or the function itself, has been imported: to look into the other files would take time, and have the answer rest on them.
What is known of imports here comes from bytes, so that no file is parsed for it. It may be too many files, and is meant never to be too
few. Modules that are loaded by name at run time, and functions that are handed around, are not found: who asks looks for calls by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from backend_lint.semantics.functions import Function
    from backend_lint.semantics.project import Module, Project

# The list in brackets ends before the first closing one: a comment in it may hold more words, which does no harm.
_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t]*(?:from[ \t]+([\w.]+)[ \t\\]+(?:\r?\n[ \t]*)?import\b[ \t]*(\([^)]{0,8000}|[^\r\n#]*(?:\\\r?\n[^\r\n#]*){0,40})"
    rb"|import[ \t]+([^\r\n#]*(?:\\\r?\n[^\r\n#]*){0,40}))",
    re.MULTILINE,
)
_WORD = re.compile(rb"\w+|\*")
_GIVEN = re.compile(rb"\bas\s+\w+")
_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")
_STAR = "*"


def naming(function: Function, *names: str) -> Iterator[Module]:
    """The modules that may name a function of the project, tests and migrations left out, in path order: those whose text holds one of
    `names`, by default its own, and for a function at the top of a module that import the module, or one of the names from there."""
    project = function.project
    names = names or (function.node.name,)
    paths = project.holding(*(name.encode() for name in names))
    if function.cls is None and function.parent is None:
        module = function.module
        users = project.remember(("users", module.path, names), lambda: _users_of(module, names))
        paths = [path for path in paths if path in users or path == module.path]
    for path in paths:
        found = project.find(path)
        if found is not None:
            yield found


def _users_of(module: Module, names: tuple[str, ...]) -> frozenset[str]:
    """The paths of the files that may import a module, or one of the names from it or from who has it from there."""
    project = module.project
    found = project.remember(("users", module.path), lambda: _users(module))
    holding = frozenset(project.holding(*(name.encode() for name in names)))
    named = frozenset(path for name in names for path in project.fact_of(_named, name) or ())
    fresh = found & named
    asked: set[tuple[str, bool]] = set()
    while fresh:
        # `from package import get`, and for what a package gathers also `package.get`.
        homes = {(_stem(path), path.endswith("/__init__.py")) for path in fresh} - asked
        asked |= homes
        fresh = frozenset(
            path for home, is_package in homes for path in _importing(project, home) if path in (holding if is_package else named)
        )
        fresh -= found
        found |= fresh
        fresh &= named
    return found


def _stem(path: str) -> str:
    """The last name of the module in a file."""
    *_, folder, file = ("", *path.split("/"))
    stem = file.rpartition(".")[0]
    return folder if stem == "__init__" else stem


def _users(module: Module) -> frozenset[str]:
    """The paths of the files that may import a module, or something from it under an asterisk or through a package."""
    project = module.project
    *_, parent, stem = ("", *module.name.split("."))
    holding = frozenset(project.holding(stem.encode()))
    found = holding.intersection(_importing(project, parent)) if parent else holding
    folder = module.path.rpartition("/")[0]
    if module.is_package:
        folder = folder.rpartition("/")[0]
    # `from . import stem` has no word of what holds it.
    found |= {path for path in _importing(project, stem) if path.startswith(f"{folder}/") or not folder}
    for package in found.intersection(project.fact_of(_named, stem) or ()):
        if package.endswith("/__init__.py"):
            found |= holding.intersection(_importing(project, package.split("/")[-2]))
    for renamed in project.fact_of(_renamed, stem) or ():
        found |= set(_importing(project, renamed))
    return frozenset(found).union(_importing(project, _STAR))


def _importing(project: Project, word: str) -> tuple[str, ...]:
    """The paths of the files that import something by a name, or from a module of that name in its path."""
    return project.fact_of(importing, word) or ()


def importing(project: Project) -> dict[str, tuple[str, ...]]:
    """By name the files that import something by that name or from it, `*` being one. A fact."""
    return _words(project)[0]


def _named(project: Project) -> dict[str, tuple[str, ...]]:
    """By name the files that have it behind `import`. A fact."""
    return _words(project)[1]


def _renamed(project: Project) -> dict[str, tuple[str, ...]]:
    """By name the other names under which it is imported. A fact."""
    return _words(project)[2]


_Words: TypeAlias = tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]


def _words(project: Project) -> _Words:
    return project.remember("words of imports", lambda: _found(project))


def _found(project: Project) -> _Words:
    anywhere: dict[bytes, list[str]] = {}
    behind: dict[bytes, list[str]] = {}
    renamed: dict[bytes, list[str]] = {}
    for path in project.files:
        words: set[bytes] = set()
        names: set[bytes] = set()
        for origin, listed, plain in _IMPORT.findall(project.bytes_of(path) or b""):
            text = listed or plain
            if b" as" in text:
                for name, other in _RENAMED.findall(text):
                    if name != other:
                        renamed.setdefault(name, []).append(_text(other))
                # The names that a file gives to what it imports are not those that it imports.
                text = _GIVEN.sub(b"", text)
            names.update(_WORD.findall(text))
            words.update(_WORD.findall(origin))
        for word in names | words:
            anywhere.setdefault(word, []).append(path)
        for word in names:
            behind.setdefault(word, []).append(path)
    return _sorted(anywhere), _sorted(behind), _sorted(renamed)


def _sorted(found: dict[bytes, list[str]]) -> dict[str, tuple[str, ...]]:
    return {_text(word): tuple(sorted(set(values))) for word, values in found.items()}


def _text(word: bytes) -> str:
    return word.decode("utf-8", "replace")
