"""Colours and links as terminals take them, and how many cells a text fills there: what reports need of rich on each run."""

from __future__ import annotations

#: What a piece of text is -> the numbers of its "Select Graphic Rendition", ECMA-48 8.3.117. Colours are those that every theme defines.
_CODES = {
    "error": "1;91",
    "warning": "1;33",
    "note": "1;96",
    "off": "2",
    "message": "1",
    "frame": "1;94",
    "heading": "1;94",
    "context": "2",
    "help": "1;32",
    "clear": "1;32",
}


def paint(text: str, style: str, link: str | None = None) -> str:
    """`text` in a style (a key of `_CODES`; any other leaves it as it is), linked to an address."""
    code = _CODES.get(style)
    if code is not None and text:
        text = f"\x1b[{code}m{text}\x1b[0m"
    return f"\x1b]8;;{link}\x1b\\{text}\x1b]8;;\x1b\\" if link is not None else text


def cell_len(text: str) -> int:
    """How many cells of a terminal a text without control characters fills."""
    if text.isascii():
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def wrap(text: str, first: int, width: int) -> list[str]:
    """`text` broken at blanks into lines of `width` cells, the first one of `first`; one line at least. Longer words stay whole."""
    lines: list[str] = []
    current = ""
    room = first
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if current and cell_len(longer) > room:
            lines.append(current)
            current, room = word, width
        else:
            current = longer
    return [*lines, current]
