"""Which part of a change causes a finding."""

from __future__ import annotations

from collections.abc import Iterator

from backend_lint.findings.model import Finding
from backend_lint.review.delta import Delta, FileDelta, Hunk
from backend_lint.review.model import Cause, CauseKind
from backend_lint.review.scopes import Scopes, Span


def cause_of(finding: Finding, delta: Delta, scopes: Scopes) -> Cause:
    """The likeliest cause of a finding that a change brought: its own lines, then those of its proof, then what was taken away around
    them, then other edits around them. `scopes` are those after the change."""
    return next(_candidates(finding, delta, scopes), Cause(kind="indirect"))


def _candidates(finding: Finding, delta: Delta, scopes: Scopes) -> Iterator[Cause]:
    own = delta.files.get(finding.path)
    hunk = own.hunk_at(finding.line, finding.end_line) if own is not None else None
    if hunk is not None:
        yield _cause("line", hunk, max(finding.line, hunk.new_start))
    for step in finding.trace:
        file = delta.files.get(step.path)
        hunk = file.hunk_at(step.line, step.line) if file is not None else None
        if hunk is not None:
            yield _cause("trace", hunk, step.line)
    places = [(finding.path, finding.line), *((step.path, step.line) for step in finding.trace)]
    edited: list[tuple[FileDelta, Span]] = []
    for index, (path, line) in enumerate(places):
        file = delta.files.get(path)
        span = (scopes.span(path, finding.function) if index == 0 else None) or scopes.around(path, line)
        if file is not None and span is not None:
            edited.append((file, span))
    for file, span in edited:
        hunk = file.removal_in(*span)
        if hunk is not None:
            yield _cause("removed", hunk)
    for file, span in edited:
        hunk = file.hunk_at(*span)
        if hunk is not None:
            yield _cause("function", hunk, max(hunk.new_start, span[0]))
    for path in dict.fromkeys(path for path, _ in places):
        file = delta.files.get(path)
        if file is not None and file.hunks:
            yield _cause("file", file.hunks[0])
    removals = [hunk for file in delta.files.values() for hunk in file.hunks if hunk.old_count > hunk.new_count]
    gone = [hunk for hunk in removals if delta.files[hunk.path].new is None]
    for hunks in (gone, removals):
        if len({hunk.path for hunk in hunks}) == 1:
            yield _cause("removed", max(hunks, key=lambda hunk: hunk.old_count - hunk.new_count))
    if len(delta.files) == 1:
        (only,) = delta.files.values()
        if only.hunks:
            yield _cause("file", only.hunks[0])


def _cause(kind: CauseKind, hunk: Hunk, line: int | None = None) -> Cause:
    return Cause(kind=kind, path=hunk.path, line=hunk.new_start if line is None else line, hunk=hunk.header)
