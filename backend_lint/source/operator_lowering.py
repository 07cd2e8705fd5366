"""The operators' part of `lower`: chains of operators are as deep as they are long, so they are taken apart in loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.source.lower import Lowering
    from backend_lint.source.nodes import Expr


def binary(low: Lowering, node: Any) -> Expr:
    if type(node.operator) is cst.Power:
        return _power(low, node)
    spine: list[tuple[str, Any]] = []
    while type(node) is cst.BinaryOperation and (not spine or not node.lpar) and type(node.operator) is not cst.Power:
        spine.append((_BINARY[type(node.operator)], node.right))
        node = node.left
    first = low.expr(node)
    start = first.start
    values: list[Expr] = [first]
    current = spine[-1][0]
    for op, right in reversed(spine):
        if op != current:
            values = [n.BinOp(start, values[-1].end, current, values)]
            current = op
        _operator(low, op)
        values.append(low.expr(right))
    return n.BinOp(start, values[-1].end, current, values)


def _power(low: Lowering, node: Any) -> Expr:
    # The one binary operator that groups from the right.
    values: list[Expr] = []
    while type(node) is cst.BinaryOperation and type(node.operator) is cst.Power and (not values or not node.lpar):
        values.append(low.expr(node.left))
        _operator(low, "**")
        node = node.right
    values.append(low.expr(node))
    return n.BinOp(values[0].start, values[-1].end, "**", values)


def _operator(low: Lowering, op: str) -> None:
    # `a - -b`: the operator's own token must not be taken for the sign's.
    for character in op:
        low.leaf(character)


def boolean(low: Lowering, node: Any) -> Expr:
    spine: list[tuple[Any, Any]] = []
    while type(node) is cst.BooleanOperation and (not spine or not node.lpar):
        spine.append((type(node.operator), node.right))
        node = node.left
    first = low.expr(node)
    start = first.start
    values: list[Expr] = [first]
    current = spine[-1][0]
    for kind, right in reversed(spine):
        if kind is not current:
            values = [n.BoolOp(start, values[-1].end, "and" if current is cst.And else "or", values)]
            current = kind
        values.append(low.expr(right))
    return n.BoolOp(start, values[-1].end, "and" if current is cst.And else "or", values)


def unary(low: Lowering, node: Any) -> Expr:
    signs: list[tuple[int, str]] = []
    while type(node) is cst.UnaryOperation and (not signs or not node.lpar):
        op = _UNARY[type(node.operator)]
        signs.append((low.leaf(op), op))
        node = node.expression
    found = low.expr(node)
    end = found.end
    for start, op in reversed(signs):
        found = n.UnaryOp(start, end, op, found)
    return found


def comparison(low: Lowering, node: cst.Comparison) -> Expr:
    left = low.expr(node.left)
    ops: list[str] = []
    comparators: list[Expr] = []
    for target in node.comparisons:
        op = _COMPARE[type(target.operator)]
        ops.append(op)
        if op == "not in" or op == "is not":
            low.leaf("not")
        comparators.append(low.expr(target.comparator))
    return n.Compare(left.start, comparators[-1].end, left, ops, comparators)


def conditional(low: Lowering, node: Any) -> Expr:
    branches: list[tuple[Expr, Expr]] = []
    while type(node) is cst.IfExp and (not branches or not node.lpar):
        body = low.expr(node.body)
        branches.append((body, low.expr(node.test)))
        node = node.orelse
    found = low.expr(node)
    end = found.end
    for body, test in reversed(branches):
        found = n.IfExp(body.start, end, test, body, found)
    return found


_BINARY: dict[type, str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.MatrixMultiply: "@", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^",
}  # fmt: skip
_UNARY: dict[type, str] = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}
_COMPARE: dict[type, str] = {
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">", cst.GreaterThanEqual: ">=",
    cst.Is: "is", cst.IsNot: "is not", cst.In: "in", cst.NotIn: "not in",
}  # fmt: skip
