"""Which row a change concerns, by the names in the code: the object that is saved, the one that a query selects, what a call's result is
called, and which fields of it are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.calls import argument, callee, dotted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_KEYS = frozenset({"pk", "id", "uuid"})


def selected_row(receiver: n.Expr | None, model: str | None) -> str | None:
    """The row that a query selects by its key: `order` of `Order.objects.filter(pk=order.pk)`; else the receiver as it is written."""
    expr = receiver
    while isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute):
        given = expr.args
        if expr.func.attr == "filter" and len(given) == 1 and given[0].keyword in _KEYS:
            key = given[0].value
            if isinstance(key, n.Attribute) and key.attr in _KEYS:
                return dotted(key.value)
            path = dotted(key)
            return f"{(model or '').rpartition('.')[2]}#{path}" if path is not None and model is not None else None
        expr = expr.func.value
    return dotted(receiver) if receiver is not None else None


def is_made(name: n.Name, function: Function) -> bool:
    """Whether a name holds an object that the function has just constructed."""
    before = [b for b in function.names.bindings.get(name.id, ()) if b.start <= name.start]
    if not before or not isinstance(before[-1].value, n.Call):
        return False
    return callee(before[-1].value, function.module, function).constructs is not None


def owner_row(receiver: n.Expr | None) -> str | None:
    """`order` of `order.tags.add(tag)`."""
    return dotted(receiver.value) if isinstance(receiver, n.Attribute) else None


def fields_of(call: n.Call, member: str, row: str | None, function: Function) -> frozenset[str]:
    """The fields that a write changes, where the code names them."""
    if member in ("update", "aupdate"):
        if any(given.star for given in call.args):
            return frozenset()
        return frozenset(given.keyword for given in call.args if given.keyword is not None)
    listed = argument(call, None, "update_fields")
    if isinstance(listed, (n.List, n.Tuple, n.Set)):
        return frozenset(item.value for item in listed.elts if isinstance(item, n.Constant))
    if row is None or listed is not None:
        return frozenset()
    found = set()
    for target, _ in function.names.attributes.get(row.partition(".")[0], ()):
        if isinstance(target, n.Attribute) and target.start < call.start and dotted(target.value) == row:
            found.add(target.attr)
    return frozenset(found)


def assigned_name(call: n.Call, function: Function) -> str | None:
    """The name that a call's result gets: `order` of `order = Order.objects.create(...)` and of `order, made = get_or_create(...)`."""
    names = function.project.remember(("assigned names", id(function)), lambda: _assigned_names(function))
    return names.get(id(call))


def _assigned_names(function: Function) -> dict[int, str]:
    found: dict[int, str] = {}
    for name, bindings in function.names.bindings.items():
        for binding in bindings:
            value = binding.value
            if isinstance(value, n.Await):
                value = value.value
            if binding.kind == "assign" and isinstance(value, n.Call) and binding.path in ((), (0,)):
                found[id(value)] = name
    return found
