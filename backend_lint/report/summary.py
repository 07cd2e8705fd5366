"""What all reports count."""

from __future__ import annotations

from collections import Counter

from backend_lint.engine.result import Result
from backend_lint.findings.grouping import one_by_one
from backend_lint.findings.model import Severity
from backend_lint.report.plain import plural, visible

#: The severities a finding can have, worst first.
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def by_severity(result: Result) -> dict[Severity, int]:
    """How many findings there are of each severity, zeros included, worst first."""
    counts = Counter(finding.severity for finding in result.findings)
    return {severity: counts[severity] for severity in SEVERITIES}


def by_family(result: Result) -> dict[str, int]:
    """How many findings there are of each family that has any, most first."""
    counts = Counter(finding.family for finding in result.findings)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def sentences(result: Result) -> list[str]:
    """The verdict in words: what was found, what is not shown, what could not be done. One sentence each."""
    files = plural(result.files, "file")
    if result.findings:
        parts = [plural(count, severity.value) for severity, count in by_severity(result).items() if count]
        families = ", ".join(f"{visible(family)} {count:,}" for family, count in by_family(result).items())
        said = [f"Found {_listed(parts)} in {files}: {families}."]
    elif result.problems or not result.files:
        said = [f"Found nothing in {files}."]
    else:
        said = [f"All clear: {files} checked, nothing found."]
    causes = [finding for finding in result.findings if finding.occurrences]
    if causes:
        places = sum(len(finding.occurrences) for finding in causes)
        said.append(f"{plural(len(causes), 'cause')} of them {'shows' if len(causes) == 1 else 'show'} in {places:,} places (--no-group).")
    safe, unsafe = (sum(finding.fix == fix for finding in one_by_one(result.findings)) for fix in ("safe", "unsafe"))
    if safe:
        said.append(f"[*] {safe:,} fixable with --fix{f' ({unsafe:,} more with --unsafe-fixes)' if unsafe else ''}.")
    elif unsafe:
        said.append(f"{unsafe:,} fixable with --fix --unsafe-fixes.")
    hidden = []
    if result.notes_hidden:
        hidden.append(f"{plural(result.notes_hidden, 'note')} (--pedantic shows {'it' if result.notes_hidden == 1 else 'them'})")
    if result.suppressed:
        hidden.append(f"{plural(result.suppressed, 'finding')} suppressed by a comment")
    if result.baselined:
        hidden.append(f"{plural(len(result.baselined), 'finding')} in the baseline (--no-baseline)")
    if result.partly_ignored:
        hidden.append(f"what the configuration ignores in {plural(result.partly_ignored, 'file')}")
    if hidden:
        said.append(f"Not shown: {_listed(hidden)}.")
    if result.problems:
        said.append(f"The check is incomplete: {plural(len(result.problems), 'problem')}, see standard error.")
    return said


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
