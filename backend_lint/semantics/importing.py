"""Which files may name a function, told from their import statements and from what they do with what they import.

Names such as `get` and `create` are those of many functions, and `get(` stands in most files. A function of a module can only be called
where its module, or the function itself, has been imported: to look into the other files would take time, and have the answer rest on them.
What is known of a file here comes from its bytes (`semantics.outlines`), so that it is not parsed for it. It may be too many files, and is
meant never to be too few. Modules that are loaded by name at run time, and functions that are handed around, are not found: who asks looks
for calls by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.semantics.outlines import ANYWHERE, ITSELF, STAR, Home, use

if TYPE_CHECKING:
    from backend_lint.semantics.functions import Function
    from backend_lint.semantics.project import Module, Project


def naming(function: Function, *names: str) -> Iterator[Module]:
    """The modules that may name a function of the project, tests and migrations left out, in path order: those whose text holds one of
    `names`, by default its own, and for a function at the top of a module those that use one of the names from there. A method's name
    counts where it is read off something or imported, and in the method's own module."""
    project = function.project
    names = names or (function.node.name,)
    if function.cls is None and function.parent is None:
        module = function.module
        paths: Sequence[str] = project.remember(("users", module.path, names), lambda: _users(module, names))
    elif function.cls is not None:
        needles = (f".{name}" if name == function.node.name else name for name in names)
        imported = project.searches.outlined("named", function.node.name.encode())
        paths = sorted({function.module.path, *imported, *project.holding(*(needle.encode() for needle in needles))})
    else:
        paths = project.holding(*(name.encode() for name in names))
    for path in paths:
        found = project.find(path)
        if found is not None:
            yield found


def _users(module: Module, names: tuple[str, ...]) -> list[str]:
    """The paths of the files that may use one of the names from a module, from there or from who has it from there; the module's own is
    one of them."""
    project = module.project
    homes, others = project.remember(("homes", module.path), lambda: _homes(module))
    found = {module.path, *others}
    for name in names:
        wanted = name.encode()
        fresh = list(homes)
        asked = set(fresh)
        while fresh:
            users = _using(project, fresh.pop(), wanted)
            # `from package import get` where the package has it from the module.
            for path in users.difference(found).intersection(project.searches.outlined("named", wanted)):
                more = set(_homes_of(project, path)) - asked
                asked |= more
                fresh += more
            found |= users
    return sorted(found)


def _homes(module: Module) -> tuple[tuple[Home, ...], frozenset[str]]:
    """Where a module, or all that is in it, can be had: under its own name, and where others gather it; and the paths of the files of which
    more cannot be said than that they may have it."""
    project = module.project
    homes: dict[Home, None] = {}
    found: set[str] = set()
    fresh = _homes_of(project, module.path)
    while fresh:
        home = fresh.pop()
        if home in homes:
            continue
        homes[home] = None
        package, stem = home
        found |= _using(project, home, ITSELF)
        # `from .service import *`, which others can take it from.
        gathering = _using(project, home, STAR)
        found |= gathering
        fresh += (other for path in gathering for other in _homes_of(project, path))
        # `from . import service` in a package.
        takers = project.searches.outlined("named", stem) if package in (ANYWHERE, b"") else _using(project, (ANYWHERE, package), stem)
        fresh += ((_stem(project, path), stem) for path in takers if project.layout.is_package(path))
        # `from shop.orders import service as orders`, and elsewhere `from shop.services import orders`.
        for path, other in project.fact_of(_renamed, stem.decode("utf-8", "replace")) or ():
            if project.layout.is_package(path):
                fresh.append((_stem(project, path), other))
            for there in _homes_of(project, path):
                found |= _using(project, there, other)
    return tuple(homes), frozenset(found)


def _using(project: Project, home: Home, name: bytes) -> set[str]:
    """The paths of the files that use a name from a module."""
    package, module = home
    return set(project.searches.outlined("uses", use(package, module, name)))


def _homes_of(project: Project, path: str) -> list[Home]:
    """How the module in a file is known to who imports it. One in the same folder may be imported by its name alone."""
    *_, package, stem = ("", *project.layout.module_name(path).split("."))
    name = stem.encode("utf-8", "surrogatepass")
    return [(package.encode("utf-8", "surrogatepass"), name), (b"", name)] if package else [(ANYWHERE, name)]


def _stem(project: Project, path: str) -> bytes:
    return project.layout.module_name(path).rpartition(".")[2].encode("utf-8", "surrogatepass")


def _renamed(project: Project) -> dict[str, tuple[tuple[str, bytes], ...]]:
    """By the name of what is imported under another name that others import then, or may: the files that do so, and the other names. A
    fact."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    named = frozenset().union(*project.searches.gathered(_names).values())
    for path, renamed in project.searches.gathered(_renames).items():
        for stem, other in renamed:
            if other in named or project.layout.is_package(path):
                found.setdefault(stem.decode("utf-8", "replace"), []).append((path, other))
    return {stem: tuple(sorted(renamed)) for stem, renamed in found.items()}


def _names(project: Project, path: str, text: bytes) -> frozenset[bytes] | None:
    """The names that a file imports."""
    return frozenset(project.searches.outline(path).named) or None


def _renames(project: Project, path: str, text: bytes) -> frozenset[tuple[bytes, bytes]] | None:
    """What a file imports under another name, and the other name."""
    bindings = project.searches.outline(path).bindings
    return frozenset((stem, other) for other, homes in bindings.items() for _, stem in homes if other != stem) or None
