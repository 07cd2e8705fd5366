"""What a change does to the texts of files: which files it renames, which lines it keeps, and its hunks.

Computed from the bytes of both sides rather than read from a diff, so that no setting of git, no line ending and no filter matters.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cached_property

import msgspec

from backend_lint.source.files import FileSource

#: How much of a file's lines must be found again in another for the two to be one renamed file; git's own default.
SIMILAR = 0.5
#: More pairs of removed and added files are not compared for similarity, only for equality.
MAX_PAIRS = 40_000
#: Texts with more pairs of lines than this are compared with difflib's heuristic for frequent lines.
_MAX_EXACT = 4_000_000


class Hunk(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the lines of two files differ. `old_start` and `new_start` are 1-based; with a count of 0 nothing stands there, and
    the start is the line before which lines were removed or added. `path` is the new file's, or of a removed file the old one's."""

    path: str
    old_start: int
    old_count: int
    new_start: int
    new_count: int
    removed: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The hunk's header as diffs write it."""
        return f"@@ -{self.old_start},{self.old_count} +{self.new_start},{self.new_count} @@"


class FileDelta:
    """How the text of one file became another's. `old` and `new` are the paths, None where there was, or is, no file."""

    def __init__(self, old: str | None, new: str | None, before: bytes, after: bytes) -> None:
        self.old = old
        self.new = new
        self._before = _lines(before)
        self._after = _lines(after)

    @property
    def path(self) -> str:
        """The path by which the file is known after the change, or was before it was removed."""
        found = self.new if self.new is not None else self.old
        assert found is not None, "a file is there before or after the change"
        return found

    @cached_property
    def hunks(self) -> list[Hunk]:
        """Where the texts differ, in order."""
        before, after = self._before, self._after
        head = 0
        while head < len(before) and head < len(after) and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < len(before) - head and tail < len(after) - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        left, right = before[head : len(before) - tail], after[head : len(after) - tail]
        exact = len(left) * len(right) <= _MAX_EXACT
        matcher = SequenceMatcher(None, left, right, autojunk=not exact)
        return [
            Hunk(
                path=self.path,
                old_start=head + i + 1,
                old_count=j - i,
                new_start=head + k + 1,
                new_count=m - k,
                removed=tuple(left[i:j]),
            )
            for tag, i, j, k, m in matcher.get_opcodes()
            if tag != "equal"
        ]

    @cached_property
    def _kept(self) -> list[tuple[int, int, int]]:
        """The runs of kept lines: first new line, one past the last, and what to add to get the old line."""
        runs: list[tuple[int, int, int]] = []
        line, shift = 1, 0
        for hunk in self.hunks:
            if hunk.new_start > line:
                runs.append((line, hunk.new_start, shift))
            line = hunk.new_start + hunk.new_count
            shift += hunk.old_count - hunk.new_count
        runs.append((line, len(self._after) + 2, shift))
        return runs

    def old_line(self, line: int) -> int | None:
        """The 1-based line before the change that a line after it was; None for a line that was added or edited."""
        place = bisect_right(self._kept, line, key=lambda run: run[0]) - 1
        if place < 0:
            return None
        first, end, shift = self._kept[place]
        return line + shift if first <= line < end else None

    def near_old_line(self, line: int) -> int:
        """The line before the change at, or else next to, the place of a line after it: for telling near from far."""
        known = self.old_line(line)
        if known is not None:
            return known
        place = max(bisect_right(self._kept, line, key=lambda run: run[0]) - 1, 0)
        return line + self._kept[place][2]

    def keeps(self, line: int) -> bool:
        """Whether a line from before the change is there after it."""
        return self.new is not None and not any(hunk.old_start <= line < hunk.old_start + hunk.old_count for hunk in self.hunks)

    def replaced(self, old: int, new: int) -> bool:
        """Whether one hunk takes the line `old` away and puts the line `new` in its place (both 1-based)."""
        return any(
            hunk.old_start <= old < hunk.old_start + hunk.old_count and hunk.new_start <= new < hunk.new_start + hunk.new_count
            for hunk in self.hunks
        )

    @property
    def before(self) -> Sequence[str]:
        """The lines before the change, without their ends."""
        return self._before

    @property
    def after(self) -> Sequence[str]:
        """The lines after the change, without their ends."""
        return self._after

    def hunk_at(self, first: int, last: int) -> Hunk | None:
        """The first hunk that adds or edits one of the lines from `first` to `last` (1-based, inclusive)."""
        for hunk in self.hunks:
            if hunk.new_count and hunk.new_start <= last and first < hunk.new_start + hunk.new_count:
                return hunk
        return None

    def removal_in(self, first: int, last: int) -> Hunk | None:
        """The first hunk that takes lines away between `first` and `last` (1-based, inclusive, after the change)."""
        for hunk in self.hunks:
            if hunk.old_count > hunk.new_count and first <= hunk.new_start + hunk.new_count and hunk.new_start <= last + 1:
                return hunk
        return None


