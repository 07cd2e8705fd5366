"""The path that a decorator on a view class gives it: `@ns.route("/x")`, `@blp.route("/x")`, `@api.resource("/x")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, decorator_parts, text_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Class, Module


def class_route(index: HandlerIndex, cls: Class) -> tuple[str | None, tuple[Module, n.Node]] | None:
    """The route text and place of the first route decorator on a class; None without one."""
    del index
    for decorator in cls.node.decorators:
        target, call = decorator_parts(decorator)
        if call is not None and isinstance(target, n.Attribute) and target.attr in ("route", "resource", "add_resource"):
            return text_of(argument(call, 0, "rule", "path")), (cls.module, decorator)
    return None
