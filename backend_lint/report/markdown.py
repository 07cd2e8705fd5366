"""Markdown as GitHub and GitLab read it: the report of a check, and what other reports need to write hostile text in Markdown.

The syntax is that of https://github.github.com/gfm/, with what both make of text besides: mentions, references, formulas, addresses.
"""

from __future__ import annotations

import re

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding
from backend_lint.report.output import Output
from backend_lint.report.plain import places, plural, visible
from backend_lint.report.summary import sentences

#: How many places are named of what has one cause.
_PLACES = 10

#: Text between single backticks, as messages mark names.
_MARKED = re.compile(r"(?<!`)`([^`]+)`(?!`)")

#: Punctuation that begins a structure -> what shows it as it is. A backslash is not enough where links, mentions and references are found
#: after the Markdown is read.
_LITERAL = {character: f"\\{character}" for character in "\\`*_[]|~!"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "@": "&#64;",
    "#": "&#35;",
    "$": "&#36;",
}
_TRANSLATED = str.maketrans(_LITERAL)
_ADDRESS = re.compile(r"://|(?i:\bwww)(?=\.)")


def escaped(text: str) -> str:
    """Text of the analysed project inside Markdown: it makes no links, no HTML, no mentions and no table cells. What stands between
    backticks is shown as code."""
    parts: list[str] = []
    end = 0
    text = visible(text)
    for marked in _MARKED.finditer(text):
        parts += [_plain(text[end : marked.start()]), code(marked[1])]
        end = marked.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    return _ADDRESS.sub(_broken, text.translate(_TRANSLATED))


def _broken(match: re.Match[str]) -> str:
    return "&#58;//" if match[0] == "://" else f"{match[0][:-1]}&#{ord(match[0][-1])};"


def code(text: str) -> str:
    """Text as code in a line or in the cell of a table, where a bar would end the cell in code as well."""
    shown = visible(text).replace("`", "'").replace("|", "\\|")
    # A backslash before a bar is the table's; one at the end of code is not, and blanks alone are no code.
    return f"`{shown}`" if shown.strip() else "` `"


def table(rows: list[str]) -> str:
    """A table of findings from the lines that `row` makes."""
    return "| | Where | What |\n|---|---|---|\n" + "".join(rows)


def row(finding: Finding, display: str, remark: str = "") -> str:
    """A line of `table`: the severity, the place, what is wrong and what to do."""
    place = code(f"{display}:{finding.line}")
    shows = places(finding, most=_PLACES)
    said = [f"**{escaped(finding.rule)}** {escaped(finding.message)}", code(shows) if shows else "", escaped(finding.help), escaped(remark)]
    return f"| {finding.severity.value} | {place} | {'<br>'.join(part for part in said if part)} |\n"


def render(result: Result, output: Output) -> None:
    """Write the report of a check: what was found in a sentence, a table of the findings, and what kept it from being complete."""
    word = "Incomplete" if result.problems else plural(len(result.findings), "finding") if result.findings else "All clear"
    output.write(f"### backend-lint: {word}\n\n{escaped(' '.join(sentences(result)))}\n")
    if result.findings:
        output.write("\n" + table([row(finding, output.display(finding.path)) for finding in result.findings]))
    for problem in result.problems:
        where = f"{code(output.display(problem.path))}: " if problem.path is not None else ""
        output.write(f"\n> {where}{escaped(problem.message)}\n")


def render_fault(message: str, hint: str, output: Output) -> None:
    """Write why a review could not be done, and what would help."""
    output.write(f"### backend-lint: Incomplete\n\n{escaped(message)}{f'; {escaped(hint)}' if hint else ''}\n")
