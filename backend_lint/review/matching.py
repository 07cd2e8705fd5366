"""Which findings after a change are the ones before it.

Findings are matched as multisets, each one before the change used once, in tiers from sure to likely: the same line; the same statement in
the same function; the same subject in the same function; the same function on lines that one hunk replaces, with a proof that ends where it
did, or on lines that are kept; a block of lines that was moved, or a line of it with all that its proof says; a function that was moved or
renamed; the same fault seen at another place of the way that its proof goes. What is left after the change is new, what is left before it
is fixed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher

from backend_lint.findings.model import Finding, Severity
from backend_lint.review.delta import SIMILAR, Delta
from backend_lint.review.moves import Moves, last_name, without
from backend_lint.review.scopes import Scopes

Key = Callable[[Finding], Hashable | None]
#: How far a finding before the change is from one after it, the least first; None for two that cannot be the same.
Distance = Callable[[Finding, Finding], "tuple[float, ...] | None"]

#: How many lines a block must have to be one that was moved, rather than lines that are written in many places.
MOVED_LINES = 3
#: How many letters and digits a statement outside of all functions must have for the same.
MOVED_LETTERS = 12

#: How much alike two statements must be that an edit made one of the other.
ALIKE = 0.7

_QUOTED = re.compile(r"`([^`]*)`")


class Matches:
    """`pairs` are the findings that were there before, each as it was and as it is; `new` and `fixed` the others, in their order."""

    def __init__(self, pairs: list[tuple[Finding, Finding]], new: list[Finding], fixed: list[Finding]) -> None:
        self.pairs = pairs
        self.new = new
        self.fixed = fixed


def match(before: Sequence[Finding], after: Sequence[Finding], delta: Delta, old_scopes: Scopes, new_scopes: Scopes) -> Matches:
    """Match the findings before a change with those after it; `old_scopes` and `new_scopes` know the functions of either side."""
    return _Matcher(before, after, delta, old_scopes, new_scopes).matches()


def subject(finding: Finding) -> tuple[str, ...]:
    """What a finding is about, whatever its statement looks like: the names in its message."""
    return tuple(_QUOTED.findall(finding.message)) or (finding.message,)


class _Matcher:
    def __init__(self, before: Sequence[Finding], after: Sequence[Finding], delta: Delta, old_scopes: Scopes, new_scopes: Scopes) -> None:
        self._before = before
        self._after = after
        self._delta = delta
        self._old_scopes = old_scopes
        self._new_scopes = new_scopes
        self._moves = Moves(delta, old_scopes, new_scopes)
        self._left = dict(enumerate(before))
        self._open = dict(enumerate(after))
        self._pairs: list[tuple[int, int]] = []

    def matches(self) -> Matches:
        path = self._old_path
        self._tier(
            lambda old: (_rule(old), old.path, old.line, old.function, old.statement),
            lambda new: (_rule(new), path(new), line, new.function, new.statement) if (line := self._kept_line(new)) is not None else None,
        )
        self._tier(
            lambda old: (_rule(old), old.path, old.function, old.statement),
            lambda new: (_rule(new), path(new), new.function, new.statement) if path(new) else None,
        )
        self._tier(
            lambda old: (_rule(old), old.path, old.function, subject(old)) if old.function else None,
            lambda new: (_rule(new), path(new), new.function, subject(new)) if new.function and path(new) else None,
        )
        self._tier(
            lambda old: (_rule(old), old.path, old.function),
            lambda new: (_rule(new), path(new), new.function) if path(new) else None,
            self._in_one_hunk,
        )
        self._tier(self._proof, self._new_proof)
        self._tier(
            lambda old: (_rule(old), old.path, old.function) if old.function else None,
            lambda new: (_rule(new), path(new), new.function) if new.function and path(new) else None,
            self._on_kept_lines,
        )
        self._tier(
            lambda old: (_rule(old), old.path, old.line, old.statement) if self._moves.is_gone(old) else None,
            lambda new: (_rule(new), path(new), line, new.statement) if (line := self._kept_line(new)) is not None else None,
        )
        self._tier(lambda old: (_rule(old), old.statement), lambda new: (_rule(new), new.statement), self._in_a_moved_block)
        self._tier(
            lambda old: _rule(old) if self._moves.is_gone(old) else None,
            lambda new: _rule(new) if self._moves.is_added(new) else None,
            self._in_a_moved_function,
        )
        self._tier(
            lambda old: (_rule(old), old.statement, self._way(old)) if old.trace else None,
            lambda new: (_rule(new), new.statement, self._new_way(new)) if new.trace else None,
            self._on_a_moved_line,
        )
        self._tier(_rule, _rule, self._on_one_way)
        self._pairs.sort(key=lambda pair: pair[1])
        pairs = [(self._before[old], self._after[new]) for old, new in self._pairs]
        return Matches(pairs, list(self._open.values()), list(self._left.values()))

    def _tier(self, old_key: Key, new_key: Key, distance: Distance | None = None) -> None:
        """Pair what has the same key, the nearest first."""
        if not self._left or not self._open:
            return
        by_key: dict[Hashable, list[int]] = defaultdict(list)
        for index, finding in self._left.items():
            key = old_key(finding)
            if key is not None:
                by_key[key].append(index)
        found: list[tuple[tuple[float, ...], int, int]] = []
        for index, finding in self._open.items():
            key = new_key(finding)
            for old in by_key.get(key, ()) if key is not None else ():
                far = (distance or self._apart)(self._left[old], finding)
                if far is not None:
                    found.append((far, old, index))
        # The same whichever side comes first, so that the way back gives the same pairs.
        for _, old, new in sorted(found, key=lambda each: (each[0], each[1] + each[2], each[1])):
            if old in self._left and new in self._open:
                del self._left[old], self._open[new]
                self._pairs.append((old, new))

    # --- keys

    def _old_path(self, new: Finding) -> str | None:
        return self._delta.old_path(new.path)

    def _kept_line(self, new: Finding) -> int | None:
        return self._delta.old_line(new.path, new.line) if self._old_path(new) else None

    def _proof(self, old: Finding) -> Hashable | None:
        """A key for what a finding rests on: where its proof ends."""
        if not old.trace or old.function is None:
            return None
        end = old.trace[-1]
        return _rule(old), old.path, old.function, end.path, end.line

    def _new_proof(self, new: Finding) -> Hashable | None:
        """The same for a finding after the change, as far as the end of its proof was there before."""
        if not new.trace or new.function is None:
            return None
        end = new.trace[-1]
        line = self._delta.old_line(end.path, end.line)
        return None if line is None else (_rule(new), self._old_path(new), new.function, self._delta.old_path(end.path), line)

    def _way(self, old: Finding) -> Hashable:
        """What a proof says, and in which files."""
        return tuple((step.path, step.message) for step in old.trace)

    def _new_way(self, new: Finding) -> Hashable:
        """The same for a finding after the change, with the files' paths before it."""
        return tuple((self._delta.old_path(step.path), step.message) for step in new.trace)

    def _passed(self, old: Finding) -> set[tuple[str | None, str | None]]:
        """The functions that a proof leads through, with their files."""
        return {(step.path, self._old_scopes.name_around(step.path, step.line)) for step in old.trace}

    def _newly_passed(self, new: Finding) -> set[tuple[str | None, str | None]]:
        """The same for a finding after the change, with the files' paths before it."""
        return {(self._delta.old_path(step.path), self._new_scopes.name_around(step.path, step.line)) for step in new.trace}

    # --- distances

    def _apart(self, old: Finding, new: Finding) -> tuple[float, ...]:
        return abs(old.line - self._delta.near_old_line(new.path, new.line)), abs(old.column - new.column)

    def _in_one_hunk(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """Lines that were edited where they stand. Outside of functions, where a hunk may replace one setting by another, both have to be
        about the same."""
        file = self._delta.files.get(new.path)
        if file is None or not file.replaced(old.line, new.line) or (old.function is None and subject(old) != subject(new)):
            return None
        return (subject(old) != subject(new), *self._apart(old, new))

    def _on_kept_lines(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """What rests on lines alone that the change leaves as they are. Rules report some faults once a function, and another one was the
        first before."""
        places = [(new.path, new.line), *((step.path, step.line) for step in new.trace)]
        if any(self._delta.old_line(path, line) is None for path, line in places):
            return None
        return self._apart(old, new)

    def _in_a_moved_block(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """Lines that were taken away in one place and put, as they were, in another."""
        run = self._moves.run(old, new)
        outside = old.function is None and new.function is None
        if run >= MOVED_LINES or (run and outside and sum(map(str.isalnum, old.statement)) >= MOVED_LETTERS):
            return (-run, abs(old.line - new.line))
        return None

    def _in_a_moved_function(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """A function that is gone, and one that is new and has most of its lines."""
        if not _is_alike(old, new):
            return None
        similarity = self._moves.similarity(old, new)
        return (last_name(old) != last_name(new), -similarity, abs(old.line - new.line)) if similarity >= SIMILAR else None

    def _on_a_moved_line(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """A line that one function loses and another gets, one of them only now or no more there, with a proof from elsewhere that says the
        same."""
        own = {(old.path, old.function), (self._old_path(new), new.function)}
        if self._passed(old) <= own or self._newly_passed(new) <= own or not (self._moves.is_gone(old) or self._moves.is_added(new)):
            return None
        run = self._moves.run(old, new)
        return (-run, abs(old.line - new.line)) if run else None

    def _on_one_way(self, old: Finding, new: Finding) -> tuple[float, ...] | None:
        """What a function gives away, seen once in that function and once in a caller that hands it on. The lines in the function are kept,
        or the caller is only now or no more there: an old caller that begins to hand on what was edited shows it anew."""
        there, here = (old.path, old.function), (self._old_path(new), new.function)
        if there == here:
            return None
        is_one_source = bool(old.trace and new.trace) and old.trace[0].message == new.trace[0].message
        if here in self._passed(old):
            is_same = self._on_kept_lines(old, new) is not None or (is_one_source and self._moves.is_gone(old))
        elif there in self._newly_passed(new):
            is_same = self._keeps(old) or (is_one_source and self._moves.is_added(new))
        else:
            return None
        return self._apart(old, new) if is_same else None

    def _keeps(self, old: Finding) -> bool:
        """Whether the change leaves all lines that a finding before it rests on as they are."""
        return all(self._delta.keeps(path, line) for path, line in [(old.path, old.line), *((step.path, step.line) for step in old.trace)])


def _rule(finding: Finding) -> Hashable:
    """A finding's rule. What was a note and is an error now is not what was there before."""
    return finding.rule, finding.severity is Severity.NOTE


def _is_alike(old: Finding, new: Finding) -> bool:
    """Whether two findings of functions that may be one are about the same: the same statement, or nearly; or the same names, whatever
    class they are of."""
    one, other = _own_text(old), _own_text(new)
    if one == other or _names(old) == _names(new):
        return True
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def _names(finding: Finding) -> tuple[str, ...]:
    return tuple(without(name.rpartition(".")[2], last_name(finding)) for name in _QUOTED.findall(finding.message)) or subject(finding)


def _own_text(finding: Finding) -> str:
    """A finding's statement with the name of its function taken out, which a renamed function's header has no more."""
    return without(finding.statement, last_name(finding))
