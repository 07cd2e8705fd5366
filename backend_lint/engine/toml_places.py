"""Where the keys and values of a TOML text stand. The standard library's parser (tomllib) gives their values and no places.

Only a text that tomllib has accepted is looked at, so that what follows need not find faults: it passes strings, numbers and dates by and
keeps book of keys, tables and arrays. The grammar is that of https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: The keys and the indices of arrays that lead to a value, from the top of the document.
KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_STRING = re.compile(
    r"'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}"
    r'|"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'[^'\n]*'"
    r'|"(?:[^"\\\n]|\\.)*"'
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
#: A date and its time may stand apart by a blank.
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfr"\\]))')
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


class Span(NamedTuple):
    """Where a key or a value stands, in offsets [start, end) of the text with `\\n` for `\\r\\n`."""

    start: int
    end: int


class Place(NamedTuple):
    """Where the last key that leads to a value is written first, and the value; None for one that is written in several parts."""

    key: Span
    value: Span | None


class Position(NamedTuple):
    """A part of one line: `line` and the columns [start, end) count from 1, `text` is the line."""

    line: int
    start: int
    end: int
    text: str


def places(text: str) -> dict[KeyPath, Place]:
    """Where everything in a valid document stands, whose line ends are `\\n`. An array's item has its value's place for its key's."""
    reader = _Reader(text)
    reader.document()
    return reader.found


def position(text: str, span: Span) -> Position:
    """The line and columns of a span, up to the end of its first line."""
    begin = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", span.start)
    line = text[begin:] if stop < 0 else text[begin:stop]
    start = span.start - begin
    return Position(text.count("\n", 0, begin) + 1, start + 1, max(start + 1, min(span.end - begin, len(line))) + 1, line)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.found: dict[KeyPath, Place] = {}
        #: How many tables each array of tables has.
        self._tables: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        self._pass_blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._pass_blank()

    def _header(self) -> KeyPath:
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        keys = self._keys()
        self._at += 2 if is_array else 1
        path: KeyPath = ()
        for number, (key, span) in enumerate(keys, 1):
            path = (*path, key)
            self.found.setdefault(path, Place(span, None))
            if is_array and number == len(keys):
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
                self.found.setdefault(path, Place(span, None))
        return path

    def _pair(self, table: KeyPath) -> None:
        path = table
        keys = self._keys()
        self._at += 1
        for key, span in keys:
            path = (*path, key)
            self.found.setdefault(path, Place(span, None))
        self._pass_blank()
        self.found[path] = Place(keys[-1][1], self._value(path))

    def _keys(self) -> Sequence[tuple[str, Span]]:
        keys = []
        while True:
            self._pass_blank()
            start = self._at
            found = _BARE_KEY.match(self._text, start) or _STRING.match(self._text, start)
            assert found is not None, "the text is valid"
            self._at = found.end()
            keys.append((_key(found[0]), Span(start, self._at)))
            self._pass_blank()
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _value(self, path: KeyPath) -> Span:
        start = self._at
        letter = self._text[start]
        if letter == "[":
            self._array(path)
        elif letter == "{":
            self._inline_table(path)
        else:
            found = _STRING.match(self._text, start) if letter in "'\"" else _SCALAR.match(self._text, start)
            assert found is not None, "the text is valid"
            self._at = found.end()
        return Span(start, self._at)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while True:
            self._pass_blank()
            if self._text[self._at] == "]":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            item = (*path, number)
            span = self._value(item)
            self.found[item] = Place(span, span)
            number += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while True:
            self._pass_blank()
            if self._text[self._at] == "}":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)

    def _pass_blank(self) -> None:
        found = _BLANK.match(self._text, self._at)
        assert found is not None, "it matches nothing as well"
        self._at = found.end()


def _key(written: str) -> str:
    if written[0] == "'":
        return written[1:-1]
    if written[0] != '"':
        return written
    return _ESCAPE.sub(lambda found: _ESCAPES[found[3]] if found[3] else chr(int(found[1] or found[2], 16)), written[1:-1])
