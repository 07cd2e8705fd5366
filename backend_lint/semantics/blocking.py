"""What blocks the calling thread: the calls that do, in a function itself and in the plain functions that run when it runs.

A call that is awaited, work handed to a thread, a coroutine function (judged by itself), what is made once and kept: none of these counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.findings.model import Step
from backend_lint.semantics import blocking_causes as causes
from backend_lint.semantics import call_graph, development
from backend_lint.semantics.awaiting import awaited_in, contradicted
from backend_lint.semantics.calls import dotted
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
    for what is over in a moment: a look at the file system, a small file, the hashing of a password.
    """

    __slots__ = ("cause", "name", "node", "steps")

    def __init__(self, cause: Cause, node: n.Node, name: str, steps: tuple[Step, ...]) -> None:
        self.cause: Cause = cause
        self.node = node
        self.name = name
        self.steps = steps

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
        found.extend(_through(function, node, target, block) for block in summary(target).values())
    found = [block for block in found if block.cause != "brief" or len(block.steps) <= _BRIEF_STEPS]
    found.sort(key=lambda block: block.node.start)
    return found


def summary(function: Function) -> dict[Cause, Block]:
    """What a plain function blocks on, with one example a cause. Functions that call each other in a circle share what they block on."""
    memory = function.project.memory
    key = ("blocking", id(function))
    if key not in memory:
        for circle in call_graph.circles(function, lambda other: ("blocking", id(other)) in memory, _followed):
            _settle(circle)
    found = memory[key]
    assert isinstance(found, dict)
    return found


def _settle(circle: list[Function]) -> None:
    circle.sort(key=lambda function: (function.module.path, function.node.start))
    memory = circle[0].project.memory
    known: list[tuple[Function, dict[Cause, Block]]] = []
    for function in circle:
        found: dict[Cause, Block] = {}
        for block in _own(function):
            found.setdefault(block.cause, block)
        memory["blocking", id(function)] = found
        known.append((function, found))
    is_changed = True
    while is_changed:
        is_changed = False
        for function, found in known:
            count = len(found)
            for node, target in _followed(function):
                for cause, block in summary(target).items():
                    if cause not in found and (cause != "brief" or len(block.steps) < _BRIEF_STEPS):
                        found[cause] = _through(function, node, target, block)
            is_changed |= len(circle) > 1 and len(found) > count


def _through(function: Function, node: n.Node, target: Function, block: Block) -> Block:
    word = "calls" if isinstance(node, n.Call) else "runs"
    step = Step(function.module.path, function.module.line(node), f"{function.qualname} {word} {target.qualname}")
    # Of a very long way the beginning and the end stay.
    onward = block.steps if len(block.steps) < _MAX_STEPS else block.steps[1:]
    return Block(block.cause, node, block.name, (step, *onward))


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
    return Block(cause, node, name, (Step(function.module.path, function.module.line(node), f"{function.qualname} {word} {name}"),))


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
