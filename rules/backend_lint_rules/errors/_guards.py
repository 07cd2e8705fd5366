"""Whether a place in a function is where work is refused or has failed, told by what leads to it rather than by its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.reaching import blocks_around, blocks_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_WORKING = frozenset({"writes", "commits", "flushes", "sql", "outbound", "email", "enqueues"})
_LOGGING = re.compile(r"(?:^|[._])log(?:ger|ging)?(?:[._]|$)|^print$|\.rollback$", re.IGNORECASE)


def is_guarded(offset: int, function: Function) -> bool:
    """Whether a branch leads to a place: an `if`, an `except`, or what comes after an `if` that returns."""
    for depth, (block, index) in enumerate(blocks_around(offset, function.node.body)):
        if depth and isinstance(_holder(function, block), (n.If, n.Try, n.Match)):
            return True
        if any(_returns(statement) for statement in block[:index]):
            return True
    return False


def stops_work(offset: int, function: Function) -> bool:
    """Whether a place ends a branch that has done nothing yet, so that what it answers is why: an `except`, an `if`, or what is left after
    an `if` that returns. A branch that has written, sent or asked something tells the outcome of that; a broad `except` has failures only.
    """
    blocks = list(blocks_around(offset, function.node.body))
    if not blocks:
        return False
    block, index = blocks[-1]
    holder = _holder(function, block) if len(blocks) > 1 else None
    first = 0
    caught = _handler_at(holder, offset) if isinstance(holder, n.Try) else None
    if caught is not None and _is_broad(caught):
        return True
    if not isinstance(holder, (n.If, n.Match)) and caught is None:
        before = [position for position in range(index) if _returns(block[position])]
        if not before:
            return False
        first = before[-1] + 1
    return not any(_works(statement, function) for statement in block[first:index])


def _returns(statement: n.Stmt) -> bool:
    return isinstance(statement, n.If) and bool(statement.body) and isinstance(statement.body[-1], n.Return)


def _handler_at(attempt: n.Try, offset: int) -> n.ExceptHandler | None:
    return next((handler for handler in attempt.handlers if handler.start <= offset < handler.end), None)


def _is_broad(handler: n.ExceptHandler) -> bool:
    return handler.type is None or (isinstance(handler.type, n.Name) and handler.type.id in ("Exception", "BaseException"))


def _works(statement: n.Stmt, function: Function) -> bool:
    """Whether a statement does something beside logging and looking up; what is not known is taken for work when its result is not used."""
    for node in n.walk_scope([statement]):
        if not isinstance(node, n.Call):
            continue
        target = callee(node, function.module, function)
        if not target.effects.isdisjoint(_WORKING):
            return True
        if target.function is not None:
            if any(effect in effects.of_function(target.function) for effect in _WORKING):
                return True
        elif target.name is None and isinstance(statement, n.ExprStmt) and not _LOGGING.search(dotted(node.func) or ""):
            value = statement.value.value if isinstance(statement.value, n.Await) else statement.value
            if value is node:
                return True
    return False


def _holder(function: Function, block: list[n.Stmt]) -> n.Stmt | None:
    for outer, index in blocks_around(block[0].start, function.node.body):
        if any(inner is block for inner in blocks_of(outer[index])):
            return outer[index]
    return None
