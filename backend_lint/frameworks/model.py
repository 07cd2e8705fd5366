"""The one vocabulary in which all frameworks are described, so that a rule is written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.memo import Answer

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
    function or class), "response" a response object to set headers on, "background" a task queue of the framework, "other" anything
    unknown. `is_validated` is whether the framework has checked it against a type that says something (a schema, a converter); False for
    raw text (Flask's and Django's string converters), the raw request, `dict`, `Any`, `list` of anything and missing annotations. A
    declared `str` of FastAPI or Ninja counts as checked, and so does an uploaded file, though nobody has looked into it.
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

    def __repr__(self) -> str:
        return f"<Input {self.name}: {self.kind}{'' if self.is_validated else ', raw'}>"


class Handler:
    """A function that a framework calls.

    `kind` is "request" for what answers HTTP requests, "websocket", "event" (Socket.IO, Channels), "error" for a registered error handler,
    "middleware", or "dependency" (a FastAPI provider). `methods` are upper-case HTTP methods as far as known; `path` is the route's text:
    its own, in Django with the prefixes of the `include()`s that are known to lead to it. `cls` is the class of a method. `registered` says
    where the route is made: the module and node (a decorator, an `add_url_rule` call, a `path()` in urls.py, a view class). `exceptions`
    are the qualified names (or status numbers as text) an error handler is registered for. `decorators` are the qualified names of the
    function's (and view class's `method_decorators`') decorators, outermost first, as spelled where unknown. `response_model` is whether
    the route declares the shape of its answer (`response_model=`, Ninja's `response=`). `inputs` and `decorators` are worked out when first
    asked for.
    """

    __slots__ = (
        "_decorators",
        "_inputs",
        "_make_decorators",
        "_make_inputs",
        "cls",
        "exceptions",
        "framework",
        "function",
        "kind",
        "methods",
        "path",
        "registered",
        "response_model",
    )

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
        inputs: list[Input] | Callable[[Handler], list[Input]] | None = None,
        exceptions: tuple[str, ...] = (),
        decorators: tuple[str, ...] | Callable[[Handler], tuple[str, ...]] = (),
        response_model: bool = False,
    ) -> None:
        self.function = function
        self.framework: Framework = framework
        self.kind: HandlerKind = kind
        self.methods = methods
        self.path = path
        self.cls = cls
        self.registered = registered
        self._make_inputs = inputs if inputs is not None else []
        self._inputs: Answer | None = None
        self.exceptions = exceptions
        self._make_decorators = decorators
        self._decorators: Answer | None = None
        self.response_model = response_model

    @property
    def inputs(self) -> list[Input]:
        make = self._make_inputs
        if not callable(make):
            return make
        self._inputs = self.function.module.memo.answer(lambda: make(self), self._inputs)
        found: list[Input] = self._inputs.value
        return found

    @property
    def decorators(self) -> tuple[str, ...]:
        make = self._make_decorators
        if not callable(make):
            return make
        self._decorators = self.function.module.memo.answer(lambda: make(self), self._decorators)
        found: tuple[str, ...] = self._decorators.value
        return found

    def __repr__(self) -> str:
        return f"<Handler {self.framework} {self.kind} {self.function.name}>"
