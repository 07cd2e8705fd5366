"""The concise report: one line a finding, `path:line:column: CODE message`, as editors and grep read it."""

from __future__ import annotations

from backend_lint.engine.result import Result
from backend_lint.report.output import Output
from backend_lint.report.plain import places, visible
from backend_lint.report.summary import sentences


def render(result: Result, output: Output) -> None:
    """Write a line for each finding, and the verdict unless `output.quiet`."""
    shown: dict[str, str] = {}
    for finding in result.findings:
        if finding.path not in shown:
            shown[finding.path] = visible(output.display(finding.path))
        place = f"{shown[finding.path]}:{finding.line}:{finding.column}"
        shows = places(finding, output.display)
        output.write(f"{place}: {finding.rule} {visible(finding.message)}{f': {shows}' if shows else ''}\n")
    if not output.quiet:
        output.write(" ".join(sentences(result)) + "\n")
