"""What closes a resource that a function opens: a `with` from where it is opened to where it was closed, or a `finally`.

A fix is proposed where a reader sees at once that it changes nothing but when the resource is closed: the name is given once, in a
statement of its own; every close that would go stands at the end of its block; and nothing that still reads from the resource leaves the
`with`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backend_lint.fixes.blocks import close_finally, close_what_commits, open_by_with
from backend_lint.semantics.resources import SESSIONS
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backend_lint.fixes.blocks import Way
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.path_states import Fate
    from backend_lint.semantics.project import Function

#: Methods and functions after which nothing reads from the resource any more: what they give is there in full.
_WHOLE_METHODS = frozenset({
    "fetchall", "fetchone", "fetchmany", "fetchval", "all", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none",
    "count", "get", "fetch_all", "fetch_one", "exists", "to_dict", "model_validate", "from_orm", "commit", "rollback",
})  # fmt: skip
_WHOLE_FUNCTIONS = frozenset({
    "list", "dict", "tuple", "set", "sorted", "len", "sum", "min", "max", "any", "all", "str", "int", "float", "bool", "bytes", "jsonify",
})  # fmt: skip

_FROM_POOLS = frozenset({"getconn", "acquire", "checkout", "borrow", "take", "get_connection", "raw_connection"})


class _Place(NamedTuple):
    """The statement that opens a resource: the one at `at` of the statements `block`."""

    block: Sequence[n.Stmt]
    at: int

    @property
    def opening(self) -> n.Stmt:
        return self.block[self.at]


def with_fix(function: Function, fate: Fate) -> Proposal | None:
    """A `with` that closes the resource; None where that is not all there is to it."""
    if fate.entered is not None:
        return _of_entered(function, fate)
    place = _place(function, fate)
    way = _way(function, fate)
    if place is None or way is None or fate.name is None or fate.is_held or fate.kept or fate.returned or fate.is_wrapped:
        return None
    opening = place.opening
    assert isinstance(opening, (n.Assign, n.AnnAssign))
    if isinstance(opening.value, n.Await):
        return None
    closes = list(_closes(function, fate))
    if not closes and (fate.is_closed or _is_pooled(fate)):
        # Something else gives it back.
        return None
    last = next((each for each in place.block[place.at + 1 :] if any(each is close for close, _ in closes)), None)
    if last is None:
        if closes:
            return None
        last = place.block[-1]
        if fate.resource.kind != "session":
            used = [each for each in place.block[place.at + 1 :] if _mentions(each, _tainted(place.block[place.at :], fate.name))]
            last = used[-1] if used else last
    inside = [each for each in place.block[place.at + 1 :] if each.start <= last.start]
    if not inside or not _are_ends(closes, last, inside) or not _stays_inside(function, fate.name, inside, place):
        return None
    is_safe = bool(closes)
    return open_by_with(opening, last, [close for close, _ in closes], fate.name, way, "safe" if is_safe else "unsafe")


def finally_fix(function: Function, fate: Fate) -> Proposal | None:
    """A `finally` around the `yield` that lends a resource, with what closes it afterwards; a `with` where nothing does."""
    place = _place(function, fate)
    if place is None or fate.name is None or fate.is_held:
        return None
    closes = list(_closes(function, fate))
    if not closes and (fate.is_closed or _is_pooled(fate)):
        return None
    following = place.block[place.at + 1 :]
    if not closes:
        way = _way(function, fate)
        opening = place.opening
        if way is None or not following or not any(isinstance(node, n.Yield) for each in following for node in n.walk_scope([each])):
            return None
        if not isinstance(opening, (n.Assign, n.AnnAssign)) or isinstance(opening.value, n.Await):
            return None
        return open_by_with(opening, place.block[-1], [], fate.name, way, "safe")
    if len(closes) != 1:
        return None
    close = closes[0][0]
    index = next((index for index, each in enumerate(following) if each is close), None)
    if not index or any(isinstance(each, n.Return) for each in following[:index]):
        return None
    return close_finally(following[0], close, fate.name)


def _of_entered(function: Function, fate: Fate) -> Proposal | None:
    """`with connect() as connection:` that ends the transaction alone."""
    assert fate.entered is not None
    for item in fate.entered.items:
        if item.value is fate.resource.call and isinstance(item.target, n.Name) and not fate.entered.is_async:
            if _member_closes(fate, "close") and not _leaves_lazily(fate.entered.body, item.target.id):
                return close_what_commits(fate.entered, item, item.target.id)
    return None


def _place(function: Function, fate: Fate) -> _Place | None:
    """Where the resource is opened, by a statement that gives it one name, the only one that name is given."""
    call = fate.resource.call
    if fate.resource.position is not None or fate.resource.is_provided:
        return None
    for block in _blocks(function.node.body):
        for index, statement in enumerate(block):
            if isinstance(statement, n.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
            elif isinstance(statement, n.AnnAssign):
                target = statement.target
            else:
                continue
            made = statement.value.value if isinstance(statement.value, n.Await) else statement.value
            if made is call:
                if not isinstance(target, n.Name) or target.id != fate.name or len(function.names.bindings.get(target.id, ())) != 1:
                    return None
                return _Place(block, index)
    return None


def _way(function: Function, fate: Fate) -> Way | None:
    """How the resource is entered so that leaving closes it; None when it has no `with` and `closing` would not do."""
    resource = fate.resource
    registry = function.project.registry
    if resource.owner is not None:
        return "closing" if "close" in resource.closers and not _is_coroutine(resource.owner.method("close")) else None
    if not SESSIONS.isdisjoint(registry.ancestors(resource.cls)):
        is_async = "sqlalchemy.ext.asyncio.AsyncSession" in registry.ancestors(resource.cls)
        if is_async and not function.is_async:
            return None
        return "async with" if is_async else "with"
    if not _member_closes(fate, "close"):
        return None
    return "with" if "context" in registry.construction(resource.cls) else "closing"


def _is_pooled(fate: Fate) -> bool:
    """Whether a resource belongs to a pool, to which it is given back in a way of its own."""
    func = fate.resource.call.func
    return isinstance(func, n.Attribute) and func.attr in _FROM_POOLS


def _is_coroutine(function: Function | None) -> bool:
    return function is None or function.is_async


def _member_closes(fate: Fate, name: str) -> bool:
    """Whether a plain method of that name closes the resource."""
    found = fate.resource.project.registry.member(fate.resource.cls, name)
    return found is not None and "closes" in found[1].effects and "coroutine" not in found[1].effects


def _closes(function: Function, fate: Fate) -> Iterator[tuple[n.Stmt, Sequence[n.Stmt]]]:
    """The statements that close the resource and do nothing else, each with the block it stands in."""
    for block in _blocks(function.node.body):
        for statement in block:
            if not isinstance(statement, n.ExprStmt):
                continue
            call = statement.value.value if isinstance(statement.value, n.Await) else statement.value
            if isinstance(call, n.Call) and isinstance(call.func, n.Attribute) and isinstance(call.func.value, n.Name):
                if call.func.value.id == fate.name and fate.resource.is_closed_by(call.func.attr):
                    yield statement, block


def _are_ends(closes: Sequence[tuple[n.Stmt, Sequence[n.Stmt]]], last: n.Stmt, inside: Sequence[n.Stmt]) -> bool:
    """Whether each close but the last stands where its path leaves the `with` right after."""
    for close, block in closes:
        if close is last:
            continue
        if not (inside[0].start <= close.start < last.start) or len(block) < 2:
            return False
        index = next(index for index, each in enumerate(block) if each is close)
        if not all(isinstance(each, (n.Return, n.Raise)) for each in block[index + 1 :]) or index + 1 == len(block):
            return False
    return True


def _stays_inside(function: Function, name: str, inside: Sequence[n.Stmt], place: _Place) -> bool:
    """Whether the resource is used in the `with` alone, and nothing that reads from it later gets out of it."""
    start, end = inside[0].start, inside[-1].end
    for node in n.walk(function.node.body):
        if isinstance(node, n.Name) and node.id == name and not (start <= node.start < end) and node.start >= place.opening.end:
            return False
        if isinstance(node, (n.FunctionDef, n.Lambda)) and _mentions(node, {name}):
            return False
        if isinstance(node, n.Try) and start <= node.start < end and any(_mentions(each, {name}) for each in node.finalbody):
            return False
    if _leaves_lazily(inside, name):
        return False
    tainted = _tainted(inside, name) - {name}
    return not any(isinstance(node, n.Name) and node.id in tainted and node.start >= end for node in n.walk(function.node.body))


def _leaves_lazily(body: Sequence[n.Stmt], name: str) -> bool:
    """Whether a function's result, or what it yields, may read from the resource after it is closed."""
    tainted = _tainted(body, name)
    for node in n.walk_scope(list(body)):
        if isinstance(node, (n.Return, n.Yield)) and node.value is not None and _is_lazy(node.value, tainted):
            return True
        if isinstance(node, n.YieldFrom):
            return True
    return False


