"""The f-strings' part of `ast_lowering`.

Before Python 3.12 the places in an f-string are wrong in the standard library's tree, and which pieces of text it keeps apart differs from
version to version. So the pieces come from the tokens, and what stands in a field is parsed by itself.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from typing import TYPE_CHECKING

from backend_lint.source import nodes as n
from backend_lint.source.ast_lowering import AstLowering, line_offsets
from backend_lint.source.literals import format_text, string_value
from backend_lint.source.tokens import LINE_END

if TYPE_CHECKING:
    from backend_lint.source.nodes import Expr

_DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def fielded(low: AstLowering, start: int, end: int) -> n.FString:
    """The f-string, or the strings side by side of which one is an f-string, that span `start` to `end`.

    Raises SyntaxError when a field holds what this interpreter does not parse.
    """
    tokens = low.tokens
    parts: list[n.Constant | n.Field] = []
    index = bisect_left(tokens.starts, start)
    while index < len(tokens.starts) and tokens.starts[index] < end:
        token = tokens.texts[index]
        at = tokens.starts[index]
        index += 1
        if _is_whole(token):
            parts.append(n.Constant(at, at + len(token), "str", string_value(token)))
            continue
        quote = token.lstrip("fFtTrR")
        index = _parts(low, index, at + len(token), quote, parts, is_raw="r" in token.lower(), is_format=False)
    return n.FString(start, end, parts)


def _is_whole(token: str) -> bool:
    """Whether a token is a string with its quotes: of an f-string the first token is its prefix and its opening quote alone."""
    if token[0] in "'\"":
        return True
    prefix = token[: len(token) - len(token.lstrip("rRbBuUfFtT"))].lower()
    return "f" not in prefix and "t" not in prefix


def _parts(
    low: AstLowering, index: int, position: int, closing: str, parts: list[n.Constant | n.Field], *, is_raw: bool, is_format: bool
) -> int:
    """Append text and fields up to the token `closing`; the index behind it. `index` is the next token, `position` where text begins."""
    texts, starts = low.tokens.texts, low.tokens.starts
    while True:
        token, at = texts[index], starts[index]
        if at > position:
            parts.append(n.Constant(position, at, "str", format_text(low.text[position:at], is_raw, is_format)))
        if token == closing:
            return index + 1
        index, field = _field(low, index, is_raw)
        position = field.end
        parts.append(field)


def _field(low: AstLowering, index: int, is_raw: bool) -> tuple[int, n.Field]:
    """The field whose opening brace is token `index`, and the index behind it."""
    texts, starts = low.tokens.texts, low.tokens.starts
    start = starts[index]
    last = _expression_end(texts, index + 1)
    value = _expression(low, start + 1, starts[last - 1] + len(texts[last - 1]))
    conversion = None
    if texts[last] == "=":
        last += 1
    if texts[last] == "!":
        conversion = texts[last + 1]
        last += 2
    spec: list[n.Constant | n.Field] = []
    if texts[last] == ":":
        behind = _parts(low, last + 1, starts[last] + 1, "}", spec, is_raw=is_raw, is_format=True)
    else:
        behind = last + 1
    return behind, n.Field(start, starts[behind - 1] + 1, value, conversion, spec)


def _expression_end(texts: list[str], index: int) -> int:
    """The index of the token behind a field's expression: `}`, `:`, `!`, or the `=` that shows the expression too."""
    depth = 0
    while True:
        token = texts[index]
        if depth == 0:
            if token in "}:":
                return index
            if token == "!" and texts[index + 1] != "=":
                return index
            if token == "=" and texts[index + 1] in "}:!" and texts[index - 1] not in "=!<>":
                return index
        depth += _DEPTHS.get(token, 0)
        index += 1


def _expression(low: AstLowering, start: int, end: int) -> Expr:
    """The expression between two offsets, which may go over several lines and end with a comment."""
    text = f"({low.text[start:end]}\n)"
    tree = compile(text, "<field>", "eval", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Expression)
    line_starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    inner = AstLowering(low.text, low.tokens, line_offsets(text, line_starts, start - 1), low.groups)
    found = inner.expr(tree.body)
    if found.start < start:
        # `{a, b}`: the brackets that were put around the text are taken for those of the tuple, or the generator.
        found.start, found.end = n.children(found)[0].start, end
    return found
