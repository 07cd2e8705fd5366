"""Where values go: labels from sources through locals, containers, strings, helpers and results to whatever a policy watches.

One engine serves every question of this shape. A `Policy` says where labels come from, what a call does with them, and what is worth an
event; the engine walks a function's statements in order, joins branches, follows calls into project functions through summaries, and knows
which names a condition has checked. It errs to silence: an unknown callee passes nothing on unless the policy says so.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics.calls import Callee, bind, callee, dotted
from backend_lint.semantics.labels import NONE, PARAMETER, Event, Label, Labels, key_of
from backend_lint.semantics.parts import Parts, Summary
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: How deep summaries of functions may be nested in one another.
MAX_DEPTH = 40
_ROOT = re.compile(r"[.\[]")

Env = dict[str, Labels]


class Policy:
    """What to watch. Subclass it; one instance serves one run. `name` keys the summaries: policies that differ need different names."""

    name = "policy"
    #: Follow calls into project functions only when an argument or the receiver is labelled, or always.
    always_enter = False

    def source(self, expr: n.Expr, frame: Frame) -> Labels:
        """Labels that an expression has by itself. Asked for names, attributes, calls and subscripts."""
        return NONE

    def parameter(self, parameter: n.Parameter, frame: Frame) -> Labels:
        """Labels that a parameter of the function under analysis has, besides its parameter label."""
        return NONE

    def caught(self, handler: n.ExceptHandler, frame: Frame) -> Labels:
        """Labels of the name that an `except ... as name` binds."""
        return NONE

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        """Labels of the result of a call that is not followed into the project. By default a method's receiver passes its own on."""
        return receiver

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        """Called for every call with what its parts carry: emit events here, or drop labels of names that the call has checked."""

    def enter(self, call: n.Call, target: Callee, frame: Frame) -> bool:
        """Whether to follow a call into the project function `target.function`."""
        return True

    def crossing(self, event: Event, labels: Labels, call: n.Call, target: Callee, frame: Frame) -> Labels:
        """Which labels an event in a called function keeps when it is told of at the call: none drops it."""
        return labels

    def attribute(self, expr: n.Attribute, labels: Labels, frame: Frame) -> Labels:
        """Labels of `value.attr` given those of `value`."""
        return labels

    def subscript(self, expr: n.Subscript, labels: Labels, frame: Frame) -> Labels:
        """Labels of `value[index]` given those of `value`."""
        return labels

    def truthy(self, labels: Labels) -> Labels:
        """Labels of a value that is known to be true, as the left side of an `or` that gives its value is."""
        return labels

    def returned(self, statement: n.Return, labels: Labels, frame: Frame) -> None:
        """Called for every `return value`."""

    def yielded(self, expr: n.Yield, labels: Labels, frame: Frame) -> None:
        """Called for every `yield value`."""

    def raised(self, statement: n.Raise, labels: Labels, frame: Frame) -> None:
        """Called for every `raise value` with the labels of the exception expression."""

    def stored(self, target: n.Expr, labels: Labels, frame: Frame, statement: n.Node) -> None:
        """Called for assignments to attributes and subscripts."""

    def tested(self, test: n.Expr, truth: bool, frame: Frame) -> None:
        """Called where `test` is known to be true or false for what follows: drop labels of what that proves harmless (`frame.clear`)."""


