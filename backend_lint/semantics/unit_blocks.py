"""Blocks and decorators that make a transaction of what runs inside them: `with atomic():`, `@transaction.atomic`, a project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee
from backend_lint.semantics.project import Class, Function
from backend_lint.semantics.unit_events import SAVEPOINTS
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.values import Value

Block = Literal["atomic", "commits", "savepoint"]

#: How deep a project's context managers may stand in one another.
_MAX_DEPTH = 4


def block_of(expr: n.Expr, function: Function, *, is_async: bool) -> Block | None:
    """What `with expr` in `function` makes of its body.

    "atomic": one transaction, whatever commits inside; "commits": what is scheduled when it ends is committed; "savepoint": a part of the
    transaction around it; None: nothing.
    """
    return _block_of(expr, function, is_async, 0)


def _block_of(expr: n.Expr, function: Function, is_async: bool, depth: int) -> Block | None:
    if isinstance(expr, n.Await):
        expr = expr.value
    if isinstance(expr, n.IfExp):
        return _block_of(expr.body, function, is_async, depth) or _block_of(expr.orelse, function, is_async, depth)
    infer = function.project.inference
    if isinstance(expr, n.Call):
        target = callee(expr, function.module, function)
        if "begins" in target.effects:
            return "savepoint" if (target.name or "").rpartition(".")[2] in SAVEPOINTS else "atomic"
        if target.function is not None and target.function.is_generator and infer.is_context_manager(target.function):
            return _provider(target.function, depth)
        if "context-commits" in target.effects and "opens" in target.effects:
            return "commits"
    value = infer.value(expr, function.module, function)
    if value is None or value.kind != "instance":
        return None
    if isinstance(value.definition, Class):
        return _managed(value.definition, is_async)
    made = function.project.registry.construction(value.name)
    return "commits" if "context-commits" in made else None


def _provider(function: Function, depth: int) -> Block | None:
    """What a generator made a context manager does around its `yield`."""
    if depth >= _MAX_DEPTH:
        return None

    def make() -> Block | None:
        yields = [node for node in n.walk_scope(function.node.body) if isinstance(node, (n.Yield, n.YieldFrom))]
        if not yields:
            return None
        for node in n.walk_scope(function.node.body):
            if isinstance(node, n.With) and node.start <= yields[0].start < node.end:
                for item in node.items:
                    found = _block_of(item.value, function, node.is_async, depth + 1)
                    if found is not None:
                        return found
        handlers = [node for node in n.walk_scope(function.node.body) if isinstance(node, n.ExceptHandler)]
        for call, target in effects.calls_in(function):
            if call.start < yields[-1].start or any(handler.start <= call.start < handler.end for handler in handlers):
                continue
            if "commits" in target.effects or (target.function is not None and "commits" in effects.of_function(target.function)):
                return "commits"
        return None

    return function.project.remember(("transaction block", id(function), depth), make, meanwhile=None)


def _managed(cls: Class, is_async: bool) -> Block | None:
    """What the `__exit__` of a project's class does."""
    leave = cls.method("__aexit__" if is_async else "__exit__")
    if leave is None:
        for name in sorted(cls.external_ancestors):
            if "context-commits" in cls.module.project.registry.construction(name):
                return "commits"
        return None
    enter = cls.method("__aenter__" if is_async else "__enter__")
    if "commits" in effects.of_function(leave):
        return "commits"
    if enter is not None and "begins" in effects.of_function(enter):
        return "atomic"
    return None


def decorated(function: Function) -> Block | None:
    """What the decorators of a function make of its body: "atomic", "commits" when it ends, or None."""
    if not function.node.decorators:
        return None

    def make() -> Block | None:
        for decorator in function.node.decorators:
            found = of_decorator(decorator, function)
            if found is not None:
                return found
        return None

    return function.project.remember(("transaction decorators", id(function)), make, meanwhile=None)


def of_decorator(decorator: n.Expr, function: Function) -> Block | None:
    """What one decorator makes of a function."""
    target = decorator.func if isinstance(decorator, n.Call) else decorator
    infer = function.project.inference
    value = infer.value(target, function.module, function.parent)
    if value is None:
        return None
    if isinstance(value.definition, Function):
        return _wraps(value.definition)
    if isinstance(value.definition, Class):
        call = value.definition.method("__call__")
        if value.definition.method("__enter__") is not None and not value.definition.external_ancestors.isdisjoint(
            {"contextlib.ContextDecorator"}
        ):
            return _managed(value.definition, is_async=False)
        return _wraps(call) if call is not None else None
    return "atomic" if begins(value, function) else None


def begins(value: Value, function: Function) -> bool:
    """Whether what a decorator or context manager from outside names opens a transaction."""
    registry = function.project.registry
    if value.kind == "method":
        owner, _, attribute = value.name.rpartition(".")
        found = registry.member(owner, attribute)
        return found is not None and "begins" in found[1].effects
    member = registry.functions.get(registry.canonical(value.name))
    return member is not None and "begins" in member.effects


def _wraps(decorator: Function) -> Block | None:
    """What the functions defined inside a decorator do around the call of what they were given."""

    def make() -> Block | None:
        inner = [other for other in decorator.module.functions if _stands_in(other, decorator)]
        for wrapper in inner:
            names = {parameter.name for each in (decorator, *inner) for parameter in each.own_parameters}
            calls = [
                node
                for node in n.walk_scope(wrapper.node.body)
                if isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id in names
            ]
            for node in n.walk_scope(wrapper.node.body):
                if isinstance(node, n.With) and any(node.start <= call.start < node.end for call in calls):
                    for item in node.items:
                        found = block_of(item.value, wrapper, is_async=node.is_async)
                        if found is not None:
                            return found
            for call, target in effects.calls_in(wrapper) if calls else ():
                if call.start > calls[0].start and (
                    "commits" in target.effects or (target.function is not None and "commits" in effects.of_function(target.function))
                ):
                    return "commits"
        return None

    return decorator.project.remember(("transaction wrapper", id(decorator)), make, meanwhile=None)


def _stands_in(function: Function, outer: Function) -> bool:
    parent = function.parent
    while parent is not None:
        if parent is outer:
            return True
        parent = parent.parent
    return False
