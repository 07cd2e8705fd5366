"""What belongs together: rows, objects and models that two events of a unit of work are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import unit_rows
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_lint.semantics.project import Function, Project
    from backend_lint.semantics.unit_events import Event, Write


def rows_of(event: Event) -> set[str]:
    return {write.row for write in known_writes(event) if write.row is not None}


def known_writes(event: Event) -> list[Write]:
    """The changes of an event that are known to be some; all of them where none is."""
    return [write for write in event.writes if write.is_certain] or event.writes


def share_row(first: Event, second: Event) -> bool:
    return bool(rows_of(first) & rows_of(second))


def is_same_row(first: Event, second: Event, *, but: Callable[[Write], bool] | None = None) -> bool:
    """Whether both events are about one row: the second half is another save of the first. What `but` holds for is left out."""
    writes = [[write for write in known_writes(event) if but is None or not but(write)] for event in (first, second)]
    if not all(writes):
        return False
    rows = {write.row for each in writes for write in each}
    return None not in rows and len(rows) == 1


def is_same_object(first: Event, second: Event, function: Function) -> bool:
    """Whether two calls of which the rows are not known are about one object: `order = create(data)`, then `store(order)`."""
    models = [{write.model for write in event.writes if write.model is not None} for event in (first, second)]
    if first.called is not None and second.called is None and isinstance(first.node, n.Call):
        # `order = create_order(data)`, then `order.save()`.
        made = unit_rows.assigned_name(first.node, function)
        return (
            made is not None
            and bool(second.writes)
            and all(write.row == made and write.action == "update" and write.model in models[0] for write in second.writes)
        )
    if _are_updates_of_one(first, second, function) or _are_saves_of_one(first, second, function):
        return True
    if first.called is None or second.called is None or (models[0] and models[1] and models[0] != models[1]):
        return False
    left, right = _object_of(first, function), _object_of(second, function)
    return left is not None and left == right


def _are_updates_of_one(first: Event, second: Event, function: Function) -> bool:
    """Whether two calls change one table for one object: `user.set_name(name)`, then `user.set_picture(url)`."""
    writes = [*known_writes(first), *known_writes(second)]
    if first.called is None or second.called is None or any(write.action != "update" for write in writes):
        return False
    targets = [_target(event, function) for event in (first, second)]
    return len({write.subject for write in writes}) == 1 and targets[0] is not None and targets[0] == targets[1]


def _are_saves_of_one(first: Event, second: Event, function: Function) -> bool:
    """Whether one row is saved twice, whatever else its `save` stores with it."""
    if first.called is None or first.called is not second.called or first.called.node.name not in ("save", "asave"):
        return False
    targets = [_target(event, function) for event in (first, second)]
    return targets[0] is not None and targets[0] == targets[1] and _is_kept(targets[0], first, second, function)


def _is_kept(name: str, first: Event, second: Event, function: Function) -> bool:
    """Whether a name means the same object at two events."""
    bindings = function.names.bindings.get(name.partition(".")[0], ())
    return not any(first.node.start < binding.start < second.node.start for binding in bindings)


def _target(event: Event, function: Function) -> str | None:
    """The object that a method is called on; what a function, or a method of a class, is given first."""
    call = event.node
    if not isinstance(call, n.Call):
        return None
    if isinstance(call.func, n.Attribute):
        value = function.project.inference.value(call.func.value, function.module, function)
        if value is not None and value.kind == "instance":
            return dotted(call.func.value)
    return dotted(call.args[0].value) if call.args else None


def _object_of(event: Event, function: Function) -> str | None:
    """The one name that a call gives its result, or the one object that it is given."""
    call = event.node
    if not isinstance(call, n.Call):
        return None
    made = unit_rows.assigned_name(call, function)
    if made is not None and any(write.action in ("create", "unknown") for write in event.writes):
        return made
    given = [arg.value for arg in call.args if not isinstance(arg.value, n.Constant)]
    objects = [expr for expr in given if isinstance(expr, n.Name) and not _is_tool(expr, function)]
    # `update(order.id, order)` is about one order.
    roots = {(dotted(expr) or "?").partition(".")[0] for expr in given if not (isinstance(expr, n.Name) and _is_tool(expr, function))}
    if len(objects) != 1 or roots != {objects[0].id}:
        return made
    value = function.project.inference.value(objects[0], function.module, function)
    return None if value is not None and not isinstance(value.definition, Class) else objects[0].id


def belong_together(first: Event, second: Event, function: Function) -> bool:
    """Whether two events are halves of one thing: one always follows the other, they share a row or value, or one's model refers to the
    other's."""
    if _follows_always(first, second) or share_row(first, second):
        return True
    left, right = _sources(first, function), _sources(second, function)
    if left & right:
        return True
    return _refer(first, second, function.project)


