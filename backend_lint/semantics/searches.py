"""Searches of a whole project by its bytes, and what is needed to tell later whether they would still find the same.

An answer that rests on a search rests on its outcome, not on every file that was looked through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from backend_lint.semantics import roles
from backend_lint.semantics.layout import Import
from backend_lint.semantics.memo import search_bit
from backend_lint.semantics.words import WordIndex
from backend_lint.source import documents

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project

T = TypeVar("T")
#: So many searches take as long as an index of all words; a check of one file makes fewer.
_FEW = 24


#: The name of a fact whose key is the path of a file that is none of the project's Python files, and which is what that holds.
OTHER_TEXT = "text"
#: The name of a fact whose key is a dotted name and the path of a file that is none of the project's Python files, with a line end between
#: them, and which is the file that the name means there.
OUTSIDE_IMPORT = "import"
#: What was searched for: some needles, and whether in tests too.
Sought: TypeAlias = tuple[tuple[bytes, ...], bool]
#: A fact's name and the key that was asked for, None for the whole of it.
Asked: TypeAlias = tuple[str, str | None]


@dataclass
class Findings:
    """What searches found: the paths of files by what was searched for, and digests of facts by what was asked; and the imports whose files
    were looked for."""

    found: dict[Sought, list[str]] = field(default_factory=dict)
    facts: dict[Asked, bytes] = field(default_factory=dict)
    imports: set[Import] = field(default_factory=set)

    def add(self, other: Findings) -> None:
        """Add what was found in the same project elsewhere."""
        self.found.update(other.found)
        self.facts.update(other.facts)
        self.imports |= other.imports


class Searches:
    """The searches that were made in one project, and what they found."""

    def __init__(self, project: Project, listing: Callable[[], Sequence[str]] | None) -> None:
        self._project = project
        self._listing = listing
        #: What answers rest on: who finds out a fact may search for it, but the answers rest on the fact.
        self.found: dict[Sought, list[str]] = {}
        self.facts: dict[Asked, bytes] = {}
        self._known: dict[Sought, list[str]] = {}
        self._is_telling = False
        self._told = (0, 0, 0)
        self._bits: dict[object, int] = {}
        self._values: dict[Callable[[Project], Any], Any] = {}

    @cached_property
    def application_files(self) -> list[str]:
        """The paths of the files that are neither tests nor migrations, sorted. A migration that calls what the application calls is of no
        account to the application."""
        return sorted(path for path in self._project.files if not roles.is_set_apart(path))

    @cached_property
    def _all_files(self) -> list[str]:
        return sorted(self._project.files)

    def holding(self, needles: tuple[bytes, ...], *, tests: bool = False) -> Sequence[str]:
        """The paths of the files whose bytes hold one of `needles`, sorted."""
        project = self._project
        key = (needles, tests)
        found = self.found.get(key)
        if found is None:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = self._search(needles, self._all_files if tests else self.application_files)
            if self._is_telling:
                return found
            self.found[key] = found
            self._bits[key] = search_bit(key)
        project.memo.rests |= self._bits[key]
        return found

    def _search(self, needles: tuple[bytes, ...], paths: list[str]) -> list[str]:
        if len(self._known) < _FEW:
            text_of = self._project.text_of
            return [path for path in paths if (data := text_of(path)) is not None and any(needle in data for needle in needles)]
        places: set[int] = set().union(*(self._index.holding(needle) for needle in needles))
        holding = {self._all_files[place] for place in places}
        return [path for path in paths if path in holding]

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex([self._project.text_of(path) for path in self._all_files])

    def documents(self) -> Sequence[str]:
        """See `Project.documents`."""
        return self.fact(_documents)

    def listed(self) -> list[str]:
        """As `documents`, for who tells the fact."""
        return documents.on_disk(str(self._project.root)) if self._listing is None else documents.among(self._listing())

    def text_of_other(self, path: str) -> bytes | None:
        """The bytes of a file that is none of the project's Python files, None when it cannot be read."""
        text = self._project.text_of(path)
        self._note(OTHER_TEXT, path, text)
        return text

    def import_from_outside(self, dotted: str, importer: str) -> str | None:
        """The file that a dotted name means in a file that is none of the project's Python files."""
        path = self._project.layout.resolve(dotted, importer)
        self._note(OUTSIDE_IMPORT, f"{dotted}\n{importer}", path)
        return path

    def has_folder(self, path: str) -> bool:
        """See `Project.has_folder`."""
        # Nearly all that is asked for are names of libraries, which share the answer that there is no such folder at the top.
        top = path.partition("/")[0]
        return self.fact_of(_folders, top) is not None and (top == path or self.fact_of(_folders, path) is not None)

    def fact(self, find: Callable[[Project], T]) -> T:
        """See `Project.fact`."""
        value = self._value(find)
        self._note(find, None, value)
        return value

    def fact_of(self, find: Callable[[Project], Mapping[str, T]], key: str) -> T | None:
        """See `Project.fact_of`."""
        value = self._value(find).get(key)
        self._note(find, key, value)
        return value

    def news(self) -> Findings:
        """What was found since this was last asked."""
        found, facts, imports = self._told
        asked = self._project.layout.asked
        self._told = len(self.found), len(self.facts), len(asked)
        return Findings(
            dict(islice(self.found.items(), found, None)), dict(islice(self.facts.items(), facts, None)), set(islice(asked, imports, None))
        )

    def _value(self, find: Callable[[Project], T]) -> T:
        if find not in self._values:
            was_telling, self._is_telling = self._is_telling, True
            try:
                self._values[find], _ = self._project.memo.apart(lambda: find(self._project))
            finally:
                self._is_telling = was_telling
        value: T = self._values[find]
        return value

    def _note(self, find: Callable[[Project], Any] | str, key: str | None, value: object) -> None:
        bit = self._bits.get((find, key))
        if bit is None:
            if self._is_telling:
                return
            name = find if isinstance(find, str) else name_of(find)
            bit = self._bits[find, key] = search_bit((name, key))
            self.facts[name, key] = digest(value)
        self._project.memo.rests |= bit


def _documents(project: Project) -> list[str]:
    """The files that may describe an API. A fact."""
    return project.searches.listed()


def _folders(project: Project) -> dict[str, bool]:
    """The folders that hold Python files. A fact."""
    return dict.fromkeys(project.layout.folders, True)


class Among:
    """Searches among some files of a project only; nothing is noted."""

    def __init__(self, project: Project, paths: Sequence[str]) -> None:
        self._paths = paths
        self._apart = {path for path in paths if roles.is_set_apart(path)}
        self._index = WordIndex([project.text_of(path) for path in paths])

    def holding(self, needles: Sequence[bytes], *, tests: bool = False) -> set[str]:
        """The paths of the files that `Project.holding` would find."""
        found = {self._paths[place] for needle in needles for place in self._index.holding(needle)}
        return found if tests else found - self._apart


def name_of(find: Callable[[Project], Any]) -> str:
    """What a fact is called: where the function stands that tells it."""
    return f"{find.__module__}:{find.__qualname__}"


def digest(value: object) -> bytes:
    """A short digest of what a fact is. Sets are put in order first."""
    text = repr(sorted(value, key=repr)) if isinstance(value, (set, frozenset)) else repr(value)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
