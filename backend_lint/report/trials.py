"""The reports of a trial: how many commits rules would have blocked, and for what.

The JSON report has the schema `backend_lint/report/schema/trial-1.schema.json`; within `version` 1 keys may be added, never removed or
given another meaning.
"""

from __future__ import annotations

import msgspec

from backend_lint.report.json_ import FindingRecord, encode, finding_record, write_lines
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible
from backend_lint.review.trial import Blocked, Trial

VERSION = 1

#: How many findings of a commit, and how many files and reasons, are told.
_FINDINGS = 5
_FILES = 5
_REASONS = 3


class BlockedRecord(msgspec.Struct):
    """A commit that would have been blocked."""

    commit: str
    day: str
    subject: str
    findings: list[FindingRecord]


class SkippedRecord(msgspec.Struct):
    """A commit that could not be reviewed, and why."""

    commit: str
    reason: str


def render_text(trial: Trial, output: Output, *, names: dict[str, str], examples: int) -> None:
    """Write for people what the rules would have blocked: the commits with their findings, `examples` of them at most, then the numbers.
    `names` has the names of rules by code."""
    for blocked in trial.blocked[:examples]:
        _write_commit(blocked, output)
    if 0 < examples < len(trial.blocked):
        output.write(f"... and {plural(len(trial.blocked) - examples, 'more commit')} (--examples)\n\n")
    for line in _numbers(trial, names, output):
        output.write(f"{line}\n")


def _write_commit(blocked: Blocked, output: Output) -> None:
    commit = blocked.commit
    output.write(f"{commit.id[:10]} {commit.day} {visible(commit.subject)}\n")
    for finding in blocked.findings[:_FINDINGS]:
        output.write(f"  {visible(finding.path)}:{finding.line}:{finding.column}: {finding.rule} {visible(finding.message)}\n")
    if len(blocked.findings) > _FINDINGS:
        output.write(f"  ... {len(blocked.findings) - _FINDINGS:,} more\n")
    output.write("\n")


def _numbers(trial: Trial, names: dict[str, str], output: Output) -> list[str]:
    rules = ", ".join(f"{code} {names[code]}" if code in names else code for code in sorted(trial.codes)[:_FILES])
    rules += f" and {len(trial.codes) - _FILES} more rules" if len(trial.codes) > _FILES else ""
    of = f"{len(trial.blocked):,} of {plural(trial.reviewed, 'commit')}"
    said = [f"{rules}: would have blocked {of} ({trial.per_100:g} per 100)"]
    files = trial.by_file()
    if files:
        said[0] += f", by {plural(len(trial.findings), 'new finding')} in {plural(len(files), 'file')}"
    said[0] += "."
    if len(trial.codes) > 1:
        said += [
            f"  {code} {names.get(code, '')}: {plural(commits, 'commit')}, {plural(count, 'finding')}"
            for code, commits, count in trial.by_rule()
        ]
    if len(files) > 1:
        most = ", ".join(f"{visible(path)} {count:,}" for path, count in files[:_FILES])
        said.append(f"Most of them in {most}.")
    if trial.mild:
        said.append(f"{plural(trial.mild, 'new finding')} more would have been shown and failed nothing.")
    if trial.standing:
        said.append(
            f"{plural(trial.standing, 'finding')} of the kind {'is' if trial.standing == 1 else 'are'} there today, which a review lets be."
        )
    if trial.skipped:
        reasons = list(dict.fromkeys(visible(each.reason) for each in trial.skipped))
        more = f" and {len(reasons) - _REASONS} other reasons" if len(reasons) > _REASONS else ""
        said.append(f"Not counted: {plural(len(trial.skipped), 'commit')}: {'; '.join(reasons[:_REASONS])}{more}.")
    if not trial.is_complete:
        left = len(trial.commits) - trial.reviewed - len(trial.skipped)
        said.append(f"Interrupted: {plural(left, 'older commit')} not looked at.")
    return said


def render_json(trial: Trial, output: Output, *, names: dict[str, str]) -> None:
    """Write the outcome as one JSON object; each commit stands on a line of its own."""
    head = {
        "version": VERSION,
        "rules": [{"code": code, "name": names.get(code, "")} for code in sorted(trial.codes)],
        "complete": trial.is_complete,
        "asked": len(trial.commits),
        "reviewed": trial.reviewed,
        "blocked": len(trial.blocked),
        "per_100": trial.per_100,
        "findings": len(trial.findings),
        "mild": trial.mild,
        "standing": trial.standing,
        "by_rule": [{"code": code, "commits": commits, "findings": count} for code, commits, count in trial.by_rule()],
        "by_file": [{"path": path, "findings": count} for path, count in trial.by_file()],
    }
    output.write(f'{encode(head)[:-1]}, "commits": [')
    write_lines(output, (_blocked_record(each) for each in trial.blocked))
    output.write('], "skipped": [')
    write_lines(output, (SkippedRecord(each.commit.id, each.reason) for each in trial.skipped))
    output.write("]}\n")


def _blocked_record(blocked: Blocked) -> BlockedRecord:
    commit = blocked.commit
    findings = [finding_record(finding, str) for finding in blocked.findings]
    return BlockedRecord(commit.id, commit.day, commit.subject, findings)
