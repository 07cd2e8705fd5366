"""Reports of earlier runs, and whether they still hold.

The report on a file rests on other files, on what searches of the project found, and on facts about it (`semantics.memo`,
`semantics.searches`). It holds as long as none of these has changed: then it is taken as it is, and only the others are made anew.

When files have come or gone, a file counts as changed if it has another name as a module now, or if one of the imports in it that reports
needed means another file. So what was looked for is kept for each file; where it led is not, for the list of files says it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from backend_lint.engine import signature
from backend_lint.engine.analysis import FileReport
from backend_lint.engine.moves import Moves
from backend_lint.semantics.memo import file_bit, search_bit
from backend_lint.semantics.searches import OTHER_TEXT, OUTSIDE_IMPORT, Among, Part, Sought, name_of
from backend_lint.semantics.searches import Findings as SearchFindings

if TYPE_CHECKING:
    from backend_lint.engine.cache import Session
    from backend_lint.engine.discovery import ProjectFiles
    from backend_lint.engine.plan import Plans
    from backend_lint.engine.registry import Packs
    from backend_lint.semantics.project import Project


class _Search(msgspec.Struct, array_like=True):
    """What a search was for, and the places of the files that it found."""

    sought: Sought
    found: list[int]


class _Fact(msgspec.Struct, array_like=True):
    """A fact by its name and key, and the digest of what it was."""

    name: str
    key: str | None
    digest: bytes


class _Ledger(msgspec.Struct, array_like=True):
    """What runs have left: the files with the digests that they had, the searches and facts that reports rest on, the imports that were
    followed, by the place of the file in which they stand, and the reports. `gathered` and `pieces` are those of `Findings`, with places
    for paths."""

    files: list[tuple[str, bytes | None]]
    searches: list[_Search]
    facts: list[_Fact]
    imports: dict[int, list[tuple[int, str]]]
    reports: dict[str, FileReport]
    gathered: dict[str, list[Part]]
    pieces: dict[str, dict[int, bytes]]


class Reuse:
    """The reports that earlier runs left in the cache of `session`, for a run on `files` by `plans` with the rules of `pack`.

    A `shelf` is where reports on texts that nobody has written yet are kept; what is not there is looked for in the cache.
    """

    def __init__(self, session: Session, files: ProjectFiles, plans: Plans, pack: Packs, shelf: dict[bytes, bytes] | None = None) -> None:
        self._session = session
        self._shelf = shelf
        self._paths = files.all
        keys = [_key(files, plans, place, pack) for place in range(len(plans.plans))]
        # Plans that differ in what is made of reports, and not in what is in them, share their reports.
        self._keys = list(dict.fromkeys(keys))
        #: By path the place of the key under which the report on a file is kept.
        self._index = {path: self._keys.index(keys[place]) for path, place in plans.index.items()}
        self._digests: list[bytes | None] = []
        self._old: list[_Ledger | None] = []

    def find(self, project: Project) -> dict[str, FileReport]:
        """The reports that still hold on files under check, by path. `project` is the project as it is now."""
        self._old = [self._held(key, project) for key in self._keys]
        return {
            path: ledger.reports[path]
            for path, place in self._index.items()
            if (ledger := self._old[place]) is not None and path in ledger.reports
        }

    def keep(self, reports: Iterable[FileReport], findings: SearchFindings) -> None:
        """Keep new reports beside those that hold, with what searches found when they were made."""
        # What was not read is of no account to any report.
        self._digests = self._digests or [self._session.reads.digests.get(path) for path in self._paths]
        added: list[dict[str, FileReport]] = [{} for _ in self._keys]
        for report in reports:
            if report.path is not None and not report.problems:
                added[self._index[report.path]][report.path] = report
        for key, old, new in zip(self._keys, self._old, added, strict=True):
            if key is not None and new:
                self._write(key, self._joined(old, new, findings))

    # --- what holds

    def _held(self, key: bytes | None, project: Project) -> _Ledger | None:
        """The ledger under a key without the reports that hold no more, and with the files as they are now."""
        store = self._session.store
        stored = self._shelf.get(key) if self._shelf is not None and key is not None else None
        if stored is None and store is not None and key is not None:
            stored = store.get("reports", key)
        if stored is None:
            return None
        try:
            ledger = _decoder.decode(zlib.decompress(stored))
        except (zlib.error, msgspec.MsgspecError, RecursionError):
            return None
        self._digests = self._digests or [self._session.digest(path) for path in self._paths]
        before = [path for path, _ in ledger.files]
        moves = Moves(before, self._paths)
        changed: set[int] = set()
        for place, (_, digest) in enumerate(ledger.files):
            now = moves.places[place]
            if now is None or digest != self._digests[now]:
                changed.add(place)
        others = changed.union(moves.otherwise(ledger.imports, project.registry.top_levels))
        mask = 0
        for place in others:
            mask |= file_bit(place)
        among = Among(project, [*(before[place] for place in changed if moves.places[place] is not None), *moves.added])
        for search in ledger.searches:
            if among.found(search.sought) != {before[place] for place in search.found if place in changed}:
                mask |= search_bit(search.sought)
        # Facts may be about other files than Python's as well, so that nothing here has changed does not settle them; but for those that
        # are put together from what each file gives.
        same = _Same(ledger, changed, among)
        for fact in ledger.facts:
            if not same.holds(fact.name) and _is_otherwise(fact, project):
                mask |= search_bit((fact.name, fact.key))
        if mask:
            ledger.reports = {path: report for path, report in ledger.reports.items() if not _bits(report) & mask}
        ledger.imports = {place: names for place, names in ledger.imports.items() if place not in others}
        if moves:
            self._move(ledger, moves)
        return ledger

    def _move(self, ledger: _Ledger, moves: Moves) -> None:
        """Have a ledger tell of files by their places now."""
        places = moves.places
        ledger.files = list(zip(self._paths, self._digests, strict=True))
        for search in ledger.searches:
            search.found = [now for place in search.found if (now := places[place]) is not None]
        ledger.imports = {now: names for place, names in ledger.imports.items() if (now := places[place]) is not None}
        for name, pieces in ledger.pieces.items():
            ledger.pieces[name] = {now: said for place, said in pieces.items() if (now := places[place]) is not None}
        for report in ledger.reports.values():
            report.rests = moves.rests(report.rests)

    def _joined(self, old: _Ledger | None, new: dict[str, FileReport], findings: SearchFindings) -> _Ledger:
        places = {path: place for place, path in enumerate(self._paths)}
        joined = _Ledger(
            files=list(zip(self._paths, self._digests, strict=True)),
            searches=[_Search(sought, [places[path] for path in found]) for sought, found in findings.found.items()],
            facts=[_Fact(name, key, digest) for (name, key), digest in findings.facts.items()],
            imports={},
            reports=new,
            gathered=findings.gathered,
            pieces={name: {places[path]: said for path, said in found.items()} for name, found in findings.pieces.items()},
        )
        imports: dict[int, set[tuple[int, str]]] = {}
        for level, name, path in findings.imports:
            if path in places:
                imports.setdefault(places[path], set()).add((level, name))
        if old is not None:
            joined.reports = {**old.reports, **new}
            joined.gathered = {**old.gathered, **joined.gathered}
            joined.pieces = {**old.pieces, **joined.pieces}
            used = 0
            for report in old.reports.values():
                used |= _bits(report)
            for place, names in old.imports.items():
                if used & file_bit(place):
                    imports.setdefault(place, set()).update(names)
            joined.searches += [
                search for search in old.searches if used & search_bit(search.sought) and search.sought not in findings.found
            ]
            joined.facts += [
                fact for fact in old.facts if used & search_bit((fact.name, fact.key)) and (fact.name, fact.key) not in findings.facts
            ]
        joined.imports = {place: list(names) for place, names in imports.items()}
        return joined

    def _write(self, key: bytes, ledger: _Ledger) -> None:
        if self._session.store is None or not self._session.reads.is_steady:
            return
        try:
            encoded = zlib.compress(_encoder.encode(ledger), 1)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return
        if self._shelf is None:
            self._session.store.put("reports", key, encoded)
        else:
            self._shelf[key] = encoded


class _Same:
    """Which facts are the same as when a ledger was written, by what they are put together from."""

    def __init__(self, ledger: _Ledger, changed: set[int], among: Among) -> None:
        self._ledger = ledger
        self._changed = changed
        self._among = among
        self._known: dict[Part, bool] = {}

    def holds(self, name: str) -> bool:
        """Whether a fact is known to be the same; False where it has to be told again to know."""
        parts = self._ledger.gathered.get(name)
        return parts is not None and all(self._is_same(part) for part in parts)

    def _is_same(self, part: Part) -> bool:
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = self._find(part)
        return known

    def _find(self, part: Part) -> bool:
        name, tests = part
        pieces = self._ledger.pieces.get(name)
        if pieces is None:
            return False
        try:
            now = self._among.pieces(_named(name), tests=tests)
        except Exception:
            # As for facts: the code is another.
            return False
        before = {self._ledger.files[place][0]: said for place in self._changed if (said := pieces.get(place)) is not None}
        return before == now


def _key(files: ProjectFiles, plans: Plans, place: int, pack: Packs) -> bytes | None:
    """What the reports made by one of the plans are known by; None when that cannot be said. It holds nothing that is of account only once
    the reports are there: notes are in them whether they are to be shown or not, so that a review finds what a check has left."""
    analyser = signature.of_analyser(pack)
    if analyser is None:
        return None
    plan = msgspec.structs.replace(plans.plans[place], fail_on="never", pedantic=False, is_partial=False)
    try:
        return blake2b(analyser + _deterministic.encode((str(files.root), plan, plans.names)), digest_size=20).digest()
    except (msgspec.MsgspecError, TypeError, UnicodeError):
        return None


def _bits(report: FileReport) -> int:
    return int.from_bytes(report.rests, "little")


def _is_otherwise(fact: _Fact, project: Project) -> bool:
    try:
        if fact.name == OTHER_TEXT:
            project.bytes_of(fact.key or "")
        elif fact.name == OUTSIDE_IMPORT:
            name, _, importer = (fact.key or "").partition("\n")
            project.searches.import_from_outside(name, importer)
        elif fact.key is None:
            project.fact(_named(fact.name))
        else:
            project.fact_of(_named(fact.name), fact.key)
    except Exception:
        # The code that told the fact is another now. Whether it fails for other reasons, the reports that ask for it will say.
        return True
    return project.searches.facts.get((fact.name, fact.key)) != fact.digest


def _named(name: str) -> Callable[..., Any]:
    """The function that tells a fact, or a piece of one. Raises ImportError and AttributeError when it is gone, ValueError when it has
    another name."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    if name_of(found) != name:
        raise ValueError(name)
    return found


_encoder = msgspec.msgpack.Encoder()
_deterministic = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(_Ledger)
