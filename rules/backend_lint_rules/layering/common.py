"""What all surveys of a handler start from: its statements and its accesses to databases and other services."""

from __future__ import annotations

from backend_lint.semantics import persistence
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n

STATEMENTS = (
    n.Assign, n.AugAssign, n.AnnAssign, n.ExprStmt, n.Return, n.Raise, n.If, n.For, n.While, n.With, n.Try, n.Delete, n.Assert,
)  # fmt: skip


class Reason:
    """One thing a reviewer would point at: `node`, what it is, and whether all or only some reviewers would ask for a change."""

    __slots__ = ("is_clear", "node", "text")

    def __init__(self, node: n.Node, text: str, is_clear: bool) -> None:
        self.node = node
        self.text = text
        self.is_clear = is_clear


class Surveyed:
    """A function, its nodes (nested functions left out) and its accesses, in source order."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.memo = function.module.memo
        self.accesses = persistence.accesses(function)
        self.nodes = function.nodes


def short(name: str) -> str:
    """The last part of a qualified name, in code marks."""
    return f"`{name.rpartition('.')[2]}`"


def names_in(target: n.Expr) -> set[str]:
    """The names that stand in an expression."""
    return {node.id for node in n.walk(target) if isinstance(node, n.Name)}
