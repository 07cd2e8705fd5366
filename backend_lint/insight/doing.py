"""What handlers do: to databases, to other services, to the loop they run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.insight.facts import place_of, quoted, step_facts
from backend_lint.insight.model import EFFECTS, RouteDatabase, RouteEffect
from backend_lint.semantics import blocking, effects
from backend_lint.semantics.call_graph import run_in
from backend_lint.semantics.persistence import accesses
from backend_lint.semantics.project import Class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function

#: The packages of libraries that are known under another name than that of their top-level package.
_DISTRIBUTIONS = {
    "django": "Django", "rest_framework": "Django", "flask_sqlalchemy": "SQLAlchemy", "sqlalchemy": "SQLAlchemy", "sqlmodel": "SQLModel",
}  # fmt: skip
_DATABASE = frozenset({"reads", "writes", "commits", "rolls-back"})
_MAX_PROVIDERS = 12
_MAX_REACHED = 200


def providers_of(handler: Handler) -> list[Function]:
    """The project functions that provide a handler's dependencies, and theirs, each once."""
    from backend_lint.frameworks import handler_of

    found: list[Function] = []
    pending = [handler]
    while pending and len(found) < _MAX_PROVIDERS:
        for given in pending.pop().inputs:
            provider = given.provider
            function = (provider.method("__call__") or provider.method("__init__")) if isinstance(provider, Class) else provider
            if function is None or any(function is each for each in found):
                continue
            found.append(function)
            below = handler_of(function)
            if below is not None and below.kind == "dependency":
                pending.append(below)
    return found


def effects_of(handler: Handler) -> tuple[RouteEffect, ...]:
    """What a handler does itself, by what it calls and by its dependencies; of each kind the first example."""
    found: dict[str, RouteEffect] = {}
    for function in (handler.function, *providers_of(handler)):
        for kind, origin in effects.of_function(function).all.items():
            if kind in EFFECTS and kind != "blocks" and kind not in found:
                found[kind] = RouteEffect(
                    kind=kind, name=origin.name, place=place_of(origin.module, origin.node), steps=step_facts(origin.steps)
                )
    changed = None if "writes" in found else _changed(reached((handler.function, *providers_of(handler))))
    if changed is not None:
        found["writes"] = changed
    block = blocking_of(handler.function)
    if block is not None:
        found["blocks"] = block
    return tuple(found[kind] for kind in EFFECTS if kind in found)


def _changed(functions: Iterable[Function]) -> RouteEffect | None:
    """The first assignment to an attribute of a row that a session tracks: it writes without a call that says so."""
    for function in functions:
        for access in accesses(function):
            if access.kind == "change" and access.is_direct:
                text = quoted(function.module, access.node)
                return RouteEffect(kind="writes", name=text, place=place_of(function.module, access.node))
    return None


def blocking_of(function: Function) -> RouteEffect | None:
    """How a coroutine function blocks the loop it runs on; None where it does not, or is a plain function, which has a thread to itself."""
    if not function.is_async:
        return None
    found = [block for block in (*blocking.blocks_in(function), *blocking.awaited_blocks(function)) if block.cause != "brief"]
    if not found:
        return None
    block = found[0]
    return RouteEffect(kind="blocks", name=block.name, place=place_of(function.module, block.node), steps=step_facts(block.steps))


def database_of(handler: Handler) -> RouteDatabase:
    """How a handler uses databases, itself, by what it calls and by its dependencies."""
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    libraries: dict[str, None] = {}
    is_raw = False
    roots = (handler.function, *providers_of(handler))
    for function in reached(roots):
        for access in accesses(function):
            kind = "read" if access.kind == "read" else "write" if access.kind in ("write", "change") else access.kind
            is_raw |= access.is_direct and access.is_raw
            if access.subject is not None and kind in ("read", "write"):
                (reads if kind == "read" else writes)[access.subject.rpartition(".")[2]] = None
    for function in roots:
        libraries.update(dict.fromkeys(_libraries(function)))
    return RouteDatabase(libraries=tuple(sorted(libraries)), reads=tuple(sorted(reads)), writes=tuple(sorted(writes)), is_raw=is_raw)


def reached(roots: Sequence[Function]) -> list[Function]:
    """The project functions that run when some functions do, themselves among them; of very many the nearest."""
    found: dict[int, Function] = {id(function): function for function in roots}
    pending = list(roots)
    while pending and len(found) < _MAX_REACHED:
        for _, target in run_in(pending.pop(0)):
            if id(target) not in found:
                found[id(target)] = target
                pending.append(target)
    return list(found.values())


def _libraries(function: Function) -> Iterator[str]:
    registry = function.project.registry
    for kind, origin in effects.of_function(function).all.items():
        if kind in _DATABASE:
            package = origin.name.partition(".")[0]
            if package in registry.top_levels:
                yield _DISTRIBUTIONS.get(package, package)
