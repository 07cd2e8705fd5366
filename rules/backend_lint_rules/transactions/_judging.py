"""Which halves of a unit of work belong together, and how sure a reviewer is of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks import transactions
from backend_lint.semantics import effects, persistence, unit_events, unit_roles, units
from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n
from backend_lint_rules.transactions._belonging import belong_together, is_same_object, is_same_row, names_in, rows_of, share_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Function
    from backend_lint.semantics.unit_events import Event
    from backend_lint.semantics.units import Pair

Verdict = Literal["clear", "note"]
Code = Literal["writes", "commits"]

_LOOKUPS = ("DoesNotExist", "NotFound", "NoResultFound", "KeyError", "IntegrityError")
_BATCH = re.compile(r"chunk|batch|page|slice|window", re.IGNORECASE)


def judged(function: Function) -> list[tuple[Pair, Verdict, Code]]:
    """The pairs of a function that a reviewer would mention, the clear ones first, at most one for each second event and its followers."""
    return function.project.remember(("transactions: judged", id(function)), lambda: list(_judged(function)))


def _judged(function: Function) -> Iterator[tuple[Pair, Verdict, Code]]:
    if not is_subject(function):
        return
    unit = units.of_function(function)
    if not unit.pairs or transactions.is_held(function):
        return
    found: list[tuple[Pair, Verdict]] = []
    for pair in unit.pairs:
        if pair.first.node.start > pair.second.node.start or _excludes(pair, function):
            continue
        verdict = _verdict(pair, function)
        if verdict is not None:
            found.append((pair, verdict))
    found.sort(key=lambda each: (each[1] != "clear", not each[0].is_loop, each[0].second.node.start, -each[0].first.node.start))
    reported: list[Event] = []
    follows = {(id(pair.first), id(pair.second)) for pair in unit.pairs}
    for pair, verdict in found:
        second = pair.second
        if any(each is second or (id(each), id(second)) in follows or (id(second), id(each)) in follows for each in reported):
            continue
        reported.append(second)
        yield pair, verdict, code_of(pair)


def is_subject(function: Function) -> bool:
    return function.module.role not in ("test", "migration", "example", "generated")


def code_of(pair: Pair) -> Code:
    """Whether transactions follow each other, or writes that have none."""
    return "commits" if pair.first.is_transaction and pair.second.is_transaction else "writes"


# --- the verdict


def _verdict(pair: Pair, function: Function) -> Verdict | None:
    first, second = pair
    if not pair.is_loop and (_compensates(first, second) or not unit_events.share_store(first, second)):
        return None
    if not pair.is_loop and _serves_for_ever(first, second):
        return None
    if unit_roles.is_stamp(first) or unit_roles.is_stamp(second):
        return None
    if pair.is_loop:
        return _loop(first, function)
    setting = transactions.setting_of(function)
    if _is_progress(first, second) or unit_roles.is_of_job(first) or unit_roles.is_of_job(second):
        return None
    if is_same_row(first, second) or is_same_object(first, second, function):
        return "note" if setting == "request" else None
    if setting == "start" or (setting == "command" and not transactions.is_unattended(function)):
        return "note"
    if setting == "job" and (_may_run_again(first, second) or any(unit_roles.is_progress(event) for event in pair)):
        return "note"
    if unit_roles.is_weak(first) and unit_roles.is_weak(second):
        return None
    if any(event.is_document or unit_roles.is_weak(event) or _starts_up(event) for event in pair):
        return "note"
    if first.called is second.called and unit_roles.is_setting(first) and unit_roles.is_setting(second):
        return "note"
    if any(unit_roles.is_record(event) or unit_roles.is_short_lived(event) for event in pair) or _only_delete_alike(first, second):
        return "note"
    if _only_links(first, second, function) or _only_links(second, first, function):
        return "note"
    if _is_undone(first, second) or _is_hook(function):
        return "note"
    if any(isinstance(node, n.For) and _is_batched(second, node) for node, _ in second.where):
        return "note"
    if not any(write.action == "create" for write in second.writes) and _calls_out_between(first, second, function):
        return "note"
    return "clear" if belong_together(first, second, function) else "note"


def _may_run_again(first: Event, second: Event) -> bool:
    """Whether a job that makes both events can be run again: it makes no rows, asks before it does, or goes through many items."""
    if not any(unit_roles.makes_rows(event) for event in (first, second)):
        return True
    if first.called is not None or second.called is not None:
        return True
    return any(event.is_repeated or any(isinstance(node, (n.If, n.For, n.While)) for node, _ in event.where) for event in (first, second))


def _is_undone(first: Event, second: Event) -> bool:
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


def _serves_for_ever(first: Event, second: Event) -> bool:
    """Whether both events are calls in a loop that never ends: what is called is a unit of its own."""
    if first.called is None or second.called is None:
        return False
    loops = [
        {id(node) for node, _ in event.where if isinstance(node, n.While) and transactions.never_ends(node.test)}
        for event in (first, second)
    ]
    return bool(loops[0] & loops[1])


def _excludes(pair: Pair, function: Function) -> bool:
    """Whether only one of two events happens: in branches of a loop's body, or the second where the first did nothing."""
    first, second = pair
    if pair.is_loop:
        return False
    if persistence.is_exclusive(function.node.body, first.node.start, second.node.start):
        return True
    made = unit_events.assigned_name(first.node, function) if isinstance(first.node, n.Call) else None
    if made is None:
        return False
    return any(isinstance(node, n.If) and branch == "body" and _is_nothing(node.test, made) for node, branch in second.where)


