"""The events of a module that are worth a finding, computed once for the rules of the family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics import effects
from backend_lint.semantics.labels import Event, Label
from backend_lint.semantics.roles import UNSERVED
from backend_lint_rules.exposure import _sinks, _values
from backend_lint_rules.exposure._classes import DOMAIN, LEAK, PICKED
from backend_lint_rules.exposure._origins import holds_text
from backend_lint_rules.exposure._policy import HANDED, SHOWN, TRACE, YIELDED, ExposurePolicy

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.source import nodes as n

# Code that no client calls.


class Exposure:
    """Something that a client gets to see: `kind` is TRACE, LEAK or DOMAIN, `label` where it comes from, `sink` where it goes, in words."""

    __slots__ = ("function", "is_disputed", "kind", "label", "node", "sink", "trace")

    def __init__(
        self, kind: str, label: Label, node: n.Node, function: Function, sink: str, trace: tuple[Step, ...], *, is_disputed: bool
    ) -> None:
        self.kind = kind
        self.label = label
        self.node = node
        self.function = function
        self.sink = sink
        self.trace = trace
        self.is_disputed = is_disputed


def policy_of(project: Project) -> ExposurePolicy:
    """The project's one policy, with what it has learnt."""
    return project.remember("exposure policy", lambda: ExposurePolicy(project))


def exposures_in(module: Module) -> list[Exposure]:
    """What the functions of a module let clients see, in source order."""
    return module.project.remember(("exposures", module.path), lambda: _find(module) if module.role not in UNSERVED else [])


def _find(module: Module) -> list[Exposure]:
    found: list[Exposure] = []
    policy = policy_of(module.project)
    for function in module.functions:
        if not _is_relevant(function):
            continue
        for event in policy.engine.own_events(function):
            if event.trace or event.function is not function:
                continue
            if event.kind == SHOWN or (
                event.kind == YIELDED and any(_is_own(label) for label in event.labels) and _sinks.is_streamed(function)
            ):
                found.extend(_of_event(event, function))
    return found


def _is_relevant(function: Function) -> bool:
    if holds_text(function):
        return True
    return _values.exception_parameter(function) is not None or any(
        parameter.annotation is not None and "Exception" in function.module.tree.source_of(parameter.annotation)
        for parameter in function.parameters
    )


def _is_own(label: Label) -> bool:
    return label.kind in (LEAK, DOMAIN, PICKED, TRACE)


def _of_event(event: Event, function: Function) -> list[Exposure]:
    sink, _, status = event.detail.partition("|")
    found = []
    traced = _best(event.labels, TRACE)
    if traced is not None:
        found.append(Exposure(TRACE, traced, event.node, function, sink, _trace(traced), is_disputed=False))
    leaked = _best(event.labels, LEAK)
    if leaked is not None:
        found.append(Exposure(LEAK, leaked, event.node, function, sink, _trace(leaked), is_disputed=False))
        return found
    domain = _best(event.labels, DOMAIN)
    if domain is not None:
        found.append(Exposure(DOMAIN, domain, event.node, function, sink, _trace(domain), is_disputed=not status.startswith("5")))
        return found
    picked = _best(event.labels, PICKED)
    if picked is not None:
        found.append(Exposure(DOMAIN, picked, event.node, function, sink, _trace(picked), is_disputed=True))
        return found
    handed = _best(event.labels, HANDED)
    if handed is not None:
        if handed.detail == "":
            found.append(Exposure(LEAK, handed, event.node, function, sink, _trace(handed), is_disputed=True))
        else:
            passed = _passed_to(function)
            if passed is not None:
                found.append(Exposure(LEAK, handed, event.node, function, sink, (passed,), is_disputed=False))
    return found


def _best(labels: frozenset[Label], kind: str) -> Label | None:
    fitting = [label for label in labels if label.kind == kind]
    return min(fitting, key=lambda label: (len(label.via), label.detail)) if fitting else None


def _passed_to(function: Function) -> Step | None:
    """A call that hands a caught exception of a broad or library class to the helper `function`."""
    policy = policy_of(function.project)
    for caller, call in effects.callers(function):
        if caller.module.role in UNSERVED or not holds_text(caller):
            continue
        for event in policy.engine.own_events(caller):
            if event.kind == SHOWN and not event.trace and call.start <= event.node.start and event.node.end <= call.end:
                if any(label.kind == HANDED and label.detail == "" for label in event.labels):
                    return Step(caller.module.path, caller.module.line(call), f"{caller.qualname} hands it a caught exception")
    return None


def _trace(label: Label) -> tuple[Step, ...]:
    if label.module is None or label.node is None:
        return label.via
    what = {TRACE: "the stack trace is formatted", HANDED: "the exception is caught"}.get(label.kind, f"{label.detail} is caught")
    return (Step(label.module.path, label.module.line(label.node), what), *label.via)


def is_admin(function: Function) -> bool:
    """Whether a function belongs to the Django admin, whose readers are the site's operators."""
    return function.cls is not None and any("admin" in name.lower() for name in function.cls.external_ancestors)
