"""Colours and links as terminals take them, and how many cells a text fills there: what reports need of rich on each run."""

from __future__ import annotations

import re

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


#: Characters beyond ASCII that fill one cell each: letters of Latin, Greek and Cyrillic, dashes, quotation marks and the ellipsis. Others
#: are looked up, for which rich is imported.
_is_narrow = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u2010-\u2027]*"
).fullmatch


def paint(text: str, style: str, link: str | None = None) -> str:
    """`text` in a style (a key of `_CODES`; any other leaves it as it is), linked to an address."""
    code = _CODES.get(style)
    if code is not None and text:
        text = f"\x1b[{code}m{text}\x1b[0m"
    return f"\x1b]8;;{link}\x1b\\{text}\x1b]8;;\x1b\\" if link is not None else text


def cell_len(text: str) -> int:
    """How many cells of a terminal a text without control characters fills."""
    if text.isascii() or _is_narrow(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def wrap(text: str, first: int, width: int) -> list[str]:
    """`text` broken at blanks into lines of `width` cells, the first one of `first`; one line at least. Longer words stay whole."""
    if len(text) <= first and text.isascii() and not text.startswith(" "):
        return [text]
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
