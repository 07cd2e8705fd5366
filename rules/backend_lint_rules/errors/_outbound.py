"""Where calls to other services are judged, and how messages name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import SERVED_KINDS, handler_of, route_layer
from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.overriding import calls_by_base, overridden
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Project

#: What is raised by wrong data rather than by a service that fails.
_OTHER_ERRORS = frozenset({"ValueError", "TypeError", "json.JSONDecodeError"})
#: Arguments that tell a call to swallow its own failure.
_SILENT = frozenset({"fail_silently", "silent", "ignore_errors"})
#: Libraries that call other services, as a file that uses them spells them, and a time-out of any of them.
_CALLING = (b"requests", b"httpx", b"aiohttp", b"urllib", b"smtplib", b"boto", b"send_mail")
_BOUND = re.compile(rb"time_?out[\"']?\s*[=:(]", re.IGNORECASE)
_OPERATIONS = re.compile(r"(?:^|_)(?:health|healthz|ready|readiness|live|liveness|ping|probe)(?:_|$|check)")


def serves(function: Function) -> bool:
    """Whether a framework calls a function while it answers: handlers, their helpers, receivers of the signals that saving sends."""
    handler = handler_of(function)
    if handler is not None:
        return handler.kind in SERVED_KINDS
    if route_layer(function):
        return True
    return _is_receiver(function)


def _is_receiver(function: Function) -> bool:
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        name = function.project.inference.qualified_name(target, function.module, function.parent)
        if name == "django.dispatch.receiver":
            return True
    return False


def is_operational(function: Function) -> bool:
    """Whether a function only asks whether another service is there: its failure is the answer."""
    return _OPERATIONS.search(function.node.name.lower()) is not None


def is_best_effort(call: n.Call) -> bool:
    """Whether a call is told to swallow its own failure: `send_mail(..., fail_silently=True)`."""
    return any(
        argument.keyword in _SILENT and isinstance(argument.value, n.Constant) and argument.value.value == "True" for argument in call.args
    )


def is_stream(call: n.Call) -> bool:
    """Whether a call keeps its connection open for what will come: `client.stream(...)`."""
    name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    return name in ("stream", "ws_connect", "connect")


def is_in_try(call: n.Call, function: Function) -> bool:
    """Whether a call stands in a `try` with an `except` clause of any kind, one that raises again included."""
    return any(
        isinstance(node, n.Try) and node.handlers and node.body and node.body[0].start <= call.start and call.end <= node.body[-1].end
        for node in function.nodes
    )


def is_called_from_outside(function: Function) -> bool:
    """Whether nobody can see who calls a function: it overrides a method by which its base class calls it, or it is a coroutine that is
    handed to a scheduler in place of being awaited."""
    cls = function.cls
    if cls is not None and not function.node.name.startswith("__"):
        if overridden(function):
            return next(calls_by_base(function), None) is None
        registry = function.project.registry
        if handler_of(function) is None and any(registry.defines(name, function.node.name) for name in sorted(cls.external_ancestors)):
            return True
    if not function.is_async:
        return False
    return any(not _is_awaited(call, caller) for caller, call in effects.callers(function))


def _is_awaited(call: n.Call, caller: Function) -> bool:
    return any(isinstance(node, n.Await) and node.value is call for node in caller.nodes) or _is_returned(call, caller)


def _is_returned(call: n.Call, caller: Function) -> bool:
    return any(isinstance(node, n.Return) and node.value is call for node in caller.nodes)


def bounds_nothing(project: Project) -> bool:
    """Whether no file that may call other services says anything of a time-out. A fact: see `Project.fact`."""
    return not project.searches.gathered(_bounds_something)


def _bounds_something(project: Project, path: str, text: bytes) -> bool | None:
    """True for a file that may call other services and says something of a time-out, None for another."""
    return True if any(needle in text for needle in _CALLING) and _BOUND.search(text) else None


def raises_of(target: Callee, project: Project) -> tuple[str, ...]:
    """What a call raises when the service fails: the declared classes, and the library's classes below them; none where nothing is
    declared."""
    declared = target.member.raises if target.member is not None else ()
    if target.constructs is not None:
        for name in project.registry.ancestors(target.constructs.name):
            declaration = project.registry.classes.get(name)
            if declaration is not None and declaration.raises:
                declared = declaration.raises
                break
    return project.remember(("raised with subclasses", declared), lambda: _with_subclasses(declared, project))


def _with_subclasses(declared: tuple[str, ...], project: Project) -> tuple[str, ...]:
    registry = project.registry
    wanted = set(declared) - {"OSError", "ValueError"}
    below = [
        name
        for name in sorted(registry.classes)
        if name not in wanted and not wanted.isdisjoint(ancestors := registry.ancestors(name)) and _OTHER_ERRORS.isdisjoint(ancestors)
    ]
    return (*declared, *below)


def service_of(target: Callee) -> str:
    """The library that a call belongs to, as one word for all that it does."""
    return (target.name or "").partition(".")[0]


def word_of(call: n.Call) -> str:
    """A call as messages name it."""
    name = dotted(call.func)
    if name is None and isinstance(call.func, n.Attribute):
        name = f"...{call.func.attr}"
    return f"{name or '...'}({'...' if call.args else ''})"
