"""Which findings after a change are the ones before it.

Findings are matched as multisets, each one before the change used once, in tiers from sure to likely: the same line; the same statement in
the same function; the same subject in the same function; the same statement in a function that was moved or renamed. What is left after the
change is new, what is left before it is fixed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from backend_lint.findings.model import Finding
from backend_lint.review.delta import Delta

#: Whether a function (path, dotted name in the file) is there, before and after the change.
HasScope = Callable[[str, str], bool]
Key = Callable[[Finding], Hashable | None]

_QUOTED = re.compile(r"`([^`]*)`")
_WORDS = re.compile(r"[^\W\d]\w*")


class Matches:
    """`pairs` are the findings that were there before, each as it was and as it is; `new` and `fixed` the others, in their order."""

    def __init__(self, pairs: list[tuple[Finding, Finding]], new: list[Finding], fixed: list[Finding]) -> None:
        self.pairs = pairs
        self.new = new
        self.fixed = fixed


def match(before: Sequence[Finding], after: Sequence[Finding], delta: Delta, *, was_there: HasScope, is_there: HasScope) -> Matches:
    """Match the findings before a change with those after it.

    `was_there` and `is_there` say whether a function stands in a file before and after the change: a finding is looked for in another
    function only when its own is gone and the other one new.
    """
    left = dict(enumerate(before))
    open_: dict[int, Finding] = dict(enumerate(after))
    pairs: list[tuple[int, int]] = []

    def tier(old_key: Key, new_key: Key) -> None:
        by_key: dict[Hashable, list[int]] = defaultdict(list)
        for index, finding in left.items():
            key = old_key(finding)
            if key is not None:
                by_key[key].append(index)
        for index, finding in list(open_.items()):
            key = new_key(finding)
            candidates = by_key.get(key) if key is not None else None
            if not candidates:
                continue
            place = delta.near_old_line(finding.path, finding.line)
            best = min(candidates, key=lambda old: (abs(left[old].line - place), abs(left[old].column - finding.column), old))
            candidates.remove(best)
            del left[best], open_[index]
            pairs.append((best, index))

    def old_path(finding: Finding) -> str | None:
        return delta.old_path(finding.path)

    def kept_line(finding: Finding) -> Hashable | None:
        line = delta.old_line(finding.path, finding.line)
        return None if line is None or old_path(finding) is None else (finding.rule, old_path(finding), line, finding.statement)

    tier(lambda old: (old.rule, old.path, old.line, old.statement), kept_line)
    tier(
        lambda old: (old.rule, old.path, old.function, old.statement),
        lambda new: (new.rule, old_path(new), new.function, new.statement) if old_path(new) else None,
    )
    tier(
        lambda old: (old.rule, old.path, old.function, subject(old)) if old.function else None,
        lambda new: (new.rule, old_path(new), new.function, subject(new)) if new.function and old_path(new) else None,
    )

    def moved_from(old: Finding) -> Hashable | None:
        return None if old.function is None or is_there(_new_path(delta, old.path), old.function) else (old.rule, _own_text(old))

    def moved_to(new: Finding) -> Hashable | None:
        path = old_path(new)
        return None if new.function is None or (path and was_there(path, new.function)) else (new.rule, _own_text(new))

    tier(moved_from, moved_to)
    pairs.sort(key=lambda pair: pair[1])
    return Matches([(before[old], after[new]) for old, new in pairs], list(open_.values()), list(left.values()))


def subject(finding: Finding) -> tuple[str, ...]:
    """What a finding is about, whatever its statement looks like: the names in its message."""
    return tuple(_QUOTED.findall(finding.message)) or (finding.message,)


def _own_text(finding: Finding) -> str:
    """A finding's statement with the name of its function taken out, which a renamed function's header has no more."""
    name = (finding.function or "").rpartition(".")[2]
    return _WORDS.sub(lambda word: "_" if word.group() == name else word.group(), finding.statement)


def _new_path(delta: Delta, path: str) -> str:
    """The path after the change of a file before it."""
    for file in delta.files.values():
        if file.old == path and file.new is not None:
            return file.new
    return path
