"""Text for people from text that may be hostile: paths, messages and source can hold anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_lint.findings.model import Finding

#: A tab leads to the next multiple of this many cells.
TAB = 4


def visible(text: str) -> str:
    """`text` on one line with all that a terminal would obey or hide written as an escape: control and ANSI characters, bidirectional
    overrides, zero-width and private characters, line ends, lone surrogates. A tab becomes a blank."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text.replace("\t", " "))


def piece(character: str, cell: int) -> str:
    """What to show for one character of a source line at the terminal cell `cell` of that line: itself, an escape, or a tab's blanks."""
    if character == "\t":
        return " " * (TAB - cell % TAB)
    return character if character.isprintable() else _escape(character)


def _escape(character: str) -> str:
    return ascii(character)[1:-1]


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`, `0 files`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def places(finding: Finding, display: Callable[[str], str] = str, most: int | None = None) -> str:
    """The places that a finding of one cause stands for, `most` of them, as `path:line` with commas between; "" for any other finding."""
    named = [visible(f"{display(each.path)}:{each.line}") for each in finding.occurrences[:most]]
    more = len(finding.occurrences) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")
