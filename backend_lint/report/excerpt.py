"""Lines of source as a report shows them: hostile characters made visible, tabs and wide characters measured, long lines cut around what
is marked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from backend_lint.report.plain import piece
from backend_lint.report.style import cell_len

#: How many files' lines are kept: findings come sorted by file, their traces lead to a few others.
_KEPT_FILES = 16

_CUT = "..."


class Sources:
    """The lines of files, read once as long as they are in use."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._files: OrderedDict[str, _Lines] = OrderedDict()

    def line(self, path: str, number: int) -> str | None:
        """The text of a 1-based line without its end; None when there is no such line or the file cannot be read."""
        lines = self._files.get(path)
        if lines is None:
            try:
                text = self._read(path)
            except (OSError, ValueError):
                text = ""
            lines = self._files[path] = _Lines(text)
            if len(self._files) > _KEPT_FILES:
                self._files.popitem(last=False)
        else:
            self._files.move_to_end(path)
        return lines.line(number)


class _Lines:
    """The lines of a text, which is taken apart as far as it has been asked for."""

    def __init__(self, text: str) -> None:
        # Line ends as the parser counts them: a form feed or U+2028 ends no line of Python.
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._known: list[str] = []
        self._rest: str | None = text

    def line(self, number: int) -> str | None:
        """The text of a 1-based line; None when there is no such line."""
        known = self._known
        if number > len(known) and self._rest is not None:
            # As many again as are known at least, so that the rest is copied a few times only, however the lines are asked for.
            wanted = max(number - len(known), len(known))
            found = self._rest.split("\n", wanted)
            self._rest = found.pop() if len(found) > wanted else None
            known += found
        return known[number - 1] if 1 <= number <= len(known) else None


class Shown(NamedTuple):
    """A line as it is shown, with the cells [start, end) that the marked part takes."""

    text: str
    start: int
    end: int


def lay_out(line: str, start: int, end: int, width: int) -> Shown:
    """Show `line` in at most `width` cells (20 or more) with the characters [start, end) marked (offsets from 0); the window is put around
    the mark. An empty mark takes the character at `start`, or the cell after the line's end."""
    start = max(0, min(start, len(line)))
    end = max(start, min(end, len(line)))
    if start == end < len(line):
        end += 1
    if len(line) <= width and line.isascii() and line.isprintable():
        return Shown(line, start, max(start + 1, end))
    # Of a line of a million characters only what can be seen is measured.
    near = 4 * width
    skipped, dropped, rest = start > near, end - start > near, len(line) - end > near
    cell = 0
    before, cell = _expand(line[start - near : start] if skipped else line[:start], cell)
    marked, cell = _expand(line[start : min(end, start + near)], cell)
    after, _ = _expand(line[end : end + near] if not dropped else "", cell)
    marked_cells = cell_len(marked)
    if not (skipped or dropped or rest) and cell_len(before) + marked_cells + cell_len(after) <= width:
        return Shown(before + marked + after, cell_len(before), cell_len(before) + max(1, marked_cells))
    # The mark is worth most, then what precedes it, then a little of what follows.
    tail = min(cell_len(after) + (len(_CUT) if rest else 0), width // 6)
    room = max(width // 4, width - marked_cells - tail)
    if skipped or cell_len(before) > room:
        before = _CUT + _last(before, room - len(_CUT))
    place = cell_len(before)
    if dropped or marked_cells > width - place:
        marked, after, rest = _first(marked, width - place - len(_CUT)) + _CUT, "", False
    marked_cells = cell_len(marked)
    room = width - place - marked_cells
    if rest or cell_len(after) > room:
        after = _first(after, room - len(_CUT)) + _CUT if room >= len(_CUT) else ""
    return Shown(before + marked + after, place, place + max(1, marked_cells))


def _expand(text: str, cell: int) -> tuple[str, int]:
    """What to show for `text` from the cell `cell` on, and the cell after it."""
    if text.isprintable():
        return text, cell + cell_len(text)
    shown: list[str] = []
    for character in text:
        shown.append(piece(character, cell))
        cell += cell_len(shown[-1])
    return "".join(shown), cell


def _first(text: str, cells: int) -> str:
    """The beginning of `text` that fits into `cells`."""
    taken = 0
    for index, character in enumerate(text):
        taken += cell_len(character)
        if taken > cells:
            return text[:index]
    return text


def _last(text: str, cells: int) -> str:
    """The end of `text` that fits into `cells`."""
    return _first(text[::-1], cells)[::-1]
