"""Why a text is no Python, in words and with a place, where the parser itself says little.

libcst's tokeniser errors carry no place, and its parser errors list what it would have accepted. What is common is told here the way
CPython tells it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from backend_lint.source.nesting import INDENTATION
from backend_lint.source.tokens import Tokens

_ERROR_PLACE = re.compile(r"error at (\d+):(\d+)")
_TOKENIZER_REASON = re.compile(r"tokenizer error: ([^\n]+)")
_OPENINGS = {")": "(", "]": "[", "}": "{"}
_QUOTE = re.compile(r"([rRbBuUfFtT]{0,2})('{3}|\"{3}|'|\")")
_WHOLE = re.compile(
    r"[rRbBuU]{0,2}(?:'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'''"
    r'|"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"""'
    r"|'[^'\\\n\r]*(?:\\(?:\r\n|[\s\S])[^'\\\n\r]*)*'"
    r'|"[^"\\\n\r]*(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*)*")'
)
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_COMPOUND = frozenset(("async", "class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while", "with"))
_PYTHON_2 = {
    "print": "the print statement of Python 2: print is a function",
    "exec": "the exec statement of Python 2: exec is a function",
    "raise": "the raise statement of Python 2",
    "except": "the except clause of Python 2",
}


class SyntaxFault(Exception):
    """A file that is no Python 3 text. `message` says why; `line` and `column` are 1-based, the column in characters."""

    def __init__(self, path: str, message: str, line: int, column: int) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.message = message
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[type[SyntaxFault], tuple[str, str, int, int]]:
        return (SyntaxFault, (self.path, self.message, self.line, self.column))


def unbalanced(tokens: Tokens) -> tuple[str, int] | None:
    """The first bracket that does not match, as a message and an offset."""
    opened: list[int] = []
    for index, text in enumerate(tokens.texts):
        if text in ("(", "[", "{"):
            opened.append(index)
        elif text in _OPENINGS:
            if not opened:
                return f"unmatched '{text}'", tokens.starts[index]
            last = tokens.texts[opened.pop()]
            if last != _OPENINGS[text]:
                return f"'{text}' does not match '{last}'", tokens.starts[index]
    if opened:
        return f"'{tokens.texts[opened[0]]}' was never closed", tokens.starts[opened[0]]
    return None


def explain(text: str, tokens: Tokens, error: str) -> tuple[str, int]:
    """What is wrong with a text that libcst refused with the message `error`, as a message and an offset in characters."""
    found = _conflict(text) or _unterminated(tokens) or unbalanced(tokens)
    if found is not None:
        return found
    reason = _TOKENIZER_REASON.search(error)
    if reason is not None:
        return reason[1], _place_of_token_error(text, tokens, reason[1])
    place = _ERROR_PLACE.search(error)
    if place is None:
        return "invalid syntax", 0
    # libcst gives the start of the token behind the one it could not take; the latter may be an indentation, which is no token here.
    line, column = int(place[1]), int(place[2])
    starts = tokens.line_starts
    offset = starts[min(line, len(starts)) - 1] + column
    index = bisect_left(tokens.starts, offset)
    if not tokens.starts:
        return "invalid syntax", 0
    if index == len(tokens.starts) or index not in tokens.logical or tokens.starts[index] == _line_start(tokens, index):
        index = max(index - 1, 0)
    return _reason(tokens, index), tokens.starts[index]


def _conflict(text: str) -> tuple[str, int] | None:
    """The first mark of a merge that git left to its user."""
    match = _CONFLICT.search(text)
    return None if match is None else ("unresolved merge conflict", match.start())


def _reason(tokens: Tokens, index: int) -> str:
    texts = tokens.texts
    line = bisect_right(tokens.logical, index) - 1
    first = tokens.logical[line]
    word = texts[first]
    if word in ("print", "exec") and index == first + 1 and texts[index] not in (".", "=", ",", "("):
        return _PYTHON_2[word]
    if (word == "raise" and texts[index] == ",") or (word == "except" and texts[index] in (",", ":") and "," in texts[first : index + 1]):
        return _PYTHON_2[word]
    if texts[index] == ">" and texts[index - 1] == "<":
        return "the operator '<>' of Python 2"
    if index == first:
        if index and texts[index - 1] == ":":
            return "expected an indented block"
        if tokens.starts[index] > _line_start(tokens, index):
            return "unexpected indentation" if not line or texts[tokens.logical[line - 1]] not in _COMPOUND else "expected ':' above"
    return "invalid syntax"


def _line_start(tokens: Tokens, index: int) -> int:
    return tokens.line_starts[bisect_right(tokens.line_starts, tokens.starts[index]) - 1]


def _unterminated(tokens: Tokens) -> tuple[str, int] | None:
    """The first string literal that does not end. The quotes of an f-string that does end are tokens of their own."""
    opened: list[str] = []
    for index, text in enumerate(tokens.texts):
        match = _QUOTE.match(text)
        if match is None:
            continue
        prefix, quote = match.groups()
        is_bare = match.end() == len(text)
        if is_bare and prefix:
            opened.append(quote)
        elif is_bare and opened and opened[-1] == quote:
            opened.pop()
        elif is_bare or _WHOLE.fullmatch(text) is None or prefix.lower().strip("rbu"):
            what = "f-string" if prefix.lower().strip("rbu") else "string literal"
            return f"unterminated {'triple-quoted ' if len(quote) == 3 else ''}{what}", tokens.starts[index]
    return None


def _place_of_token_error(text: str, tokens: Tokens, reason: str) -> int:
    if "dedent" in reason or "indentation" in reason or "tabs" in reason:
        return _bad_indentation(text, tokens)
    quoted = re.match(r"(['\"])(.+?)\1 is not", reason)
    if quoted is not None:
        # What is no identifier may be several tokens here.
        shown = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), quoted[2])
        return max(text.find(shown), 0)
    for index, token in enumerate(tokens.texts[:-1]):
        after = tokens.texts[index + 1]
        if token[0].isdigit() and tokens.starts[index + 1] == tokens.starts[index] + len(token) and (after[0].isalnum() or after[0] == "_"):
            return tokens.starts[index]
    if "zeros" in reason:
        for index, token in enumerate(tokens.texts):
            if token.isdigit() and token[0] == "0" and token.strip("0"):
                return tokens.starts[index]
    return 0


def _bad_indentation(text: str, tokens: Tokens) -> int:
    levels = [(0, 0)]
    for first in dict.fromkeys(tokens.logical):
        if first >= len(tokens.starts):
            break
        blank = text[_line_start(tokens, first) : tokens.starts[first]].rpartition("\f")[2]
        if blank.strip(" \t"):
            continue
        # CPython compares columns with tabs to eights and with tabs as ones; the two must agree.
        width = (len(blank.expandtabs(8)), len(blank))
        is_dedent = False
        while levels[-1][0] > width[0]:
            levels.pop()
            is_dedent = True
        if levels[-1] == width:
            continue
        levels.append(width)
        if is_dedent or levels[-2][0] == width[0] or levels[-2][1] >= width[1] or len(levels) > INDENTATION:
            return tokens.starts[first]
    return 0
