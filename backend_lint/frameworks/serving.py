"""Whether a coroutine function runs on a loop that serves others meanwhile.

Before the application serves, and after, nothing waits for the loop; a loop of one's own (`asyncio.run` in a task of a queue, in a script)
serves nobody else. Nobody known to call a function means that it is taken to serve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.frameworks import REQUEST_KINDS, handler_of
from backend_lint.frameworks.reach import is_start, reach_of
from backend_lint.semantics.awaiting import last_name, started_in
from backend_lint.semantics.calls import callee
from backend_lint.semantics.importing import naming
from backend_lint.semantics.roles import UNSERVED
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: Roles of files whose code runs by itself.
#: What runs a coroutine on a loop of its own, by its last name.
_RUNNERS = re.compile(r"_?run(?:_|$)|async_to_sync$|syncify$|execute_async$|wait_for_async$")
#: Names of functions that run before or after the application serves, unless a request is known to come to them.
_STARTING = re.compile(r"_?(?:init|initiali[sz]e|setup|set_up|bootstrap|launch|migrate|seed|start|stop|shutdown|teardown|close)(?:_|$)")
_START_DECORATORS = frozenset({
    "before_serving", "after_serving", "while_serving", "startup", "shutdown", "on_startup", "on_shutdown", "before_server_start",
    "after_server_start", "before_server_stop", "after_server_stop", "listener",
})  # fmt: skip
_MAX_DEPTH = 8
_MAX_CALLERS = 60


def serves(function: Function) -> bool:
    """Whether what blocks in a coroutine function keeps a serving loop from its other work."""
    return function.project.remember(("serves", id(function)), lambda: _serves(function, 0, set()), meanwhile=True)


def _serves(function: Function, depth: int, seen: set[int]) -> bool:
    if function.module.role in UNSERVED:
        return False
    handler = handler_of(function)
    if handler is not None and (handler.kind in REQUEST_KINDS or handler.kind in ("dependency", "error")):
        return True
    if is_start(function) or _is_decorated_as_start(function) or _is_registered_as_start(function):
        return False
    if _STARTING.match(function.node.name) and reach_of(function) is None:
        return False
    if function.parent is not None and function.parent.is_async and not _serves(function.parent, depth + 1, seen):
        return False
    if depth > _MAX_DEPTH:
        return True
    seen.add(id(function))
    is_called = False
    for number, (holder, call) in enumerate(_callers(function)):
        is_called = True
        if number > _MAX_CALLERS or _lives(holder, call, depth, seen):
            return True
    return not (is_called or _is_run_apart(function))


def _lives(holder: Function | None, call: n.Call, depth: int, seen: set[int]) -> bool:
    """Whether a call makes its coroutine run on a loop that serves."""
    if holder is None:
        return False  # at import, under `if __name__ == "__main__"`
    if id(call) in started_in(holder):
        return True
    if any(
        isinstance(node, n.Call) and _RUNNERS.match(last_name(node.func)) and any(given.value is call for given in node.args)
        for node in holder.nodes
    ):
        return False
    return id(holder) not in seen and (not holder.is_async or _serves(holder, depth + 1, seen))


def _callers(function: Function) -> Iterator[tuple[Function | None, n.Call]]:
    name = function.node.name
    for module in naming(function):
        for holder, call in module.calls_by_name.get(name, ()):
            if callee(call, module, holder).function is function:
                yield holder, call


def _is_run_apart(function: Function) -> bool:
    """Whether a function is only known to be handed to `async_to_sync`."""
    found = False
    for module in function.project.containing(b"async_to_sync"):
        for holder, call in module.calls_by_name.get("async_to_sync", ()):
            found = found or any(_names(given.value, function, module, holder) for given in call.args)
    return found


def _names(expr: n.Expr, function: Function, module: Module, holder: Function | None) -> bool:
    if last_name(expr) != function.node.name:
        return False
    value = function.project.inference.value(expr, module, holder)
    return value is not None and value.definition is function


def _is_decorated_as_start(function: Function) -> bool:
    """Whether a decorator makes the application run a function when it starts or stops: Quart's, Sanic's, aiogram's."""
    targets = [decorator.func if isinstance(decorator, n.Call) else decorator for decorator in function.node.decorators]
    return any(last_name(target) in _START_DECORATORS for target in targets)


def _is_registered_as_start(function: Function) -> bool:
    """Whether an application runs a function when it starts or stops: `add_event_handler("startup", f)`, `lifespan=f`, `on_startup=[f]`."""
    names = [function.node.name] if function.parent is None else [function.node.name, function.parent.node.name]
    for name in names:
        pattern = re.compile(
            rf"""add_event_handler\(\s*["'](?:startup|shutdown)["']\s*,\s*(?:\w+\.)*{re.escape(name)}\b"""
            rf"""|(?:on_startup|on_shutdown|lifespan|before_serving|after_serving)\s*=\s*\[?(?:[\w., ]*\b)?{re.escape(name)}\b"""
        )
        for module in function.project.containing(b"startup", b"lifespan", b"shutdown"):
            if name in module.tree.text and pattern.search(module.tree.text):
                return True
    return False
