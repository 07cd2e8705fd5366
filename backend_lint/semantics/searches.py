"""Searches of a whole project by its bytes, and what is needed to tell later whether they would still find the same.

An answer that rests on a search rests on its outcome, not on every file that was looked through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from backend_lint.semantics import roles
from backend_lint.semantics.layout import Import
from backend_lint.semantics.memo import search_bit
from backend_lint.semantics.outlines import Kind, Outline
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
#: What was searched for: in which way (in the text itself, or as `Outline.holds`), some needles, and whether in tests too.
Sought: TypeAlias = tuple[Literal["text"] | Kind, tuple[bytes, ...], bool]
#: A fact's name and the key that was asked for, None for the whole of it.
Asked: TypeAlias = tuple[str, str | None]
#: The name of a function that tells something of a file, and whether it is asked of tests too.
Part: TypeAlias = tuple[str, bool]


@dataclass
class Findings:
    """What searches found: the paths of files by what was searched for, and digests of facts by what was asked; and the imports whose files
    were looked for. `gathered` has what facts were put together from, for those that rest on nothing else, and `pieces` by the names of
    these parts the digests of what files have given, by their paths."""

    found: dict[Sought, list[str]] = field(default_factory=dict)
    facts: dict[Asked, bytes] = field(default_factory=dict)
    imports: set[Import] = field(default_factory=set)
    gathered: dict[str, list[Part]] = field(default_factory=dict)
    pieces: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def add(self, other: Findings) -> None:
        """Add what was found in the same project elsewhere."""
        self.found.update(other.found)
        self.facts.update(other.facts)
        self.imports |= other.imports
        self.gathered.update(other.gathered)
        self.pieces.update(other.pieces)


class Searches:
    """The searches that were made in one project, and what they found."""

    def __init__(self, project: Project, listing: Callable[[], Sequence[str]] | None) -> None:
        self._project = project
        self._listing = listing
        #: What answers rest on: who finds out a fact may search for it, but the answers rest on the fact.
        self.found: dict[Sought, list[str]] = {}
        self.facts: dict[Asked, bytes] = {}
        self._known: dict[Sought, list[str]] = {}
        self._searched = self._searched_uses = self._searched_apart = 0
        self._is_telling = False
        self._told = (0, 0, 0, 0)
        self._bits: dict[object, int] = {}
        self._values: dict[Callable[[Project], Any], Any] = {}
        self._outlines: dict[str, Outline] = {}
        self._pieces: dict[str, dict[str, Any]] = {}
        self._gathered: dict[str, list[Part]] = {}
        #: Of the fact that is being told: what it is put together from, and whether it rests on more than that.
        self._parts: list[Part] = []
        self._has_more = False

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
        return self._noted(("text", needles, tests))

    def outlined(self, kind: Kind, needle: bytes, *, tests: bool = False) -> Sequence[str]:
        """The paths of the files whose outlines hold `needle`, see `Outline.holds`, sorted."""
        return self._noted((kind, (needle,), tests))

    def _noted(self, key: Sought) -> list[str]:
        found = self.found.get(key)
        if found is None:
            found = self._known.get(key)
            if found is None:
                kind, needles, tests = key
                paths = self._all_files if tests else self.application_files
                found = self._known[key] = (
                    self._search(needles, paths) if kind == "text" else self._search_outlines(kind, needles[0], tests=tests)
                )
            if self._is_telling:
                self._has_more = True
                return found
            self.found[key] = found
            self._bits[key] = search_bit(key)
        self._project.memo.rests |= self._bits[key]
        return found

    def outline(self, path: str) -> Outline:
        """The outline of a file, for who tells a fact."""
        found = self._outlines.get(path)
        if found is None:
            found = self._outlines[path] = Outline(path, self._project.text_of(path), self._project.layout.names)
        return found

    def _search_outlines(self, kind: Kind, needle: bytes, *, tests: bool) -> list[str]:
        if kind == "uses" and not tests:
            self._searched_uses += 1
            if self._searched_uses > _FEW:
                return self._users.get(needle, [])
        words = needle.split(b".")[:2] if kind == "uses" else [needle]
        found = {path for word in words for path in self._importing.get(word, ())}
        if tests:
            self._searched_apart += 1
            if self._searched_apart < _FEW:
                text_of = self._project.text_of
                found.update(path for path in self._apart if any(word in (text_of(path) or b"") for word in words))
            else:
                found.update(path for word in words for path in self._importing_apart.get(word, ()))
        return sorted(path for path in found if self.outline(path).holds(kind, needle))

    @cached_property
    def _users(self) -> dict[bytes, list[str]]:
        """By use the application's files that have it."""
        found: dict[bytes, list[str]] = {}
        for path in self.application_files:
            outline = self.outline(path)
            for use in outline.uses:
                if outline.holds("uses", use):
                    found.setdefault(use, []).append(path)
        return found

    @cached_property
    def _apart(self) -> list[str]:
        return sorted(set(self._project.files).difference(self.application_files))

    @cached_property
    def _importing(self) -> dict[bytes, list[str]]:
        """By word the files in whose import statements it stands, tests and migrations left out."""
        return self._by_word(self.application_files)

    @cached_property
    def _importing_apart(self) -> dict[bytes, list[str]]:
        return self._by_word(self._apart)

    def _by_word(self, paths: Sequence[str]) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = {}
        for path in paths:
            for word in self.outline(path).imported:
                found.setdefault(word, []).append(path)
        return found

    def _search(self, needles: tuple[bytes, ...], paths: list[str]) -> list[str]:
        self._searched += 1
        if self._searched < _FEW:
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

    def gathered(self, tell: Callable[[Project, str, bytes], T | None], *, tests: bool = False) -> dict[str, T]:
        """What `tell` says of the project's files by their paths and bytes, for who tells a fact; files of which it says None are left out,
        and those of tests without `tests`.

        A fact that is put together from nothing else need not be told again when some files have changed of which `tell`, a function at the
        top of a module, says the same as before.
        """
        name = name_of(tell)
        self._parts.append((name, tests))
        found = self._pieces.get(name)
        if found is None:
            found = self._pieces[name] = {}
            for path in self._all_files if tests else self.application_files:
                text = self._project.text_of(path)
                said = None if text is None else tell(self._project, path, text)
                if said is not None:
                    found[path] = said
        return found

    def news(self) -> Findings:
        """What was found since this was last asked."""
        found, facts, imports, gathered = self._told
        asked = self._project.layout.asked
        self._told = len(self.found), len(self.facts), len(asked), len(self._gathered)
        names = dict(islice(self._gathered.items(), gathered, None))
        return Findings(
            dict(islice(self.found.items(), found, None)),
            dict(islice(self.facts.items(), facts, None)),
            set(islice(asked, imports, None)),
            names,
            {name: {path: digest(said) for path, said in self._pieces[name].items()} for parts in names.values() for name, _ in parts},
        )

    def _value(self, find: Callable[[Project], T]) -> T:
        if find not in self._values:
            before = self._is_telling, self._parts, self._has_more
            self._is_telling, self._parts, self._has_more = True, [], False
            try:
                self._values[find], rests = self._project.memo.apart(lambda: find(self._project))
                if self._parts and not rests and not self._has_more:
                    self._gathered[name_of(find)] = self._parts
            finally:
                self._is_telling, self._parts, self._has_more = before
                # A fact that is made of another one is made of what that is made of: nobody has looked.
                self._has_more = self._has_more or self._is_telling
        value: T = self._values[find]
        return value

    def _note(self, find: Callable[[Project], Any] | str, key: str | None, value: object) -> None:
        bit = self._bits.get((find, key))
        if bit is None:
            if self._is_telling:
                self._has_more = True
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
        self._project = project
        self._paths = paths
        self._apart = {path for path in paths if roles.is_set_apart(path)}
        self._index = WordIndex([project.text_of(path) for path in paths])
        self._outlines = [(path, project.searches.outline(path)) for path in paths]

    def found(self, sought: Sought) -> set[str]:
        """The paths of the files that a search in all of the project would find."""
        kind, needles, tests = sought
        if kind == "text":
            found = {self._paths[place] for needle in needles for place in self._index.holding(needle)}
        else:
            found = {path for path, outline in self._outlines for needle in needles if outline.holds(kind, needle)}
        return found if tests else found - self._apart

    def pieces(self, tell: Callable[[Project, str, bytes], object], *, tests: bool) -> dict[str, bytes]:
        """The digests of what `tell` says of the files, as `Findings.pieces` has them."""
        texts = [(path, self._project.text_of(path)) for path in self._paths if tests or path not in self._apart]
        said = {path: tell(self._project, path, text) for path, text in texts if text is not None}
        return {path: digest(each) for path, each in said.items() if each is not None}


def name_of(function: Callable[..., Any]) -> str:
    """What a fact, or what is gathered for one, is called: where the function stands that tells it."""
    return f"{function.__module__}:{function.__qualname__}"


def digest(value: object) -> bytes:
    """A short digest of what a fact is. Sets are put in order first."""
    text = repr(sorted(value, key=repr)) if isinstance(value, (set, frozenset)) else repr(value)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
