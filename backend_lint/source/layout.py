"""Statements as lines of text: what suppression comments cover, and what identifies a finding's statement."""

from __future__ import annotations

from backend_lint.findings.suppression import Directive, StatementLines
from backend_lint.source.nodes import Tree


def suppressions(tree: Tree) -> list[Directive]:
    """The suppression comments of a file, with the lines they cover: what `findings.suppression.apply` takes."""
    raise NotImplementedError


def statement_lines(tree: Tree) -> list[StatementLines]:
    """All statements of a file in source order, outer before inner. `except` clauses and `case` blocks count as statements of their own."""
    raise NotImplementedError


def statement_text(tree: Tree, start: int, end: int) -> str:
    """What `Finding.statement` holds for a finding that spans the offsets `start` to `end`: the normalised text of the innermost statement
    around `start`, without its body and comments; for a very long statement its beginning and the marked span."""
    raise NotImplementedError
