"""Which calls of a file may reach for a database, told by their names, so that only those are looked at closely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project


def candidates(module: Module) -> Iterator[tuple[Function | None, n.Call]]:
    """The calls in a module that are called like something that reaches for a database, with the function around each, in source order."""
    names = module.project.fact(_names)
    calls = (entry for name in names & module.calls_by_name.keys() for entry in module.calls_by_name[name])
    yield from sorted(calls, key=lambda entry: entry[1].start)


def _names(project: Project) -> frozenset[str]:
    """The last names of what is declared to reach for a database, of the libraries that the project's text mentions. A fact: one more file
    that mentions a library concerns nobody."""
    return frozenset().union(*project.searches.gathered(_connecting).values())


def _connecting(project: Project, path: str, text: bytes) -> frozenset[str] | None:
    """The last names of what is declared to reach for a database, of the libraries that a file mentions."""
    declared = project.remember("names that connect", lambda: _declared(project))
    found = [names for word, names in declared if word in text]
    return frozenset().union(*found) or None


def _declared(project: Project) -> list[tuple[bytes, frozenset[str]]]:
    """By what a text has that mentions a library, the last names of what is declared there to reach for a database."""
    registry = project.registry
    found: dict[str, set[str]] = {}
    for qualified, member in registry.functions.items():
        if "connects" in member.effects:
            library, _, name = qualified.rpartition(".")
            found.setdefault(library.rpartition(".")[2], set()).add(name)
    for qualified, declaration in registry.classes.items():
        library, _, name = qualified.rpartition(".")
        own = {attribute for attribute, member in declaration.members.items() if "connects" in member.effects}
        if "connects" in declaration.effects:
            own.add(name)
        if own:
            found.setdefault(library.rpartition(".")[2], set()).update(own)
    # SQLAlchemy's objects reach a file through others that do not name the library: its extensions and the project's own modules.
    words = [(word.encode(), frozenset(names)) for word, names in sorted(found.items())]
    return words + [(other, frozenset(found["engine"])) for other in (b"sqlalchemy", b"sqlmodel", b"SQLAlchemy")]
