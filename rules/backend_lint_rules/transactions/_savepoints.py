"""Django: database errors that are caught inside `atomic()` without a savepoint, while more queries follow in the block.

The block may be the function's own, one that all its callers hold, or the request's (`ATOMIC_REQUESTS`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.frameworks.transactions import is_held
from backend_lint.semantics.broken import Place, places
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.persistence import leaves
from backend_lint.semantics.raises import caught_classes
from backend_lint.semantics.rollbacks import may_catch
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_ATOMIC = "django.db.transaction.atomic"
_FALLBACKS = frozenset({
    "django.db.transaction.set_rollback", "django.db.transaction.savepoint_rollback", "django.db.transaction.rollback",
})  # fmt: skip


#: Up to how many statements a broad `except` is plainly about the write among them.
_PLAIN = 2


class Block(NamedTuple):
    """An `except` clause inside `atomic()`: the class it names, the query that follows, the way there, and whether only a broad clause
    takes the error."""

    clause: n.ExceptHandler
    caught: str
    use: n.Call
    steps: tuple[Step, ...]
    is_note: bool


def broken_blocks(function: Function) -> Iterator[Block]:
    """The `except` clauses of a function that leave its atomic block broken, with a query that runs into it."""
    module = function.module
    if "django" not in module.tree.text or "except" not in module.tree.text:
        return
    for statement in n.walk_scope(function.node.body):
        if not isinstance(statement, n.Try) or not statement.handlers:
            continue
        failing = next(_failing(statement, function), None)
        if failing is None:
            continue
        outer = _atomic_around(function, places(function.node.body, statement.start))
        if outer is None:
            continue
        for clause in statement.handlers:
            if not may_catch(clause, ("django.db.IntegrityError", "django.db.DatabaseError"), function):
                continue
            use = _next_query(clause, statement, outer, function)
            if use is not None:
                names = _names(clause, function)
                if not names and (len(statement.body) > _PLAIN or "atomic" not in module.tree.text):
                    break
                caught = names[0] if names else "every error"
                steps = (
                    Step(module.path, module.line(failing), f"{function.qualname} writes inside the atomic block"),
                    Step(module.path, module.line(clause), "the error is caught inside the block, which is then marked for rollback"),
                    Step(module.path, module.line(use), "this query is refused with TransactionManagementError"),
                )
                yield Block(clause, caught, use, steps, not names)
            break


def _names(clause: n.ExceptHandler, function: Function) -> list[str]:
    """The database's exceptions that a clause names, in words."""
    found = caught_classes(clause.type, function.module, function)
    return [dotted(expr) or value.name for expr, value in found if value is not None and value.name.startswith("django.db.")]


def _is_atomic(expr: n.Expr, function: Function) -> bool:
    target = expr.func if isinstance(expr, n.Call) else expr
    return function.project.inference.qualified_name(target, function.module, function) == _ATOMIC


def _is_atomic_with(node: n.Node | None, function: Function) -> bool:
    return isinstance(node, n.With) and any(_is_atomic(item.value, function) for item in node.items)


def _atomic_around(function: Function, around: list[Place]) -> n.With | n.FunctionDef | None:
    for place in reversed(around):
        if _is_atomic_with(place.owner, function):
            assert isinstance(place.owner, n.With)
            return place.owner
    if any(_is_atomic(decorator, function) for decorator in function.node.decorators) or is_held(function):
        return function.node
    return None


def _failing(statement: n.Try, function: Function) -> Iterator[n.Call]:
    """The writes in a `try` body that no savepoint of their own protects."""
    for node in n.walk_scope(statement.body):
        if not isinstance(node, n.Call):
            continue
        target = callee(node, function.module, function)
        if "breaks-transaction" not in target.effects or target.name is None or target.member is None:
            continue
        if not any(name.startswith("django.db.") for name in target.member.raises):
            continue
        inner = [place.owner for place in places(statement.body, node.start)]
        if not any(_is_atomic_with(owner, function) for owner in inner):
            yield node


def _next_query(clause: n.ExceptHandler, statement: n.Try, outer: n.Node, function: Function) -> n.Call | None:
    """The first query that runs in the atomic block after the clause; None when the clause leaves it or takes care."""
    found = _query(clause.body, function)
    if found is not None:
        return found if isinstance(found, n.Call) else None
    if leaves(clause.body) and not _continues(clause.body):
        return None
    around = places(function.node.body, statement.start)
    is_left = leaves(clause.body)
    for place in reversed(around):
        if not is_left:
            rest = place.block[place.at + 1 :]
            found = _query(rest, function)
            if found is not None:
                return found if isinstance(found, n.Call) else None
            if leaves(rest):
                return None
        if place.owner is outer:
            return None
        if isinstance(place.owner, (n.For, n.While)):
            found = _query(place.owner.body, function)
            if found is not None:
                return found if isinstance(found, n.Call) else None
            is_left = False
    return None


def _continues(body: list[n.Stmt]) -> bool:
    return isinstance(body[-1], n.Continue) if body else False


def _query(body: list[n.Stmt], function: Function) -> n.Call | str | None:
    """The first query in some statements; a text when they take care of the transaction first."""
    for node in n.walk_scope(body):
        if isinstance(node, n.Raise):
            return "raises"
        if isinstance(node, n.Call):
            target = callee(node, function.module, function)
            if target.name in _FALLBACKS or (
                isinstance(node.func, n.Attribute) and node.func.attr in ("savepoint_rollback", "set_rollback")
            ):
                return "rolled back"
            if target.function is None and not target.effects.isdisjoint({"reads", "writes"}) and (target.name or "").startswith("django."):
                return node
    return None
