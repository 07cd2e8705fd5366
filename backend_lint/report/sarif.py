"""SARIF 2.1.0 (OASIS Standard with Errata 01), as GitHub's code scanning shows it well.

What GitHub asks for beyond the standard, and its limits: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/
sarif-support-for-code-scanning. An alert shows in a pull request only where all its lines are changed ones, so the region of a finding over
several lines is the first of them, and the whole is its context. Section numbers below are those of the standard.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from backend_lint import __version__
from backend_lint.engine.result import Problem
from backend_lint.findings.model import Finding, Step
from backend_lint.report.excerpt import Sources
from backend_lint.report.json_ import encode
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from backend_lint.report.plain import visible
from backend_lint.report.sarif_rules import LEVELS, described

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#: What GitHub takes of a run; it refuses the file that has more.
MOST_RESULTS = 25_000
MOST_LOCATIONS = 1_000
MOST_STEPS = 10_000

_ROOT = "%SRCROOT%"


def render(listing: Listing, output: Output) -> None:
    """Write one run, each rule and each result on a line of its own. What is hidden is listed as suppressed unless `output.hidden` is
    false: GitHub shows suppressed results like all others."""
    items = listing.worst_first() + (listing.hidden if output.hidden else [])
    left_out = len(items) - MOST_RESULTS
    items = sorted(items[:MOST_RESULTS], key=lambda item: (item.finding.path, item.finding.line, item.finding.column, item.finding.rule))
    rules = described(items, output.rule_url)
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    written = _Results(listing, output, places)
    category = "backend-lint-review/" if listing.is_review else "backend-lint/"
    head = {
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": category},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the project."}}},
        "invocations": [_invocation(listing, left_out)],
    }
    driver = {"name": "backend-lint", "version": __version__, "semanticVersion": __version__}
    output.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{{encode(head)[1:-1]}, "tool": {{"driver": {{')
    output.write(f'{encode(driver)[1:-1]}, "rules": [\n')
    output.write(",\n".join(encode(rule) for rule in rules))
    output.write('\n]}}, "results": [')
    separator = "\n"
    for item in items:
        output.write(separator + encode(written.result(item)))
        separator = ",\n"
    output.write("\n]}]}\n")


class _Results:
    """Makes results."""

    def __init__(self, listing: Listing, output: Output, rules: dict[str, int]) -> None:
        self._is_review = listing.is_review
        self._sources = Sources(output.read)
        self._rules = rules

    def result(self, item: Item) -> dict[str, Any]:
        """A finding as a result, 3.27."""
        finding = item.finding
        found: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self._rules[finding.rule],
            "level": LEVELS[finding.severity],
            "message": {"text": _message(item)},
            "locations": [self._location(finding)],
            "partialFingerprints": _fingerprints(finding),
        }
        if finding.trace:
            steps = finding.trace[:MOST_LOCATIONS]
            found["relatedLocations"] = [{"id": number, **self._step(step)} for number, step in enumerate(steps, 1)]
            found["codeFlows"] = self._flows(finding)
        if item.hidden is not None:
            suppression = {"kind": item.hidden, "status": "accepted"}
            found["suppressions"] = [suppression | ({"justification": visible(item.reason)} if item.reason else {})]
        if self._is_review:
            found["baselineState"] = "new"
        properties = {"help": visible(finding.help), "framework": finding.framework, "cause": visible(item.remark)}
        found["properties"] = {key: value for key, value in properties.items() if value}
        return found

    def _location(self, finding: Finding) -> dict[str, Any]:
        physical: dict[str, Any] = {"artifactLocation": _artifact(finding.path), "region": self._region(finding)}
        if finding.end_line > finding.line:
            physical["contextRegion"] = {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": max(finding.end_column, 1),
            }
        location: dict[str, Any] = {"physicalLocation": physical}
        if finding.function:
            function = visible(finding.function)
            location["logicalLocations"] = [
                {"name": function.rpartition(".")[2] or function, "fullyQualifiedName": function, "kind": "function"}
            ]
        return location

    def _region(self, finding: Finding) -> dict[str, int]:
        """The first line of a finding, or what it marks there."""
        end = finding.end_column
        if finding.end_line > finding.line:
            end = len(self._sources.line(finding.path, finding.line) or "") + 1
        return {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.line,
            "endColumn": max(end, finding.column + 1),
        }

    def _step(self, step: Step) -> dict[str, Any]:
        line = self._sources.line(step.path, step.line) or ""
        begin = len(line) - len(line.lstrip()) + 1
        region = {"startLine": step.line, "startColumn": begin, "endLine": step.line, "endColumn": max(len(line.rstrip()), begin) + 1}
        where = {"artifactLocation": _artifact(step.path), "region": region}
        return {"physicalLocation": where, "message": {"text": _text(step.message) or "step"}}

    def _flows(self, finding: Finding) -> list[dict[str, Any]]:
        """The proof as a code flow, 3.36, which ends at the finding; one from each place where a cause shows."""
        end = {**self._location(finding), "message": {"text": _text(finding.message) or finding.rule}}
        flows: list[dict[str, Any]] = []
        room = MOST_STEPS
        for shown in finding.occurrences or (finding,):
            trace = shown.trace or (Step(shown.path, shown.line, shown.message),)
            steps = [{"location": self._step(step)} for step in trace[: room - 1]]
            room -= len(steps) + 1
            if room < 0:
                break
            flows.append({"threadFlows": [{"locations": [*steps, {"location": end}]}]})
        return flows


def _fingerprints(finding: Finding) -> dict[str, str]:
    """The finding's own fingerprint, twice. GitHub reads the one that is called a hash of the line, and works it out from the lines behind
    where it is missing: then a finding is another once they are edited. It is of the form `<hash>:<number>`."""
    if not finding.fingerprint:
        return {}
    return {"backendLint/v1": finding.fingerprint, "primaryLocationLineHash": f"{finding.fingerprint[:16]}:1"}


def _message(item: Item) -> str:
    """What a result says: message and help, then the steps, which link to the related locations of the same numbers, 3.11.6."""
    finding = item.finding
    parts = [_text(finding.message) or finding.rule, f"Help: {_text(finding.help)}" if finding.help else ""]
    parts.append(f"New: {_text(item.remark)}" if item.remark else "")
    links = (f"[{_text(step.message) or 'step'}]({number})" for number, step in enumerate(finding.trace[:10], 1))
    parts.append(f"{'Places' if finding.occurrences else 'Path'}: {', '.join(links)}" if finding.trace else "")
    return "\n".join(part for part in parts if part)


def _text(text: str) -> str:
    """Text that holds no link, 3.11.6."""
    return visible(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _artifact(path: str) -> dict[str, str]:
    """A file below the root, 3.4. Bytes that are no UTF-8 are percent-encoded as they are, RFC 3986 2.1."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": _ROOT}


def _invocation(listing: Listing, left_out: int) -> dict[str, Any]:
    """How the run went, 3.20."""
    notes = [_notification(problem) for problem in listing.problems]
    if left_out > 0:
        notes.append({"level": "warning", "message": {"text": f"{left_out:,} results are left out: a file can hold {MOST_RESULTS:,}"}})
    return {"executionSuccessful": not listing.problems, "toolExecutionNotifications": notes}


def _notification(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = {"level": "error", "message": {"text": _text(problem.message) or problem.kind}}
    if problem.path is not None:
        found["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(problem.path)}}]
    if problem.rule is not None:
        found["associatedRule"] = {"id": problem.rule}
    return found
