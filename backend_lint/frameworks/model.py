"""The one vocabulary in which all frameworks are described, so that a rule is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module
    from backend_lint.semantics.values import Value
    from backend_lint.source import nodes as n

Framework = Literal["fastapi", "starlette", "flask", "flask-restful", "django", "drf", "ninja"]
HandlerKind = Literal["request", "websocket", "event", "error", "middleware", "dependency"]
InputKind = Literal["path", "query", "body", "form", "file", "header", "cookie", "request", "dependency", "background", "response", "other"]


class Input:
    """One parameter of a handler, as the framework fills it.

    `kind` is where the value comes from: "request" is the raw request object, "dependency" what a provider returns (`provider` is then its
    function or class), "other" anything unknown. `is_validated` is whether the framework has checked it against a type that says something
    (a schema, a converter); False for raw text, `dict`, `Any` and missing annotations.
    """

    __slots__ = ("is_validated", "kind", "name", "parameter", "provider", "value")

    def __init__(
        self,
        parameter: n.Parameter,
        kind: InputKind,
        *,
        is_validated: bool,
        value: Value | None = None,
        provider: Function | Class | None = None,
    ) -> None:
        self.name = parameter.name
        self.parameter = parameter
        self.kind: InputKind = kind
        self.is_validated = is_validated
        self.value = value
        self.provider = provider


class Handler:
    """A function that a framework calls.

    `kind` is "request" for what answers HTTP requests, "websocket", "event" (Socket.IO, Channels), "error" for a registered error handler,
    "middleware", or "dependency" (a FastAPI provider). `methods` are upper-case HTTP methods as far as known, `path` the route's own path
    text. `cls` is the view class of a method. `registered` says where the route is made: the module and node (a decorator, an
    `add_url_rule` call, a `path()` in urls.py). `exceptions` are the qualified names (or status numbers as text) an error handler is
    registered for. `decorators` are the qualified names of the function's (and view class's `method_decorators`') decorators.
    """

    __slots__ = ("cls", "decorators", "exceptions", "framework", "function", "inputs", "kind", "methods", "path", "registered", "response_model")

    def __init__(
        self,
        function: Function,
        framework: Framework,
        kind: HandlerKind = "request",
        *,
        methods: tuple[str, ...] = (),
        path: str | None = None,
        cls: Class | None = None,
        registered: tuple[Module, n.Node] | None = None,
        inputs: list[Input] | None = None,
        exceptions: tuple[str, ...] = (),
        decorators: tuple[str, ...] = (),
        response_model: bool = False,
    ) -> None:
        self.function = function
        self.framework: Framework = framework
        self.kind: HandlerKind = kind
        self.methods = methods
        self.path = path
        self.cls = cls
        self.registered = registered
        self.inputs = inputs if inputs is not None else []
        self.exceptions = exceptions
        self.decorators = decorators
        self.response_model = response_model

    def __repr__(self) -> str:
        return f"<Handler {self.framework} {self.kind} {self.function.name}>"
