"""JSON text with the place of each value, so that a part of a settings file can be added or taken out and the rest stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

#: Values nested deeper than this are no settings.
_DEPTH = 64

_SPACE = re.compile(r"[ \t\r\n]*")
_SPACE_OR_COMMENT = re.compile(r"(?:[ \t\r\n]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"[-+.\w]+")


class BadJson(ValueError):
    """A text is no JSON; `args[0]` says what is wrong, with the line."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value at text[start:end]. An object has `members`, an array `items`; `data` is what it stands for."""

    start: int
    end: int
    kind: Literal["object", "array", "scalar"]
    data: Any
    members: list[Member] = field(default_factory=list)
    items: list[Value] = field(default_factory=list)

    def member(self, key: str) -> Member | None:
        """The member of an object by its key, the last of several; None when there is none."""
        return next((member for member in reversed(self.members) if member.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A key with its value, from the key's first character at `start`."""

    key: str
    start: int
    value: Value

    @property
    def end(self) -> int:
        """Where the value ends."""
        return self.value.end


def parse(text: str, *, with_comments: bool = False) -> Value:
    """The value of a text, which may have comments as JavaScript writes them. Raises `BadJson`."""
    return _Parser(text, with_comments).parse()


class _Parser:
    def __init__(self, text: str, with_comments: bool) -> None:
        self._text = text
        self._blank = _SPACE_OR_COMMENT if with_comments else _SPACE
        self._at = 0

    def parse(self) -> Value:
        value = self._value(0)
        self._skip()
        if self._at != len(self._text):
            raise self._bad("more text after the end")
        return value

    def _bad(self, what: str) -> BadJson:
        return BadJson(f"line {self._text.count(chr(10), 0, self._at) + 1}: {what}")

    def _skip(self) -> None:
        found = self._blank.match(self._text, self._at)
        assert found is not None, "nothing is blank too"
        self._at = found.end()

    def _next(self) -> str:
        self._skip()
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> Value:
        if depth > _DEPTH:
            raise self._bad("nested too deeply")
        first = self._next()
        start = self._at
        if first == "{":
            members = list(self._members(depth))
            return Value(start=start, end=self._at, kind="object", data={m.key: m.value.data for m in members}, members=members)
        if first == "[":
            items = list(self._items(depth))
            return Value(start=start, end=self._at, kind="array", data=[item.data for item in items], items=items)
        token = (_STRING if first == '"' else _WORD).match(self._text, self._at)
        if token is None:
            raise self._bad("a value is missing")
        try:
            data = json.loads(token.group(), parse_constant=_refuse)
        except ValueError:
            raise self._bad(f"{token.group()[:40]} is no value") from None
        self._at = token.end()
        return Value(start=start, end=self._at, kind="scalar", data=data)

    def _members(self, depth: int) -> Iterator[Member]:
        for _ in self._separated("}"):
            start = self._at
            key = self._value(depth + 1)
            if not isinstance(key.data, str):
                raise self._bad("a key is no string")
            if self._next() != ":":
                raise self._bad("a colon is missing")
            self._at += 1
            yield Member(key=key.data, start=start, value=self._value(depth + 1))

    def _items(self, depth: int) -> Iterator[Value]:
        for _ in self._separated("]"):
            yield self._value(depth + 1)

    def _separated(self, close: str) -> Iterator[None]:
        """Once for each element up to the closing bracket, which is passed."""
        self._at += 1
        if self._next() == close:
            self._at += 1
            return
        while True:
            self._skip()
            yield
            found = self._next()
            if found not in (",", close) or not found:
                raise self._bad(f"a comma or {close} is missing")
            self._at += 1
            if found == close:
                return


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class Editor:
    """A text of JSON, edited in place. What is put in and taken out again leaves the text as it was.

    A container that was there, and empty, is told from one that was put in by how it is written: this one has its first and last bracket
    on lines of their own.
    """

    def __init__(self, text: str, *, with_comments: bool = False) -> None:
        """Raises `BadJson`."""
        self.text = text
        self._with_comments = with_comments
        self.root = parse(text, with_comments=with_comments)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        found = re.search(r'[{\[][ \t]*\r?\n([ \t]+)["{\[]', text)
        self.unit = found.group(1) if found is not None else "  "

    def append(self, container: Value, data: Any, key: str | None = None) -> None:
        """Put a value at the end of a container, with its key into an object."""
        inner = self._indent_at(container.start) + self.unit
        elements = [member.start for member in container.members] or [item.start for item in container.items]
        if not elements:
            inside = self.text[container.start + 1 : container.end - 1]
            # Otherwise it would look like one that was put in.
            lead = "" if "\n" in inside else self._newline + inner
            self._splice(container.start + 1, container.start + 1, lead + self._spelled(data, key, inner))
            return
        before = self.text[container.start + 1 : elements[0]]
        if "\n" in before:
            inner = self._indent_at(elements[0])
        separator = self._newline + inner if "\n" in before else " "
        end = container.members[-1].end if container.members else container.items[-1].end
        self._splice(end, end, f",{separator}{self._spelled(data, key, inner)}")

    def replace(self, value: Value, data: Any) -> None:
        """Put another value in a value's place."""
        self._splice(value.start, value.end, self._spelled(data, None, self._indent_at(value.start)))

    def remove(self, container: Value, index: int) -> bool:
        """Take an element out of a container. Whether what is left is a container that was put in and is empty now, to be taken out too."""
        spans = [(m.start, m.end) for m in container.members] or [(item.start, item.end) for item in container.items]
        start, end = spans[index]
        if index:
            self._splice(spans[index - 1][1], end, "")
            return False
        if len(spans) > 1:
            self._splice(start, spans[1][0], "")
            return False
        lead, trail = self.text[container.start + 1 : start], self.text[end : container.end - 1]
        if "\n" in lead and trail.strip(" \t\r\n") == "" and "\n" in trail and not lead.strip(" \t\r\n"):
            self._splice(container.start + 1, container.end - 1, "")
            return True
        self._splice(container.start + 1 if not lead.strip(" \t\r\n") else start, end, "")
        return False

    def _splice(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]
        self.root = parse(self.text, with_comments=self._with_comments)

    def _indent_at(self, place: int) -> str:
        line = self.text[self.text.rfind("\n", 0, place) + 1 : place]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _spelled(self, data: Any, key: str | None, indent: str) -> str:
        spelled = json.dumps(data, indent=self.unit, ensure_ascii=False).replace("\n", self._newline + indent)
        return spelled if key is None else f"{json.dumps(key, ensure_ascii=False)}: {spelled}"
