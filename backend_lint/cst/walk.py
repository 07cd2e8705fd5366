"""What rules over libcst's trees need of libcst at run time, so that the base class itself costs nothing to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import libcst as cst
from libcst.metadata import BaseMetadataProvider, CodeSpan
from libcst.metadata.span_provider import SpanProvidingCodegenState

Method = Callable[[Any, Any], Any]


class CharacterSpans(BaseMetadataProvider[CodeSpan]):
    """The offset and length of each node in characters, as `libcst.metadata.ByteSpanPositionProvider` gives them in bytes."""

    def _gen_impl(self, module: cst.Module) -> None:
        module._codegen(
            SpanProvidingCodegenState(default_indent=module.default_indent, default_newline=module.default_newline, provider=self)
        )


def walk(tree: cst.Module, visits: Mapping[str, Method], leaves: Mapping[str, Method], context: Any) -> None:
    """Call `visits` and `leaves`, methods by the names of the nodes they are for, in the order of the source. Raises TypeError for a name
    that is no node's: such a method would never be called."""
    for name in (*visits, *leaves):
        kind = getattr(cst, name, None)
        if not isinstance(kind, type) or not issubclass(kind, cst.CSTNode):
            raise TypeError(f"libcst has no node {name} that a method could be for")
    tree.visit(_Visitor(visits, leaves, context))


class _Visitor(cst.CSTVisitor):
    def __init__(self, visits: Mapping[str, Method], leaves: Mapping[str, Method], context: Any) -> None:
        super().__init__()
        self._visits = visits
        self._leaves = leaves
        self._context = context

    def on_visit(self, node: cst.CSTNode) -> bool:
        method = self._visits.get(type(node).__name__)
        return method is None or method(node, self._context) is not False

    def on_leave(self, original_node: cst.CSTNode) -> None:
        method = self._leaves.get(type(original_node).__name__)
        if method is not None:
            method(original_node, self._context)
