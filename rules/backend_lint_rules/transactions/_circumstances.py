"""What makes two halves of a unit of work harmless: they can be run again, one is best effort, another service is called in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import transactions
from backend_lint.semantics import effects, persistence, unit_roles
from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n
from backend_lint_rules.transactions._belonging import rows_of, share_row

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.unit_events import Event


def may_run_again(first: Event, second: Event, function: Function) -> bool:
    """Whether a job that makes both events can be run again: it makes no rows, asks before it does, or goes through many items."""
    if not any(unit_roles.makes_rows(event) for event in (first, second)):
        return True
    if first.called is not None or second.called is not None:
        return True
    if any(event.is_repeated or any(isinstance(node, (n.If, n.For, n.While)) for node, _ in event.where) for event in (first, second)):
        return True
    return all(_makes_missing(event, function) for event in (first, second) if unit_roles.makes_rows(event))


def _makes_missing(event: Event, function: Function) -> bool:
    """Whether an event makes only rows that are not there: those of a list from which the known ones are left out."""
    call = event.node
    if not isinstance(call, n.Call) or not call.args:
        return False
    made: n.Expr | None = call.args[0].value
    if isinstance(made, n.Name):
        before = [binding.value for binding in function.names.bindings.get(made.id, ()) if binding.start <= call.start]
        made = before[-1] if before else None
    return made is not None and any(isinstance(part, n.Compare) and "not in" in part.ops for part in n.walk_scope(made))


def is_outside_sync(event: Event) -> bool:
    """Whether what is called copies the state of another service: it can be run again at any time."""
    called = event.called
    if called is None or not unit_roles.is_synchronizing(called):
        return False
    return (
        "outbound" in effects.of_function(called)
        or _has_client(called)
        or any(target.function is not None and _has_client(target.function) for _, target in effects.calls_in(called))
    )


def _has_client(function: Function) -> bool:
    """Whether a function holds the client of another service."""
    return any("client" in unit_roles.words_of(name) for name in function.names.bindings)


def are_bulks(first: Event, second: Event, function: Function) -> bool:
    """Whether two blocks go through two sets of rows of one kind, one after the other: each says that it is a unit of its own."""
    is_bulk = "bulk" in unit_roles.words_of(function.node.name) and (first.is_deliberate or second.is_deliberate)
    if not is_bulk and not (first.is_deliberate and second.is_deliberate and first.called is None and second.called is None):
        return False
    models = [{write.model for write in event.writes} for event in (first, second)]
    makes = any(write.action == "create" and write.model is not None for event in (first, second) for write in event.writes)
    return models[0] == models[1] and len(models[0] - {None}) == 1 and not makes and not share_row(first, second)


def is_best_effort(event: Event, other: Event) -> bool:
    """Whether the code says that it goes on without an event: any failure of it, and of it alone, is caught and only told."""
    for node, branch in event.where:
        if isinstance(node, n.Try) and branch == "body" and not any(place is node for place, _ in other.where) and _swallows(node):
            return True
    called = event.called
    if called is None:
        return False
    body = [statement for statement in called.node.body if not isinstance(statement, (n.Import, n.ImportFrom, n.ExprStmt))]
    return len(body) == 1 and isinstance(body[0], n.Try) and _swallows(body[0])


def stand_apart(first: Event, second: Event) -> bool:
    """Whether each of two events has a `try` of its own, and the code goes on behind it whatever goes wrong there: neither needs the
    other."""
    return _goes_on_without(first, second) and _goes_on_without(second, first)


def _goes_on_without(event: Event, other: Event) -> bool:
    return any(
        isinstance(node, n.Try)
        and branch == "body"
        and not any(place is node for place, _ in other.where)
        and any(is_broad(handler) and not persistence.leaves(handler.body) for handler in node.handlers)
        for node, branch in event.where
    )


def _swallows(node: n.Try) -> bool:
    """Whether whatever goes wrong in a `try` is caught, and the code goes on behind it."""
    return any(is_broad(handler) and not persistence.leaves(handler.body) and not _rolls_back(handler) for handler in node.handlers)


def _rolls_back(handler: n.ExceptHandler) -> bool:
    return any(
        isinstance(part, n.Call) and isinstance(part.func, n.Attribute) and part.func.attr == "rollback"
        for part in n.walk_scope(handler.body)
    )


def is_broad(handler: n.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, n.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, n.Name) and kind.id in ("Exception", "BaseException")) for kind in kinds)


def is_undone(first: Event, second: Event) -> bool:
    """Whether a handler of what goes wrong with the second event deletes the row of the first again."""
    rows = rows_of(first)
    for node, branch in second.where:
        if isinstance(node, n.Try) and branch == "body":
            for handler in node.handlers:
                for part in n.walk_scope(handler.body):
                    if isinstance(part, n.Call) and _takes_back(part.func):
                        holder = dotted(part.func.value) if isinstance(part.func, n.Attribute) else None
                        given = [holder, *(dotted(arg.value) for arg in part.args)]
                        if not rows.isdisjoint(name for name in given if name is not None):
                            return True
    return False


def _takes_back(called: n.Expr) -> bool:
    """Whether what is called removes or undoes something, by its name."""
    name = called.attr if isinstance(called, n.Attribute) else called.id if isinstance(called, n.Name) else ""
    return not unit_roles.TAKING_BACK.isdisjoint(unit_roles.words_of(name))


def is_hook(function: Function) -> bool:
    """Whether a library calls the function, in whatever transaction its user has: `save` of a model or form, a signal's receiver."""
    if function.cls is not None and function.node.name in ("save", "delete", "clean", "ready", "save_m2m"):
        return any(name.startswith(("django.", "rest_framework.")) for name in function.cls.external_ancestors)
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        name = function.project.inference.qualified_name(target, function.module, function.parent)
        if name is not None and name.endswith((".receiver", ".listens_for")):
            return True
    return False


