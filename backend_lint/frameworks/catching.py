"""What frameworks catch for a handler: registered error handlers, middleware, base views, route classes, `yield` dependencies.

Sources: FastAPI "Handling Errors" and "Dependencies with yield", Starlette "Exceptions" and "Middleware", Flask "Handling Application
Errors", Django "Middleware" (`process_exception`; an exception of a view never reaches a `try` around `get_response`), DRF "Exceptions".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.frameworks.model import Handler
from backend_lint.semantics.guards import Catch, around_yield, covers, guards_at
from backend_lint.semantics.project import Class, Function
from backend_lint.semantics.raises import caught_classes
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project

#: Methods of base views through which the requests of a view class go.
_ENTRIES = frozenset({
    "dispatch", "dispatch_request", "handle_exception", "handle_error", "initial", "as_view", "view", "__call__", "full_dispatch_request",
    "execute_view", "process", "run",
})  # fmt: skip
_ASYNC_KINDS = frozenset({"fastapi", "starlette"})
_MIDDLEWARE_NEEDLES = (b"call_next", b"receive, send", b"process_exception")


def framework_catches(handler: Handler, raised: Sequence[str]) -> list[Catch]:
    """What the framework was told to do with one of `raised` (qualified names) that leaves a handler, nearest first."""
    found: list[Catch] = []
    found.extend(_dependency_catches(handler, raised, 0))
    found.extend(_view_catches(handler, raised))
    found.extend(_registered(handler, raised))
    found.extend(_middleware(handler, raised))
    return found


# --- error handlers


def _registered(handler: Handler, raised: Sequence[str]) -> Iterator[Catch]:
    from backend_lint.frameworks import error_handlers

    project = handler.function.project
    for candidate in error_handlers(project):
        if not _same_world(candidate, handler):
            continue
        function = candidate.function
        classes = candidate.exceptions
        if candidate.framework == "drf":
            classes = tested_classes(function)
            if not classes or not covers(classes, raised, project):
                continue
        elif not classes or not covers(classes, raised, project):
            # An unknown class in an `except` may be anything; a handler is registered for few.
            continue
        yield Catch("error-handler", function.node, function.module, function, classes)


def _same_world(candidate: Handler, handler: Handler) -> bool:
    """Whether an error handler's framework is that of a handler."""
    if handler.framework in _ASYNC_KINDS:
        return candidate.framework in _ASYNC_KINDS
    if handler.framework in ("flask", "flask-restful"):
        return candidate.framework in ("flask", "flask-restful")
    return candidate.framework == handler.framework or (candidate.framework == "django" and handler.framework == "drf")


def tested_classes(function: Function) -> tuple[str, ...]:
    """The classes that a function which is given an exception tells apart by `isinstance` or `except`, with "Exception" when it answers
    whatever is left as well."""
    module = function.module
    parameters = function.own_parameters
    if not parameters:
        return ()
    subject = parameters[0].name
    names: list[str] = []
    for node in function.nodes:
        if isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id == "isinstance" and len(node.args) == 2:
            first = node.args[0].value
            if isinstance(first, n.Name) and first.id == subject:
                names.extend(value.name for _, value in caught_classes(node.args[1].value, module, function) if value is not None)
        elif isinstance(node, n.ExceptHandler) and node.type is not None:
            names.extend(value.name for _, value in caught_classes(node.type, module, function) if value is not None)
    last = function.node.body[-1] if function.node.body else None
    if isinstance(last, n.Return) and isinstance(last.value, n.Call) and not _is_default(last.value):
        names.append("Exception")
    return tuple(dict.fromkeys(names))


def _is_default(call: n.Call) -> bool:
    """Whether a call leaves an exception to the framework: `super().handle_exception(exc)`, DRF's `exception_handler(exc, context)`."""
    func = call.func
    name = func.attr if isinstance(func, n.Attribute) else func.id if isinstance(func, n.Name) else ""
    return name.endswith(("exception_handler", "handle_exception", "raise_uncaught_exception"))


# --- view classes


