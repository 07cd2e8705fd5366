"""What blocks the calling thread: the calls that do, in a function itself and in the plain functions that run when it runs.

A call that is awaited, work handed to a thread, a coroutine function (judged by itself), what is made once and kept: none of these counts.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, Literal

from backend_lint.findings.model import Step
from backend_lint.semantics import blocking_causes as causes
from backend_lint.semantics import call_graph, development
from backend_lint.semantics.awaiting import awaited_in, contradicted
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.circumstances import is_after_failure, needed_parameter, passed_on
from backend_lint.semantics.once import once_spans
from backend_lint.semantics.resources import is_cached
from backend_lint.semantics.wrapping import wrapping
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

Cause = Literal["database", "service", "file", "brief"]

_MAX_STEPS = 25
#: How many calls down what keeps the thread for a moment only is still worth a word.
_BRIEF_STEPS = 2


class Block:
    """One place where a function blocks: `node` in the function, `cause`, the `name` of what blocks in the end, and the `steps` to it.

    `cause` is "database", "service" (sleep, network, processes, anything else that waits), "file" for files written or read whole, "brief"
    for what is over in a moment: a look at the file system, a small file, the hashing of a password. `needs` is the function's parameter,
    off by default, without which it does not come to that; `is_after_failure` is whether it comes to that in an `except` clause only.
    """

    __slots__ = ("cause", "is_after_failure", "name", "needs", "node", "steps")

    def __init__(
        self, cause: Cause, node: n.Node, name: str, steps: tuple[Step, ...], *, needs: str | None, is_after_failure: bool
    ) -> None:
        self.cause: Cause = cause
        self.node = node
        self.name = name
        self.steps = steps
        self.needs = needs
        self.is_after_failure = is_after_failure

    def is_better_than(self, other: Block | None) -> bool:
        """Whether this is a more certain example of the same cause than another one, or the first."""
        return other is None or (self.needs is None, not self.is_after_failure) > (other.needs is None, not other.is_after_failure)

    @property
    def is_direct(self) -> bool:
        """Whether the function itself makes the blocking call."""
        return len(self.steps) == 1

    @property
    def package(self) -> str:
        """The top-level package of what blocks: "requests", "time"; "" for a builtin."""
        return self.name.partition(".")[0] if "." in self.name else ""


def blocks_in(function: Function) -> list[Block]:
    """The places where a function blocks the thread it runs on, in source order: one for each call and cause."""
    return function.project.remember(("blocks", id(function)), lambda: _blocks_in(function))


def _blocks_in(function: Function) -> list[Block]:
    found = list(_own(function))
    for node, target in _followed(function):
        found.extend(made for block in summary(target).values() if (made := _through(function, node, target, block)) is not None)
    found = [block for block in found if block.cause != "brief" or len(block.steps) <= _BRIEF_STEPS]
    found.sort(key=lambda block: block.node.start)
    return found


def awaited_blocks(function: Function) -> list[Block]:
    """The places where a coroutine function waits for another one of the project that blocks the loop: one for each call and cause.

    Nothing is gained by the `await`: the loop stands still until the call inside has come back.
    """
    awaited = awaited_in(function)
    found: list[Block] = []
    for node, target in call_graph.run_in(function):
        if target.is_async and id(node) in awaited and wrapping(target).manner == "plain" and not is_cached(target):
            if not _is_excused(node, function):
                blocks = _coroutine_summary(target).values()
                found.extend(made for block in blocks if (made := _through(function, node, target, block)) is not None)
    return found


def _coroutine_summary(function: Function) -> dict[Cause, Block]:
    """What a coroutine function blocks on, itself or by what it awaits, with one example a cause; what is over in a moment is left out."""

    def make() -> dict[Cause, Block]:
        found: dict[Cause, Block] = {}
        for block in (*blocks_in(function), *awaited_blocks(function)):
            if block.cause != "brief" and block.is_better_than(found.get(block.cause)):
                found[block.cause] = block
        return found

    empty: dict[Cause, Block] = {}
    return function.project.remember(("coroutine blocks", id(function)), make, meanwhile=empty)


def summary(function: Function) -> dict[Cause, Block]:
    """What a plain function blocks on, with one example a cause. Functions that call each other in a circle share what they block on."""
    memo = function.project.memo
    key = ("blocking", id(function))
    if key not in memo:
        for circle in call_graph.circles(function, lambda other: ("blocking", id(other)) in memo, _followed):
            memo.settle(partial(_settle, circle))
    found = memo.recall(key)
    assert isinstance(found, dict)
    return found


def _settle(circle: list[Function]) -> dict[Hashable, dict[Cause, Block]]:
    circle.sort(key=lambda function: (function.module.path, function.node.start))
    settled: dict[Hashable, dict[Cause, Block]] = {}
    for function in circle:
        found: dict[Cause, Block] = {}
        for block in _own(function):
            if block.is_better_than(found.get(block.cause)):
                found[block.cause] = block
        settled["blocking", id(function)] = found
    is_changed = True
    while is_changed:
        is_changed = False
        for function in circle:
            found = settled["blocking", id(function)]
            for node, target in _followed(function):
                key = ("blocking", id(target))
                known: dict[Cause, Block] = settled[key] if key in settled else summary(target)
                for cause, block in list(known.items()):
                    made = _through(function, node, target, block) if cause != "brief" or len(block.steps) < _BRIEF_STEPS else None
                    if made is not None and made.is_better_than(found.get(cause)):
                        found[cause] = made
                        is_changed |= len(circle) > 1
    return settled


def _through(function: Function, node: n.Node, target: Function, block: Block) -> Block | None:
    """A callee's blocking place as one of the caller; None when the call leaves off what it needs."""
    needs = None
    if block.needs is not None:
        is_given, needs = passed_on(node, function, target, block.needs)
        if not is_given:
            return None
    word = "calls" if isinstance(node, n.Call) else "runs"
    step = Step(function.module.path, function.module.line(node), f"{function.qualname} {word} {target.qualname}")
    # Of a very long way the beginning and the end stay.
    onward = block.steps if len(block.steps) < _MAX_STEPS else block.steps[1:]
    return Block(
        block.cause,
        node,
        block.name,
        (step, *onward),
        needs=needed_parameter(node, function) or needs,
        is_after_failure=block.is_after_failure or is_after_failure(node, function),
    )


