"""The block that holds related writes of Django's ORM together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.blocks import in_transaction
from backend_lint.semantics import effects, units
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.units import Pair

#: What should not happen while a transaction is open, or would not be taken back with it.
_OUTSIDE = frozenset({"outbound", "enqueues", "url-sink"})


def fix_of(pair: Pair, function: Function) -> Proposal | None:
    """`with transaction.atomic():` around both halves; None where more than the writes would get into it."""
    if function.is_async or pair.first.stores | pair.second.stores != {"django"}:
        return None
    found = _range(pair, function.node.body)
    if found is None:
        return None
    block, low, high = found
    # What else could be half done is taken in where it overlaps: one block is enough, and half a fix would be none.
    ranges = [other for each in units.of_function(function).pairs if (other := _range(each, function.node.body)) is not None]
    for _ in ranges:
        for further in ranges:
            if further[0] is block and further[1] <= high and low <= further[2]:
                low, high = min(low, further[1]), max(high, further[2])
    held = block[low : high + 1]
    return in_transaction(held[0], held[-1]) if _is_plain(held, function) else None


def _range(pair: Pair, body: Sequence[n.Stmt]) -> tuple[Sequence[n.Stmt], int, int] | None:
    """The innermost block that holds both halves, and the places of the statements in it that do."""
    first = _index(body, pair.first.node)
    second = _index(body, pair.second.node)
    if first is None or second is None or first > second:
        return None
    statement = body[first]
    if first < second or (pair.is_loop and isinstance(statement, n.For) and not _is_deeper(pair, statement)):
        return body, first, second
    for block in _blocks(statement):
        found = _range(pair, block)
        if found is not None:
            return found
    return None


def _is_deeper(pair: Pair, loop: n.For) -> bool:
    """Whether it is a loop inside of this one that repeats the event."""
    return any(isinstance(node, n.For) and node is not loop and _spans(node, pair.first.node) for node in n.walk_scope(loop.body))


def _index(body: Sequence[n.Stmt], node: n.Node) -> int | None:
    return next((index for index, statement in enumerate(body) if _spans(statement, node)), None)


def _spans(outer: n.Node, inner: n.Node) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _blocks(statement: n.Stmt) -> list[Sequence[n.Stmt]]:
    if isinstance(statement, (n.If, n.For, n.While)):
        return [statement.body, statement.orelse]
    if isinstance(statement, n.With):
        return [statement.body]
    if isinstance(statement, n.Try):
        return [statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.finalbody]
    return []


def _is_plain(held: Sequence[n.Stmt], function: Function) -> bool:
    """Whether some statements do nothing that a transaction should not hold."""
    start, end = held[0].start, held[-1].end
    for node in n.walk_scope(list(held)):
        if isinstance(node, (n.Await, n.Yield, n.YieldFrom, n.Try, n.FunctionDef, n.ClassDef)):
            return False
        if isinstance(node, n.With) and any("atomic" in function.module.tree.source_of(item.value) for item in node.items):
            # One of the writes has a transaction of its own already, and somebody chose its bounds.
            return False
    for call, target in effects.calls_in(function):
        if start <= call.start < end:
            done = target.effects if target.function is None else effects.of_function(target.function).all
            if not _OUTSIDE.isdisjoint(done):
                return False
    return True
