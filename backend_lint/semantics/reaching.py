"""Which assignment of a local name a place in a function sees, where a look at the blocks around it tells.

    reaching("payload", returned.start, function) -> the expression, and what was put into it since

A name that a branch before the place may have assigned anew has no certain value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_CHANGING = frozenset({"update", "append", "extend", "setdefault", "pop", "clear", "insert", "add"})


class Reaching:
    """The value a name was last assigned, and the statements after that which put something into it, in order."""

    __slots__ = ("changes", "value")

    def __init__(self, value: n.Expr) -> None:
        self.value = value
        self.changes: list[n.Stmt] = []


def blocks_of(statement: n.Stmt) -> list[list[n.Stmt]]:
    """The blocks of statements inside a compound statement, in source order; none for others and for functions and classes."""
    if isinstance(statement, (n.If, n.For, n.While)):
        return [statement.body, statement.orelse]
    if isinstance(statement, n.With):
        return [statement.body]
    if isinstance(statement, n.Try):
        return [statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.finalbody]
    if isinstance(statement, n.Match):
        return [case.body for case in statement.cases]
    return []


def blocks_around(offset: int, body: list[n.Stmt]) -> Iterator[tuple[list[n.Stmt], int]]:
    """The blocks that hold an offset, outermost first, each with the index of the statement in it that does."""
    block: list[n.Stmt] | None = body
    while block:
        index = next((index for index, statement in enumerate(block) if statement.start <= offset < statement.end), None)
        if index is None:
            return
        yield block, index
        inner = blocks_of(block[index])
        block = next((inside for inside in inner if inside and inside[0].start <= offset < inside[-1].end), None)


def reaching(name: str, offset: int, function: Function) -> Reaching | None:
    """What `name` holds at an offset in a function's own body; None when it is not known or not a local name with one certain value."""
    found: Reaching | None = None
    bindings = function.names.bindings.get(name, ())
    if not any(binding.kind == "assign" for binding in bindings):
        return None
    starts = [binding.node.start for binding in bindings]
    for block, index in blocks_around(offset, function.node.body):
        for statement in block[:index]:
            value = _assigned(statement, name)
            if value is not None:
                found = Reaching(value)
            elif any(statement.start <= start < statement.end for start in starts):
                found = None
            elif found is not None and _changes(statement, name):
                found.changes.append(statement)
        current = block[index]
        if isinstance(current, n.Try) and current.body and offset >= current.body[-1].end:
            inside = current.body[0].start, current.body[-1].end
            if any(inside[0] <= start < inside[1] for start in starts):
                # An `except` does not know how far the body got; an `else` does.
                in_else = current.orelse and current.orelse[0].start <= offset < current.orelse[-1].end
                last = next((value for s in reversed(current.body) if (value := _assigned(s, name)) is not None), None)
                found = Reaching(last) if in_else and last is not None else None
        elif isinstance(current, (n.For, n.While)) and any(offset < start < current.end for start in starts):
            found = None
    return found


def _assigned(statement: n.Stmt, name: str) -> n.Expr | None:
    if isinstance(statement, n.Assign):
        if any(isinstance(target, n.Name) and target.id == name for target in statement.targets):
            return statement.value
    elif isinstance(statement, n.AnnAssign) and isinstance(statement.target, n.Name) and statement.target.id == name:
        return statement.value
    return None


def _changes(statement: n.Stmt, name: str) -> bool:
    """Whether a statement, or one inside it, puts something into what `name` holds."""
    for node in n.walk_scope([statement]):
        targets: list[n.Expr] = []
        if isinstance(node, n.Assign):
            targets = node.targets
        elif isinstance(node, n.AugAssign):
            targets = [node.target]
        elif isinstance(node, n.Call) and isinstance(node.func, n.Attribute) and node.func.attr in _CHANGING:
            targets = [node.func]
        for target in targets:
            if isinstance(target, (n.Subscript, n.Attribute)) and isinstance(target.value, n.Name) and target.value.id == name:
                return True
    return False
