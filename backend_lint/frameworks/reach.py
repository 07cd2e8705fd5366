"""Whether a function runs for each request, and by which calls a request gets to it.

Followed are calls, constructions, `Depends(...)` and view classes, upwards from the function. What is cached, or kept where all requests
share it (a module's global, the application, a class), is made once and ends the search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.resources import is_cached
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function

MAX_DEPTH = 6
#: How many callers are looked at before the answer is "not known".
MAX_FUNCTIONS = 150

_PER_REQUEST = frozenset({"request", "websocket", "event", "dependency", "error", "middleware"})
#: Functions that run when the process starts, whatever calls them.
_START = re.compile(r"(?:^|_)(?:lifespan|startup|shutdown|create_app|init_app|make_app|main|on_start|ready|bootstrap|setup_app)(?:_|$)")
#: What lasts as long as the process, by the name under which it is kept.
_SHARED_ROOTS = frozenset({"app", "application", "current_app", "cls"})


class Reach:
    """How requests get to a function: `handler` is where they come in, `steps` the calls on the way, outermost first."""

    __slots__ = ("handler", "steps")

    def __init__(self, handler: Function, steps: tuple[Step, ...]) -> None:
        self.handler = handler
        self.steps = steps


def reach_of(function: Function) -> Reach | None:
    """How a request gets to a function; None when no way is known, or what is on it is made once and kept."""
    return function.project.remember(("reach", id(function)), lambda: _search(function))


def constructed_per_request(cls: Class) -> Reach | None:
    """How a request gets to the construction of a project class's objects."""
    return cls.module.project.remember(("construction reach", id(cls)), lambda: _construction(cls), meanwhile=None)


def _construction(cls: Class) -> Reach | None:
    from backend_lint.frameworks import handlers

    index = handlers(cls.module.project)
    kind = index.view_kind(cls)
    if kind is not None:
        own = next((handler for handler in index.in_module(cls.module) if handler.cls is cls), None)
        if own is not None and kind.kind != "middleware":
            return Reach(own.function, (Step(cls.module.path, cls.module.line(cls.node), f"{cls.qualname} is made for each request"),))
        return None
    init = cls.methods.get("__init__") or cls.method("__init__")
    if init is not None:
        used = index.dependencies.use_of(init)
        if used is not None and init.cls is cls:
            module, call = used
            holder = module.function_at(call.start)
            return Reach(holder or init, (Step(module.path, module.line(call), f"{cls.qualname} is a dependency, made for each request"),))
    for caller, call in constructions(cls):
        step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} makes {cls.qualname}")
        found = _from_caller(caller, call, step, 0, {id(cls)})
        if found is not None:
            return found
    return None


def constructions(cls: Class) -> Iterator[tuple[Function, n.Call]]:
    """The calls in functions of the project that make objects of a class or of a class that inherits its `__init__`."""
    for module in cls.module.project.containing(cls.node.name.encode()):
        for function in module.functions:
            for call, target in effects.calls_in(function):
                if target.constructs is not None and target.constructs.definition is cls:
                    yield function, call
    for below in _subclasses(cls):
        for module in cls.module.project.containing(below.node.name.encode()):
            for function in module.functions:
                for call, target in effects.calls_in(function):
                    if target.constructs is not None and target.constructs.definition is below:
                        yield function, call


def _subclasses(cls: Class) -> list[Class]:
    """The project classes that derive from a class and have no `__init__` that leaves its own out."""
    found: list[Class] = []
    for module in cls.module.project.containing(cls.node.name.encode()):
        for other in module.classes:
            if other is not cls and cls in other.mro and len(found) < 20:
                found.append(other)
    return found


def _search(function: Function) -> Reach | None:
    return _upwards(function, (), 0, set())


def _upwards(function: Function, steps: tuple[Step, ...], depth: int, seen: set[int]) -> Reach | None:
    from backend_lint.frameworks import handler_of, route_layer

    if id(function) in seen or depth > MAX_DEPTH or len(seen) > MAX_FUNCTIONS or is_cached(function):
        return None
    seen.add(id(function))
    if function.module.role in ("test", "script", "command", "migration", "example"):
        return None
    handler = handler_of(function)
    if handler is not None and handler.kind in _PER_REQUEST and function.node.name != "__init__":
        return Reach(function, steps)
    if is_start(function):
        return None
    if function.parent is not None:
        return _upwards(function.parent, steps, depth + 1, seen)
    if function.cls is not None and function.node.name == "__init__":
        found = constructed_per_request(function.cls)
        return Reach(found.handler, (*found.steps, *steps)) if found is not None else None
    if route_layer(function):
        return Reach(function, steps)
    for caller, call in effects.callers(function):
        step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} calls {function.qualname}")
        found = _from_caller(caller, call, step, depth, seen, steps)
        if found is not None:
            return found
    return None


def _from_caller(caller: Function, call: n.Call, step: Step, depth: int, seen: set[int], steps: tuple[Step, ...] = ()) -> Reach | None:
    """How a request gets to a call whose result is not kept beyond it."""
    keeper = keeper_of(call, caller)
    if keeper == "shared":
        return None
    if keeper == "self" and caller.cls is not None:
        if id(caller.cls) in seen:
            return None
        seen.add(id(caller.cls))
        found = constructed_per_request(caller.cls)
        return Reach(found.handler, (*found.steps, step, *steps)) if found is not None else None
    return _upwards(caller, (step, *steps), depth + 1, seen)


def keeper_of(call: n.Call, function: Function) -> str | None:
    """Who keeps the result of a call beyond it: "shared" for what all requests see, "self" for the object, None for nobody."""
    for node in function.nodes_of(n.Assign, n.AnnAssign):
        if node.value is not None and node.start <= call.start and call.end <= node.end:
            targets = node.targets if isinstance(node, n.Assign) else [node.target]
            for target in targets:
                found = _kept_under(target, function)
                if found is not None:
                    return found
                if isinstance(target, n.Name):
                    found = _kept_later(target.id, function)
                    if found is not None:
                        return found
    return None


def _kept_later(name: str, function: Function) -> str | None:
    """Whether a local name's value is stored after all: `client = make(); self.client = client`."""
    for node in function.nodes_of(n.Assign):
        if isinstance(node.value, n.Name) and node.value.id == name:
            for target in node.targets:
                found = _kept_under(target, function)
                if found is not None:
                    return found
    return None


def _kept_under(target: n.Expr, function: Function) -> str | None:
    if isinstance(target, n.Name):
        return "shared" if target.id in function.names.globals else None
    path = dotted(target)
    if path is None:
        # `_clients[key] = client`: a container outlives the call.
        return "shared" if isinstance(target, n.Subscript) and not isinstance(target.value, n.Call) else None
    root = path.partition(".")[0]
    if root == function.self_name:
        return "self"
    if root in _SHARED_ROOTS or root in function.module.names.bindings or "state" in path.split("."):
        return "shared"
    return None


def is_start(function: Function) -> bool:
    """Whether a function runs once, when the process starts or stops, by its name or by what registers it."""
    if _START.search(function.node.name.lower()):
        return True
    for decorator in function.node.decorators:
        text = dotted(decorator.func if isinstance(decorator, n.Call) else decorator) or ""
        if text.endswith(("on_event", "before_first_request", "on_startup", "on_shutdown")):
            return True
    return False
