"""The round brackets around expressions, which the standard library's syntax tree does not keep."""

from __future__ import annotations

from keyword import kwlist
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from backend_lint.source.tokens import Tokens

#: The span between two brackets -> the span with them. Offsets in characters, the end exclusive.
Spans: TypeAlias = dict[tuple[int, int], tuple[int, int]]

# What an operand may end with, besides letters and digits.
_ENDS = frozenset("_)]}'\"")
_KEYWORDS = frozenset(kwlist) - {"None", "True", "False"}


def groups(tokens: Tokens) -> Spans:
    """The pairs of brackets that may stand around an expression: all but those of calls, parameters and bases.

    What follows a name, a literal or a closing bracket in the same logical line is a call. (`match (x):` looks like one.)
    """
    texts, starts = tokens.texts, tokens.starts
    found: Spans = {}
    begins: frozenset[int] | None = None
    opened: list[int] = []
    for index in [index for index, text in enumerate(texts) if text == "(" or text == ")"]:
        if texts[index] == "(":
            before = texts[index - 1] if index else ""
            is_call = (before[-1:] in _ENDS or before[-1:].isalnum()) and before not in _KEYWORDS
            if is_call and begins is None:
                begins = frozenset(tokens.logical)
            opened.append(-1 if is_call and begins is not None and index not in begins else index)
        elif opened:
            begin = opened.pop()
            if 0 <= begin < index - 1:
                last = index - 1
                found[starts[begin + 1], starts[last] + len(texts[last])] = starts[begin], starts[index] + 1
    return found


def closing(tokens: Tokens, index: int) -> int:
    """The index of the token that closes the round bracket at `index`; that of the last token when none does."""
    depth = 0
    texts = tokens.texts
    for position in range(index, len(texts)):
        if texts[position] == "(":
            depth += 1
        elif texts[position] == ")":
            depth -= 1
            if not depth:
                return position
    return len(texts) - 1
