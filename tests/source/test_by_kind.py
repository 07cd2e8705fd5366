"""The nodes of a walk by their type."""

from __future__ import annotations

from backend_lint.source import nodes as n
from backend_lint.source.by_kind import ByKind
from backend_lint.source.parse import parse

_SOURCE = b"""
def ship(order):
    if order.paid:
        return send(order, label(order))
    return None
"""


def test_gives_nodes_of_one_and_of_several_types_in_the_order_of_the_walk() -> None:
    tree = parse("shop.py", _SOURCE)
    nodes_of = ByKind(list(n.walk(tree.body)))
    assert [tree.source_of(call) for call in nodes_of(n.Call)] == ["send(order, label(order))", "label(order)"]
    assert [type(node).__name__ for node in nodes_of(n.Return, n.If, n.Call)] == ["If", "Return", "Call", "Call", "Return"]
    assert list(nodes_of(n.While, n.FunctionDef)) == tree.body
    assert list(nodes_of(n.While)) == list(nodes_of(n.While, n.Try)) == []
