"""Inserts of rows with a unique column, which a second request may have inserted a moment before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.held import key_of
from backend_lint.semantics.persistence import is_model
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Function


class Insert(NamedTuple):
    """A new row that is added to a session: the model's name, its unique column, and the call that adds it."""

    model: str
    column: str
    node: n.Call


def unique_insert(commit: n.Call, session: n.Expr, function: Function) -> Insert | None:
    """The insert of a row with a unique column that a commit in the same function makes lasting; None when there is none."""
    key = key_of(session, function.module, function)
    for call, target in effects.calls_in(function):
        if call.start >= commit.start:
            return None
        if "writes" not in target.effects or not isinstance(call.func, n.Attribute) or call.func.attr != "add" or not call.args:
            continue
        if key_of(call.func.value, function.module, function) != key:
            continue
        cls = _made(call.args[0].value, function)
        column = next(_unique_columns(cls), None) if cls is not None else None
        if cls is not None and column is not None:
            return Insert(cls.node.name, column, call)
    return None


def _made(expr: n.Expr, function: Function) -> Class | None:
    """The model of which an expression is a new instance, made in this function."""
    made: n.Expr | None = expr
    if isinstance(expr, n.Name):
        before = [binding for binding in function.names.bindings.get(expr.id, ()) if binding.start <= expr.start]
        made = before[-1].value if before else None
    if not isinstance(made, n.Call):
        return None
    value = function.project.inference.value(made, function.module, function)
    if callee(made, function.module, function).constructs is None or not is_model(value):
        return None
    return value.definition if value is not None and isinstance(value.definition, Class) else None


def _unique_columns(cls: Class) -> Iterator[str]:
    """The columns of a model that are unique by themselves, and that two requests may give the same value."""
    for ancestor in cls.mro:
        for name, bindings in ancestor.names.bindings.items():
            for binding in bindings:
                if isinstance(binding.value, n.Call) and any(_is_unique(arg) for arg in binding.value.args):
                    if not _is_of_uuids(binding.value, binding.annotation, ancestor):
                        yield name
                elif name == "__table_args__" and binding.value is not None:
                    for node in n.walk(binding.value):
                        if isinstance(node, n.Call) and (dotted(node.func) or "").endswith("UniqueConstraint"):
                            first = node.args[0].value if node.args else None
                            yield first.value if isinstance(first, n.Constant) else name


def _is_unique(argument: n.Arg) -> bool:
    return argument.keyword == "unique" and isinstance(argument.value, n.Constant) and argument.value.value == "True"


def _is_of_uuids(column: n.Call, annotation: n.Expr | None, cls: Class) -> bool:
    """Whether a column holds UUIDs of its own, which are made so that no two are the same (RFC 9562). A foreign key's are another's."""
    if any(isinstance(arg.value, n.Call) and (dotted(arg.value.func) or "").endswith("ForeignKey") for arg in column.args):
        return False
    kinds = [arg.value for arg in column.args if not arg.star and arg.keyword in (None, "type_")]
    kinds += [column.func] if annotation is None else [node for node in n.walk(annotation) if isinstance(node, (n.Name, n.Attribute))]
    inference = cls.module.project.inference
    for kind in kinds:
        value = inference.value(kind.func if isinstance(kind, n.Call) else kind, cls.module, None)
        if value is not None and value.name.rpartition(".")[2] in _UUIDS:
            return True
    return False


#: What the classes of UUIDs and of their columns are called: in SQLAlchemy and its dialects, Django, and the standard library.
_UUIDS = frozenset({"UUID", "Uuid", "UUIDField"})
