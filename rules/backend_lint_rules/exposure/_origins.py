"""Which functions may have the text of an exception in hand at all: a question that is quicker to answer than to follow the text."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING

from backend_lint.semantics import call_graph
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: Without one of these words nothing but an `except ... as` gets hold of an exception.
_WORDS = ("format_exc", "exc_info", "format_exception", "print_exc")


def holds_text(function: Function) -> bool:
    """Whether a function names an exception that it catches, formats a stack trace, or uses the result of a project function from which
    the text of one may come. What callers hand over is not counted."""
    memo = function.project.memo
    key = ("holds exception text", id(function))
    if key not in memo:
        for circle in call_graph.circles(function, lambda other: ("holds exception text", id(other)) in memo, _used):
            memo.settle(partial(_settle, circle))
    found: bool = memo.recall(key)
    return found


def gives_text(function: Function) -> bool:
    """Whether the text of an exception may be in what a function returns, without its being handed one."""
    return _returns(function) and holds_text(function)


def _settle(circle: list[Function]) -> dict[Hashable, bool]:
    """The answers for functions that use each other's results (or for one function), those of all others being known."""
    memo = circle[0].project.memo
    inside = {id(function) for function in circle}
    found = any(
        _catches(function) or any(memo.recall(("holds exception text", id(used))) for _, used in _used(function) if id(used) not in inside)
        for function in circle
    )
    return {("holds exception text", id(function)): found for function in circle}


def _catches(function: Function) -> bool:
    if any(handler.name is not None and handler.type is not None for handler in function.nodes_of(n.ExceptHandler)):
        return True
    text, node = function.module.tree.text, function.node
    return any(text.find(word, node.start, node.end) >= 0 for word in _WORDS)


def _used(function: Function) -> list[tuple[n.Node, Function]]:
    """The project functions that return something to a function that it uses, each with the call."""
    dropped = {id(_awaited(statement.value)) for statement in function.nodes_of(n.ExprStmt)}
    return [
        (call, target.function)
        for call, target in call_graph.calls_in(function)
        if target.function is not None and target.constructs is None and id(call) not in dropped and _returns(target.function)
    ]


def _awaited(expr: n.Expr) -> n.Expr:
    return expr.value if isinstance(expr, n.Await) else expr


def _returns(function: Function) -> bool:
    """Whether a function returns more than a literal."""
    return any(each.value is not None and type(each.value) is not n.Constant for each in function.nodes_of(n.Return))
