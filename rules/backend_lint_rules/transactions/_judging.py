"""Which halves of a unit of work belong together, and how sure a reviewer is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks import transactions
from backend_lint.semantics import persistence, unit_events, unit_roles, unit_rows, units
from backend_lint.source import nodes as n
from backend_lint_rules.transactions._belonging import belong_together, is_same_object, is_same_row, names_in, rows_of, share_row
from backend_lint_rules.transactions._circumstances import (
    are_bulks,
    calls_out_between,
    clears_apart,
    is_best_effort,
    is_hook,
    is_outside_sync,
    is_undone,
    may_run_again,
    only_delete_alike,
    stand_apart,
    starts_up,
)
from backend_lint_rules.transactions._loops import is_batched, judge_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Function
    from backend_lint.semantics.unit_events import Event
    from backend_lint.semantics.units import Pair

Verdict = Literal["clear", "note"]
Code = Literal["writes", "commits"]

_LOOKUPS = ("DoesNotExist", "NotFound", "NoResultFound", "KeyError", "IntegrityError")


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
    reported: list[tuple[Event, Event]] = []
    follows = {(id(pair.first), id(pair.second)) for pair in unit.pairs}
    for pair, verdict in found:
        second = pair.second
        if any(each is second or (id(each), id(second)) in follows or (id(second), id(each)) in follows for _, each in reported):
            continue
        if any(_is_one_fault(pair, first, each, function) for first, each in reported):
            continue
        reported.append((pair.first, second))
        yield pair, verdict, code_of(pair)


def _is_one_fault(pair: Pair, first: Event, second: Event, function: Function) -> bool:
    """Whether a pair is another way from one first half: the second halves stand in branches that exclude each other."""
    if pair.first is not first or pair.is_loop:
        return False
    early, late = sorted((pair.second.node.start, second.node.start))
    return persistence.is_exclusive(function.node.body, early, late)


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
        return judge_loop(first, function)
    if stand_apart(first, second):
        return None
    setting = transactions.setting_of(function)
    if _is_progress(first, second) or unit_roles.is_of_job(first) or unit_roles.is_of_job(second):
        return None
    if is_same_row(first, second) or is_same_object(first, second, function):
        return "note" if setting == "request" else None
    if is_same_row(first, second, but=unit_roles.tells):
        return "note"
    if setting == "start" or (setting == "command" and not transactions.is_unattended(function)):
        return "note"
    if unit_roles.is_synchronizing(function) or any(is_outside_sync(event) for event in pair):
        return "note"
    if setting in ("job", "command") and (may_run_again(first, second, function) or any(unit_roles.is_progress(event) for event in pair)):
        return "note"
    if unit_roles.is_weak(first) and unit_roles.is_weak(second):
        return None
    if any(event.is_document or unit_roles.is_weak(event) or starts_up(event) for event in pair):
        return "note"
    if first.called is not None and first.called is second.called and unit_roles.is_setting(first) and unit_roles.is_setting(second):
        return "note"
    if any(unit_roles.is_record(event) or unit_roles.is_short_lived(event) for event in pair) or only_delete_alike(first, second):
        return "note"
    if clears_apart(first, second, function):
        return "note"
    if _only_links(first, second, function) or _only_links(second, first, function):
        return "note"
    if is_undone(first, second) or is_hook(function) or are_bulks(first, second, function):
        return "note"
    if any(isinstance(node, n.For) and is_batched(event, node) for event in pair for node, _ in event.where):
        return "note"
    if is_best_effort(first, second) or is_best_effort(second, first):
        return "note"
    if not any(write.action == "create" for write in second.writes) and calls_out_between(first, second, function):
        return "note"
    return "clear" if belong_together(first, second, function) else "note"


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
    made = unit_rows.assigned_name(first.node, function) if isinstance(first.node, n.Call) else None
    if made is None:
        return False
    if any(isinstance(node, n.If) and branch == "body" and _is_nothing(node.test, made) for node, branch in second.where):
        return True
    # `if added is not None: return added`: what follows runs only when the first did nothing.
    return any(
        isinstance(node, n.If)
        and (first.node.end <= node.start or node.test.start <= first.node.start < node.test.end)
        and node.end <= second.node.start
        and _is_something(node.test, made)
        and persistence.leaves(node.body)
        and not any(place is node for place, _ in second.where)
        for node in n.walk_scope(function.node.body)
    )


def _is_something(test: n.Expr, name: str) -> bool:
    """Whether a test says that there is a result: `if made`, `if made is not None`, `if made := make()`."""
    if isinstance(test, n.Compare) and test.ops == ["is not"] and isinstance(test.comparators[0], n.Constant):
        test = test.left if test.comparators[0].kind == "none" else test
    if isinstance(test, n.NamedExpr):
        test = test.target
    return isinstance(test, n.Name) and test.id == name


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


# --- what an event is about


def _is_progress(first: Event, second: Event) -> bool:
    """Whether two events tell how far one piece of work is: `job.status = "running"`, later `job.status = "done"`."""
    if not unit_roles.is_progress(first) or not share_row(first, second):
        return False
    return unit_roles.is_progress(second) or any(
        unit_roles.tells_progress(write) and write.row in rows_of(first) for write in second.writes
    )


def _only_links(event: Event, other: Event, function: Function) -> bool:
    """Whether an event only links rows to the one that the other event is about, or both only link."""
    if not event.writes or not all(write.action == "relate" for write in event.writes):
        return False
    if all(write.action == "relate" for write in other.writes) or share_row(event, other):
        return True
    rows = {row.partition(".")[0] for row in rows_of(other)}
    return not rows.isdisjoint(names_in(event.node, function))
