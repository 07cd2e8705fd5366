"""What each function does with the request data that it reads itself, in the form in which rules report it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handler_of
from backend_lint.frameworks.input_flow import InputPolicy
from backend_lint.frameworks.input_guards import catches
from backend_lint.frameworks.input_labels import FAILURES, INJECTIONS, PRESENT, RAW, TEXT
from backend_lint.frameworks.request_data import PAYLOAD, Datum, datum_of
from backend_lint.semantics import effects
from backend_lint.semantics.flow import Engine
from backend_lint.semantics.labels import PARAMETER
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.labels import Event, Label
    from backend_lint.semantics.project import Function, Project

_WORDS = ("request", "req.", "payload", "receive", "initial_data")
# Kinds of handler whose reading of the request is the application's, as against plumbing around it.
_PLUMBING = frozenset({"error", "middleware"})
_ROLES = frozenset({"application", "settings"})


class Use:
    """One use of request data in a function.

    `kind` is an event's (see `input_flow`), `node` the place in the function itself, `data` what is used there; `callee` names what it goes
    into, `trace` leads to the place when that is in a called function; `is_note` marks what reviewers would disagree about.
    """

    __slots__ = ("callee", "data", "is_note", "kind", "node", "trace")

    def __init__(self, kind: str, node: n.Node, data: tuple[Datum, ...], callee: str, trace: tuple[Step, ...], is_note: bool) -> None:
        self.kind = kind
        self.node = node
        self.data = data
        self.callee = callee
        self.trace = trace
        self.is_note = is_note

    def __repr__(self) -> str:
        return f"<{self.kind} {[d.key for d in self.data]} {self.callee}{' note' if self.is_note else ''}>"


def engine_of(project: Project) -> Engine:
    """The project's one engine for request data, whose summaries all questions share."""
    return project.remember("input engine", lambda: Engine(InputPolicy()))


def uses_of(function: Function) -> list[Use]:
    """The uses of request data that `function` reads, in source order; none for middleware, commands and other files that serve nothing."""
    return function.project.remember(("input uses", id(function)), lambda: _uses(function) if _may_read(function) else [])


def passes_schema(function: Function, name: str) -> bool:
    """Whether a parameter of a handler is handed to a schema or another validator."""
    engine = engine_of(function.project)
    policy = engine.policy
    assert isinstance(policy, InputPolicy)
    summary = engine.run(function)
    if (id(function), name) in policy.validated or name in summary.checked:
        return True
    return any(key.partition("[")[0] == name for key in summary.checked)


def _may_read(function: Function) -> bool:
    if function.module.role not in _ROLES:
        return False
    if _is_of_middleware(function):
        return False
    handler = handler_of(function)
    if handler is not None:
        if handler.kind in _PLUMBING:
            return False
        if any(given.kind not in ("dependency", "request", "other", "background", "response") for given in handler.inputs):
            return True
    text = function.module.tree.text
    node = function.node
    if handler is not None and handler.kind == "event":
        return True
    return any(text.find(word, node.start, node.end) >= 0 for word in _WORDS)


def _is_of_middleware(function: Function) -> bool:
    """Whether a function is, or stands in, a method of a middleware class."""
    scope: Function | None = function
    while scope is not None:
        if scope.cls is not None and scope.cls.node.name.endswith("Middleware"):
            return True
        scope = scope.parent
    return False


def _uses(function: Function) -> list[Use]:
    found: dict[tuple[str, int, str], Use] = {}
    engine = engine_of(function.project)
    # What callers hand over is no use of the function's own, but on the way it may stand in front of what is. Most functions have no use.
    for event in engine.run(function).events if engine.own_events(function) else ():
        for use in _of_event(event, function):
            known = found.setdefault((use.kind, use.node.start, use.callee), use)
            if known is not use:
                known.data = tuple(dict.fromkeys((*known.data, *use.data)))
                known.is_note = known.is_note and use.is_note
    if handler_of(function) is None:
        caught = {
            kind for kind, names in FAILURES.items() if any(use.kind == kind for use in found.values()) and _callers_catch(function, names)
        }
        found = {key: use for key, use in found.items() if use.kind not in caught}
    return sorted(found.values(), key=lambda use: (use.node.start, use.kind))


def _callers_catch(function: Function, names: frozenset[str]) -> bool:
    """Whether some caller of a helper catches these exceptions around the call."""
    for caller, call in effects.callers(function):
        for node in n.walk_scope(caller.node.body):
            if isinstance(node, n.Try) and node.body and node.body[0].start <= call.start < node.body[-1].end:
                if catches(node.handlers, names, caller.module, caller):
                    return True
    return False


def _of_event(event: Event, function: Function) -> list[Use]:
    own = event.function is function
    uses = []
    for label in event.labels:
        if label.kind == PARAMETER or (not own and not _originates(label, function)):
            continue
        datum = datum_of(label.detail)
        if datum.source == "path" and event.kind in ("filter", "store", "passed", "outbound"):
            continue  # the name of what is asked for
        node = event.node if own or label.node is None else label.node
        uses.append(Use(event.kind, node, (datum,), event.detail, () if own else event.trace, _is_note(event.kind, label, datum)))
    return uses


def _originates(label: Label, function: Function) -> bool:
    return label.module is function.module and label.node is not None and function.node.start <= label.node.start < function.node.end


def _is_note(kind: str, label: Label, datum: Datum) -> bool:
    if kind in INJECTIONS:
        # A schema may have checked it further. And an address is often what the operation is for: a server to connect to, a page to import.
        return kind in ("url", "path") and label.kind == TEXT and datum.source in ("body", "form")
    if kind in ("filter", "passed") or (label.kind == PRESENT and kind != "mass" and kind != "convert"):
        return True
    if kind in ("store", "outbound") and datum.source not in PAYLOAD | {"query"}:
        return True
    return label.kind != RAW and label.kind != PRESENT
