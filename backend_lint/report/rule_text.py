"""Rules on a terminal: one explained, or many in a table."""

from __future__ import annotations

from collections.abc import Sequence

from backend_lint.engine.entries import summary
from backend_lint.report.documentation import Block, blocks, documentation
from backend_lint.report.output import Output
from backend_lint.report.rules import Described, facts, sections
from backend_lint.report.style import cell_len, paint, wrap

#: Longer lines of prose are hard to read, shorter ones too.
_WIDEST, _NARROWEST = 100, 40

#: How many cells of a table a summary gets at least, however narrow the terminal.
_SUMMARY = 30


def write_rule(rule: Described, output: Output) -> None:
    """Write a rule's documentation. Without colours it keeps the marks of markdown, for nothing else tells code from prose then."""
    told = documentation(rule)
    _write_line(output, (f"{rule.code} {rule.name}", rule.severity.value))
    for text in (told.summary, facts(rule)):
        output.write("\n")
        _write_prose(text, output)
    for section in sections(rule, told):
        output.write("\n")
        _write_line(output, (section.title, "heading"))
        for block in blocks(section.text):
            output.write("\n")
            if block.language is None:
                _write_prose(block.text, output)
            else:
                _write_code(block, output)


def write_rules(rules: Sequence[Described], output: Output) -> None:
    """Write the rules of each family in a table of its own, all of the same widths."""
    code, name, severity = (
        max((cell_len(text) for text in texts), default=0)
        for texts in ([rule.code for rule in rules], [rule.name for rule in rules], ["warning"])
    )
    room = max(output.width - code - name - severity - 6, _SUMMARY)
    for index, family in enumerate(dict.fromkeys(rule.family for rule in rules)):
        if index:
            output.write("\n")
        _write_line(output, (family, "heading"))
        for rule in rules:
            if rule.family == family:
                first, *others = wrap(summary(rule), room, room)
                _write_line(
                    output,
                    (f"{rule.code:{code}}  ", "message"),
                    (f"{rule.name:{name}}  ", ""),
                    (f"{rule.severity.value:{severity}}  ", rule.severity.value),
                    (first, ""),
                )
                for text in others:
                    _write_line(output, (" " * (code + name + severity + 6) + text, ""))


def _write_line(output: Output, *runs: tuple[str, str]) -> None:
    """Write pieces of text, each with its style, as one line."""
    output.write("".join(paint(*run) if output.color else run[0] for run in runs).rstrip() + "\n")


def _write_prose(text: str, output: Output) -> None:
    width = min(max(output.width, _NARROWEST), _WIDEST)
    if output.color:
        from rich.markdown import Markdown

        from backend_lint.report.tables import write

        write(output, Markdown(text), width=width)
        return
    import textwrap

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
        output.write("".join(f"    {line}" if line.strip() else line for line in block.text.splitlines(keepends=True)) + "\n")
        return
    from rich.padding import Padding
    from rich.syntax import Syntax

    from backend_lint.report.tables import write

    longest = max(len(line) for line in block.text.splitlines())
    syntax = Syntax(block.text, block.language or "text", theme="ansi_dark", background_color="default")
    write(output, Padding(syntax, (0, 0, 0, 4)), width=longest + 8)
