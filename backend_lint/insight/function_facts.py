"""What is known of a function and of a line in it, whatever the rule: the general part of an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.frameworks import handler_of, route_layer
from backend_lint.frameworks.served import served
from backend_lint.insight.facts import listed, place_of, place_of_function, quoted, step_facts
from backend_lint.insight.inputs import dependencies_of, inputs_of
from backend_lint.insight.model import EFFECTS, Fact, Section
from backend_lint.insight.routes import why_handler
from backend_lint.insight.unknown import is_harmless, why_unknown
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module

#: How many facts a section lists.
MOST = 12

_ROLES = {
    "application": "application code", "test": "a test", "migration": "a migration", "example": "an example", "script": "a script",
    "command": "a command", "generated": "generated code", "settings": "settings",
}  # fmt: skip


def section(title: str, facts: Iterable[Fact], most: int = MOST) -> Section:
    """A section of at most so many facts, each once."""
    found = list(dict.fromkeys(facts))
    return Section(title=title, facts=tuple(found[:most]), left_out=max(0, len(found) - most))


def role_text(module: Module) -> str:
    """What kind of file a module is, in words."""
    return _ROLES[module.role]


def calls_at(module: Module, line: int) -> list[tuple[n.Call, Function | None]]:
    """The calls that stand on a line, or whose text goes over it, innermost function first; those of the line's own statement alone."""
    found: list[tuple[n.Call, Function | None]] = []
    for holder in (None, *module.functions):
        calls = module.top_nodes_of(n.Call) if holder is None else holder.nodes_of(n.Call)
        found.extend((call, holder) for call in calls if module.line(call) == line or module.tree.line(call.func.end) == line)
    return found


def of_function(function: Function) -> Section:
    """What a function is, and how it comes to run."""
    return section(f"The function {function.qualname}", _function_facts(function), 30)


def _function_facts(function: Function) -> Iterator[Fact]:
    module = function.module
    kind = "coroutine function" if function.is_async else "generator" if function.is_generator else "plain function"
    yield Fact(text=f"a {kind} in {role_text(module)}", place=place_of_function(function))
    handler = handler_of(function)
    if handler is not None:
        word = {"request": "a handler", "websocket": "a websocket handler", "event": "an event handler"}.get(handler.kind, handler.kind)
        reason = why_handler(handler)
        yield Fact(text=f"{word} of {handler.framework}: {reason.text}", place=reason.place)
        for way in served(handler):
            if way.path is not None:
                yield Fact(text=f"served as {' '.join(way.methods)} {way.path}".replace("  ", " "))
        for given in inputs_of(handler):
            state = {True: "validated", False: "not validated", None: "nothing to check"}[given.is_validated]
            shape = f": {given.type}" if given.type else ""
            yield Fact(text=f"takes {given.name}{shape} from {given.source}, {state}")
        for needed in dependencies_of(handler):
            yield Fact(text=f"needs {needed.provider}", place=needed.place)
    elif route_layer(function):
        yield Fact(text="no handler, but part of the route layer: only handlers reach it, or it belongs to a view class")
    else:
        yield Fact(text="no handler: no decorator, registration, URL table or base class makes it one")
        callers = []
        for number, (caller, call) in enumerate(effects.callers(function)):
            if number >= 3:
                break
            callers.append(Fact(text=f"called by {caller.qualname}", place=place_of(caller.module, call)))
        yield from callers or [Fact(text="no call of it is seen in the project")]
    yield from effect_facts(function)


def effect_facts(function: Function, kinds: Sequence[str] = tuple(EFFECTS)) -> Iterator[Fact]:
    """What a function does with all that it calls, each with the way there."""
    known = effects.of_function(function)
    for kind in kinds:
        origin = known.all.get(kind)
        if origin is not None:
            word = "may block the thread it runs on" if kind == "blocks" else EFFECTS.get(kind, kind)
            steps = step_facts(origin.steps)
            yield Fact(text=f"{word}: {origin.name}", place=place_of(origin.module, origin.node), steps=steps if len(steps) > 1 else ())


def of_line(module: Module, line: int) -> Section:
    """What each call on a line calls, and what is known of the objects that methods are called on."""
    return section(f"The calls on line {line}", [_call_fact(call, module, holder) for call, holder in calls_at(module, line)])


def _call_fact(call: n.Call, module: Module, function: Function | None) -> Fact:
    target = callee(call, module, function)
    text = f"{quoted(module, call.func, longest=50)}()"
    place = place_of(module, call)
    if target.value is None:
        if is_harmless(call, module, function):
            return Fact(text=f"{text} is a builtin, or of a builtin's class", place=place)
        return Fact(text=f"{text} is unknown: {why_unknown(call.func, module, function)}", place=place)
    return Fact(text=f"{text} {_called(target)}{_receiver(call, module, function)}{_done(target)}", place=place)


def _called(target: Callee) -> str:
    if target.constructs is not None:
        return f"makes an instance of {target.constructs.name}"
    if target.function is not None:
        return f"calls {target.function.name} ({target.function.module.path}:{place_of_function(target.function).line})"
    return f"calls {target.name}"


def _receiver(call: n.Call, module: Module, function: Function | None) -> str:
    if not isinstance(call.func, n.Attribute):
        return ""
    owner = module.project.inference.value(call.func.value, module, function)
    if owner is None or owner.kind != "instance":
        return ""
    is_own = " of the project" if isinstance(owner.definition, Class) else ""
    return f", {quoted(module, call.func.value, longest=30)} being an instance of {owner.name}{is_own}"


def _done(target: Callee) -> str:
    if target.function is not None and target.constructs is None:
        done = sorted(kind for kind in effects.of_function(target.function).all if kind in EFFECTS)
        return f": {listed(done)}, with all that it calls" if done else ": without an effect that is known"
    return f": {listed(sorted(target.effects))}" if target.effects else ": no effect is declared for it"
