"""Checkstyle's XML, which Jenkins, reviewdog and many others read.

A `file` for each file, in it an `error` for each finding; severities are `error`, `warning` and `info`
(https://checkstyle.org/property_types.html#SeverityLevel). Readers take the last part of `source` for the rule, the one before for its
category.
"""

from __future__ import annotations

from itertools import groupby

from backend_lint import __version__
from backend_lint.findings.model import Severity
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from backend_lint.report.plain import places
from backend_lint.report.xml_ import element, write

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info", Severity.OFF: "info"}


def render(listing: Listing, output: Output) -> None:
    """Write the document. What kept the run from being complete is an error of the file it is about, or of `.`."""
    root = element(None, "checkstyle", version=__version__)
    for path, items in groupby(sorted(listing.items, key=_path), key=_path):
        file = element(root, "file", name=output.display(path))
        for item in items:
            finding = item.finding
            element(
                file,
                "error",
                line=finding.line,
                column=finding.column,
                severity=_SEVERITIES[finding.severity],
                message=_message(item, output),
                source=f"backend-lint.{finding.family}.{finding.rule}",
            )
    for problem in listing.problems:
        file = element(root, "file", name=output.display(problem.path) if problem.path is not None else ".")
        element(file, "error", line=1, severity="error", message=problem.message, source=f"backend-lint.incomplete.{problem.kind}")
    write(root, output)


def _path(item: Item) -> str:
    return item.finding.path


def _message(item: Item, output: Output) -> str:
    said = (item.finding.message, places(item.finding, output.display), item.finding.help, item.remark)
    return "; ".join(part for part in said if part)
