"""Lines that a change takes away in one function and puts into another: a function that is moved, renamed or taken apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from backend_lint.findings.model import Finding
from backend_lint.review.delta import Delta, FileDelta
from backend_lint.review.scopes import Scopes, Span

#: What part of a function's lines is nearly all of them.
NEARLY_ALL = 0.8

_WORDS = re.compile(r"[^\W\d]\w*")
_Text = Sequence[str]


class Moves:
    """Compares functions before a change with functions after it, by their lines without indentation. A diff is of no use for that: which
    of two equal lines it takes for the old one is its own choice."""

    def __init__(self, delta: Delta, old_scopes: Scopes, new_scopes: Scopes) -> None:
        self._delta = delta
        self._old_scopes = old_scopes
        self._new_scopes = new_scopes
        self._known: dict[tuple[bool, str, str | None], Counter[str]] = {}

    def is_gone(self, old: Finding) -> bool:
        """Whether the function in which something was found is there no more."""
        file = self._delta.of_old(old.path)
        if old.function is None or file is None or not self._is_known(file):
            return False
        return file.new is None or not self._new_scopes.has(file.new, old.function)

    def is_added(self, new: Finding) -> bool:
        """Whether the function in which something is found was not there before."""
        file = self._delta.files.get(new.path)
        if new.function is None or file is None or not self._is_known(file):
            return False
        return file.old is None or not self._old_scopes.has(file.old, new.function)

    def run(self, old: Finding, new: Finding) -> int:
        """How many lines around two findings, those of the findings included, the function of the first loses and that of the second gets;
        empty lines do not count, nor do they interrupt. Outside of functions the whole files are looked at."""
        source, target = self._delta.of_old(old.path), self._delta.files.get(new.path)
        if source is None or target is None or not (self._is_known(source) and self._is_known(target)):
            return 0
        lost, gained = self._lost(source, old.function), self._gained(target, new.function)

        def moves(pair: tuple[str, str]) -> bool:
            return pair[0] == pair[1] and pair[0] in lost and pair[0] in gained

        def count(step: int) -> int:
            pairs = zip(_lines_from(source.before, old.line, step), _lines_from(target.after, new.line, step), strict=False)
            return sum(1 for _ in takewhile(moves, pairs))

        upwards, downwards = count(-1), count(1)
        return upwards + downwards - 1 if upwards else 0

    def similarity(self, old: Finding, new: Finding) -> float:
        """What part of their lines the functions of two findings share, from 0 to 1, their names aside: of the longer one's; of a method
        that keeps its name and its class's, of the shorter one's, for such a function may have grown, and so of a function that keeps its
        name and nearly all of its lines."""
        source, target = self._delta.of_old(old.path), self._delta.files.get(new.path)
        one, other = self._old_scopes.span(old.path, old.function), self._new_scopes.span(new.path, new.function)
        if source is None or target is None or one is None or other is None:
            return 0.0
        left = _counted(source.before, one, last_name(old))
        right = _counted(target.after, other, last_name(new))
        lengths = sum(left.values()), sum(right.values())
        shared = sum((left & right).values())
        contained = shared / max(min(lengths), 1)
        if old.function == new.function and ("." in (old.function or "") or contained >= NEARLY_ALL):
            return contained
        return shared / max(*lengths, 1)

    def _is_known(self, file: FileDelta) -> bool:
        """Whether each side of a file, where there is one, can be parsed: else nobody knows what it has lost or got."""
        return (file.old is None or self._old_scopes.knows(file.old)) and (file.new is None or self._new_scopes.knows(file.new))

    def _lost(self, file: FileDelta, function: str | None) -> Counter[str]:
        """The lines that a function, or a file, has before the change and not after it."""
        assert file.old is not None, "a file that was there"
        key = (False, file.old, function)
        if key not in self._known:
            self._known[key] = self._lines_before(file, function) - self._lines_after(file, function)
        return self._known[key]

    def _gained(self, file: FileDelta, function: str | None) -> Counter[str]:
        """The lines that a function, or a file, has after the change and not before it."""
        assert file.new is not None, "a file that is there"
        key = (True, file.new, function)
        if key not in self._known:
            self._known[key] = self._lines_after(file, function) - self._lines_before(file, function)
        return self._known[key]

    def _lines_before(self, file: FileDelta, function: str | None) -> Counter[str]:
        span = self._old_scopes.span(file.old, function) if file.old is not None else None
        return Counter() if function is not None and span is None else _counted(file.before, span)

    def _lines_after(self, file: FileDelta, function: str | None) -> Counter[str]:
        span = self._new_scopes.span(file.new, function) if file.new is not None else None
        return Counter() if function is not None and span is None else _counted(file.after, span)


def last_name(finding: Finding) -> str:
    """The name of a finding's function, without those of what it stands in; "" outside of functions."""
    return (finding.function or "").rpartition(".")[2]


def without(text: str, name: str) -> str:
    """A line or statement without its indentation and with a placeholder for a name."""
    return _WORDS.sub(lambda word: "_" if word.group() == name else word.group(), text.strip()) if name else text.strip()


def _counted(lines: _Text, span: Span | None, name: str = "") -> Counter[str]:
    first, last = span or (1, len(lines))
    return Counter(filter(None, (without(line, name) for line in lines[first - 1 : last])))


def _lines_from(lines: _Text, place: int, step: int) -> Iterator[str]:
    """The lines from a 1-based one on, downwards (1) or upwards (-1), without indentation and without those that hold nothing."""
    while 0 < place <= len(lines):
        text = lines[place - 1].strip()
        if text:
            yield text
        place += step