def _view_catches(handler: Handler, raised: Sequence[str]) -> Iterator[Catch]:
    function = handler.function
    cls = handler.cls or function.cls
    if cls is None:
        return
    project = function.project
    for owner in cls.mro:
        for name, method in owner.methods.items():
            if method is function or name not in _ENTRIES:
                continue
            if name in ("handle_exception", "handle_error"):
                classes = tested_classes(method)
                if classes and covers(classes, raised, project):
                    yield Catch("view", method.node, owner.module, method, classes)
                continue
            catch = _around_a_call(method, raised)
            if catch is not None:
                yield Catch("view", catch.node, owner.module, method, catch.classes, handler=catch.handler)


def _around_a_call(function: Function, raised: Sequence[str]) -> Catch | None:
    """What catches an exception around the call that leads on to the view: `super().dispatch(...)`, `handler(request)`."""
    for node in function.nodes:
        if isinstance(node, n.Call) and _leads_on(node, function):
            found = guards_at(node, function, function.module, raised)
            if found:
                return found[0]
    return None


def _leads_on(call: n.Call, function: Function) -> bool:
    func = call.func
    if isinstance(func, n.Name):
        # A local that holds the method found by name, or the function that the wrapper got.
        scope: Function | None = function
        while scope is not None:
            if func.id in scope.names.bindings:
                return func.id != "isinstance"
            scope = scope.parent
        return False
    if not isinstance(func, n.Attribute):
        return isinstance(func, n.Call)
    return func.attr in _ENTRIES or (isinstance(func.value, n.Name) and func.value.id == "self" and func.attr in ("app", "get_response"))


# --- dependencies


def _dependency_catches(handler: Handler, raised: Sequence[str], depth: int) -> Iterator[Catch]:
    """The `yield` dependencies of a FastAPI handler that catch what it raises."""
    from backend_lint.frameworks import handler_of

    if handler.framework not in _ASYNC_KINDS or depth > 4:
        return
    for given in handler.inputs:
        provider = given.provider
        function = provider.method("__call__") if isinstance(provider, Class) else provider
        if function is None:
            continue
        if function.is_generator:
            catch = around_yield(function, raised)
            if catch is not None:
                yield Catch("dependency", catch.node, function.module, function, catch.classes, handler=catch.handler)
        below = handler_of(function)
        if below is not None and below is not handler and below.kind == "dependency":
            yield from _dependency_catches(below, raised, depth + 1)


# --- middleware


def _middleware(handler: Handler, raised: Sequence[str]) -> Iterator[Catch]:
    project = handler.function.project
    is_async = handler.framework in _ASYNC_KINDS
    for function in _catching_middleware(project):
        name = function.node.name
        if name == "process_exception":
            if not is_async and handler.framework in ("django", "drf", "ninja"):
                classes = tested_classes(function)
                if classes and covers(classes, raised, project):
                    yield Catch("middleware", function.node, function.module, function, classes)
            continue
        if not is_async:
            continue
        for call in _passing_on(function):
            found = guards_at(call, function, function.module, raised)
            if found:
                yield Catch("middleware", found[0].node, function.module, function, found[0].classes, handler=found[0].handler)
                break


def _catching_middleware(project: Project) -> list[Function]:
    """The functions of the project that stand between the server and the handlers and may catch what those raise."""

    def make() -> list[Function]:
        found: list[Function] = []
        for module in project.containing(*_MIDDLEWARE_NEEDLES, b"get_route_handler"):
            if module.role in ("test", "example"):
                continue
            found.extend(function for function in module.functions if _stands_between(function))
        return found

    return project.remember("catching middleware", make)


def _stands_between(function: Function) -> bool:
    if function.node.name == "process_exception":
        return function.cls is not None
    return next(iter(_passing_on(function)), None) is not None


def _passing_on(function: Function) -> Iterator[n.Call]:
    """The calls by which middleware passes a request on: `call_next(request)`, `self.app(scope, receive, send)`, a route's own handler."""
    parent = function.parent
    for node in function.nodes:
        if not isinstance(node, n.Call):
            continue
        func = node.func
        if isinstance(func, n.Name):
            if func.id == "call_next" or (
                parent is not None and parent.node.name == "get_route_handler" and func.id in parent.names.bindings
            ):
                yield node
        elif isinstance(func, n.Attribute) and func.attr == "app" and len(node.args) == 3:
            yield node
