"""Reviewdog's diagnostic format, `rdjson`: a `DiagnosticResult` as `proto/rdf/reviewdog.proto` of reviewdog/reviewdog defines it.

Columns count the bytes of a line in UTF-8 and begin at 1; the end is exclusive. Without the line at hand columns are left out, which
reviewdog takes for whole lines.
"""

from __future__ import annotations

from typing import Any

from backend_lint.findings.model import Finding, Severity
from backend_lint.report.excerpt import Sources
from backend_lint.report.json_ import encode
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from backend_lint.report.plain import visible

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO", Severity.OFF: "INFO"}


def render(listing: Listing, output: Output) -> None:
    """Write the object, a diagnostic a line. What kept the run from being complete is a diagnostic of the file it is about, or of `.`."""
    sources = Sources(output.read)
    diagnostics = [_diagnostic(item, output, sources) for item in listing.items]
    for problem in listing.problems:
        path = output.display(problem.path) if problem.path is not None else "."
        message = f"the check is incomplete: {visible(problem.message)}"
        diagnostics.append({"message": message, "location": {"path": path}, "severity": "ERROR", "code": {"value": "incomplete"}})
    output.write('{"source": {"name": "backend-lint"}, "diagnostics": [')
    separator = "\n"
    for diagnostic in diagnostics:
        output.write(separator + encode(diagnostic))
        separator = ",\n"
    output.write("\n]}\n")


def _diagnostic(item: Item, output: Output, sources: Sources) -> dict[str, Any]:
    finding = item.finding
    lines = [finding.message, f"help: {finding.help}" if finding.help else "", f"new: {item.remark}" if item.remark else ""]
    lines += [f"via {output.display(step.path)}:{step.line}: {step.message}" for step in finding.trace]
    code = {"value": finding.rule}
    url = output.rule_url(finding.rule) if output.rule_url is not None else None
    return {
        "message": "\n".join(visible(line) for line in lines if line),
        "location": {"path": output.display(finding.path), "range": _range(finding, sources)},
        "severity": _SEVERITIES[finding.severity],
        "code": {**code, "url": url} if url else code,
    }


def _range(finding: Finding, sources: Sources) -> dict[str, dict[str, int]]:
    begin = _column(sources.line(finding.path, finding.line), finding.column)
    end = _column(sources.line(finding.path, finding.end_line), finding.end_column)
    if begin is None or end is None:
        return {"start": {"line": finding.line}, "end": {"line": finding.end_line}}
    return {"start": {"line": finding.line, "column": begin}, "end": {"line": finding.end_line, "column": end}}


def _column(line: str | None, column: int) -> int | None:
    return None if line is None else len(line[: column - 1].encode("utf-8", "surrogatepass")) + 1
