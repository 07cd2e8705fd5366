"""Tokens of a Python text, found with one pattern: fast enough to look at every file, and all that positions and comments need.

This is no validation: what the parser refuses is refused there. Operators come as single characters, but for `->`. The fields of an
f-string or t-string are taken apart into tokens of their own (PEP 498, PEP 701, PEP 750), so that what stands inside has a place; the
literal text between them gives no token.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, compress, repeat

from backend_lint.source.nodes import Comment

_PREFIX = r"(?:[rRbBuUfFtT]|[rR][bBfFtT]|[bBfFtT][rR])?"
# Each form ends at its quote, at what ends it too early, or at the end of the text: a quote never fails to match, nothing is tried twice.
_STRING = (
    r"(?:'''[^'\\]*(?:(?:\\[\s\S]|\\\Z|'(?!''))[^'\\]*)*(?:'''|\Z)"
    r'|"""[^"\\]*(?:(?:\\[\s\S]|\\\Z|"(?!""))[^"\\]*)*(?:"""|\Z)'
    r"|'[^'\\\n\r]*(?:\\(?:\r\n|[\s\S]|\Z)[^'\\\n\r]*)*'?"
    r'|"[^"\\\n\r]*(?:\\(?:\r\n|[\s\S]|\Z)[^"\\\n\r]*)*"?)'
)
_DIGITS = r"[0-9](?:_?[0-9])*"
_NUMBER = (
    r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+"
    rf"|(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?[jJ]?"
)
# The frequent forms come first. Together the alternatives match any character, so the tokens of a text are the text.
_TOKEN = re.compile(
    rf"""[A-Za-z_]\w*(?![\w'"])|[ \t\f]+|[,()=:\[\]{{}}]|\n|\.(?![0-9])|{_PREFIX}{_STRING}|[^\W\d]\w*|\r\n?|->|{_NUMBER}"""
    r"|\#[^\r\n]*|\\(?:\r\n?|\n)|[\s\S]"
)
_FIELDED = re.compile(r"(?:[fFtT][rR]?|[rR][fFtT])('{3}|\"{3}|'|\")")
#: What ends a line: LF, CRLF or CR.
LINE_END = re.compile(r"\r\n?|\n")
_LITERAL_STOPS = {
    quote: re.compile(rf"\\(?:N\{{[^{{}}'\"\n\r]*\}}|\r\n|[\s\S])|[{{}}]|{quote}" + ("" if len(quote) == 3 else r"|[\n\r]"))
    for quote in ("'", '"', "'''", '"""')
}
_DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_BRACKETS = frozenset(_DEPTHS)
_BLANK = frozenset(" \t\f\n\r\\#")
_NEWLINES = frozenset(("\n", "\r\n", "\r"))


class Tokens:
    """The tokens of a text: `texts[i]` stands at `starts[i]`; blanks, comments and line ends are no tokens here.

    `comments` are the text's comments, `line_starts[i]` the offset of line `i + 1` (only LF, CRLF and CR end a line), `logical` the index
    in `texts` at which each logical line begins (empty ones included), `depth` how deep brackets nest at most; `is_unbalanced` when they do
    not open and close in equal numbers. `unterminated` is the offset of an f-string that does not end, behind which there are no tokens;
    otherwise -1. `blanks` counts the different runs of blanks: there are no more levels of indentation than that.
    """

    __slots__ = ("blanks", "comments", "depth", "is_unbalanced", "line_starts", "logical", "starts", "texts", "unterminated")

    def __init__(self, text: str) -> None:
        found = _TOKEN.findall(text)
        starts = list(accumulate(map(len, found), initial=0))
        starts.pop()
        unterminated = -1
        distinct = set(found)
        fielded = {token for token in distinct if token[0] in "fFtTrR" and not token.isidentifier() and _FIELDED.match(token)}
        if fielded:
            found, starts, unterminated = _take_apart(text, found, starts, fielded)
            distinct = set(found)
        blank = {token for token in distinct if token[0] in _BLANK}
        distinct -= blank
        self.unterminated = unterminated
        shown = list(map(distinct.__contains__, found))
        self.texts: list[str] = list(compress(found, shown))
        self.starts: list[int] = list(compress(starts, shown))
        self.line_starts = _line_starts(text)
        self.blanks = sum(token[0] in " \t\f" for token in blank)
        # Few tokens are brackets, comments or line ends: what is told by these looks at no others.
        marks = _BRACKETS.union(token for token in blank if token[0] in "#\n\r")
        marked = list(map(marks.__contains__, found))
        found = list(compress(found, marked))
        starts = list(compress(starts, marked))
        depths = list(accumulate(map(_DEPTHS.get, found, repeat(0)), initial=0))
        self.depth = max(depths)
        self.is_unbalanced = depths[-1] != 0 or min(depths) < 0
        self.comments = [self._comment(text, token, start) for token, start in zip(found, starts, strict=True) if token[0] == "#"]
        ends = compress(zip(starts, depths[1:], strict=True), map(_NEWLINES.__contains__, found))
        self.logical = [0, *(bisect_left(self.starts, start) for start, depth in ends if depth <= 0)]

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in characters) of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def _comment(self, text: str, comment: str, start: int) -> Comment:
        line = bisect_right(self.line_starts, start)
        own_line = not text[self.line_starts[line - 1] : start].strip()
        return Comment(comment, line, start, own_line)


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in LINE_END.finditer(text))]
    found = list(accumulate(map((1).__add__, map(len, text.split("\n"))), initial=0))
    found.pop()
    return found


