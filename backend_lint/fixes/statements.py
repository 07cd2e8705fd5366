"""Statements added to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backend_lint.fixes.proposal import NotFixable
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.fixes.editing import Editing


def below(statement: n.Stmt, text: str) -> Callable[[Editing], None]:
    """A change that adds a statement below one that has a line of its own."""

    def make(editing: Editing) -> None:
        import libcst as cst

        added = editing.statements(text)
        editing.change(editing.alone(statement), lambda updated: cst.FlattenSentinel([updated, *added]))

    return make


def at_the_top(block: n.With | n.ExceptHandler, text: str) -> Callable[[Editing], None]:
    """A change that adds a statement before all others of a block."""

    def make(editing: Editing) -> None:
        import libcst as cst

        kinds: tuple[type[Any], ...] = (cst.ExceptHandler,) if isinstance(block, n.ExceptHandler) else (cst.With,)
        found = editing.find(block, *kinds)
        if not isinstance(found.body, cst.IndentedBlock):
            raise NotFixable("the block stands on the line that begins it")
        added = editing.statements(text)
        editing.change(found.body, lambda updated: updated.with_changes(body=[*added, *updated.body]))

    return make
