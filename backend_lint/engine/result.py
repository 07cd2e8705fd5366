"""What a run of the engine hands to the reports."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backend_lint.findings import grouping
from backend_lint.findings.baseline import Entry
from backend_lint.findings.comments import Directive
from backend_lint.findings.model import Finding


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that kept the run from being complete: an internal error of a rule, a file that could not be read.

    `path` is relative to the project root; `detail` holds what a bug report needs.
    """

    kind: str
    message: str
    path: str | None = None
    rule: str | None = None
    detail: str = ""


class StaleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a baseline that is to be edited: what it was about is gone, or it has expired, or stands in another file now, `moved_to`,
    where the entry hides it. `baseline` is the absolute path of the baseline."""

    baseline: str
    entry: Entry
    has_expired: bool = False
    moved_to: str = ""


class Result(msgspec.Struct, kw_only=True):
    """All findings of a run, sorted by path, line, column and rule, suppressed ones removed and severities already overridden.

    `root` is the project root that the paths are relative to; `files` counts the files under check; `notes_hidden` counts the notes
    left out because they were not asked for, `suppressed` those that a comment hid, `failing` the findings at or above the level at which
    their file's configuration lets a run fail. `hidden` are the findings that comments hid, `directives` the comments by path;
    `baselined` are those that a baseline hid, `stale` the entries of baselines that hide nothing, `moved` those
    that hide something in a renamed file. `partly_ignored` counts the files in
    which the configuration switches off rules that are on elsewhere.
    """

    root: Path
    findings: list[Finding]
    problems: list[Problem] = []
    files: int = 0
    suppressed: int = 0
    notes_hidden: int = 0
    failing: int = 0
    seconds: float = 0.0
    hidden: list[Finding] = []
    directives: dict[str, list[Directive]] = {}
    baselined: list[Finding] = []
    stale: list[StaleEntry] = []
    moved: list[StaleEntry] = []
    partly_ignored: int = 0


def grouped(result: Result) -> Result:
    """The result with the findings of each cause as one, for who reads them; what is hidden and what fails stay as they are."""
    return msgspec.structs.replace(result, findings=grouping.grouped(result.findings))


def order(finding: Finding) -> tuple[object, ...]:
    """What findings are sorted by."""
    return grouping.place(finding)
