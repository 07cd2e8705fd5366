"""The baseline in a review: what it hides of what a change adds, and how the change makes it longer."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from backend_lint.engine.baselines import read
from backend_lint.engine.settings import Configurations
from backend_lint.findings.baseline import Entry, hash_of
from backend_lint.findings.model import Finding
from backend_lint.findings.suppression import has_expired
from backend_lint.review.model import PolicyItem
from backend_lint.source.files import FileSource

#: So many items about a baseline are listed; of more, only how many there are.
_LISTED = 20

#: What equal entries have in common: the baseline and, as findings spell it, rule, path, function and hash of the statement.
_Key = tuple[str, str, str, str, str]


class Accepted:
    """What the baselines of one side of a change accept, each entry once. `paths` are the files under check on either side."""

    def __init__(self, root: Path, source: FileSource, configurations: Configurations, paths: Iterable[str], day: str) -> None:
        self._root = str(root)

        def load(file: str) -> bytes | None:
            inside = os.path.relpath(file, self._root).replace(os.sep, "/")
            try:
                return source.read(inside) if not inside.startswith("../") else Path(file).read_bytes()
            except OSError as fault:
                if fault.errno in (errno.ENOENT, errno.ENOTDIR) or isinstance(fault, FileNotFoundError):
                    return None
                raise

        self._found = read(root, paths, configurations, load)
        self._found.load()
        self._left = Counter(
            self._key_of(number, entry)
            for number, baseline in enumerate(self._found.found)
            for entry in baseline.entries
            if not has_expired(entry.until, day)
        )

    def take(self, finding: Finding) -> bool:
        """Whether an entry is left for a finding, which it then is no more."""
        key = self._key(finding)
        if key is None or not self._left[key]:
            return False
        self._left[key] -= 1
        return True

    def entries(self) -> dict[_Key, list[Entry]]:
        """All entries by key, whether they hold or not."""
        found: dict[_Key, list[Entry]] = {}
        for number, baseline in enumerate(self._found.found):
            for entry in baseline.entries:
                found.setdefault(self._key_of(number, entry), []).append(entry)
        return found

    @property
    def files(self) -> list[str]:
        """The root-relative paths of the baselines that are there."""
        return [os.path.relpath(each.place.file, self._root) for each in self._found.found if each.data is not None]

    def key(self, finding: Finding) -> _Key | None:
        """What the entry of a finding would be known by."""
        return self._key(finding)

    def _key(self, finding: Finding) -> _Key | None:
        if finding.path not in self._found.index:
            return None
        file = self._file(self._found.index[finding.path])
        return file, finding.rule, finding.path, finding.function or "", hash_of(finding)

    def _key_of(self, number: int, entry: Entry) -> _Key:
        path = self._found.found[number].path_in(self._root, entry.path)
        return self._file(number), entry.rule, path, entry.scope, entry.statement

    def _file(self, number: int) -> str:
        return os.path.relpath(self._found.found[number].place.file, self._root).replace(os.sep, "/")


def items(before: Accepted, after: Accepted, pairs: Sequence[tuple[Finding, Finding]]) -> list[PolicyItem]:
    """What a change adds to the baselines, an item for each kind of finding in a file. An entry that follows a finding which was moved
    (`pairs` has the findings of both sides that are the same) is an old one, as long as the other one is gone."""
    old, new = before.entries(), after.entries()
    grown = Counter({key: len(entries) - len(old.get(key, ())) for key, entries in new.items() if len(entries) > len(old.get(key, ()))})
    shrunk = Counter({key: len(entries) - len(new.get(key, ())) for key, entries in old.items() if len(entries) > len(new.get(key, ()))})
    for was, is_ in pairs:
        old_key, new_key = before.key(was), after.key(is_)
        if old_key is not None and new_key is not None and old_key != new_key and shrunk[old_key] > 0 and grown[new_key] > 0:
            shrunk[old_key] -= 1
            grown[new_key] -= 1
    found = list(_added(grown))
    found += _lengthened(old, new)
    if len(found) <= _LISTED:
        return found
    total = sum(grown.values())
    files = sorted({item.path for item in found})
    return [PolicyItem(kind="baseline", path=file, message=f"adds to the baseline: {total:,} entries in all") for file in files]


def _added(grown: Counter[_Key]) -> Iterator[PolicyItem]:
    by_place: Counter[tuple[str, str, str]] = Counter()
    for (file, rule, path, _, _), count in grown.items():
        by_place[file, rule, path] += count
    for (file, rule, path), count in sorted(by_place.items()):
        if count:
            entries = "an entry" if count == 1 else f"{count:,} entries"
            yield PolicyItem(kind="baseline", path=file, message=f"adds {entries} to the baseline: {rule} in `{path}`")


def _lengthened(old: dict[_Key, list[Entry]], new: dict[_Key, list[Entry]]) -> Iterator[PolicyItem]:
    """Items for entries that hold longer than before."""
    for key, entries in sorted(new.items()):
        known = {entry.ordinal: entry.until for entry in old.get(key, ())}
        for entry in entries:
            until = known.get(entry.ordinal, "")
            if until and (not entry.until or entry.until > until):
                held = f"until {entry.until}" if entry.until else "for good"
                message = f"accepts {entry.rule} in `{key[2]}` {held} (before: until {until})"
                yield PolicyItem(kind="baseline", path=key[0], message=message)
