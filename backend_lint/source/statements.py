"""Statements as lines of text: what suppression comments cover, and what identifies a finding's statement."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Union

from backend_lint.findings.fingerprint import STATEMENT_LIMIT, normalise
from backend_lint.findings.suppression import Directive, StatementLines, collect, may_contain
from backend_lint.source.nodes import (
    Case,
    ClassDef,
    ExceptHandler,
    For,
    FunctionDef,
    If,
    Match,
    Node,
    Stmt,
    Tree,
    Try,
    While,
    With,
)

#: How much of a very long statement's beginning goes into its text, in characters.
_BEGINNING = 80

_Block = Sequence[Union[Stmt, ExceptHandler, Case]]  # noqa: UP007 - evaluated at run time, on Python 3.10 too


def suppressions(tree: Tree) -> list[Directive]:
    """The suppression comments of a file, with the lines they cover: what `findings.suppression.apply` takes."""
    if not may_contain(tree.text):
        return []
    found = [comment for comment in tree.comments if may_contain(comment.text)]
    if not found:
        return []
    return collect(tree.comments, statement_lines(tree), tree.line_starts)


def statement_lines(tree: Tree) -> list[StatementLines]:
    """All statements of a file in source order, outer before inner. `except` clauses and `case` blocks count as statements of their own."""
    found: list[StatementLines] = []
    stack: list[Node] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        found.append(_lines(tree, node))
        for block in reversed(_blocks(node)):
            stack.extend(reversed(block))
    return found


def statement_text(tree: Tree, start: int, end: int) -> str:
    """What `Finding.statement` holds for a finding that spans the offsets `start` to `end`: the normalised text of the innermost statement
    around `start`, without its body and comments; for a very long statement its beginning and the marked span. The text of a function or
    class leaves out the decorators, unless the finding lies within them."""
    node = _innermost(tree, start)
    if node is None:
        return normalise(_without_comments(tree, start, end))[:STATEMENT_LIMIT]
    first, last = node.start, _header_end(tree, node)
    if isinstance(node, (FunctionDef, ClassDef)) and node.decorators:
        decorated = node.decorators[-1].end
        first, last = (first, decorated) if end <= decorated else (decorated, last)
    text = normalise(_without_comments(tree, first, last))
    if len(text) <= STATEMENT_LIMIT:
        return text
    return f"{text[:_BEGINNING]} … {normalise(_without_comments(tree, start, min(end, last)))}"[:STATEMENT_LIMIT]


def _blocks(node: Node) -> list[_Block]:
    """The blocks of statements directly below `node`, in source order."""
    if isinstance(node, (FunctionDef, ClassDef, With, ExceptHandler, Case)):
        return [node.body]
    if isinstance(node, (For, While, If)):
        return [node.body, node.orelse]
    if isinstance(node, Try):
        return [node.body, node.handlers, node.orelse, node.finalbody]
    if isinstance(node, Match):
        return [node.cases]
    return []


def _lines(tree: Tree, node: Node) -> StatementLines:
    first = tree.line(node.start)
    last = tree.line(max(node.start, node.end - 1))
    header = min(last, tree.line(max(node.start, _header_end(tree, node) - 1)))
    if isinstance(node, (FunctionDef, ClassDef)):
        return StatementLines(first=first, keyword=tree.line(node.name_start), header=header, last=last, scope=True)
    return StatementLines(first=first, keyword=first, header=header, last=last)


def _header_end(tree: Tree, node: Node) -> int:
    """The offset after the colon before a statement's body; for a statement without a body, its end."""
    below = next((block for block in _blocks(node) if block), None)
    if below is None:
        return node.end
    stop = below[0].start
    while True:
        # Only blanks and comments stand between the colon and the body, so the last colon outside a comment is the one.
        colon = tree.text.rfind(":", node.start, stop)
        if colon < 0:
            return below[0].start
        index = bisect_right(tree.comments, colon, key=lambda comment: comment.start) - 1
        if index < 0 or colon >= tree.comments[index].start + len(tree.comments[index].text):
            return colon + 1
        stop = tree.comments[index].start


def _innermost(tree: Tree, offset: int) -> Node | None:
    """The innermost statement, `except` clause or `case` block that spans `offset`."""
    found: Node | None = None
    blocks: list[_Block] = [tree.body]
    while blocks:
        inner: Node | None = None
        for block in blocks:
            index = bisect_right(block, offset, key=lambda statement: statement.start) - 1
            if index >= 0 and offset < block[index].end:
                inner = block[index]
        if inner is None:
            break
        found, blocks = inner, _blocks(inner)
    return found


def _without_comments(tree: Tree, start: int, end: int) -> str:
    pieces: list[str] = []
    index = bisect_left(tree.comments, start, key=lambda comment: comment.start)
    while index < len(tree.comments) and tree.comments[index].start < end:
        comment = tree.comments[index]
        pieces.append(tree.text[start : comment.start])
        start = comment.start + len(comment.text)
        index += 1
    pieces.append(tree.text[start:end])
    return "".join(pieces)