def _take_apart(text: str, found: list[str], starts: list[int], fielded: set[str]) -> tuple[list[str], list[int], int]:
    """The tokens with those of the f-strings in place of each f-string, and the offset of one that does not end or -1; `fielded` are the
    texts of the f-strings.

    A field may hold its own string's quote (Python 3.12), which the pattern takes for the string's end. So after an f-string one token
    after the other is looked for anew, until one begins where a token of the first pass began: from there on the first pass was right.
    """
    texts_out: list[str] = []
    starts_out: list[int] = []
    reached = 0
    for index in compress(range(len(found)), map(fielded.__contains__, found)):
        if index < reached:
            continue
        texts_out += found[reached:index]
        starts_out += starts[reached:index]
        start = starts[index]
        position = _fielded(text, start, texts_out, starts_out)
        while 0 <= position < len(text):
            reached = bisect_left(starts, position, index)
            if reached < len(starts) and starts[reached] == position:
                break
            match = _TOKEN.match(text, position)
            assert match is not None
            if _FIELDED.match(match[0]):
                start = position
                position = _fielded(text, position, texts_out, starts_out)
            else:
                texts_out.append(match[0])
                starts_out.append(position)
                position = match.end()
        else:
            if position < 0:
                # Nothing behind it can be told apart. To go on would be to look for each later one's end in vain, in quadratic time.
                return texts_out, starts_out, start
            reached = len(found)
    texts_out += found[reached:]
    starts_out += starts[reached:]
    return texts_out, starts_out, -1


def _fielded(text: str, start: int, texts: list[str], starts: list[int]) -> int:
    """Append the tokens of the f-string that begins at `start`; the offset behind it, or -1 and nothing appended when it does not end."""
    before = len(texts)
    # What is open, from outside in: strings as (quote, is raw, is format text), fields as the number of brackets open in them.
    opened: list[tuple[str, bool, bool] | int] = []
    position = start
    while position < len(text):
        top = opened[-1] if opened else 0
        if isinstance(top, tuple):
            position = _literal(text, position, top, opened, texts, starts)
            if position < 0:
                break
            if not opened:
                return position
            continue
        match = _TOKEN.match(text, position)
        assert match is not None
        token = match[0]
        nested = _FIELDED.match(token)
        if nested is not None:
            texts.append(nested[0])
            starts.append(position)
            opened.append((nested[1], "r" in nested[0].lower(), False))
            position = nested.end() + position
            continue
        texts.append(token)
        starts.append(position)
        position = match.end()
        delta = _DEPTHS.get(token)
        if delta is not None:
            if top + delta < 0:
                opened.pop()
            else:
                opened[-1] = top + delta
        elif token == ":" and not top:
            # The field's format, which is text as outside of it, up to the field's closing brace.
            quote, is_raw, _ = next(entry for entry in reversed(opened) if isinstance(entry, tuple))
            opened[-1] = (quote, is_raw, True)
    del texts[before:], starts[before:]
    return -1


def _literal(
    text: str,
    position: int,
    string: tuple[str, bool, bool],
    opened: list[tuple[str, bool, bool] | int],
    texts: list[str],
    starts: list[int],
) -> int:
    """Pass over literal text and what ends it: a field's `{`, the closing quote, or the `}` after a format. -1 when nothing ends it."""
    quote, is_raw, is_format = string
    stops = _LITERAL_STOPS[quote]
    while True:
        match = stops.search(text, position)
        if match is None:
            return -1
        token = match[0]
        position = match.end()
        if token[0] == "\\":
            # A backslash before a brace is text of its own, and a raw string knows no names of characters.
            if token[1] in "{}" or (is_raw and token[1] == "N"):
                position = match.start() + 1 + (token[1] == "N")
            continue
        if token == "{":
            if not is_format and text.startswith("{", position):
                position += 1
                continue
            opened.append(0)
        elif token == "}":
            if not is_format:
                # A pair stands for one brace; a single one is a fault that the parser tells.
                position += text.startswith("}", position)
                continue
            opened.pop()
        elif token == quote and not is_format:
            opened.pop()
        else:
            return -1
        texts.append(token)
        starts.append(match.start())
        return position
