"""Under which circumstances a node of a function runs: only when a parameter is given, or only after something has failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import bind
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_LEAVING = (n.Return, n.Raise, n.Continue, n.Break)


def needed_parameter(node: n.Node, function: Function) -> str | None:
    """The parameter without which a node does not run: one that is off by default, under whose truth the node stands; None for none."""
    spans = function.project.remember(("needed parameters", id(function)), lambda: list(_needing_spans(function)))
    return next((name for start, end, name in spans if start <= node.start < end), None)


def passed_on(call: n.Node, caller: Function, target: Function, name: str) -> tuple[bool, str | None]:
    """Whether a call gives the parameter `name` of its target something that may be true, and the caller's own parameter that decides it.

    The second is a parameter of the caller that is off by default and handed on as it is; None when it is on, or not known to be off.
    """
    given = bind(call, target).get(name) if isinstance(call, n.Call) else None
    if given is None or given.star:
        return False, None
    value = given.value
    if _is_off(value):
        return False, None
    if isinstance(value, n.Name) and value.id in _off_by_default(caller):
        return True, value.id
    return True, None


def is_after_failure(node: n.Node, function: Function) -> bool:
    """Whether a node stands in an `except` clause."""
    spans = function.project.remember(
        ("except clauses", id(function)),
        lambda: [(each.start, each.end) for each in function.nodes_of(n.ExceptHandler)],
    )
    return any(start <= node.start < end for start, end in spans)


def _is_off(expr: n.Expr | None) -> bool:
    return isinstance(expr, n.Constant) and (expr.kind == "none" or (expr.kind in ("bool", "int") and expr.value in ("False", "0")))


def _off_by_default(function: Function) -> set[str]:
    """The parameters that are None, False or 0 unless they are given, and are never assigned anew."""
    return {p.name for p in function.parameters if _is_off(p.default) and len(function.names.bindings.get(p.name, ())) == 1}


def _needing_spans(function: Function) -> Iterator[tuple[int, int, str]]:
    names = _off_by_default(function)
    if not names:
        return
    for node in function.nodes:
        if isinstance(node, (n.If, n.IfExp)):
            body = node.body
            first, last = (body[0], body[-1]) if isinstance(body, list) else (body, body)
            for name in _required(node.test, names):
                yield first.start, last.end, name
            if isinstance(node, n.If) and isinstance(node.body[-1], _LEAVING):
                for name in _excluded(node.test, names):
                    yield node.end, function.node.end, name
        elif isinstance(node, n.BoolOp) and node.op == "and":
            for position, part in enumerate(node.values[:-1]):
                for name in _required(part, names):
                    yield node.values[position + 1].start, node.end, name


def _required(test: n.Expr, names: set[str]) -> Iterator[str]:
    """The parameters that must be given for a condition to hold."""
    if isinstance(test, n.Name) and test.id in names:
        yield test.id
    elif isinstance(test, n.BoolOp) and test.op == "and":
        for part in test.values:
            yield from _required(part, names)
    elif isinstance(test, n.UnaryOp) and test.op == "not":
        yield from _excluded(test.operand, names)
    else:
        yield from _compared(test, names, "is not", "!=")


def _excluded(test: n.Expr, names: set[str]) -> Iterator[str]:
    """The parameters whose absence makes a condition hold."""
    if isinstance(test, n.UnaryOp) and test.op == "not":
        yield from _required(test.operand, names)
    elif isinstance(test, n.BoolOp) and test.op == "or":
        for part in test.values:
            yield from _excluded(part, names)
    else:
        yield from _compared(test, names, "is", "==")


def _compared(test: n.Expr, names: set[str], *operators: str) -> Iterator[str]:
    """The parameter that a condition compares with None or False by one of the operators."""
    if isinstance(test, n.Compare) and len(test.ops) == 1 and test.ops[0] in operators and _is_off(test.comparators[0]):
        if isinstance(test.left, n.Name) and test.left.id in names:
            yield test.left.id