def _tainted(body: Sequence[n.Stmt], name: str) -> frozenset[str]:
    """The names of what still reads from the resource: itself, its cursors, results and queries."""
    found = {name}
    for node in n.walk_scope(list(body)):
        pairs: list[tuple[n.Expr, n.Expr]] = []
        if isinstance(node, n.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, (n.AnnAssign, n.NamedExpr, n.WithItem)) and node.value is not None and node.target is not None:
            pairs = [(node.target, node.value)]
        for target, value in pairs:
            if _is_lazy(value, frozenset(found)):
                found.update(part.id for part in n.walk(target) if isinstance(part, n.Name))
    return frozenset(found)


def _is_lazy(expr: n.Node, tainted: frozenset[str]) -> bool:
    """Whether the value of an expression may read from what these names hold when it is used."""
    if isinstance(expr, n.Name):
        return expr.id in tainted
    if isinstance(expr, n.Call):
        if isinstance(expr.func, n.Attribute) and expr.func.attr in _WHOLE_METHODS:
            return False
        if isinstance(expr.func, n.Name) and expr.func.id in _WHOLE_FUNCTIONS:
            return False
        return any(_is_lazy(part, tainted) for part in (expr.func, *(given.value for given in expr.args)))
    if isinstance(expr, n.Comp):
        return expr.kind == "generator" and _mentions(expr, tainted)
    if isinstance(expr, (n.Compare, n.Constant, n.FString)):
        return False
    if isinstance(expr, n.UnaryOp) and expr.op == "not":
        return False
    return any(_is_lazy(part, tainted) for part in n.children(expr))


def _mentions(node: n.Node, names: frozenset[str] | set[str]) -> bool:
    return any(isinstance(part, n.Name) and part.id in names for part in n.walk(node))


def _blocks(body: Sequence[n.Stmt]) -> Iterator[Sequence[n.Stmt]]:
    """The blocks of statements of a function, its own and those in them, without nested functions and classes."""
    yield body
    for statement in body:
        if isinstance(statement, (n.If, n.For, n.While)):
            yield from _blocks(statement.body)
            yield from _blocks(statement.orelse)
        elif isinstance(statement, n.With):
            yield from _blocks(statement.body)
        elif isinstance(statement, n.Try):
            for block in (statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.finalbody):
                yield from _blocks(block)
        elif isinstance(statement, n.Match):
            for case in statement.cases:
                yield from _blocks(case.body)
