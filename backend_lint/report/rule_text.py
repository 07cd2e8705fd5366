"""Rules on a terminal: one explained, or many in a table."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.markdown import Markdown
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from backend_lint.findings.model import Severity
from backend_lint.report.documentation import Block, blocks, documentation
from backend_lint.report.output import Output
from backend_lint.report.rules import facts, sections
from backend_lint.report.tables import Column, write, write_table
from backend_lint.rule import Rule

#: Longer lines of prose are hard to read, shorter ones too.
_WIDEST, _NARROWEST = 100, 40

_SEVERITY_STYLES = {Severity.ERROR: "bold bright_red", Severity.WARNING: "yellow", Severity.NOTE: "bright_cyan", Severity.OFF: "dim"}


def write_rule(rule: type[Rule], output: Output) -> None:
    """Write a rule's documentation. Without colours it keeps the marks of markdown, for nothing else tells code from prose then."""
    told = documentation(rule)
    write(output, Text(f"{rule.code} {rule.name}", style=f"bold {_SEVERITY_STYLES[rule.severity]}"))
    for text in (told.summary, facts(rule)):
        output.write("\n")
        _write_prose(text, output)
    for section in sections(rule, told):
        output.write("\n")
        write(output, Text(section.title, style="bold bright_blue"))
        for block in blocks(section.text):
            output.write("\n")
            if block.language is None:
                _write_prose(block.text, output)
            else:
                _write_code(block, output)


def write_rules(rules: Sequence[type[Rule]], output: Output) -> None:
    """Write the rules of each family in a table of its own, all of the same widths."""
    longest = max((len(rule.name) for rule in rules), default=0)
    code = max((len(rule.code) for rule in rules), default=0)
    columns = (Column("", least=code), Column("", least=longest), Column("", least=len("warning")), Column("", wrapped=True))
    for index, family in enumerate(dict.fromkeys(rule.family for rule in rules)):
        if index:
            output.write("\n")
        write(output, Text(family, style="bold bright_blue"))
        rows = [
            [
                Text(rule.code, style="bold"),
                Text(rule.name),
                Text(rule.severity.value, style=_SEVERITY_STYLES[rule.severity]),
                Text(documentation(rule).summary),
            ]
            for rule in rules
            if rule.family == family
        ]
        write_table(output, columns, rows)


def _write_prose(text: str, output: Output) -> None:
    width = min(max(output.width, _NARROWEST), _WIDEST)
    if output.color:
        write(output, Markdown(text), width=width)
        return
    for index, paragraph in enumerate(text.split("\n\n")):
        if index:
            output.write("\n")
        for item in _items(paragraph):
            later = "  " if item.startswith("- ") else ""
            output.write(textwrap.fill(item, width, subsequent_indent=later, break_long_words=False, break_on_hyphens=False) + "\n")


def _items(paragraph: str) -> list[str]:
    """A paragraph on one line; of a list each item."""
    found: list[str] = []
    for line in paragraph.splitlines():
        if found and not line.startswith("- "):
            found[-1] = f"{found[-1]} {line.strip()}"
        else:
            found.append(line)
    return found


def _write_code(block: Block, output: Output) -> None:
    """Code is indented and never broken: what is copied from it should run."""
    if not output.color:
        output.write(textwrap.indent(block.text, "    ") + "\n")
        return
    longest = max(len(line) for line in block.text.splitlines())
    syntax = Syntax(block.text, block.language or "text", theme="ansi_dark", background_color="default")
    write(output, Padding(syntax, (0, 0, 0, 4)), width=longest + 8)
