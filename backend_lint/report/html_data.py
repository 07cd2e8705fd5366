"""What the page's script knows: findings, and the source around them and around the steps of their proofs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding
from backend_lint.report.excerpt import Sources
from backend_lint.report.html_charts import layer_title
from backend_lint.report.json_ import encode
from backend_lint.report.output import Output
from backend_lint.report.plain import piece, visible

#: How many lines are shown before and after what a finding marks and what a step names.
CONTEXT = 7

#: So many lines between others are shown with them: to say how many are left out takes as much room.
LEAST_GAP = 3

#: How many of a span's lines are kept, and how many characters of a line.
MAX_SPAN = 60
MAX_LINE = 320

#: What begins a string or comment in Python; of strings in triple quotes also where they end.
_TEXTS = re.compile(r"#[^\n]*|(\"\"\"|''')(?:[^\\]|\\.)*?(?:\1|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?", re.DOTALL)


def page_data(result: Result, output: Output, layers: Mapping[str, str]) -> dict[str, object]:
    """The findings of a run, and the files they stand in as far as they are shown. `layers` are those of files, by path."""
    excerpts = _Excerpts(output, layers)
    findings = [_finding(finding, excerpts) for finding in result.findings]
    return {"findings": findings, "files": excerpts.files()}


def script_json(data: object) -> str:
    """`data` as JSON for inside a `script` element, which nothing in it can end (https://html.spec.whatwg.org/#restrictions-for-contents-of-
    script-elements)."""
    return encode(data).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _finding(finding: Finding, excerpts: _Excerpts) -> dict[str, object]:
    line, last = finding.line, min(finding.end_line, finding.line + MAX_SPAN)
    made: dict[str, object] = {
        "rule": finding.rule,
        "name": finding.name,
        "family": finding.family,
        "severity": finding.severity.value,
        "message": visible(finding.message),
        "help": visible(finding.help),
        "file": excerpts.file(finding.path, line, last),
        "line": line,
        "column": finding.column,
        "end": last,
        "id": finding.fingerprint,
    }
    if finding.function:
        made["function"] = visible(finding.function)
    if finding.framework:
        made["framework"] = finding.framework
    if finding.fix is not None:
        made["fix"] = "--fix" if finding.fix == "safe" else "--fix --unsafe-fixes"
    if finding.occurrences:
        made["places"] = len(finding.occurrences)
    if finding.end_line == line:
        made.update(excerpts.mark(finding.path, line, finding.column - 1, finding.end_column - 1))
    if finding.trace:
        made["trace"] = [[excerpts.file(step.path, step.line, step.line), step.line, visible(step.message)] for step in finding.trace]
    return made


class _Excerpts:
    """The lines to show of each file, collected as findings name them."""

    def __init__(self, output: Output, layers: Mapping[str, str]) -> None:
        self._layers = layers
        self._display = output.display
        self._read = output.read
        self._sources = Sources(output.read)
        self._index: dict[str, int] = {}
        self._wanted: list[set[int]] = []

    def file(self, path: str, first: int, last: int) -> int:
        """The number of a file, of which these lines are to be shown."""
        index = self._index.setdefault(path, len(self._index))
        if index == len(self._wanted):
            self._wanted.append(set())
        self._wanted[index].update(range(max(1, first - CONTEXT), last + CONTEXT + 1))
        return index

    def mark(self, path: str, line: int, start: int, end: int) -> dict[str, object]:
        """Where the characters [start, end) of a line are in it as it is shown; with the text where that is another than the usual."""
        text = self._sources.line(path, line)
        if text is None:
            return {}
        if end <= MAX_LINE:
            before = _shown(text[:start])
            marked = _shown(text[start:end], len(before))
            return {"mark": [len(before), len(before) + max(1, len(marked))]}
        begun = max(0, start - MAX_LINE // 4)
        before, marked = _shown(text[begun:start]), _shown(text[start : min(end, begun + MAX_LINE)])
        after = _shown(text[min(end, begun + MAX_LINE) : begun + MAX_LINE])
        head, tail = "… " if begun else "", " …" if len(text) > begun + MAX_LINE else ""
        at = len(head) + len(before)
        return {"mark": [at, at + max(1, len(marked))], "shown": f"{head}{before}{marked}{after}{tail}"}

    def files(self) -> list[dict[str, object]]:
        """The files in the order of their numbers: path, layer, and the ranges of lines to show, each with the number of its first line and
        the quotation mark of the string that it begins in."""
        return [
            {
                "path": visible(self._display(path)),
                "layer": layer_title(self._layers.get(path)),
                "ranges": self._ranges(path, self._wanted[index]),
            }
            for path, index in self._index.items()
        ]

    def _ranges(self, path: str, wanted: set[int]) -> list[list[Any]]:
        try:
            text = self._read(path)
        except (OSError, ValueError):
            return []
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines[-1] == "":
            lines.pop()
        quotes = _quotes(lines)
        ranges: list[list[Any]] = []
        for number in sorted(number for number in wanted if number <= len(lines)):
            after = ranges[-1][0] + len(ranges[-1][2]) if ranges else 0
            if not ranges or number - after > LEAST_GAP:
                ranges.append([number, quotes.get(number, ""), []])
                after = number
            ranges[-1][2].extend(_line(line) for line in lines[after - 1 : number])
        return ranges


def _line(text: str) -> str:
    return _shown(text) if len(text) <= MAX_LINE else _shown(text[:MAX_LINE]) + " …"


def _shown(text: str, cell: int = 0) -> str:
    """A piece of a line as it is shown, with what is hidden or steers written as escapes."""
    if text.isprintable():
        return text
    shown: list[str] = []
    for character in text:
        shown.append(piece(character, cell))
        cell += len(shown[-1])
    return "".join(shown)


def _quotes(lines: Iterable[str]) -> dict[int, str]:
    """The numbers of the lines that begin inside a string in triple quotes, and its quotation mark."""
    text = "\n".join(lines)
    if '"""' not in text and "'''" not in text:
        return {}
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    found: dict[int, str] = {}
    number = 0
    for match in _TEXTS.finditer(text):
        if match[1] is None or "\n" not in match[0]:
            continue
        while starts[number] <= match.start():
            number += 1
        while number < len(starts) - 1 and starts[number] < match.end():
            found[number + 1] = match[1]
            number += 1
    return found
