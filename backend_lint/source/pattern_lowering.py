"""The part of `lower` for the patterns of `match` statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from backend_lint.source.lower import identifier

if TYPE_CHECKING:
    from backend_lint.source.lower import Lowering
    from backend_lint.source.nodes import Expr


def pattern(low: Lowering, node: Any, values: list[Expr], names: list[str]) -> None:
    """Collect what a pattern compares with and what it binds, in source order."""
    kind = type(node)
    if kind is cst.MatchStar:
        low.leaf("*")
        _capture(low, node.name, names)
        return
    brackets = getattr(node, "lpar", ())
    for _ in brackets:
        low.leaf("(")
    if kind is cst.MatchValue or kind is cst.MatchSingleton:
        values.append(low.expr(node.value))
    elif kind is cst.MatchAs:
        if node.pattern is not None:
            pattern(low, node.pattern, values, names)
        _capture(low, node.name, names)
    elif kind is cst.MatchOr:
        for element in node.patterns:
            pattern(low, element.pattern, values, names)
    elif kind is cst.MatchClass:
        values.append(low.expr(node.cls))
        low.leaf("(")
        for element in node.patterns:
            pattern(low, element.value, values, names)
        for element in node.kwds:
            low.leaf(element.key.value)
            pattern(low, element.pattern, values, names)
        low.leaf(")")
    elif kind is cst.MatchMapping:
        low.leaf("{")
        for element in node.elements:
            values.append(low.expr(element.key))
            pattern(low, element.pattern, values, names)
        if node.rest is not None:
            low.leaf("*")
            low.leaf("*")
            _capture(low, node.rest, names)
        low.leaf("}")
    else:
        is_list = kind is cst.MatchList and node.lbracket is not None
        if is_list:
            low.leaf("[")
        for element in node.patterns:
            pattern(low, element if type(element) is cst.MatchStar else element.value, values, names)
        if is_list:
            low.leaf("]")
    for _ in brackets:
        low.leaf(")")


def _capture(low: Lowering, node: cst.Name | None, names: list[str]) -> None:
    # libcst gives None for the wildcard `_`.
    if node is None:
        low.leaf("_")
    else:
        low.leaf(node.value)
        names.append(identifier(node.value))
