"""The JSON report. Its schema is `backend_lint/report/schema/findings-1.schema.json`.

One object; each finding, each group and each error stands on a line of its own. `findings` has each of them by itself, for who looks for
a function, a file or a fingerprint; `groups` says which of them have one cause, and where that is. Columns count characters (Unicode code
points), lines and columns begin at 1, ends are exclusive. Within `version` 1 keys may be added, never removed or given another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from backend_lint.engine.result import Problem, Result, StaleEntry
from backend_lint.findings.grouping import one_by_one
from backend_lint.findings.model import Finding
from backend_lint.report.output import Output
from backend_lint.report.summary import by_family, by_severity

VERSION = 1


class StepRecord(msgspec.Struct):
    path: str
    line: int
    message: str


class FindingRecord(msgspec.Struct):
    """A finding as the report spells it; the order of the fields is that of the keys."""

    rule: str
    name: str
    family: str
    severity: str
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str | None
    framework: str | None
    fingerprint: str
    trace: list[StepRecord]
    fixable: bool
    fix: str | None
    group: str | None


class OccurrenceRecord(msgspec.Struct):
    """A finding of a group, in short; `fingerprint` finds it among the findings."""

    path: str
    line: int
    function: str | None
    fingerprint: str


class GroupRecord(msgspec.Struct):
    """Findings of one cause, which is mended in one place, as the reports for people show them."""

    rule: str
    severity: str
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str | None
    fingerprint: str
    occurrences: list[OccurrenceRecord]


class ErrorRecord(msgspec.Struct):
    """What kept the run from being complete."""

    kind: str
    message: str
    path: str | None
    rule: str | None
    detail: str


class StaleRecord(msgspec.Struct):
    """An entry of a baseline that hides nothing, as it stands there."""

    rule: str
    path: str
    function: str | None
    statement: str
    ordinal: int
    expired: str | None


def render(result: Result, output: Output) -> None:
    """Write `result` as one JSON object. Colours and `quiet` mean nothing here."""
    paths: dict[str, str] = {}

    def display(path: str) -> str:
        if path not in paths:
            paths[path] = output.display(path)
        return paths[path]

    groups = [finding for finding in result.findings if finding.occurrences]
    of = {id(occurrence): group.fingerprint for group in groups for occurrence in group.occurrences}
    whole = msgspec.structs.replace(result, findings=one_by_one(result.findings))
    output.write(f'{{"version": {VERSION}, "findings": [')
    write_lines(output, (finding_record(finding, display, of.get(id(finding))) for finding in whole.findings))
    output.write('], "groups": [')
    write_lines(output, (group_record(group, display) for group in groups))
    output.write('], "errors": [')
    write_lines(output, (error_record(problem, display) for problem in result.problems))
    output.write('], "stale": [')
    write_lines(output, (_stale_record(each) for each in result.stale))
    output.write(f'], "summary": {encode(_summary(whole, len(groups)))}}}\n')


def write_lines(output: Output, records: Iterable[msgspec.Struct]) -> None:
    """Write the items of a JSON list, each on a line of its own."""
    separator = "\n"
    for record in records:
        output.write(separator + encode(record))
        separator = ",\n"
    if separator != "\n":
        output.write("\n")


def finding_record(finding: Finding, display: Callable[[str], str], group: str | None = None) -> FindingRecord:
    """A finding as reports spell it; `group` is the fingerprint of the group that it is in."""
    return FindingRecord(
        rule=finding.rule,
        name=finding.name,
        family=finding.family,
        severity=finding.severity.value,
        message=finding.message,
        help=finding.help,
        path=display(finding.path),
        line=finding.line,
        column=finding.column,
        end_line=finding.end_line,
        end_column=finding.end_column,
        function=finding.function,
        framework=finding.framework,
        fingerprint=finding.fingerprint,
        trace=[StepRecord(display(step.path), step.line, step.message) for step in finding.trace],
        fixable=finding.fixable,
        fix=finding.fix,
        group=group,
    )


def group_record(finding: Finding, display: Callable[[str], str]) -> GroupRecord:
    """A finding that stands for several as reports spell it."""
    return GroupRecord(
        rule=finding.rule,
        severity=finding.severity.value,
        message=finding.message,
        help=finding.help,
        path=display(finding.path),
        line=finding.line,
        column=finding.column,
        end_line=finding.end_line,
        end_column=finding.end_column,
        function=finding.function,
        fingerprint=finding.fingerprint,
        occurrences=[OccurrenceRecord(display(each.path), each.line, each.function, each.fingerprint) for each in finding.occurrences],
    )


def error_record(problem: Problem, display: Callable[[str], str]) -> ErrorRecord:
    """A problem as reports spell it."""
    path = display(problem.path) if problem.path is not None else None
    return ErrorRecord(problem.kind, problem.message, path, problem.rule, problem.detail)


def _stale_record(stale: StaleEntry) -> StaleRecord:
    entry = stale.entry
    expired = entry.until if stale.has_expired else None
    return StaleRecord(entry.rule, entry.path, entry.scope or None, entry.statement, entry.ordinal, expired)


def _summary(result: Result, groups: int) -> dict[str, object]:
    return {
        "files": result.files,
        "findings": len(result.findings),
        "groups": groups,
        "by_severity": {severity.value: count for severity, count in by_severity(result).items()},
        "by_family": by_family(result),
        "notes_hidden": result.notes_hidden,
        "suppressed": result.suppressed,
        "baselined": len(result.baselined),
        "partly_ignored_files": result.partly_ignored,
        "stale_entries": len(result.stale),
        "complete": not result.problems,
    }


def encode(record: object) -> str:
    """A record as JSON text."""
    try:
        return msgspec.json.encode(record).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(record))).decode()


def _without_surrogates(value: Any) -> Any:
    """`value` with lone surrogates written out: they stand for bytes of a path that are no UTF-8, and JSON cannot hold them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value
