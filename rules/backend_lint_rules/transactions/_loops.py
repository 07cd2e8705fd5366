"""What is made lasting again and again in a loop: one operation in parts, or items that have nothing to do with each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks import transactions
from backend_lint.semantics import effects, persistence, unit_roles
from backend_lint.semantics.calls import callee
from backend_lint.source import nodes as n
from backend_lint_rules.transactions._belonging import names_in, rows_of
from backend_lint_rules.transactions._circumstances import calls_out, is_broad, is_hook

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.unit_events import Event

_BATCH = re.compile(r"chunk|batch|page|slice|window", re.IGNORECASE)


def judge_loop(event: Event, function: Function) -> Literal["clear", "note"] | None:
    """The verdict on something that is made lasting again and again in a loop."""
    loop = next((node for node, branch in reversed(event.where) if isinstance(node, (n.For, n.While, n.Comp)) and branch == "body"), None)
    if loop is None or isinstance(loop, n.While) or is_batched(event, loop) or _runs_once(loop, function):
        return None
    if isinstance(loop, n.For) and _is_for_the_first(event, loop):
        return None
    setting = transactions.setting_of(function)
    if setting != "request" and not (setting == "command" and transactions.is_unattended(function)):
        return None if setting == "job" else "note"
    if unit_roles.is_weak(event) or unit_roles.is_of_job(event):
        return None
    if event.is_deliberate or event.is_document or unit_roles.is_progress(event) or is_hook(function):
        return "note"
    if unit_roles.is_record(event) or unit_roles.is_short_lived(event) or unit_roles.is_setting(event):
        return "note"
    if not event.is_transaction and not _has_parent(event, loop, function):
        return "note"
    if _calls_out_in(loop, function) or _is_isolated(event, loop) or _is_of_messages(loop):
        return "note"
    return "clear"


def _runs_once(loop: n.For | n.Comp, function: Function) -> bool:
    """Whether a loop is the way to what a generator provides once: `async for session in get_session():`."""
    if not isinstance(loop, n.For) or not isinstance(loop.iter, n.Call):
        return False
    made = callee(loop.iter, function.module, function).function
    if made is None or not made.is_generator:
        return False
    repeated = [node for node in n.walk_scope(made.node.body) if isinstance(node, (n.For, n.While))]
    yields = [node for node in n.walk_scope(made.node.body) if isinstance(node, n.Yield)]
    return len(yields) == 1 and not any(node.start <= yields[0].start < node.end for node in repeated)


def _is_for_the_first(event: Event, loop: n.For) -> bool:
    """Whether a loop makes something for one of its items alone: `if not main: main = Author(name)`, when nothing else in the loop gives
    the name a value but where it has none."""
    if any(isinstance(node, (n.For, n.While, n.Comp)) and node is not loop for node, _ in event.where):
        return False
    for node, branch in event.where:
        name = _missing(node.test) if isinstance(node, n.If) and branch == "body" and loop.start < node.start else None
        if name is None or any(isinstance(part, n.Name) and part.id == name for part in n.walk(loop.target)):
            continue
        assert isinstance(node, n.If)
        stores = [part for part in n.walk_scope(loop.body) if _gives_value(part, name)]
        filled = [part for part in n.walk_scope(loop.body) if isinstance(part, n.If) and _missing(part.test) == name]
        own = any(isinstance(store, n.Assign) and isinstance(store.value, n.Call) and store in node.body for store in stores)
        if own and all(any(block.body[0].start <= store.start < block.body[-1].end for block in filled) for store in stores):
            return True
    return False


def _missing(test: n.Expr) -> str | None:
    """The name that a test asks for and finds missing: `not main`, `main is None`."""
    if isinstance(test, n.UnaryOp) and test.op == "not" and isinstance(test.operand, n.Name):
        return test.operand.id
    if isinstance(test, n.Compare) and test.ops == ["is"] and isinstance(test.left, n.Name):
        other = test.comparators[0]
        return test.left.id if isinstance(other, n.Constant) and other.kind == "none" else None
    return None


def _gives_value(node: n.Node, name: str) -> bool:
    """Whether a statement assigns a name."""
    targets: list[n.Expr] = []
    if isinstance(node, n.Assign):
        targets = node.targets
    elif isinstance(node, (n.AnnAssign, n.AugAssign, n.For)):
        targets = [node.target]
    elif isinstance(node, n.With):
        targets = [item.target for item in node.items if item.target is not None]
    elif isinstance(node, n.NamedExpr):
        targets = [node.target]
    return any(isinstance(part, n.Name) and part.id == name for target in targets for part in n.walk(target))


def is_batched(event: Event, loop: n.For | n.Comp) -> bool:
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
            if any(is_broad(handler) and not persistence.leaves(handler.body[-1:]) for handler in node.handlers):
                return True
    return False


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


def _calls_out_in(loop: n.For | n.Comp, function: Function) -> bool:
    return any(
        loop.start <= call.start < loop.end and calls_out(target.effects, target.function) for call, target in effects.calls_in(function)
    )
