"""Who takes care of an exception: what catches it between the code that raises it and the framework, and what the framework was told.

The ways in are followed upwards from the code through the project's callers to the handlers. A way on which nothing catches the exception
is open; an exception is handled when no way is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks.catching import framework_catches
from backend_lint.semantics import effects
from backend_lint.semantics.guards import Catch, callback_guards, decorator_guards, guards_at
from backend_lint.semantics.overriding import calls_by_base
from backend_lint.semantics.unit_roles import is_decorated_job

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module
    from backend_lint.source import nodes as n

__all__ = ["Catch", "Handling", "catches"]

#: How many calls upwards, and how many functions, are looked at before a way is taken to be handled: not known is silence.
MAX_DEPTH = 8
MAX_FUNCTIONS = 120
_UNSERVED = frozenset({"test", "migration", "example"})
Accept = Callable[[Catch], bool]


class Handling:
    """What becomes of an exception.

    `catches` are those who catch it, nearest first. `is_handled` is whether no way is open; otherwise `root` is the function in which an
    open way begins (a handler if there is one, else a function that nobody in the project is seen to call; None for a module's own code)
    and `open_way` the steps from it to the code, outermost first; none when the root holds the code itself.
    """

    __slots__ = ("catches", "is_handled", "open_way", "root")

    def __init__(self, found: list[Catch], root: Function | None, way: tuple[Step, ...], *, is_handled: bool) -> None:
        self.catches = found
        self.is_handled = is_handled
        self.root = root
        self.open_way = way

    def __repr__(self) -> str:
        return f"<Handling {'handled' if self.is_handled else 'open'} {self.catches}>"


class _Way:
    """An open way: where it begins, and whether that is a handler."""

    __slots__ = ("is_served", "root", "steps")

    def __init__(self, root: Function, steps: tuple[Step, ...], *, is_served: bool) -> None:
        self.root = root
        self.steps = steps
        self.is_served = is_served


def catches(
    node: n.Node, function: Function | None, raised: Sequence[str], *, module: Module | None = None, accept: Accept | None = None
) -> Handling:
    """Who catches an exception that `node` of `function` raises.

    `raised` are qualified names of classes, any of which the exception may be taken for: what catches one of them or a base of it catches
    the exception. `module` is needed for code outside of all functions, where `function` is None. `accept` may refuse a catch, such as a
    broad one where only the proper status will do; the search then goes on.
    """
    home = function.module if function is not None else module
    assert home is not None, "code outside of functions needs its module"
    near = [catch for catch in guards_at(node, function, home, raised) if accept is None or accept(catch)]
    if near:
        return Handling(near, None, (), is_handled=True)
    if function is None:
        return Handling([], None, (), is_handled=False)
    found, way = _leaving(function, tuple(raised), accept)
    return Handling(found, way.root if way else None, way.steps if way else (), is_handled=way is None)


def _leaving(function: Function, raised: tuple[str, ...], accept: Accept | None) -> tuple[list[Catch], _Way | None]:
    """Who catches an exception that leaves a function, and a way on which nobody does."""
    return function.project.remember(("handling", id(function), raised, accept), lambda: _Search(raised, accept).leave(function))


class _Search:
    def __init__(self, raised: tuple[str, ...], accept: Accept | None) -> None:
        self._raised = raised
        self._accept = accept
        self._seen: set[int] = set()

    def leave(self, function: Function) -> tuple[list[Catch], _Way | None]:
        found: list[Catch] = []
        return found, self._up(function, (), found, 0)

    def _accepted(self, candidates: list[Catch]) -> list[Catch]:
        return [catch for catch in candidates if self._accept is None or self._accept(catch)]

    def _up(self, function: Function, steps: tuple[Step, ...], found: list[Catch], depth: int) -> _Way | None:
        """An open way that leads to a function, one from a handler first; None when all are closed."""
        from backend_lint.frameworks import REQUEST_KINDS, handler_of

        if id(function) in self._seen or depth > MAX_DEPTH or len(self._seen) > MAX_FUNCTIONS:
            return None
        self._seen.add(id(function))
        around = self._accepted(decorator_guards(function, self._raised))
        if around:
            found.extend(around)
            return None
        handler = handler_of(function)
        if handler is None and is_decorated_job(function):
            # Calling it hands it to a queue or scheduler, which runs it apart from the caller.
            return _Way(function, steps, is_served=False)
        if handler is not None:
            outside = self._accepted(framework_catches(handler, self._raised))
            found.extend(outside)
            return None if outside else _Way(function, steps, is_served=handler.kind in REQUEST_KINDS or handler.kind == "dependency")
        ways, is_called = self._callers(function, steps, found, depth)
        if not is_called:
            handed, is_complete = callback_guards(function, self._raised)
            accepted = self._accepted(handed)
            found.extend(accepted)
            if handed and is_complete and len(accepted) == len(handed):
                return None
            if function.parent is not None:
                # A nested function that nobody calls by name is handed out by the function around it.
                return self._up(function.parent, steps, found, depth + 1)
            return _Way(function, steps, is_served=False)
        return next((way for way in ways if way.is_served), ways[0] if ways else None)

    def _callers(self, function: Function, steps: tuple[Step, ...], found: list[Catch], depth: int) -> tuple[list[_Way], bool]:
        """The open ways through the callers of a function, and whether it has any."""
        ways: list[_Way] = []
        is_called = False
        for caller, call in chain(effects.callers(function), calls_by_base(function)):
            if caller is function or caller.module.role in _UNSERVED:
                continue
            is_called = True
            near = self._accepted(guards_at(call, caller, caller.module, self._raised))
            if near:
                found.extend(near)
                continue
            step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} calls {function.qualname}")
            way = self._up(caller, (step, *steps), found, depth + 1)
            if way is not None:
                ways.append(way)
                if way.is_served:
                    break
        return ways, is_called
