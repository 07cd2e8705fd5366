"""The tables of `--statistics`: how many findings of which rule, family and file. They show where to begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.text import Text

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding
from backend_lint.report.output import Output
from backend_lint.report.plain import visible
from backend_lint.report.summary import SEVERITIES, sentences
from backend_lint.report.tables import Column, write_table

_COUNTS = (Column("errors", number=True), Column("warnings", number=True), Column("notes", number=True), Column("all", number=True))


def render(result: Result, output: Output, *, files: int = 10) -> None:
    """Write the counts by rule, by family and for the `files` files with the most findings, then the verdict unless `output.quiet`."""
    findings = result.findings
    if findings:
        names = {finding.rule: (finding.name, finding.family) for finding in findings}
        by_rule = _counted((finding.rule, finding) for finding in findings)
        rows = [_row((code, *names[code], *counts)) for code, counts in by_rule]
        write_table(output, (Column("rule"), Column("name"), Column("family"), *_COUNTS), rows)
        output.write("\n")
        by_family = _counted((finding.family, finding) for finding in findings)
        write_table(output, (Column("family"), *_COUNTS), [_row((family, *counts)) for family, counts in by_family])
        output.write("\n")
        by_file = _counted((finding.path, finding) for finding in findings)
        write_table(output, (Column("file"), *_COUNTS), [_row((output.display(path), *counts)) for path, counts in by_file[:files]])
        if len(by_file) > files:
            output.write(f"and {len(by_file) - files:,} more files with findings\n")
        output.write("\n")
    if not output.quiet:
        output.write("\n".join(sentences(result)) + "\n")


def _counted(keyed: Iterable[tuple[str, Finding]]) -> list[tuple[str, list[int]]]:
    """For each key the numbers of errors, warnings, notes and all; most first."""
    counts: dict[str, Counter[str]] = {}
    for key, finding in keyed:
        counts.setdefault(key, Counter())[finding.severity.value] += 1
    numbers = {key: [*(count[severity.value] for severity in SEVERITIES), count.total()] for key, count in counts.items()}
    return sorted(numbers.items(), key=lambda item: (-item[1][-1], item[0]))


def _row(values: Iterable[str | int]) -> list[Text]:
    return [Text(visible(value)) if isinstance(value, str) else Text(f"{value:,}" if value else ".") for value in values]