class Frame:
    """The state of one function's analysis: where we are, what the names carry, which `try` statements are around us."""

    def __init__(self, engine: Engine, module: Module, function: Function | None) -> None:
        self.engine = engine
        self.module = module
        self.function = function
        self.env: Env = {}
        self.summary = Summary()
        self.tries: list[n.Try] = []
        #: The except handlers whose bodies we are in, innermost last.
        self.catching: list[n.ExceptHandler] = []
        #: In `Policy.caught`: the `try` whose handler is entered.
        self.failed: n.Try | None = None
        #: What the parts of called functions' results carry, by the id of the call.
        self.call_parts: dict[int, Parts] = {}
        #: (key, truth) -> the keys that carry nothing when the value at that key has that truth.
        self.implied: dict[tuple[str, bool], tuple[str, ...]] = {}
        #: Keys that a check has cleared on the way here.
        self.cleared: set[str] = set()
        #: What was cleared at every normal exit so far; None before the first.
        self.cleared_at_exits: set[str] | None = None
        self.statement: n.Stmt | None = None
        #: In `Policy.tested`: the `if`, `while` or conditional expression that tests, when it is one.
        self.condition: n.Node | None = None

    @property
    def policy(self) -> Policy:
        return self.engine.policy

    def emit(self, kind: str, node: n.Node, labels: Labels, detail: str = "") -> None:
        """Record an event at `node`."""
        if labels:
            self.summary.events.append(Event(kind, node, self.module, self.function, labels, detail))

    def clear(self, expr: n.Expr | str, kinds: frozenset[str] | None = None) -> None:
        """Drop the labels (of some kinds, or all but none) that a name or path carries: it has been checked."""
        key = expr if isinstance(expr, str) else key_of(expr)
        if key is None:
            return
        if key not in self.env:
            self.env[key] = NONE if kinds is None else frozenset(label for label in self.lookup(key) if label.kind not in kinds)
        elif kinds is None:
            self.env[key] = NONE
        else:
            self.env[key] = frozenset(label for label in self.env[key] if label.kind not in kinds)
        if kinds is None:
            for other in list(self.env):
                if other.startswith((key + ".", key + "[")):
                    self.env[other] = NONE
        self.cleared.add(key)

    def lookup(self, key: str) -> Labels:
        """What a name or path carries; a path that was never set on its own carries what its root does."""
        found = self.env.get(key)
        while found is None:
            cut = max(key.rfind("."), key.rfind("["))
            if cut < 0:
                return NONE
            key = key[:cut]
            found = self.env.get(key)
        return found


#: What is known of a function that is being run already.
_NO_SUMMARY = Summary()


class Engine:
    """Runs one policy over functions of one project. Summaries are kept for the life of the engine."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def run(self, function: Function) -> Summary:
        """The summary of a function: what it returns and the events in it and in the functions it calls."""
        project = function.module.project
        make = partial(project.nested, "flow", MAX_DEPTH, partial(self._run, function, is_called=True), _NO_SUMMARY)
        return project.remember(("flow", id(self), id(function)), make, meanwhile=_NO_SUMMARY)

    def own_events(self, function: Function) -> list[Event]:
        """The events of a function that come of its own labels, those that callers hand over left out: as `run` tells them, and sooner, for
        what is done with a parameter that carries nothing need not be followed into other functions."""
        key = ("own flow", id(self), id(function))
        return function.module.project.remember(key, lambda: self._run(function, is_called=False).events, meanwhile=[])

    def _run(self, function: Function, *, is_called: bool) -> Summary:
        frame = Frame(self, function.module, function)
        for parameter in function.parameters:
            labels = self.policy.parameter(parameter, frame)
            if is_called:
                labels |= {Label(PARAMETER, parameter.name, function.module, parameter)}
            frame.env[parameter.name] = labels
        walker = Walker(frame)
        ended = walker.block(function.node.body)
        if not ended:
            walker.exit()
        events = frame.summary.events
        if not is_called:
            # A function that is called again by what it calls tells its own events a second time, as those of a called one.
            events = [event for event in events if not event.trace or event.function is not function]
        frame.summary.events = _distinct(events)
        names = {parameter.name for parameter in function.parameters}
        frame.summary.checked = {key for key in frame.cleared_at_exits or () if _ROOT.split(key, 1)[0] in names}
        return frame.summary

    def run_module(self, module: Module) -> Summary:
        """The events of a module's own top-level statements."""
        frame = Frame(self, module, None)
        Walker(frame).block([s for s in module.tree.body if not isinstance(s, (n.FunctionDef, n.ClassDef))])
        frame.summary.events = _distinct(frame.summary.events)
        return frame.summary


def _distinct(events: list[Event]) -> list[Event]:
    """Events of one place and kind as one, their labels together: a loop's body is walked more than once."""
    found: dict[tuple[str, str, int, str], Event] = {}
    for event in events:
        known = found.setdefault(event.key(), event)
        if known is not event:
            known.labels |= event.labels
    return list(found.values())


from backend_lint.semantics.walker import Walker  # noqa: E402 - the walker needs the classes above

__all__ = [
    "MAX_DEPTH",
    "Engine",
    "Env",
    "Event",
    "Frame",
    "Label",
    "Labels",
    "Policy",
    "Step",
    "Walker",
    "bind",
    "callee",
    "dotted",
    "key_of",
]
