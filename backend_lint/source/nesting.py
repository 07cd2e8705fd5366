"""How deep a text nests, told from its tokens, before the parser sees it.

The parser is native code that descends with each level of nesting: it overflows the stack, and with that ends the process, where Python's
own parser answers with an error. Measured with libcst 1.9 on Linux: some 9 KB of stack for a bracket, 2 to 6 KB for a link of a chain such
as `a.b.c` or `a + b + c`, 40 KB for a level of indentation. Its time grows with the square of a chain's length, and up to fourfold with
each bracket of a `case` pattern.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from backend_lint.source.tokens import Tokens

# CPython's own limits: MAXLEVEL and MAXINDENT in Parser/lexer/state.h.
BRACKETS = 200
INDENTATION = 100
# A chain of 3,000 method calls has twice as many links; CPython's compiler gives up sooner.
LINKS = 6_400
# What the chains of one file may cost together: the sum of the squares of their lengths.
_WORK = 5 * LINKS * LINKS // 4
ELIFS = 4_000
# Unlike other links, each in another makes the tree deeper. Those side by side are counted as well, and a table may hold hundreds.
LAMBDAS = 1_200
PATTERN = 8
# Logical lines with fewer tokens than this are not looked at.
_SHORT = 120

_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_LINKS = frozenset("+-*/%@&|^~.<>!") | {"not", "and", "or", "if", "else", "lambda", "await", "in", "is", "for", "yield", "from"}
# What may be a name that begins a statement, though it is spelt like the keyword of a pattern: `case = 1`, `case.x`, `case, b = c`.
_NO_PATTERN = frozenset("=.,:")


class TooDeep(Exception):
    """`message` says what nests too deeply, `offset` (in characters) in which logical line."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def measure(tokens: Tokens) -> int:
    """An upper bound of the levels that the parser descends below a statement. Raises `TooDeep` for what it must not be given."""
    texts = tokens.texts
    deepest = tokens.depth
    if deepest > BRACKETS:
        raise TooDeep("too many nested brackets", tokens.starts[_deep_bracket(texts)])
    work = 0
    logical = tokens.logical
    for first, last in zip(logical, [*logical[1:], len(texts)], strict=True):
        if last - first > _SHORT:
            line = texts[first:last]
            links = _links(line)
            deepest = max(deepest, links)
            work += links * links
            if links > LINKS or work > _WORK or (links > LAMBDAS and line.count("lambda") > LAMBDAS):
                raise TooDeep("nested too deeply", tokens.starts[first])
    elifs = texts.count("elif")
    if elifs > ELIFS:
        elifs = _longest_elif_chain(tokens)
    if tokens.depth > PATTERN and "case" in texts:
        _check_patterns(tokens)
    return max(deepest, elifs)


def _deep_bracket(texts: Sequence[str]) -> int:
    depth = 0
    for index, text in enumerate(texts):
        if text in _OPENING:
            depth += 1
            if depth > BRACKETS:
                return index
        elif text in _CLOSING:
            depth -= 1
    return 0


def _links(texts: Sequence[str]) -> int:
    """The most operators, keywords, strings and brackets that may stand one inside the other in a logical line. A comma begins anew, but
    for lambdas, whose parameters it may part."""
    deepest = 0
    outside: list[int] = []
    below = count = lambdas = 0
    for text in texts:
        if text in _OPENING:
            outside.append(count + 1)
            below += count + 1
            count = 0
        elif text in _CLOSING:
            if outside:
                count = outside.pop()
                below -= count
        elif text in ",;":
            count = lambdas
        elif text in _LINKS or text[-1] in "'\"":
            count += 1
            if text == "lambda":
                lambdas += 1
        else:
            continue
        if below + count > deepest:
            deepest = below + count
    return deepest


def _longest_elif_chain(tokens: Tokens) -> int:
    """The most `elif` branches of one statement. Raises `TooDeep` when they are too many."""
    longest = 0
    # The lengths of the chains around a line, by the column they stand in; columns ascend.
    chains: dict[int, int] = {}
    for first in dict.fromkeys(tokens.logical):
        if first == len(tokens.texts):
            break
        start = tokens.starts[first]
        column = start - tokens.line_starts[bisect_right(tokens.line_starts, start) - 1]
        while chains and next(reversed(chains)) > column:
            chains.popitem()
        if tokens.texts[first] != "elif":
            chains.pop(column, None)
            continue
        chains[column] = chains.get(column, 0) + 1
        longest = max(longest, chains[column])
        if longest > ELIFS:
            raise TooDeep("too many elif branches", start)
    return longest


def _check_patterns(tokens: Tokens) -> None:
    texts = tokens.texts
    logical = tokens.logical
    for first, last in zip(logical, [*logical[1:], len(texts)], strict=True):
        if last - first <= 2 * PATTERN or texts[first] != "case" or texts[first + 1] in _NO_PATTERN:
            continue
        depth = deepest = 0
        for text in texts[first:last]:
            if text in _OPENING:
                depth += 1
                deepest = max(deepest, depth)
            elif text in _CLOSING:
                depth -= 1
            elif not depth and text in (":", "if"):
                if deepest > PATTERN:
                    raise TooDeep("pattern nested too deeply", tokens.starts[first])
                break
