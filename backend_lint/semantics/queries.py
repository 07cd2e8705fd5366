"""What a query asks for: whether it always gives a row, and by which values it picks one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted, sql_text
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Function, Module

#: SQL that gives a row whatever the tables hold.
_ONE_ROW = re.compile(
    r"\b(?:count|sum|max|min|avg|coalesce|exists|array_agg|json_agg|jsonb_agg|string_agg|nextval|setval|version|now|last_insert_id|pg_\w+|"
    r"current_\w+|to_regclass|row_number)\s*\(|\breturning\b|^\s*(?:show|explain|pragma|insert)\b|^\s*select\s+(?:1|true|@@\w+|'[^']*')",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\bgroup\s+by\b|\bover\s*\(", re.IGNORECASE)
#: The methods that name the values by which a row is picked.
PICKING = frozenset({
    "filter", "filter_by", "where", "get", "exclude", "having", "aget", "get_by_id", "get_or_none", "get_or_404", "find_one",
    "find_one_and_update", "with_id",
})  # fmt: skip
#: The calls that say what is selected, and what stands in them where there is always one row.
_SELECTING = frozenset({"select", "query", "with_entities", "add_columns", "column", "with_only_columns"})
_AGGREGATES = frozenset({"count", "sum", "max", "min", "avg", "exists", "literal", "literal_column", "text", "array_agg", "json_agg"})
_INSERTS = frozenset({"sqlalchemy.Insert"})
#: The calls that run a statement given as text, with its values.
_RUNNING = frozenset({"execute", "fetchrow", "fetchval", "fetch_one", "fetch_val", "exec_driver_sql"})


def chain(expr: n.Expr, function: Function | None, depth: int = 0) -> Iterator[n.Call]:
    """The calls that build a query, from the last backwards: those of the chain itself, of statements given to `execute`, and of names that
    were assigned a part of it before."""
    while depth < 8:
        if isinstance(expr, n.Await):
            expr = expr.value
        elif isinstance(expr, n.Call):
            yield expr
            name = expr.func.attr if isinstance(expr.func, n.Attribute) else None
            if (
                name in ("execute", "scalars", "scalar", "exec", "fetch_one", "fetchrow", "fetchval", "first", "one", "stream")
                and expr.args
            ):
                yield from chain(expr.args[0].value, function, depth + 1)
            expr = expr.func
        elif isinstance(expr, n.Attribute):
            expr = expr.value
        elif isinstance(expr, n.Name) and function is not None:
            bindings = [b for b in function.names.bindings.get(expr.id, ()) if b.start < expr.start and b.value is not None]
            if not bindings or bindings[-1].kind not in ("assign", "with"):
                return
            for binding in bindings[:-1] if len(bindings) < 6 else ():
                if binding.kind == "assign" and binding.value is not None and binding.value is not expr:
                    yield from _own_chain(binding.value)
            value = bindings[-1].value
            assert value is not None
            expr = value
            depth += 1
        else:
            return


def _own_chain(expr: n.Expr) -> Iterator[n.Call]:
    for _ in range(60):
        if isinstance(expr, n.Call):
            yield expr
            expr = expr.func
        elif isinstance(expr, n.Attribute):
            expr = expr.value
        else:
            return


def always_finds(call: n.Call, module: Module, function: Function | None) -> bool:
    """Whether a lookup gives a row whatever is stored: an aggregate without groups, an insert that returns its row, a constant."""
    infer = module.project.inference
    grouped = False
    aggregated = False
    for part in chain(call, function):
        if isinstance(part.func, n.Attribute) and part.func.attr in ("group_by", "values", "over"):
            grouped = True
        value = infer.value(part, module, function)
        if value is not None and value.name in _INSERTS:
            return True
        if (dotted(part.func) or "").rpartition(".")[2] in _SELECTING or (
            isinstance(part.func, n.Attribute) and part.func.attr in _SELECTING
        ):
            aggregated = aggregated or any(_is_aggregate(argument.value, function) for argument in part.args)
        text = sql_text(part.args[0].value, module, function) if part.args else None
        if text is not None and _ONE_ROW.search(text) and not _GROUPED.search(text):
            return True
    if aggregated and not grouped:
        return True
    return _cursor_finds(call, module, function)


def _is_aggregate(expr: n.Expr, function: Function | None) -> bool:
    """Whether what is selected is an aggregate, or a name that was given one."""
    for node in n.walk_scope(expr):
        if isinstance(node, n.Call):
            func = node.func
            if (dotted(func) or "").rpartition(".")[2] in _AGGREGATES or (isinstance(func, n.Attribute) and func.attr in _AGGREGATES):
                return True
        elif isinstance(node, n.Name) and function is not None:
            bindings = [b for b in function.names.bindings.get(node.id, ()) if b.kind == "assign" and b.start < node.start]
            value = bindings[-1].value if bindings else None
            if value is not None and value.end <= node.start and _is_aggregate(value, None):
                return True
    return False


def _cursor_finds(call: n.Call, module: Module, function: Function | None) -> bool:
    """As `always_finds`, for `cursor.fetchone()` after an `execute` on the same cursor."""
    if function is None or not isinstance(call.func, n.Attribute) or call.func.attr not in ("fetchone", "fetchval"):
        return False
    last = _executed_before(call, function)
    if last is None:
        # Whoever ran the statement knows what it gives.
        return dotted(call.func.value) is not None
    text = sql_text(last.args[0].value, module, function)
    if text is None:
        return True
    return _ONE_ROW.search(text) is not None and not _GROUPED.search(text)


def _executed_before(call: n.Call, function: Function) -> n.Call | None:
    """The last `execute` before a `fetchone` on the same cursor."""
    assert isinstance(call.func, n.Attribute)
    holder = dotted(call.func.value)
    last: n.Call | None = None
    for other, _ in effects.calls_in(function):
        if isinstance(other.func, n.Attribute) and other.func.attr.startswith("execute") and dotted(other.func.value) == holder:
            if other.start < call.start and other.args:
                last = other
    return last


def keys_of(call: n.Call, function: Function | None) -> list[n.Expr]:
    """The values by which a lookup picks its row: the arguments of `get` and of the filters before it; an empty list when it picks any."""
    found: list[n.Expr] = []
    if function is not None and isinstance(call.func, n.Attribute) and call.func.attr.startswith("fetch"):
        last = _executed_before(call, function)
        if last is not None:
            return _values_of_statement(last)
    for part in chain(call, function):
        if isinstance(part.func, n.Attribute) and part.func.attr in _RUNNING:
            found.extend(_values_of_statement(part))
        if not isinstance(part.func, n.Attribute) or part.func.attr not in PICKING:
            continue
        for argument in part.args:
            if argument.star:
                found.append(argument.value)
            else:
                found.extend(_compared(argument.value))
    return found


def _values_of_statement(call: n.Call) -> list[n.Expr]:
    """The values that a call passes with its SQL text: those bound to parameters, and those formatted into it."""
    found: list[n.Expr] = []
    for argument in call.args:
        value = argument.value
        if isinstance(value, n.Dict):
            found.extend(value.values)
        elif isinstance(value, (n.List, n.Tuple)):
            found.extend(value.elts)
        elif isinstance(value, n.FString):
            found.extend(part.value for part in value.parts if isinstance(part, n.Field))
        elif argument is not call.args[0]:
            found.append(value)
    return found


def _compared(expr: n.Expr) -> list[n.Expr]:
    """The values in a condition: the right sides of comparisons, the arguments of `Q(...)` and `and_(...)`; the expression itself else."""
    if isinstance(expr, n.Compare):
        return list(expr.comparators)
    if isinstance(expr, n.BinOp) and expr.op in ("&", "|"):
        return [value for part in expr.values for value in _compared(part)]
    if isinstance(expr, n.Call) and (dotted(expr.func) or "").rpartition(".")[2] in ("Q", "and_", "or_", "eq"):
        return [value for argument in expr.args for value in _compared(argument.value)]
    if isinstance(expr, n.Dict):
        return list(expr.values)
    return [expr]