def _is_nothing(test: n.Expr, name: str) -> bool:
    """Whether a test says that a count is zero or a thing is missing: `if not changed`, `if changed == 0`."""
    if isinstance(test, n.UnaryOp) and test.op == "not":
        return isinstance(test.operand, n.Name) and test.operand.id == name
    if isinstance(test, n.Compare) and isinstance(test.left, n.Name) and test.left.id == name and len(test.ops) == 1:
        other = test.comparators[0]
        return test.ops[0] in ("==", "is", "<") and isinstance(other, n.Constant) and other.value in ("0", "1", "None")
    return False


def _compensates(first: Event, second: Event) -> bool:
    """Whether one of two stands in a handler of failures: it tidies up, or says what went wrong."""
    for event, other in ((second, first), (first, second)):
        for node, branch in event.where:
            if isinstance(node, n.Try) and branch.startswith("handler "):
                handler = node.handlers[int(branch.removeprefix("handler "))]
                inside = any(place is node and side == branch for place, side in other.where)
                if not inside and not _is_lookup(handler):
                    return True
    return False


def _is_lookup(handler: n.ExceptHandler) -> bool:
    """Whether a handler is for something that was not found: what it writes belongs to the work."""
    kinds = handler.type.elts if isinstance(handler.type, n.Tuple) else [handler.type]
    names = [kind.attr if isinstance(kind, n.Attribute) else kind.id if isinstance(kind, n.Name) else "" for kind in kinds]
    return all(name.endswith(_LOOKUPS) for name in names)


def _loop(event: Event, function: Function) -> Verdict | None:
    """The verdict on something that is made lasting again and again in a loop."""
    loop = next((node for node, branch in reversed(event.where) if isinstance(node, (n.For, n.While, n.Comp)) and branch == "body"), None)
    if loop is None or isinstance(loop, n.While) or _is_batched(event, loop):
        return None
    setting = transactions.setting_of(function)
    if setting != "request" and not (setting == "command" and transactions.is_unattended(function)):
        return None if setting == "job" else "note"
    if unit_roles.is_weak(event) or unit_roles.is_of_job(event):
        return None
    if event.is_deliberate or event.is_document or unit_roles.is_progress(event) or _is_hook(function):
        return "note"
    if unit_roles.is_record(event) or unit_roles.is_short_lived(event) or unit_roles.is_setting(event):
        return "note"
    if not event.is_transaction and not _has_parent(event, loop, function):
        return "note"
    if _calls_out_in(loop, function) or _is_isolated(event, loop) or _is_of_messages(loop):
        return "note"
    return "clear"


def _is_batched(event: Event, loop: n.For | n.Comp) -> bool:
    """Whether the loop goes through batches, or commits now and then only."""
    for node, _ in event.where:
        if isinstance(node, n.If) and any(isinstance(part, n.BinOp) and part.op == "%" for part in n.walk(node.test)):
            return True
        if isinstance(node, n.If) and any(isinstance(p, n.Compare) and {">=", ">"} & set(p.ops) for p in n.walk(node.test)):
            if any(isinstance(p, n.Call) and isinstance(p.func, n.Name) and p.func.id == "len" for p in n.walk(node.test)):
                return True
    source = loop.iter if isinstance(loop, n.For) else loop.generators[0].iter
    target = loop.target if isinstance(loop, n.For) else loop.generators[0].target
    for part in (*n.walk(source), *n.walk(target)):
        if isinstance(part, (n.Name, n.Attribute)) and _BATCH.search(part.id if isinstance(part, n.Name) else part.attr):
            return True
        if isinstance(part, n.Call) and isinstance(part.func, n.Name) and part.func.id == "range" and len(part.args) == 3:
            return True
    return False


def _is_of_messages(loop: n.For | n.Comp) -> bool:
    """Whether a loop goes through messages from outside, which have nothing to do with each other."""
    target = loop.target if isinstance(loop, n.For) else loop.generators[0].target
    names = [part.id for part in n.walk(target) if isinstance(part, n.Name)]
    return any(not unit_roles.MESSAGES.isdisjoint(unit_roles.words_of(name)) for name in names)


