"""What the decorators of a function make of calling it: its body runs, runs elsewhere, or nobody knows.

A project's own decorator is read: what its innermost returned function does with the function it was given decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Function, Module
    from backend_lint.semantics.values import Value

Manner = Literal["plain", "offloaded", "unknown"]

#: Packages whose decorators leave a function what it was, as far as calling it goes: its body runs at the call, or it stays a coroutine.
_TRANSPARENT = (
    "functools.", "contextlib.", "abc.", "typing.", "typing_extensions.", "tenacity.", "backoff.", "retrying.", "deprecated.", "fastapi.",
    "starlette.", "flask.", "flask_login.", "flask_jwt_extended.", "django.", "rest_framework.", "sqlalchemy.", "pydantic.", "slowapi.",
    "opentelemetry.", "sentry_sdk.", "logfire.", "dependency_injector.", "fastapi_cache.", "aiocache.", "cachetools.", "quart.", "ninja.",
    "flask_limiter.", "drf_spectacular.", "drf_yasg.", "starlette_context.", "flasgger.", "flask_restx.", "webargs.",
)  # fmt: skip
#: Of those, what gives back something else than a function of the same kind.
_OTHERS = frozenset({
    "functools.singledispatch", "functools.partial", "contextlib.contextmanager", "contextlib.asynccontextmanager", "typing.overload",
    "functools.lru_cache", "functools.cache", "cachetools.cached",
})  # fmt: skip
#: Of those, what keeps a plain function plain but would keep a used-up coroutine.
_PLAIN_ONLY = frozenset({"functools.lru_cache", "functools.cache", "cachetools.cached", "contextlib.contextmanager"})
#: Calls that get a function and only look at it.
_LOOKING = frozenset({
    "iscoroutinefunction", "isasyncgenfunction", "isgeneratorfunction", "signature", "getattr", "hasattr", "isinstance", "callable", "repr",
    "str", "id", "wraps", "update_wrapper", "unwrap", "get_type_hints", "debug", "info", "warning", "error", "exception",
})  # fmt: skip
_BUILTIN = frozenset({"staticmethod", "classmethod", "property"})
_MAX_NESTING = 5


class Wrapping:
    """What calling a decorated function does.

    `manner` is "plain" when the body runs at the call (for a coroutine function: calling it gives its coroutine), "offloaded" when it runs
    off the caller's thread, "unknown" when a decorator's work is not known. `wrappers` are the project functions that run around the body.
    """

    __slots__ = ("manner", "wrappers")

    def __init__(self, manner: Manner, wrappers: tuple[Function, ...] = ()) -> None:
        self.manner: Manner = manner
        self.wrappers = wrappers


_PLAIN = Wrapping("plain")


def wrapping(function: Function) -> Wrapping:
    """What the decorators of a project function make of calling it."""
    if not function.node.decorators:
        return _PLAIN
    return function.project.remember(("wrapping", id(function)), lambda: _wrapping(function), meanwhile=Wrapping("unknown"))


def _wrapping(function: Function) -> Wrapping:
    manner: Manner = "plain"
    wrappers: list[Function] = []
    for decorator in function.node.decorators:
        found, around = _applied(decorator, function)
        if found == "offloaded":
            return Wrapping("offloaded")
        if found == "unknown":
            manner = "unknown"
        if around is not None:
            wrappers.append(around)
    return Wrapping(manner, tuple(wrappers))


def _applied(decorator: n.Expr, function: Function) -> tuple[Manner, Function | None]:
    from backend_lint.semantics.project import Function as ProjectFunction

    module = function.module
    infer = module.project.inference
    target = decorator.func if isinstance(decorator, n.Call) else decorator
    if function.cls is not None and isinstance(target, n.Attribute) and target.attr in ("setter", "getter", "deleter"):
        return "plain", None
    value = _decorator_value(target, function)
    if value is None:
        return "unknown", None
    if isinstance(value.definition, ProjectFunction):
        return _project_decorator(value.definition, function)
    if value.kind == "instance":
        return "unknown", None
    if _offloads(value, module):
        return "offloaded", None
    name = infer.project.registry.canonical(value.name)
    if name in _BUILTIN:
        return "plain", None
    if name in _OTHERS:
        return ("plain" if name in _PLAIN_ONLY and not function.is_async else "unknown"), None
    return ("plain" if name.startswith(_TRANSPARENT) else "unknown"), None


def _decorator_value(target: n.Expr, function: Function) -> Value | None:
    infer = function.project.inference
    value = infer.value(target, function.module, function.parent)
    if value is None and function.cls is not None and isinstance(target, n.Name):
        # A decorator that is a function of the class body itself.
        own = function.cls.methods.get(target.id)
        if own is not None and own is not function:
            from backend_lint.semantics.values import Value as Made

            return Made("function", own.name, own)
    return value


def _offloads(value: Value, module: Module) -> bool:
    registry = module.project.registry
    member = registry.functions.get(registry.canonical(value.name))
    if member is not None:
        return "offloads" in member.effects
    class_name, _, attribute = value.name.rpartition(".")
    found = registry.member(class_name, attribute) if class_name else None
    return found is not None and "offloads" in found[1].effects


def _project_decorator(decorator: Function, function: Function) -> tuple[Manner, Function | None]:
    holder, wrapper = decorator, returned_function(decorator)
    if wrapper is None:
        return ("plain", None) if _returns_parameter(decorator) else ("unknown", None)
    for _ in range(_MAX_NESTING):
        inner = returned_function(wrapper)
        if inner is None:
            break
        holder, wrapper = wrapper, inner
    calls = _how_called(wrapper, holder)
    if calls is None and _returns_parameter(wrapper):
        return "plain", None  # `def register(name): def decorator(f): ...; return f`
    if calls == "elsewhere":
        return ("unknown" if function.is_async else "offloaded"), None
    if calls != "called":
        return "unknown", None
    if wrapper.is_async:
        # A coroutine function around a plain one: what its call does stands in the wrapper, which is judged by itself.
        return ("plain", wrapper) if function.is_async else ("unknown", None)
    return ("unknown", wrapper) if function.is_async else ("plain", wrapper)


def returned_function(function: Function) -> Function | None:
    """The function defined inside a function that it returns, also through `wraps(f)(inner)`; None when it returns something else."""
    if function.node.is_async:
        return None
    nested = {other.node.name: other for other in function.module.functions if other.parent is function and other.cls is None}
    if not nested:
        return None
    found = None
    for node in function.nodes:
        if isinstance(node, n.Return) and node.value is not None:
            found = next((nested[name] for name in _names_in(node.value) if name in nested), found)
    return found


def _names_in(expr: n.Expr) -> Iterator[str]:
    """The names that a returned expression comes down to: of `wraps(f)(inner)` and `outer(f) if f else outer` the inner ones too."""
    stack: list[n.Expr] = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, n.Name):
            yield part.id
        elif isinstance(part, n.IfExp):
            stack += [part.orelse, part.body]
        elif isinstance(part, n.Call):
            stack += [part.func, *(given.value for given in part.args)]


def _names_of(function: Function) -> list[str]:
    return [parameter.name for parameter in function.parameters]


def _returns_parameter(function: Function) -> bool:
    """Whether all that a function returns is a parameter, unchanged."""
    names = _names_of(function)
    results = [node.value for node in function.nodes if isinstance(node, n.Return)]
    return bool(names) and bool(results) and all(isinstance(value, n.Name) and value.id in names for value in results)


def _how_called(wrapper: Function, holder: Function) -> str | None:
    """What a wrapper does with the function its decorator was given: "called" on the spot, given "elsewhere", or None for nothing known."""
    given = set(_names_of(holder))
    found: str | None = None
    for node in n.walk_scope(wrapper.node.body):
        if not isinstance(node, n.Call):
            continue
        if isinstance(node.func, n.Name) and node.func.id in given:
            found = found or "called"
        elif any(isinstance(name, n.Name) and name.id in given for arg in node.args for name in _plain_names(arg.value)):
            if not _is_harmless(node):
                return "elsewhere"
    return found


def _plain_names(expr: n.Expr) -> list[n.Expr]:
    """An argument itself, or what it binds: `partial(f, x)`, a lambda that calls `f`."""
    if isinstance(expr, n.Lambda):
        return [node.func for node in n.walk(expr.body) if isinstance(node, n.Call)]
    if isinstance(expr, n.Call):
        return [arg.value for arg in expr.args]
    return [expr]


def _is_harmless(call: n.Call) -> bool:
    """Whether a call that gets the function only looks at it: `iscoroutinefunction(f)`, `signature(f)`, `log(f)`."""
    return (call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else "") in _LOOKING