class Delta:
    """The change between two states of a project's files."""

    def __init__(self, before: FileSource, after: FileSource, paths: Iterable[str]) -> None:
        """`paths` are those to look at, of either side; others are taken to be the same on both.

        Texts that differ in the ends of their lines or a byte order mark alone are the same. `unreadable` are the files of which a side
        cannot be read, so that nobody knows whether they differ.
        """
        self.unreadable: set[str] = set()
        self.files: dict[str, FileDelta] = {}
        removed: dict[str, bytes] = {}
        added: dict[str, bytes] = {}
        for path in sorted(set(paths)):
            try:
                old, new = _read(before, path), _read(after, path)
            except OSError:
                self.unreadable.add(path)
                continue
            if old == new or (old is not None and new is not None and _lines(old) == _lines(new)):
                continue
            if new is None:
                assert old is not None, "two files that are not there are the same"
                removed[path] = old
            elif old is None:
                added[path] = new
            else:
                self.files[path] = FileDelta(path, path, old, new)
        for new_path, old_path in _renames(removed, added).items():
            self.files[new_path] = FileDelta(old_path, new_path, removed.pop(old_path), added.pop(new_path))
        for path, data in added.items():
            self.files[path] = FileDelta(None, path, b"", data)
        for path, data in removed.items():
            self.files.setdefault(path, FileDelta(path, None, data, b""))
        self._by_old = {file.old: file for file in self.files.values() if file.old is not None}

    @property
    def is_empty(self) -> bool:
        """Whether no file that was looked at differs."""
        return not self.files

    def old_path(self, path: str) -> str | None:
        """The path before the change of a file after it; None for a file that was added."""
        found = self.files.get(path)
        return path if found is None or found.new is None else found.old

    def of_old(self, path: str) -> FileDelta | None:
        """What became of a file that was there before the change; None when nothing did."""
        return self._by_old.get(path)

    def old_line(self, path: str, line: int) -> int | None:
        """The line before the change that a line after it was; None for one that was added or edited."""
        found = self.files.get(path)
        return line if found is None else found.old_line(line)

    def keeps(self, path: str, line: int) -> bool:
        """Whether a line from before the change is there after it; the path is the one before it."""
        found = self._by_old.get(path)
        return found is None or found.keeps(line)

    def near_old_line(self, path: str, line: int) -> int:
        """As `old_line`, with a guess where there is none."""
        found = self.files.get(path)
        return line if found is None else found.near_old_line(line)


def _read(source: FileSource, path: str) -> bytes | None:
    """The bytes of a file, None when there is none. Raises OSError for one that cannot be read."""
    try:
        return source.read(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _lines(data: bytes) -> list[str]:
    """The lines of a text without their ends and without a byte order mark: what an editor's settings change is no change."""
    return [line.decode("utf-8", "surrogateescape") for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]


def _renames(removed: dict[str, bytes], added: dict[str, bytes]) -> dict[str, str]:
    """New path to old path of the files that were renamed: those with the same text first, then the most similar."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    by_text: dict[bytes, list[str]] = {}
    for old, data in removed.items():
        by_text.setdefault(data, []).append(old)
    same = [(-_alike(old, new), new, old) for new, data in added.items() if data.strip() for old in by_text.get(data, ())]
    for _, new, old in sorted(same):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    left_old = {old: Counter(_lines(data)) for old, data in removed.items() if old not in taken and data.strip()}
    left_new = {new: Counter(_lines(data)) for new, data in added.items() if new not in found and data.strip()}
    if len(left_old) * len(left_new) > MAX_PAIRS:
        return found
    pairs = []
    for new, lines in left_new.items():
        for old, others in left_old.items():
            shared = sum((lines & others).values())
            similarity = shared / max(sum(lines.values()), sum(others.values()))
            if similarity >= SIMILAR:
                pairs.append((-similarity, -_alike(old, new), new, old))
    for _, _, new, old in sorted(pairs):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found


def _alike(left: str, right: str) -> int:
    """How much two paths have in common: their names first, then their folders."""
    one, other = left.split("/"), right.split("/")
    folders = sum(a == b for a, b in zip(one[:-1], other[:-1], strict=False))
    return 100 * (one[-1] == other[-1]) + folders
