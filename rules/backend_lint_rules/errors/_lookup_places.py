"""Where lookups are judged, and what says beforehand that they find something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handler_of, reach, route_layer
from backend_lint.semantics import effects
from backend_lint.semantics.queries import keys_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.nullness import Lookup
    from backend_lint.semantics.project import Function

_SERVED = frozenset({"request", "websocket", "event", "dependency"})
_COUNTING = frozenset({"exists", "aexists", "count", "acount", "get_object_or_404", "aget_object_or_404", "first_or_404", "get_or_404"})


def serves_requests(function: Function) -> bool:
    """Whether requests are known to get to a function."""
    handler = handler_of(function)
    if handler is not None:
        return handler.kind in _SERVED
    return route_layer(function) or reach.reach_of(function) is not None


def is_operators(function: Function) -> bool:
    """Whether a function belongs to an admin site, whose readers run the service."""
    return function.cls is not None and any("admin" in name.lower() for name in function.cls.external_ancestors)


def is_known_to_exist(lookup: Lookup, function: Function) -> bool:
    """Whether an earlier call of the function asked for the same row by the same keys: `filter(pk=pk).exists()`, `get_object_or_404`."""
    keys = _texts(lookup.call, function)
    if not keys:
        return False
    for call, _ in effects.calls_in(function):
        name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
        if call.start < lookup.call.start and call.end < lookup.call.start and name in _COUNTING and _model_text(call, function):
            if _texts(call, function) >= keys and _model_text(call, function) == _model_text(lookup.call, function):
                return True
    return False


def _texts(call: n.Call, function: Function) -> frozenset[str]:
    tree = function.module.tree
    found = {tree.source_of(key) for key in keys_of(call, function)}
    if isinstance(call.func, n.Name):
        found.update(tree.source_of(argument.value) for argument in call.args[1:])
    return frozenset(found)


def _model_text(call: n.Call, function: Function) -> str:
    """The name with which a chain of calls begins, or that is given first: the model."""
    expr: n.Expr = call
    if isinstance(call.func, n.Name) and call.args:
        expr = call.args[0].value
    while isinstance(expr, (n.Call, n.Attribute, n.Await)):
        expr = expr.func if isinstance(expr, n.Call) else expr.value
    return expr.id if isinstance(expr, n.Name) else ""
