"""The report of `--statistics`: tables that show where to begin, or the same as JSON.

The schema of the latter is `backend_lint/report/schema/statistics-1.schema.json`. Within `version` 1 keys may be added, never removed or
given another meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend_lint.engine.result import Result
from backend_lint.report import counts
from backend_lint.report.counts import Count
from backend_lint.report.json_ import encode
from backend_lint.report.output import Output
from backend_lint.report.plain import visible
from backend_lint.report.style import wrap
from backend_lint.report.summary import sentences

VERSION = 1


def render(result: Result, output: Output, *, files: int = 10) -> None:
    """Write the counts by rule, by family, by folder and for the `files` files with the most findings, then the verdict unless
    `output.quiet`. Where some can be fixed, a column says how many."""
    findings = result.findings
    if findings:
        with_fixes = any(finding.fixable for finding in findings)
        names = {finding.rule: (finding.name, finding.family) for finding in findings}
        rows = [(count.key, *names[count.key]) for count in counts.by_rule(result)]
        _table(output, ("rule", "name", "family"), rows, counts.by_rule(result), with_fixes=with_fixes)
        _table(output, ("family",), None, counts.by_family(result), with_fixes=with_fixes)
        folders = counts.by_folder(result)
        if len(folders) > 1:
            shown = [(f"{output.display(count.key)}/" if count.key else "./",) for count in folders]
            _table(output, ("folder",), shown, folders, with_fixes=with_fixes)
        by_file = counts.by_file(result)
        paths = [(output.display(count.key),) for count in by_file[:files]]
        _table(output, ("file",), paths, by_file[:files], with_fixes=with_fixes, is_last=len(by_file) > files)
        if len(by_file) > files:
            output.write(f"and {len(by_file) - files:,} more files with findings\n\n")
    if not output.quiet:
        output.write("\n".join(line for sentence in sentences(result) for line in wrap(sentence, output.width, output.width)) + "\n")


def _table(
    output: Output,
    headings: Sequence[str],
    names: Sequence[Sequence[str]] | None,
    rows: Sequence[Count],
    *,
    with_fixes: bool,
    is_last: bool = False,
) -> None:
    """Write counts, each behind its names (by default its key), and an empty line after them unless `is_last`."""
    from rich.text import Text

    from backend_lint.report.tables import Column, write_table

    columns = [Column(heading) for heading in headings]
    columns += [Column(heading, number=True) for heading in ("errors", "warnings", "notes", "all", *(("[*]",) if with_fixes else ()))]
    table = []
    for name, count in zip(names or [(count.key,) for count in rows], rows, strict=True):
        numbers = (count.errors, count.warnings, count.notes, count.all, *((count.fixable,) if with_fixes else ()))
        table.append([*(Text(visible(text)) for text in name), *(Text(f"{number:,}" if number else ".") for number in numbers)])
    write_table(output, columns, table)
    if not is_last:
        output.write("\n")


def render_json(result: Result, output: Output) -> None:
    """Write the counts as one JSON object: by rule and family, by each folder at every depth with all that is below it, and by file."""
    names = {finding.rule: (finding.name, finding.family) for finding in result.findings}
    told = {
        "version": VERSION,
        "by_rule": [
            {"rule": count.key, "name": names[count.key][0], "family": names[count.key][1], **_numbers(count)}
            for count in counts.by_rule(result)
        ],
        "by_family": _records("family", counts.by_family(result)),
        "by_folder": [
            {
                "folder": output.display(count.key) if count.key else ".",
                "depth": count.key.count("/") + 1 if count.key else 0,
                **_numbers(count),
            }
            for count in counts.by_every_folder(result)
        ],
        "by_file": [{"path": output.display(count.key), **_numbers(count)} for count in counts.by_file(result)],
        "summary": {"files": result.files, "findings": len(result.findings), "complete": not result.problems},
    }
    output.write(encode(told) + "\n")


def _records(name: str, found: Iterable[Count]) -> list[dict[str, object]]:
    return [{name: count.key, **_numbers(count)} for count in found]


def _numbers(count: Count) -> dict[str, int]:
    return {"error": count.errors, "warning": count.warnings, "note": count.notes, "all": count.all, "fixable": count.fixable}
