"""What runs once and is kept: `if _client is None: _client = connect()`, and the like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: What asks whether a file or folder is there.
_EXISTENCE = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists"})


def once_spans(function: Function) -> list[tuple[int, int]]:
    """The spans (start, end offsets) of a function that run until what they make is there, and never again.

    That is the body of `if X is None:` (`if not X:`, `if key not in X:`) that assigns X, and what follows `if X: return` and assigns X, X
    being a global, an attribute or an item of a container: something that outlives the call. What makes a missing file runs once too.
    """
    return function.project.remember(("once", id(function)), lambda: list(_spans(function)))


def _spans(function: Function) -> Iterator[tuple[int, int]]:
    kept: dict[str, list[int]] | None = None
    for node in function.nodes:
        if not isinstance(node, n.If):
            continue
        is_there = _tests_file(node.test)
        if is_there is not None:
            made = node.orelse if is_there else node.body
            if made:
                yield made[0].start, made[-1].end
            continue
        tested = _tested(node.test)
        if tested is None:
            continue
        path, is_missing = tested
        path = _taken_from(path, node.start, function) or path
        if kept is None:
            kept = _kept(function)
        places = kept.get(path, ())
        if is_missing and any(node.body[0].start <= place < node.end for place in places):
            yield node.body[0].start, node.body[-1].end
        elif not is_missing and isinstance(node.body[-1], n.Return) and any(place >= node.end for place in places):
            yield node.end, function.node.end


def _tests_file(test: n.Expr) -> bool | None:
    """Whether a condition holds when a file or folder is there (True) or missing (False); None when it asks for something else."""
    if isinstance(test, n.UnaryOp) and test.op == "not":
        inner = _tests_file(test.operand)
        return None if inner is None else not inner
    if isinstance(test, n.Call):
        name = test.func.attr if isinstance(test.func, n.Attribute) else test.func.id if isinstance(test.func, n.Name) else ""
        return True if name in _EXISTENCE else None
    return None


def _taken_from(name: str, offset: int, function: Function) -> str | None:
    """The container out of which a local name was taken: `cached = _cache.get(key)`, `cached = _cache[key]`, `client = self._client`."""
    if name in function.names.globals or name in function.names.nonlocals:
        return None
    before = [binding for binding in function.names.bindings.get(name, ()) if binding.start < offset]
    value = before[-1].value if before and before[-1].kind == "assign" and not before[-1].path else None
    if isinstance(value, n.Call) and isinstance(value.func, n.Attribute) and value.func.attr == "get":
        value = value.func.value
    elif isinstance(value, n.Subscript):
        value = value.value
    return dotted(value) if isinstance(value, (n.Name, n.Attribute)) else None


def _tested(test: n.Expr) -> tuple[str, bool] | None:
    """The dotted name whose presence a condition tests, and whether the condition holds when it is missing."""
    if isinstance(test, n.BoolOp):
        return next((found for part in test.values if (found := _tested(part)) is not None), None)
    if isinstance(test, n.UnaryOp) and test.op == "not":
        inner = _tested(test.operand)
        return (inner[0], not inner[1]) if inner is not None else None
    if isinstance(test, n.Compare) and len(test.ops) == 1:
        if (
            test.ops[0] in ("is", "is not", "==", "!=")
            and isinstance(test.comparators[0], n.Constant)
            and test.comparators[0].kind == "none"
        ):
            path = dotted(test.left)
            return (path, test.ops[0] in ("is", "==")) if path is not None else None
        if test.ops[0] in ("in", "not in"):
            path = dotted(test.comparators[0])
            return (path, test.ops[0] == "not in") if path is not None else None
        return None
    if isinstance(test, n.Call) and isinstance(test.func, n.Name) and test.func.id == "hasattr" and len(test.args) == 2:
        owner, name = dotted(test.args[0].value), test.args[1].value
        return (f"{owner}.{name.value}", False) if owner is not None and isinstance(name, n.Constant) else None
    path = dotted(test)
    return (path, False) if path is not None else None


def _kept(function: Function) -> dict[str, list[int]]:
    """Where a function assigns what outlives it: dotted name (of a container, for an item) -> offsets."""
    names = function.names
    found: dict[str, list[int]] = {}
    for node in function.nodes:
        targets = node.targets if isinstance(node, n.Assign) else [node.target] if isinstance(node, (n.AnnAssign, n.NamedExpr)) else ()
        for target in targets:
            place = target.value if isinstance(target, n.Subscript) else target
            path = dotted(place)
            if path is None:
                continue
            root = path.partition(".")[0]
            if isinstance(target, n.Name) and target.id not in names.globals and target.id not in names.nonlocals:
                continue
            is_local = root in names.bindings and root != function.self_name and root != "cls" and root not in names.globals
            if not is_local:
                found.setdefault(path, []).append(node.start)
    return found