def _own(function: Function) -> list[Block]:
    return function.project.remember(("own blocks", id(function)), lambda: _make_own(function))


def _make_own(function: Function) -> list[Block]:
    found: list[Block] = []
    awaited = awaited_in(function)
    for call, target in call_graph.calls_in(function):
        if target.function is not None or target.effects.isdisjoint(causes.BLOCKING) or "coroutine" in target.effects:
            continue
        if id(call) in awaited or _is_excused(call, function):
            continue
        cause = causes.cause_of(call, target, function)
        if cause is not None:
            assert target.name is not None
            found.append(_here(function, cause, call, target.name))
    for node, name in causes.evaluations(function, awaited):
        if not _is_excused(node, function):
            found.append(_here(function, "database", node, name))
    return found


def _here(function: Function, cause: Cause, node: n.Node, name: str) -> Block:
    word = "calls" if isinstance(node, n.Call) else "evaluates"
    step = Step(function.module.path, function.module.line(node), f"{function.qualname} {word} {name}")
    needs = needed_parameter(node, function)
    return Block(cause, node, name, (step,), needs=needs, is_after_failure=is_after_failure(node, function))


def _followed(function: Function) -> list[tuple[n.Node, Function]]:
    """The plain project functions whose bodies run, on this thread and each time, when a function runs."""
    return function.project.remember(("followed", id(function)), lambda: _make_followed(function))


def _make_followed(function: Function) -> list[tuple[n.Node, Function]]:
    awaited = awaited_in(function)
    return [
        (node, target)
        for node, target in call_graph.run_in(function)
        if not target.is_async
        and id(node) not in awaited
        and wrapping(target).manner == "plain"
        and not is_cached(target)
        and not _is_excused(node, function)
    ]


def _is_excused(node: n.Node, function: Function) -> bool:
    """Whether a node runs once a process, in development only, or on an object whose class inference has guessed wrong."""
    if any(start <= node.start < end for start, end in once_spans(function)) or development.is_guarded(node, function.module):
        return True
    if isinstance(node, n.Call) and isinstance(node.func, n.Attribute):
        path = dotted(node.func.value)
        return path is not None and path in contradicted(function)
    return False