def calls_out_between(first: Event, second: Event, function: Function) -> bool:
    """Whether another service is called between two events, or by the second: the first is made lasting before that on purpose."""
    if second.called is not None and "outbound" in effects.of_function(second.called):
        return True
    return any(
        not _is_own(call, first, second) and first.node.end <= call.start < second.node.start and calls_out(target.effects, target.function)
        for call, target in effects.calls_in(function)
    )


def _is_own(call: n.Call, first: Event, second: Event) -> bool:
    return any(event.node.start <= call.start < event.node.end for event in (first, second))


def calls_out(own: frozenset[str], called: Function | None) -> bool:
    if "outbound" in own:
        return True
    return called is not None and "outbound" in effects.of_function(called)


def starts_up(event: Event) -> bool:
    """Whether what is called fills an empty database, or makes the application."""
    return event.called is not None and transactions.is_start_up(event.called)


def clears_apart(event: Event, other: Event, function: Function) -> bool:
    """Whether an event only deletes, in a session that a `with` opens for it and closes before the other: no commit spans two sessions, and
    what is left is deleted by the next run."""
    call = event.node
    if event.called is not None or not isinstance(call, n.Call) or not isinstance(call.func, n.Attribute):
        return False
    session = call.func.value
    if not event.writes or any(write.action != "delete" for write in event.writes) or not isinstance(session, n.Name):
        return False
    return any(
        block.start <= call.start < block.end <= other.node.start
        and any(isinstance(item.target, n.Name) and item.target.id == session.id for item in block.items)
        for block in function.nodes_of(n.With)
    )


def only_delete_alike(first: Event, second: Event) -> bool:
    """Whether both events only delete, from one table: what is left is deleted by the next run."""
    writes = (*first.writes, *second.writes)
    return all(write.action == "delete" and write.model is not None for write in writes) and len({write.model for write in writes}) == 1
