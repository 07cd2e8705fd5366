"""Handlers, found as FastAPI, Flask and Django find them, across files.

    from backend_lint.frameworks import handlers_in, request_handlers_in, handler_of, route_layer

    for handler in request_handlers_in(module):
        handler.function, handler.framework, handler.inputs

All answers are remembered in the project; asking about one module parses only the files that the answer needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.model import Framework, Handler, HandlerKind, Input, InputKind

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Class, Function, Module, Project

__all__ = [
    "Framework", "Handler", "HandlerKind", "Input", "InputKind", "error_handlers", "frameworks_of", "handler_of", "handlers", "handlers_in",
    "is_handler", "request_handlers_in", "route_layer", "view_classes",
]  # fmt: skip

#: The kinds of handler that answer a client.
REQUEST_KINDS: frozenset[HandlerKind] = frozenset({"request", "websocket", "event"})
#: With those that run on the way to an answer.
SERVED_KINDS: frozenset[HandlerKind] = REQUEST_KINDS | {"dependency", "middleware"}


def handlers(project: Project) -> HandlerIndex:
    """The project's index of handlers, made at the first question."""
    found: HandlerIndex | None = project.kept.get("frameworks.index")
    if found is None:
        from backend_lint.frameworks.index import HandlerIndex

        found = project.kept["frameworks.index"] = HandlerIndex(project)
    return found


def handlers_in(module: Module) -> list[Handler]:
    """The handlers of all kinds whose function stands in `module`, in source order; one for each function."""
    return handlers(module.project).in_module(module)


def request_handlers_in(module: Module) -> list[Handler]:
    """As `handlers_in`, with only those that answer a client: requests, websockets, socket events."""
    return [handler for handler in handlers_in(module) if handler.kind in REQUEST_KINDS]


def handler_of(function: Function) -> Handler | None:
    """The handler that a function is, of whatever kind; None when no framework calls it."""
    return handlers(function.project).of(function)


def is_handler(function: Function) -> bool:
    """Whether a function answers a client: a request, websocket or event handler. Error handlers, middleware and dependencies are none."""
    found = handler_of(function)
    return found is not None and found.kind in REQUEST_KINDS


def error_handlers(project: Project) -> list[Handler]:
    """All registered error handlers of the project, tests left out, by path and place. `exceptions` says what each is registered for."""
    return handlers(project).error_handlers()


def route_layer(function: Function) -> bool:
    """Whether a function belongs to the route layer without being a handler.

    That is a hook or private method of a view class, a serializer's method, and a helper beside handlers that only handlers reach.
    """
    return handlers(function.project).in_route_layer(function)


def frameworks_of(project: Project) -> frozenset[str]:
    """The frameworks that application code imports: "fastapi", "starlette", "flask", "flask-restful", "django", "drf", "ninja"."""
    return handlers(project).frameworks()


def view_classes(module: Module) -> list[Class]:
    """The classes in `module` whose methods handle requests: class-based views, viewsets, resources, HTTP endpoints, consumers."""
    return handlers(module.project).views_in(module)
