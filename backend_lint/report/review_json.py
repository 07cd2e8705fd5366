"""The JSON report of a review. Its schema is `backend_lint/report/schema/review-1.schema.json`.

Within `version` 1 keys may be added, never removed or given another meaning.
"""

from __future__ import annotations

import msgspec

from backend_lint.report.json_ import FindingRecord, encode, error_record, finding_record, write_lines
from backend_lint.report.output import Output
from backend_lint.report.reviews import ordered
from backend_lint.review.model import Review

VERSION = 1


class SideRecord(msgspec.Struct):
    label: str
    commit: str | None


class CauseRecord(msgspec.Struct):
    kind: str
    path: str | None
    line: int | None
    hunk: str | None


class NewRecord(FindingRecord):
    """A finding with what caused it, and whether it counts for the verdict."""

    cause: CauseRecord
    fails: bool
    was_suppressed: bool


class PolicyRecord(msgspec.Struct):
    kind: str
    path: str
    line: int | None
    message: str


def render(review: Review, output: Output, *, show_existing: bool = False) -> None:
    """Write `review` as one JSON object; each finding stands on a line of its own."""
    display = output.display
    head = encode({"verdict": review.verdict, "base": _side(review, "base"), "head": _side(review, "head")})
    output.write(f'{{"version": {VERSION}, {head[1:-1]}, "new": [')
    records = []
    for new in ordered(review.new):
        cause = new.cause
        shown = CauseRecord(cause.kind, display(cause.path) if cause.path is not None else None, cause.line, cause.hunk)
        values = msgspec.structs.asdict(finding_record(new.finding, display))
        records.append(NewRecord(**values, cause=shown, fails=new.fails, was_suppressed=new.was_suppressed))
    write_lines(output, records)
    output.write('], "fixed": [')
    write_lines(output, (finding_record(finding, display) for finding in review.fixed))
    if show_existing:
        output.write('], "existing": [')
        write_lines(output, (finding_record(finding, display) for finding in review.existing))
    output.write('], "policy": [')
    write_lines(output, (PolicyRecord(item.kind, display(item.path), item.line, item.message) for item in review.policy))
    counts = {
        "new": len(review.new),
        "failing": sum(new.fails for new in review.new),
        "fixed": len(review.fixed),
        "existing": len(review.existing),
        "suppressed": review.suppressed,
        "baselined": review.baselined,
        "policy": len(review.policy),
        "files": review.files,
        "changed": review.changed,
        "unparsed": review.unparsed,
    }
    output.write(f'], "counts": {encode(counts)}, "remarks": {encode(review.remarks)}, "errors": [')
    write_lines(output, (error_record(problem, display) for problem in review.problems))
    output.write("]}\n")


def _side(review: Review, name: str) -> SideRecord:
    side = review.base if name == "base" else review.head
    return SideRecord(side.label, side.commit)


def render_fault(message: str, hint: str, output: Output) -> None:
    """Write the report of a review that could not be done at all. The hint is for people."""
    side = {"label": "unknown", "commit": None}
    counts = dict.fromkeys(("new", "failing", "fixed", "existing", "suppressed", "baselined", "policy", "files", "changed", "unparsed"), 0)
    error = {"kind": "change", "message": message, "path": None, "rule": None, "detail": ""}
    report = {
        "version": VERSION, "verdict": "incomplete", "base": side, "head": side, "new": [], "fixed": [], "policy": [], "counts": counts,
        "remarks": [], "errors": [error],
    }  # fmt: skip
    output.write(encode(report) + "\n")
