"""The report for people: each finding with its source, its proof and one line of what to do.

    error[BL301 exception-text-in-response]: the text of the caught exception reaches the client
      --> app/api/orders.py:41:26 in create_order
       |
    40 |     except Exception as error:
    41 |         return {"error": str(error)}
       |                          ^^^^^^^^^^
       = help: answer with a fixed text and log the exception

Nothing in it is boxed and nothing depends on colour, so that it reads the same in a log. All text passes through `plain.visible` or
`excerpt.lay_out`: what comes from the analysed project cannot steer the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding, Severity, Step
from backend_lint.report.excerpt import Sources, lay_out
from backend_lint.report.output import Output
from backend_lint.report.plain import visible
from backend_lint.report.style import cell_len, paint, wrap
from backend_lint.report.summary import sentences

#: A piece of a line: its style as `paint` takes it, and its text; with a third part, the address it links to.
Run = tuple[str, str] | tuple[str, str, str | None]

#: More lines of a span are cut out after the first ones, more steps of a trace out of the middle.
_SPAN_LINES = 5
_FIRST_LINES = 3
_TRACE_STEPS = 10
#: How many places are named of what has one cause.
_PLACES = 40

_NARROWEST = 40


def render(result: Result, output: Output) -> None:
    """Write each finding with its source, then the verdict unless `output.quiet`."""
    report = FindingText(result.root, output)
    lines: list[str] = []
    for finding in result.findings:
        lines += report.finding(finding)
        lines.append("")
    if not output.quiet:
        for index, sentence in enumerate(sentences(result)):
            style = "" if index else _verdict_style(result)
            lines += [report.paint([(style, text)]) for text in wrap(sentence, output.width, output.width)]
        if result.findings:
            example = visible(result.findings[0].rule)
            lines.append(report.paint([("context", f"Each rule explains itself: backend-lint rule {example}")]))
    if lines:
        output.write("\n".join(lines) + "\n")


def _verdict_style(result: Result) -> str:
    if any(finding.severity is Severity.ERROR for finding in result.findings) or result.problems:
        return "error"
    return (
        "warning" if any(finding.severity is Severity.WARNING for finding in result.findings) else "message" if result.findings else "clear"
    )


class FindingText:
    """Makes the lines of findings, each with the codes of colours and links that the output allows."""

    def __init__(self, root: Path, output: Output) -> None:
        self._root = root
        self._output = output
        self._width = max(output.width, _NARROWEST)
        self._sources = Sources(output.read)
        self._shown: dict[str, str] = {}

    def paint(self, line: list[Run]) -> str:
        """The line as text, with the codes of colours and links that the output allows."""
        if not self._output.color:
            return "".join([run[1] for run in line]).rstrip()
        return "".join([self._painted(run) for run in line])

    def _painted(self, run: Run) -> str:
        return paint(run[1], run[0], run[2] if len(run) == 3 and self._output.links else None)

    def _path(self, path: str) -> str:
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = visible(self._output.display(path))
        return shown

    # --- one finding

    def finding(self, finding: Finding, remarks: Sequence[tuple[str, str]] = ()) -> list[str]:
        """The lines of a finding; `remarks` (a word and a text each) stand before the help."""
        most = _PLACES if finding.occurrences else _TRACE_STEPS
        steps = _shortened(finding.trace, most)
        # As wide as the largest line number shown; one line follows a span of one line.
        gutter = len(str(max(finding.line + 1, finding.end_line, *[step.line for step in steps if step is not None])))
        lines = self._heading(finding)
        place = f"{self._path(finding.path)}:{finding.line}:{finding.column}"
        arrow: list[Run] = [("frame", f"{' ' * gutter}--> "), ("place", place, self._link(finding.path))]
        if finding.function:
            arrow.append(("", f" in {visible(finding.function)}"))
        lines.append(self.paint(arrow))
        self._add_span(lines, finding, gutter)
        for step in steps:
            if step is None:
                more = f"{len(finding.trace) - most + 1} more {'places' if finding.occurrences else 'steps'}"
                lines.append(self.paint([("frame", f"{' ' * gutter}  "), ("", f"... {more} ...")]))
            else:
                self._add_step(lines, step, gutter, with_source=not finding.occurrences and not _is_shown(step, finding))
        for word, text in remarks:
            self._add_hanging(lines, f"= {word}: ", visible(text), gutter)
        self._add_hanging(lines, "= help: ", visible(finding.help), gutter)
        return lines

    def _heading(self, finding: Finding) -> list[str]:
        severity = finding.severity.value
        label = visible(f"{finding.rule} {finding.name}")
        url = self._output.rule_url(finding.rule) if self._output.rule_url else None
        mark = " [*]" if finding.fix == "safe" else ""
        first = self._width - cell_len(f"{severity}[{label}]{mark}: ")
        begun, *more = wrap(visible(finding.message), first, self._width - 4)
        start: list[Run] = [(severity, f"{severity}["), (severity, label, url), (severity, "]"), ("message", f"{mark}: {begun}")]
        return [self.paint(start), *[self.paint([("message", f"    {text}")]) for text in more]]

    def _add_hanging(self, lines: list[str], head: str, text: str, gutter: int) -> None:
        """A remark below the source, wrapped under its own beginning."""
        if not text:
            return
        room = self._width - gutter - 1 - len(head)
        first, *more = wrap(text, room, room)
        lines.append(self.paint([("frame", f"{' ' * gutter} "), ("help", head), ("", first)]))
        lines += [self.paint([("", f"{' ' * (gutter + 1 + len(head))}{part}")]) for part in more]

    def _link(self, path: str) -> str | None:
        if not self._output.links:
            return None
        try:
            return (Path(self._root) / path).absolute().as_uri()
        except ValueError:
            return None

    # --- source

    def _add_span(self, lines: list[str], finding: Finding, gutter: int) -> None:
        # The last line that is shown is asked for first: a file is taken apart as far as the last line asked for.
        after = self._sources.line(finding.path, finding.end_line + 1)
        first = self._sources.line(finding.path, finding.line)
        if first is None:
            return
        lines.append(self.paint([("frame", f"{' ' * gutter} |")]))
        before = self._sources.line(finding.path, finding.line - 1)
        multiline = finding.end_line > finding.line
        # A span over many lines has a margin of two cells, where its border is drawn.
        margin = "  " if multiline else ""
        if before is not None and before.strip():
            lines.append(self._code(finding.line - 1, before, gutter, style="context", margin=margin))
        if multiline:
            self._add_block(lines, finding, gutter)
            return
        shown = lay_out(first, finding.column - 1, finding.end_column - 1, self._width - gutter - 3)
        lines.append(self.paint([("frame", f"{finding.line:>{gutter}} | "), ("", shown.text)]))
        mark = "^" * (shown.end - shown.start)
        lines.append(self.paint([("frame", f"{' ' * gutter} | "), (finding.severity.value, " " * shown.start + mark)]))
        if after is not None and after.strip():
            lines.append(self._code(finding.line + 1, after, gutter, style="context"))

    def _add_block(self, lines: list[str], finding: Finding, gutter: int) -> None:
        """A span over several lines: the first ones with a border to the left, and where the last one ends."""
        style = finding.severity.value
        count = finding.end_line - finding.line + 1
        numbers = range(finding.line, finding.end_line + 1) if count <= _SPAN_LINES else range(finding.line, finding.line + _FIRST_LINES)
        border: list[Run] = [(style, "/ ")]
        for number in numbers:
            text = self._sources.line(finding.path, number)
            if text is None:
                return
            lines.append(self._code(number, text, gutter, border=border))
            border = [(style, "| ")]
        last = self._sources.line(finding.path, finding.end_line)
        if last is None:
            return
        if count > _SPAN_LINES:
            lines.append(self.paint([("frame", f"{'...':<{gutter + 2}} "), (style, "|")]))
            lines.append(self._code(finding.end_line, last, gutter, border=border))
        room = self._width - gutter - 5
        # The last line is shown from its beginning; when its end is out of sight there is nothing to point at.
        shown = lay_out(last, 0, max(1, finding.end_column - 1), room)
        lines.append(self.paint([("frame", f"{' ' * gutter} | "), (style, f"|{'_' * shown.end}^")]))

    def _add_step(self, lines: list[str], step: Step, gutter: int, *, with_source: bool) -> None:
        place = f"{self._path(step.path)}:{step.line}"
        head = f"{' ' * gutter}::: "
        message = visible(step.message)
        first, *more = wrap(message, self._width - len(head) - cell_len(place) - 2, self._width - len(head) - 2) if message else [""]
        lines.append(self.paint([("frame", head), ("place", place, self._link(step.path)), ("", f": {first}" if first else "")]))
        lines += [self.paint([("", f"{' ' * len(head)}  {line}")]) for line in more]
        text = self._sources.line(step.path, step.line) if with_source else None
        if text is not None and text.strip():
            lines.append(self._code(step.line, text, gutter))

    def _code(self, number: int, text: str, gutter: int, *, style: str = "", margin: str = "", border: list[Run] | None = None) -> str:
        """One line of source behind its number."""
        room = self._width - gutter - 3 - (2 if border else len(margin))
        shown = lay_out(text, 0, 0, room)
        return self.paint([("frame", f"{number:>{gutter}} | "), *(border or [("", margin)]), (style, shown.text)])


def _is_shown(step: Step, finding: Finding) -> bool:
    """Whether a step's line stands in the finding's own excerpt already."""
    return step.path == finding.path and finding.line == finding.end_line and abs(step.line - finding.line) <= 1


def _shortened(trace: tuple[Step, ...], most: int) -> list[Step | None]:
    """The steps to show, `most` of them; None stands for those left out of the middle."""
    if len(trace) <= most:
        return list(trace)
    half = most // 2
    return [*trace[:half], None, *trace[len(trace) - (most - half - 1) :]]