def _is_isolated(event: Event, loop: n.For | n.Comp) -> bool:
    """Whether each item of a loop is meant to fail by itself: whatever goes wrong with one is caught inside the loop."""
    for node, branch in event.where:
        if isinstance(node, n.Try) and branch == "body" and loop.start < node.start:
            if any(_is_broad(handler) and not persistence.leaves(handler.body[-1:]) for handler in node.handlers):
                return True
    return False


def _is_broad(handler: n.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, n.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, n.Name) and kind.id in ("Exception", "BaseException")) for kind in kinds)


def _has_parent(event: Event, loop: n.For | n.Comp, function: Function) -> bool:
    """Whether what a loop writes belongs to one thing outside of it: rows made for one parent, or the places in an order."""
    source = loop.iter if isinstance(loop, n.For) else loop.generators[0].iter
    target = loop.target if isinstance(loop, n.For) else loop.generators[0].target
    if isinstance(source, n.Call) and isinstance(source.func, n.Name) and source.func.id == "enumerate" and isinstance(target, n.Tuple):
        return any(write.action == "update" for write in event.writes) and _stores(target.elts[0], event, function)
    if not any(write.action == "create" for write in event.writes):
        return False
    outside = {
        name
        for name in names_in(event.node, function)
        for binding in function.names.bindings.get(name, ())
        if binding.start < loop.start and persistence.is_model(function.project.inference.binding(binding, function.module, function))
    }
    return bool(outside)


def _stores(index: n.Expr, event: Event, function: Function) -> bool:
    """Whether the place in the loop is what an event stores."""
    if not isinstance(index, n.Name):
        return False
    if any(isinstance(part, n.Name) and part.id == index.id for part in n.walk_scope(event.node)):
        return True
    rows = {row.partition(".")[0] for row in rows_of(event)}
    return any(
        statement.value is not None and any(isinstance(part, n.Name) and part.id == index.id for part in n.walk_scope(statement.value))
        for row in rows
        for _, statement in function.names.attributes.get(row, ())
    )


# --- what an event is about


def _is_progress(first: Event, second: Event) -> bool:
    """Whether two events tell how far one piece of work is: `job.status = "running"`, later `job.status = "done"`."""
    return unit_roles.is_progress(first) and unit_roles.is_progress(second) and share_row(first, second)


def _only_links(event: Event, other: Event, function: Function) -> bool:
    """Whether an event only links rows to the one that the other event is about, or both only link."""
    if not event.writes or not all(write.action == "relate" for write in event.writes):
        return False
    if all(write.action == "relate" for write in other.writes) or share_row(event, other):
        return True
    rows = {row.partition(".")[0] for row in rows_of(other)}
    return not rows.isdisjoint(names_in(event.node, function))


def _starts_up(event: Event) -> bool:
    """Whether what is called fills an empty database, or makes the application."""
    return event.called is not None and transactions.is_start_up(event.called)


def _only_delete_alike(first: Event, second: Event) -> bool:
    """Whether both events only delete, from one table: what is left is deleted by the next run."""
    writes = (*first.writes, *second.writes)
    return all(write.action == "delete" and write.model is not None for write in writes) and len({write.model for write in writes}) == 1


def _is_hook(function: Function) -> bool:
    """Whether a library calls the function, in whatever transaction its user has: `save` of a model or form, a signal's receiver."""
    if function.cls is not None and function.node.name in ("save", "delete", "clean", "ready", "save_m2m"):
        return any(name.startswith(("django.", "rest_framework.")) for name in function.cls.external_ancestors)
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        name = function.project.inference.qualified_name(target, function.module, function.parent)
        if name is not None and name.endswith((".receiver", ".listens_for")):
            return True
    return False


def _calls_out_between(first: Event, second: Event, function: Function) -> bool:
    """Whether another service is called between two events, or by the second: the first is made lasting before that on purpose."""
    if second.called is not None and "outbound" in effects.of_function(second.called):
        return True
    return any(
        not _is_own(call, first, second)
        and first.node.end <= call.start < second.node.start
        and _calls_out(target.effects, target.function)
        for call, target in effects.calls_in(function)
    )


def _is_own(call: n.Call, first: Event, second: Event) -> bool:
    return any(event.node.start <= call.start < event.node.end for event in (first, second))


def _calls_out_in(loop: n.For | n.Comp, function: Function) -> bool:
    return any(
        loop.start <= call.start < loop.end and _calls_out(target.effects, target.function) for call, target in effects.calls_in(function)
    )


def _calls_out(own: frozenset[str], called: Function | None) -> bool:
    if "outbound" in own:
        return True
    return called is not None and "outbound" in effects.of_function(called)
