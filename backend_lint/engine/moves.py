"""What becomes of places in a list of files when files come and go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend_lint.semantics.layout import Layout
from backend_lint.semantics.memo import SEARCH_GROUPS

_SEARCHES = (1 << SEARCH_GROUPS) - 1


class Moves:
    """From places in the list of files `before` to those in the list `after`. `places` has the new place of each old one, None for a file
    that is gone; `added` are the paths of the new files. False when the lists are the same."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self._before, self._after = before, after
        self._are_same = list(before) == list(after)
        now = {path: place for place, path in enumerate(after)}
        self.places = [now.get(path) for path in before]
        known = frozenset(before)
        self.added = [path for path in after if path not in known]
        self._runs = [] if self._are_same else list(_runs(self.places))
        self._known: dict[bytes, bytes] = {}

    def __bool__(self) -> bool:
        return not self._are_same

    def rests(self, rests: bytes) -> bytes:
        """What a report rests on (`FileReport.rests`), by the new places. Files that are gone are left out."""
        if self._are_same:
            return rests
        moved = self._known.get(rests)
        if moved is None:
            bits = int.from_bytes(rests, "little")
            files = bits >> SEARCH_GROUPS
            found = 0
            for start, length, target in self._runs:
                found |= (files >> start & ((1 << length) - 1)) << target
            bits = found << SEARCH_GROUPS | bits & _SEARCHES
            moved = self._known[rests] = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        return moved

    def otherwise(self, imports: dict[int, list[tuple[int, str]]], external: frozenset[str]) -> Iterator[int]:
        """The old places of files in which something means another file than before: the file's own name as a module, or one of its
        `imports`, which are known by old places. `external` are the names of libraries, as for `Layout`."""
        if self._are_same:
            return
        then, now = Layout(self._before, external), Layout(self._after, external)
        for place, path in enumerate(self._before):
            if self.places[place] is not None and (
                then.module_name(path) != now.module_name(path)
                or any(then.imported(level, name, path) != now.imported(level, name, path) for level, name in imports.get(place, ()))
            ):
                yield place


def _runs(places: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """Runs of neighbours that are neighbours still: the first one's old place, how many they are, and the first one's new place."""
    start = 0
    for place in range(1, len(places) + 1):
        first = places[start]
        if place < len(places) and first is not None and places[place] == first + place - start:
            continue
        if first is not None:
            yield start, place - start, first
        start = place
