"""Making handlers, with what every one of them can be asked about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import decorator_parts, dotted, last_name, text_of
from backend_lint.frameworks.inputs import inputs_of
from backend_lint.frameworks.model import Framework, Handler, HandlerKind
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module


def make(
    function: Function,
    framework: Framework,
    kind: HandlerKind,
    place: tuple[Module, n.Node],
    *,
    path: str | None = None,
    methods: tuple[str, ...] = (),
    exceptions: tuple[str, ...] = (),
    response_model: bool = False,
) -> Handler:
    """A handler whose route is made at `place`; its inputs and decorators are worked out when asked for."""
    return Handler(
        function,
        framework,
        kind,
        methods=methods,
        path=path,
        cls=function.cls,
        registered=place,
        inputs=inputs_of,
        exceptions=exceptions,
        decorators=decorator_names,
        response_model=response_model,
    )


def decorator_names(handler: Handler) -> tuple[str, ...]:
    """The qualified names of the decorators on a handler's function, and of those its view class puts around every method.

    A decorator that inference does not know is given as it is spelled. `method_decorator(x, name="dispatch")` counts as `x`.
    """
    function = handler.function
    names = [_decorator_name(expr, function.module, function.parent) for expr in function.node.decorators]
    if handler.cls is not None:
        for owner in handler.cls.mro:
            for expr in owner.node.decorators:
                target, call = decorator_parts(expr)
                if call is not None and call.args and last_name(target) == "method_decorator":
                    names.extend(_decorator_name(one, owner.module, owner.parent) for one in _listed(call.args[0].value))
        for attribute in ("method_decorators", "decorators"):
            found = handler.cls.attribute(attribute)
            if found is not None and found[1].value is not None:
                home, listed = found[0], found[1].value
                if isinstance(listed, n.Dict):
                    parts = [v for k, v in zip(listed.keys, listed.values, strict=True) if text_of(k) == function.node.name]
                else:
                    parts = [listed]
                names.extend(_decorator_name(one, home.module, home.parent) for part in parts for one in _listed(part))
    return tuple(name for name in names if name)


def _listed(expr: n.Expr) -> list[n.Expr]:
    return list(expr.elts) if isinstance(expr, (n.List, n.Tuple)) else [expr]


def _decorator_name(expr: n.Expr, module: Module, function: Function | None) -> str | None:
    target, _ = decorator_parts(expr)
    value = module.project.inference.value(target, module, function)
    if value is not None and value.kind != "instance":
        return value.name
    spelled = dotted(target)
    if value is not None and isinstance(target, n.Attribute):
        return f"{value.name}.{target.attr}"
    return spelled
