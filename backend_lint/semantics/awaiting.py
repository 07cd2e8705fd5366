"""Which calls of a function are awaited, in whatever way: what is awaited is no plain call, whatever inference says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.semantics.call_graph import calls_in
from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: Calls whose arguments are awaitables, by the last name of what is called.
TAKES_AWAITABLES = frozenset({
    "gather", "wait_for", "wait", "shield", "create_task", "ensure_future", "start_soon", "run_until_complete", "run_coroutine_threadsafe",
    "as_completed", "timeout", "spawn", "enter_async_context", "add_background_task",
})  # fmt: skip


def last_name(expr: n.Expr) -> str:
    """`c` of `a.b.c` and of `c`; the empty text for anything else."""
    return expr.attr if isinstance(expr, n.Attribute) else expr.id if isinstance(expr, n.Name) else ""


def awaited_in(function: Function) -> frozenset[int]:
    """The ids of the expressions in a function that are awaited: by `await`, `async with`, `async for`, or given to `gather` etc."""
    return function.project.remember(("awaited", id(function)), lambda: frozenset(id(expr) for expr in _awaited(function)))


def _awaited(function: Function) -> Iterator[n.Expr]:
    for awaited in function.nodes_of(n.Await):
        yield from _parts(awaited.value)
    for block in function.nodes_of(n.With):
        if block.is_async:
            for item in block.items:
                yield from _parts(item.value)
    for loop in function.nodes_of(n.For, n.Generator):
        if loop.is_async:
            yield from _parts(loop.iter)
    for call in function.nodes_of(n.Call):
        if last_name(call.func) in TAKES_AWAITABLES:
            for given in call.args:
                yield from _parts(given.value)


def _parts(expr: n.Expr) -> Iterator[n.Expr]:
    """What an awaited expression may evaluate to (branches, elements of a list), and the calls it is chained on: `await users().one()`."""
    stack: list[n.Expr] = [expr]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, n.IfExp):
            stack += [part.body, part.orelse]
        elif isinstance(part, n.BoolOp):
            stack += part.values
        elif isinstance(part, (n.List, n.Tuple, n.Set)):
            stack += part.elts
        elif isinstance(part, n.Starred):
            stack.append(part.value)
        elif isinstance(part, n.Comp):
            stack.append(part.elt)
        elif isinstance(part, n.NamedExpr):
            stack.append(part.value)
        elif isinstance(part, n.Call) and isinstance(part.func, n.Attribute) and isinstance(part.func.value, n.Call):
            stack.append(part.func.value)


def contradicted(function: Function) -> frozenset[str]:
    """The dotted receivers (`self.session`) of awaited calls that inference takes for blocking ones: their class is guessed wrong."""
    return function.project.remember(("contradicted", id(function)), lambda: _contradicted(function))


def _contradicted(function: Function) -> frozenset[str]:
    found: set[str] = set()
    others = list(function.cls.methods.values()) if function.cls is not None else []
    for other in [function, *(each for each in others if each is not function)]:
        awaited = awaited_in(other)
        if not awaited:
            continue
        for call, target in calls_in(other):
            if id(call) in awaited and isinstance(call.func, n.Attribute) and "coroutine" not in target.effects:
                path = dotted(call.func.value)
                is_sync = "blocks" in target.effects or (target.function is not None and not target.function.is_async)
                if path is not None and is_sync and (other is function or path.startswith(f"{other.self_name}.")):
                    found.add(path)
    return frozenset(found)


#: Calls that start a coroutine and do not wait for it, by the last name of what is called.
_STARTS = frozenset({"create_task", "ensure_future", "start_soon", "spawn", "add_task", "run_coroutine_threadsafe", "start", "add_job"})


def started_in(function: Function) -> frozenset[int]:
    """The ids of the coroutines that a function starts without waiting for them: `create_task(work())`."""

    def make() -> frozenset[int]:
        return frozenset(
            id(part)
            for call, _ in calls_in(function)
            if last_name(call.func) in _STARTS
            for given in call.args
            for part in _parts(given.value)
        )

    return function.project.remember(("started", id(function)), make)
