"""GitLab's Code Quality report, for the artifact `codequality` of a job.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: one array, without a byte order mark. Findings of the same
fingerprint are shown as one, and those of the merge request are told from those of the target branch by it, so that it must not change with
the line. Paths are relative to the root of the repository.
"""

from __future__ import annotations

import hashlib

import msgspec

from backend_lint.findings.model import Finding, Severity
from backend_lint.report.json_ import write_lines
from backend_lint.report.listing import Listing
from backend_lint.report.output import Output
from backend_lint.report.plain import places, visible

#: Severity -> one of info, minor, major, critical and blocker.
#: How many places are named of what has one cause.
_PLACES = 10

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info", Severity.OFF: "info"}


class Lines(msgspec.Struct):
    begin: int


class Location(msgspec.Struct):
    path: str
    lines: Lines


class Violation(msgspec.Struct):
    """An item as GitLab spells it. GitLab does not show `check_name`, so the description begins with the rule."""

    description: str
    check_name: str
    fingerprint: str
    severity: str
    location: Location


def render(listing: Listing, output: Output) -> None:
    """Write the array, an item a line. What kept the run from being complete is an item as well, for there is no other place for it."""
    taken: set[str] = set()
    items = [_violation(item.finding, item.remark, taken) for item in listing.items]
    for problem in listing.problems:
        path = problem.path if problem.path is not None else "."
        fingerprint = _unique(hashlib.sha256(f"{problem.kind}\0{path}\0{problem.rule}".encode(errors="replace")).hexdigest()[:20], taken)
        said = f"the check is incomplete: {visible(problem.message)}"
        items.append(Violation(said, "incomplete", fingerprint, "blocker", Location(path, Lines(1))))
    output.write("[")
    write_lines(output, items)
    output.write("]\n")


def _violation(finding: Finding, remark: str, taken: set[str]) -> Violation:
    description = f"{finding.rule} {finding.name}: {finding.message}" + (f" ({remark})" if remark else "")
    if finding.occurrences:
        description += f": {places(finding, most=_PLACES)}"
    place = Location(finding.path, Lines(finding.line))
    fingerprint = _unique(finding.fingerprint, taken)
    return Violation(visible(description), finding.rule, fingerprint, _SEVERITIES[finding.severity], place)


def _unique(fingerprint: str, taken: set[str]) -> str:
    """A fingerprint that none before has: those of findings differ already."""
    made, count = fingerprint, 1
    while made in taken:
        made, count = f"{fingerprint}-{count}", count + 1
    taken.add(made)
    return made
