"""What a function does, including what the functions it calls do.

A function's effects are those of its calls, attribute reads and constructions (declared in `libraries`) and of the project functions it
calls, each with one example of how it comes about. Unknown callees have no effect.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics import call_graph
from backend_lint.semantics.calls import Callee, callee
from backend_lint.semantics.importing import naming
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: Effects that say something about the callee's own result or block, and nothing about a function that calls it.
LOCAL_EFFECTS = frozenset({
    "context", "context-commits", "builds-query", "may-be-none", "raises-not-found", "checks", "converts", "validates", "escapes",
    "coroutine", "sql-text", "response", "closes", "closes-argument",
})  # fmt: skip
#: How many steps of the way to an effect are kept.
MAX_STEPS = 25


class Origin:
    """Why a function has an effect: the node in the function itself, what is called there, and the steps that lead on from it."""

    __slots__ = ("module", "name", "node", "steps")

    def __init__(self, module: Module, node: n.Node, name: str, steps: tuple[Step, ...]) -> None:
        self.module = module
        self.node = node
        self.name = name
        self.steps = steps


class Effects:
    """The effects of one function: `own` of what stands in its body, `all` with what its callees do."""

    __slots__ = ("all", "own")

    def __init__(self) -> None:
        self.own: dict[str, Origin] = {}
        self.all: dict[str, Origin] = {}

    def __contains__(self, effect: str) -> bool:
        return effect in self.all


def of_function(function: Function) -> Effects:
    """The effects of a project function. Functions that call each other in a circle share their effects, whichever is asked for first."""
    memo = function.project.memo
    key = ("effects", id(function))
    if key not in memo:
        for circle in call_graph.circles(function, lambda other: ("effects", id(other)) in memo, _followed):
            memo.settle(partial(_settle, circle))
    found = memo.recall(key)
    assert isinstance(found, Effects)
    return found


def _settle(circle: list[Function]) -> dict[Hashable, Effects]:
    """The effects of functions that call each other (or of one function), those of all others they call being known."""
    circle.sort(key=lambda function: (function.module.path, function.node.start))
    settled: dict[Hashable, Effects] = {}
    for function in circle:
        effects = Effects()
        for call, target in calls_in(function):
            for effect in target.effects:
                if effect not in LOCAL_EFFECTS and effect not in effects.own:
                    assert target.name is not None
                    effects.own[effect] = Origin(function.module, call, target.name, (_step(function, call, target.name),))
        effects.all.update(effects.own)
        settled["effects", id(function)] = effects
    is_changed = True
    while is_changed:
        is_changed = False
        for function in circle:
            effects = settled["effects", id(function)]
            count = len(effects.all)
            _add_callees(function, effects, settled)
            is_changed |= len(circle) > 1 and len(effects.all) > count
    return settled


def _add_callees(function: Function, effects: Effects, settled: dict[Hashable, Effects]) -> None:
    memo = function.project.memo
    for node, target in _followed(function):
        key = ("effects", id(target))
        known = settled.get(key) or memo.recall(key)
        for effect, origin in known.all.items():
            if effect not in effects.all:
                # Of a very long way the beginning and the end stay.
                onward = origin.steps if len(origin.steps) < MAX_STEPS else origin.steps[1:]
                steps = (_step(function, node, target.qualname), *onward)
                effects.all[effect] = Origin(function.module, node, origin.name, steps)


def _followed(function: Function) -> list[tuple[n.Node, Function]]:
    """The project functions whose bodies run while this one runs."""
    return call_graph.run_in(function)


def calls_in(function: Function) -> list[tuple[n.Call, Callee]]:
    """The calls in a function's own body with their targets, in source order: see `call_graph.calls_in`."""
    return call_graph.calls_in(function)


def _step(function: Function, node: n.Node, name: str) -> Step:
    word = "calls" if isinstance(node, n.Call) else "runs"
    return Step(function.module.path, function.module.line(node), f"{function.qualname} {word} {name}")


def attribute_effects(expr: n.Attribute, module: Module, function: Function | None) -> frozenset[str]:
    """The declared effects of reading an attribute (`request.json`), those of a method it names excluded."""
    infer = module.project.inference
    owner = infer.value(expr.value, module, function)
    if owner is None or owner.kind not in ("instance", "class"):
        return frozenset()
    names = [owner.name]
    from backend_lint.semantics.project import Class

    if isinstance(owner.definition, Class):
        names = sorted(owner.definition.external_ancestors)
    for name in names:
        found = module.project.registry.member(name, expr.attr)
        if found is not None and found[1].is_attribute:
            return found[1].effects
    return frozenset()


def callers(function: Function) -> Iterator[tuple[Function, n.Call]]:
    """The project functions that call `function`, with the calls, by path and place.

    Looked at are the calls by the function's own name, by another name under which a module imports it, and for constructors by the class's
    name; those of `__call__` may have any name.
    """
    name, cls = function.node.name, function.cls
    if name == "__call__" and cls is not None:
        for module in function.project.containing(cls.node.name.encode()):
            for other in module.functions:
                for call, target in calls_in(other):
                    if target.function is function:
                        yield other, call
        return
    names = [name, cls.node.name] if name == "__init__" and cls is not None else [name]
    for module in naming(function, *names):
        renamed, called = module.renamed, module.calls_by_name
        for spelled in (*names, *(other for name in names for other in renamed.get(name, ()))) if renamed else names:
            if spelled in called:
                yield from _targets(module, spelled).get(id(function), ())


def _targets(module: Module, spelled: str) -> dict[int, list[tuple[Function, n.Call]]]:
    """The calls in a module's functions under a name, by the id of the project function called: a name like `get` is that of many."""

    def make() -> dict[int, list[tuple[Function, n.Call]]]:
        found: dict[int, list[tuple[Function, n.Call]]] = {}
        for holder, call in calls:
            target = callee(call, module, holder).function if holder is not None else None
            if holder is not None and target is not None:
                found.setdefault(id(target), []).append((holder, call))
        return found

    calls = module.calls_by_name[spelled]
    return module.project.remember(("targets", module.path, spelled), make)
