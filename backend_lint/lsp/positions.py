"""Places as editors count them: lines from 0, and columns in units of an encoding, usually UTF-16.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

#: What a line ends with in the protocol, and in Python: not all that `str.splitlines` takes for an end.
_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of a text. Columns of the editor are in units of `encoding`."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self.encoding = encoding
        self.starts = [0, *(match.end() for match in _END.finditer(text))]

    def line(self, number: int) -> str:
        """A line by its number from 0, without its end; "" past the last."""
        if number >= len(self.starts):
            return ""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def end_of(self, number: int) -> int:
        """The offset at which a line by its number from 0 ends, its line end left out."""
        return self.starts[number] + len(self.line(number)) if number < len(self.starts) else len(self.text)

    def position(self, offset: int) -> types.Position:
        """Where a character of the text stands for the editor."""
        number = bisect_right(self.starts, min(max(offset, 0), len(self.text))) - 1
        return types.Position(number, _units(self.text[self.starts[number] : min(offset, len(self.text))], self.encoding))

    def place(self, line: int, column: int) -> types.Position:
        """As `position`, for a line and a column in characters, both from 1, as findings have them; past the end means the end."""
        number = min(max(line - 1, 0), len(self.starts) - 1)
        return types.Position(number, _units(self.line(number)[: max(column - 1, 0)], self.encoding))

    def offset(self, position: types.Position) -> int:
        """The character that an editor's position means; one past the end of its line means that end."""
        if position.line >= len(self.starts):
            return len(self.text)
        line = self.line(position.line)
        units = 0
        for index, character in enumerate(line):
            if units >= position.character:
                return self.starts[position.line] + index
            units += _units(character, self.encoding)
        return self.starts[position.line] + len(line)


def uri_of(path: Path | str) -> str:
    """The address of a file."""
    found: str | None = from_fs_path(str(path))
    assert found is not None, "a path is a text"
    return found


def _units(text: str, encoding: str) -> int:
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)
