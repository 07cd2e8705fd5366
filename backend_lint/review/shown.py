"""New findings as a reader is shown them: those that one edit causes at one place as one.

A handler that begins to call an old helper that blocks is new by itself, there; a helper that begins to block makes all its callers new at
once, and they are mended where it was edited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backend_lint.findings import grouping
from backend_lint.review.model import NewFinding


def grouped(new: Sequence[NewFinding]) -> list[NewFinding]:
    """The new findings, those put together that have one cause in a file which the change edits and are due to one edit there."""
    by_edit: dict[tuple[str, str | None], list[NewFinding]] = defaultdict(list)
    alone: list[NewFinding] = []
    for each in new:
        at = each.finding.cause.path if each.finding.cause is not None else each.finding.path
        if at and each.cause.path == at and not each.was_suppressed:
            by_edit[at, each.cause.hunk].append(each)
        else:
            alone.append(each)
    for together in by_edit.values():
        by_id = {id(each.finding): each for each in together}
        for finding in grouping.grouped([each.finding for each in together]):
            members = [by_id[id(each)] for each in finding.occurrences or (finding,)]
            alone.append(
                NewFinding(finding=finding, cause=members[0].cause, fails=any(each.fails for each in members))
                if finding.occurrences
                else members[0]
            )
    return alone
