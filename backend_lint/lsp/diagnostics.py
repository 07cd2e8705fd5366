"""Findings as an editor shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from backend_lint.findings.model import Finding, Severity
from backend_lint.findings.suppression import UNUSED
from backend_lint.lsp.positions import Lines, uri_of
from backend_lint.report.plain import visible

SOURCE = "backend-lint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
    Severity.OFF: types.DiagnosticSeverity.Hint,
}

#: The lines of a file by its path below the project's root; None for one that cannot be read.
LinesOf = Callable[[str], "Lines | None"]


def diagnostic(finding: Finding, lines: Lines, root: Path, lines_of: LinesOf, page: str | None) -> types.Diagnostic:
    """A finding in the file with these lines. `page` is the address of its rule's documentation. A comment that hides nothing is shown as
    what can go; the steps of a proof lead to their places."""
    message = f"{visible(finding.message)}\nhelp: {visible(finding.help)}" if finding.help else visible(finding.message)
    return types.Diagnostic(
        range=range_of(finding, lines),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(page) if page is not None else None,
        source=SOURCE,
        message=message,
        tags=[types.DiagnosticTag.Unnecessary] if finding.rule == UNUSED else None,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(uri_of(root / step.path), _line(step.line, lines_of(step.path))), visible(step.message)
            )
            for step in finding.trace
        ]
        or None,
        data={"name": finding.name, "fingerprint": finding.fingerprint},
    )


def range_of(finding: Finding, lines: Lines) -> types.Range:
    """What a finding marks."""
    return types.Range(lines.place(finding.line, finding.column), lines.place(finding.end_line, finding.end_column))


def _line(number: int, lines: Lines | None) -> types.Range:
    """A line of another file, without its indentation."""
    if lines is None:
        return types.Range(types.Position(max(number - 1, 0), 0), types.Position(max(number - 1, 0), 0))
    text = lines.line(number - 1)
    indentation = len(text) - len(text.lstrip())
    return types.Range(lines.place(number, indentation + 1), lines.place(number, len(text) + 1))
