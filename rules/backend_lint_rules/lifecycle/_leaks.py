"""Which resources a function leaks, and how the finding says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks import handler_of, handlers, reach
from backend_lint.semantics import carrying
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.paths import Fate, Leak, fates_of, is_provider
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: Files whose processes end soon after they have done their work.
SHORT_LIVED = frozenset({"script", "command"})

_TEARDOWN = (b"teardown_appcontext", b"teardown_request", b"after_request")
#: Base classes that do not close what a subclass keeps.
_PLAIN_BASES = ("object", "abc.", "typing.", "pydantic.", "django.views.", "flask.views.", "flask_restful.", "rest_framework.", "enum.")


class Found:
    """A resource that some path leaves open, as a finding says it."""

    __slots__ = ("fate", "is_note", "message", "trace")

    def __init__(self, fate: Fate, message: str, trace: tuple[Step, ...], *, is_note: bool) -> None:
        self.fate = fate
        self.message = message
        self.trace = trace
        self.is_note = is_note


def is_provider_of(function: Function, fate: Fate) -> bool:
    """Whether a generator function lends the resource to others: a context manager, a dependency, whatever yields it."""
    if not function.is_generator:
        return False
    return fate.is_yielded or is_provider(function) or is_dependency(function)


def is_dependency(function: Function) -> bool:
    """Whether FastAPI calls the function for a parameter."""
    handler = handler_of(function)
    if handler is not None and handler.kind == "dependency":
        return True
    return handlers(function.project).dependencies.use_of(function) is not None


def leaks_in(function: Function) -> Iterator[Found]:
    """The resources that a function leaves open on some path, those lent by a `yield` and long-lived clients left out."""
    for fate in fates_of(function):
        if fate.resource.kind == "client" or is_provider_of(function, fate):
            continue
        found = leak(function, fate)
        if found is not None:
            yield found


def leak(function: Function, fate: Fate) -> Found | None:
    """What leaves a resource open; None when every path closes it or hands it on."""
    chosen = fate.leaks[0] if fate.leaks else None
    if chosen is None:
        return _kept_open(function, fate) or _returned_by_dependency(function, fate)
    is_note = function.module.role in SHORT_LIVED
    if chosen.kind in ("exception", "yield") and (fate.returned or fate.is_wrapped or fate.kept or reach.is_start(function)):
        # A failure while it is set up: the owner never gets it.
        is_note = True
    if chosen.kind == "exception" and fate.is_closed_finally and not _concerns(chosen.node, fate):
        # A step between the acquisition and the `try`, which has nothing to do with the resource.
        is_note = True
    return Found(fate, message(function, fate, chosen), trace(function, fate, chosen), is_note=is_note)


def _concerns(node: n.Node | None, fate: Fate) -> bool:
    """Whether what raises works with the resource; setting it up (`PRAGMA`, `SET`) does not count."""
    if not isinstance(node, n.Call):
        return True
    first = node.args[0].value if node.args else None
    if isinstance(first, n.Constant) and first.value.lstrip().upper().startswith(("PRAGMA", "SET ")):
        return False
    root = (fate.name or "").partition(".")[0]
    return any(isinstance(part, n.Name) and part.id == root for part in n.walk(node))


def word(fate: Fate) -> str:
    """What kind of thing the resource is."""
    if fate.resource.owner is not None:
        return fate.resource.owner.node.name
    if fate.resource.kind == "client":
        return fate.resource.cls.rpartition(".")[2]
    return "channel" if fate.resource.cls.endswith("Channel") and fate.resource.kind == "cursor" else fate.resource.kind


def subject(fate: Fate) -> str:
    """The resource in words: "session `db`", "the connection of `connect(...)`"."""
    kind = word(fate)
    if fate.is_held:
        return f"the {kind} of `{fate.resource.maker}`, held by `{fate.name}`,"
    return f"{kind} `{fate.name}`" if fate.name else f"the {kind} of `{fate.resource.maker}`"


def message(function: Function, fate: Fate, leaked: Leak) -> str:
    """Which path leaves the resource open."""
    what = subject(fate)
    line = function.module.line(leaked.node) if leaked.node is not None else 0
    if fate.entered is not None and not fate.is_closed:
        return f"`with` only ends the transaction here: {what} is never closed"
    if fate.is_never_closed:
        if fate.name is None:
            return f"{what} is never closed: nothing keeps it"
        if fate.is_held:
            return f"{what} is never closed"
        return f"{what}, opened by `{fate.resource.maker}`, is never closed"
    if leaked.origin is not None:
        origin = function.module.line(leaked.origin)
        where = f"the return at line {line}" if leaked.kind == "return" else f"the end of `{function.node.name}`"
        return f"an exception in {call_text(leaked.origin)} at line {origin} is caught and leads to {where} with {what} still open"
    if leaked.kind == "return":
        return f"the return at line {line} leaves {what} open"
    if leaked.kind == "yield":
        return f"what is raised at the `yield` in line {line} leaves {what} open"
    if leaked.kind == "exception":
        return f"an exception in {call_text(leaked.node)} at line {line} leaves {what} open"
    if leaked.kind == "again":
        return f"the loop opens {what} anew and leaves the one before it open"
    return f"{what} is still open on a path to the end of `{function.node.name}`"


def call_text(node: n.Node | None) -> str:
    """A call in words; a `raise` statement as such."""
    if not isinstance(node, n.Call):
        return "the `raise`"
    name = dotted(node.func)
    if name is None and isinstance(node.func, n.Attribute):
        name = node.func.attr
    return f"`{name}()`" if name else "a call"


def trace(function: Function, fate: Fate, leaked: Leak | None) -> tuple[Step, ...]:
    """The places that the reader has to believe."""
    steps = list(fate.resource.steps)
    path = function.module.path
    if leaked is not None and leaked.origin is not None and not fate.is_never_closed:
        steps.append(Step(path, function.module.line(leaked.origin), "an exception here skips the release"))
    if leaked is not None and leaked.node is not None:
        words = {
            "return": "this path returns without closing it",
            "yield": "an exception of the user comes out here",
            "exception": "an exception here skips the release",
            "again": "opened again here",
        }
        text = words.get(leaked.kind, "left open here")
        if fate.is_never_closed:
            text = "left open here"
        steps.append(Step(path, function.module.line(leaked.node), text))
    return tuple(steps)


def _kept_open(function: Function, fate: Fate) -> Found | None:
    """A resource kept on an object that each request makes anew and nobody closes, or on `flask.g` without a teardown."""
    for keeper, _, path in fate.kept:
        if path is None:
            return None
        if keeper == "self" and function.cls is not None:
            way = way_of_object(function, path)
            if way is None:
                return None
            text = f"`{path}` keeps a {word(fate)} open that nothing closes, and each request makes a new `{function.cls.qualname}`"
            return Found(fate, text, (*way.steps, *fate.resource.steps), is_note=False)
        if keeper == "attribute" and path.startswith("g.") and _is_flask_g(function):
            text = f"`{path}` keeps {subject(fate)} open: no teardown function closes it"
            return Found(fate, text, fate.resource.steps, is_note=False)
    return None


def way_of_object(function: Function, path: str) -> reach.Reach | None:
    """How requests make the object that keeps a resource under `path` (`self.client`); None when it, or its base class, can close it."""
    cls = function.cls
    if cls is None or not all(name.startswith(_PLAIN_BASES) for name in cls.external_ancestors):
        return None
    if carrying.closes_itself(cls) or carrying.closes_attribute(cls, path.partition(".")[2]):
        return None
    return reach.constructed_per_request(cls)


def _is_flask_g(function: Function) -> bool:
    project = function.project
    value = project.inference.name("g", function.node.start, function.module, None)
    if value is None or not value.name.startswith("flask."):
        return False
    return not project.holding(*_TEARDOWN, tests=True)


def _returned_by_dependency(function: Function, fate: Fate) -> Found | None:
    if not (fate.returned or fate.is_wrapped) or function.is_generator or not is_dependency(function):
        return None
    used = handlers(function.project).dependencies.use_of(function)
    steps = (Step(used[0].path, used[0].line(used[1]), f"{function.qualname} is a dependency"),) if used is not None else ()
    text = f"a dependency that returns {subject(fate)} leaves it open: FastAPI closes only what it yields"
    return Found(fate, text, (*fate.resource.steps, *steps), is_note=False)
