"""Tables without boxes, the same on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rich.console import Console, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from backend_lint.report.output import Output

# The stock style paints code on black, which is a hole on a light terminal.
_THEME = Theme({"markdown.code": "cyan"})


@dataclass(frozen=True)
class Column:
    """A column: its heading, whether it holds numbers, whether its texts may be wrapped (others are never broken nor cut), and how many
    cells it takes at least."""

    heading: str
    number: bool = False
    wrapped: bool = False
    least: int = 0


def write_table(output: Output, columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> None:
    """Write the rows under the columns' headings; without a line for these where all are empty."""
    with_headings = any(column.heading for column in columns)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=with_headings)
    for column in columns:
        justify: JustifyMethod = "right" if column.number else "left"
        table.add_column(column.heading, justify=justify, no_wrap=not column.wrapped, overflow="fold", min_width=column.least)
    for row in rows:
        table.add_row(*row)
    # What may not be wrapped decides how wide the table is at least: a line that is too long is better than half a path.
    fixed = sum(
        2 + max([len(column.heading), column.least, *(row[index].cell_len for row in rows)])
        for index, column in enumerate(columns)
        if not column.wrapped
    )
    wrapped = sum(column.wrapped for column in columns)
    write(output, table, width=max(output.width, fixed + 30 * wrapped))


def write(output: Output, what: RenderableType, *, width: int | None = None) -> None:
    """Write something that rich can show, without blanks at the ends of lines."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width or output.width,
        force_terminal=output.color,
        color_system="standard" if output.color else None,
        no_color=not output.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        theme=_THEME,
        _environ={},
    )
    console.print(what)
    for line in buffer.getvalue().removesuffix("\n").split("\n"):
        output.write(line.rstrip() + "\n")