def _follows_always(first: Event, second: Event) -> bool:
    """Whether whoever gets to the one of two places in the code gets to the other as well."""
    left = [(id(node), branch) for node, branch in first.where if not isinstance(node, n.With)]
    right = [(id(node), branch) for node, branch in second.where if not isinstance(node, n.With)]
    shorter, longer = sorted((left, right), key=len)
    return longer[: len(shorter)] == shorter


def names_in(node: n.Node, function: Function) -> set[str]:
    """The names of rows and values that an expression uses; sessions, requests, the object itself and what is imported are left out."""
    found = set()
    for part in n.walk_scope(node):
        if isinstance(part, n.Name) and part.id in function.names.bindings and part.id != function.self_name:
            if not _is_tool(part, function):
                found.add(part.id)
    return found


def _is_tool(name: n.Name, function: Function) -> bool:
    if name.id in ("request", "cls", "self", "session", "db", "conn", "connection", "cursor"):
        return True
    value = function.project.inference.value(name, function.module, function)
    if value is None:
        return False
    if value.kind in ("module", "function", "class"):
        return True
    return isinstance(value.definition, Class) is False and value.name.startswith(
        ("sqlalchemy.", "django.http.", "rest_framework.request", "starlette.", "fastapi.", "flask.", "flask_sqlalchemy.", "asyncpg.")
    )


def _sources(event: Event, function: Function) -> set[str]:
    """The names that an event's node and rows use, with those from which these were made."""
    names = names_in(event.node, function)
    for write in event.writes:
        if write.row is not None:
            names.add(write.row.partition(".")[0])
        if write.module is function.module and write.node is not event.node:
            names |= names_in(write.node, function)
    for _ in range(2):
        for name in list(names):
            for binding in function.names.bindings.get(name, ()):
                if binding.value is not None and binding.kind in ("assign", "for", "with") and binding.start <= event.node.end:
                    names |= names_in(binding.value, function)
    return {name for name in names if name not in ("request", "self", "cls")}


def _refer(first: Event, second: Event, project: Project) -> bool:
    """Whether a model of one event has a foreign key to one of the other."""
    left = {write.model for write in first.writes if write.model is not None}
    right = {write.model for write in second.writes if write.model is not None}
    return any(_refers(a, b, project) or _refers(b, a, project) for a in left for b in right if a != b)


def _refers(model: str, other: str, project: Project) -> bool:
    return project.remember(("transactions: refers", model, other), lambda: _has_key(model, other, project))


def _has_key(model: str, other: str, project: Project) -> bool:
    cls = _class_named(model, project)
    target = other.rpartition(".")[2]
    if cls is None:
        return False
    table = _table_of(_class_named(other, project))
    for ancestor in cls.mro:
        for node in n.walk_scope(ancestor.node.body):
            if isinstance(node, n.Call) and isinstance(node.func, (n.Name, n.Attribute)):
                called = node.func.id if isinstance(node.func, n.Name) else node.func.attr
                if (
                    called in ("ForeignKey", "OneToOneField", "ForeignKeyField", "relationship", "Relationship", "ManyToManyField")
                    and node.args
                ):
                    to = node.args[0].value
                    text = to.value if isinstance(to, n.Constant) else to.attr if isinstance(to, n.Attribute) else getattr(to, "id", "")
                    if text.rpartition(".")[2] == target or text.partition(".")[0] in (table, target.lower(), f"{target.lower()}s"):
                        return True
    return False


def _table_of(cls: Class | None) -> str | None:
    found = cls.attribute("__tablename__") if cls is not None else None
    value = found[1].value if found is not None else None
    return value.value if isinstance(value, n.Constant) else None


def _class_named(name: str, project: Project) -> Class | None:
    stem = name.rpartition(".")[2]
    for module in project.containing(b"class " + stem.encode()):
        for cls in module.classes:
            if cls.name == name:
                return cls
    return None
