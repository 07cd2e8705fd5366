"""The walk along the paths of a function, for what it makes lasting and when.

The statements are walked with what can have been made lasting, and what can be scheduled, when they are reached. Where two points that make
something lasting can follow each other, a failure between them leaves the first without the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.semantics import unit_blocks, unit_events
from backend_lint.semantics.conditions import NO_FACTS, Conditions, Facts, atoms_of
from backend_lint.semantics.unit_events import Event, Write
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: How many sets of conditions are kept apart at one statement.
_MAX_STATES = 16
#: Calls whose coroutine argument runs by itself.
_SPAWNING = frozenset({"create_task", "ensure_future", "start_soon", "run_coroutine_threadsafe", "add_task", "spawn"})
_MUTATING = frozenset({"append", "extend", "remove", "clear", "add", "discard", "insert", "pop"})


class Held(NamedTuple):
    """What can be lasting, and what can be scheduled, on the ways to a statement: places in the walk's lists."""

    lasting: frozenset[int]
    pending: frozenset[int]


_NOTHING = Held(frozenset(), frozenset())
_States = dict[Facts, Held]
_NO_NAMES: frozenset[str] = frozenset()


def _merge(into: _States, more: Mapping[Facts, Held]) -> None:
    for facts, held in more.items():
        known = into.get(facts)
        into[facts] = held if known is None else Held(known.lasting | held.lasting, known.pending | held.pending)


def _bounded(states: _States) -> _States:
    if len(states) <= _MAX_STATES:
        return states
    merged: _States = {}
    for held in states.values():
        _merge(merged, {NO_FACTS: held})
    return merged


class UnitWalk:
    """One walk. `pairs` are the (first, second) events that follow each other on a path; an event that follows itself stands in a loop.

    `lasting` and `pending` are what is lasting, and what is still scheduled, where the function returns.
    """

    def __init__(self, function: Function, calls: Mapping[int, list[Event]]) -> None:
        self.function = function
        self.pairs: dict[tuple[int, int], tuple[Event, Event]] = {}
        self._calls = calls
        self._events: list[Event] = []
        self._places: dict[int, int] = {}
        self._writes: list[Write] = []
        self._write_places: dict[int, int] = {}
        self._ends: _States = {}
        self._breaks: list[_States] = []
        self._continues: list[_States] = []
        self._raised: list[_States] = []
        self._where: list[tuple[n.Node, str]] = []
        self._guards: list[tuple[n.Expr, bool]] = []
        self._depth = 0
        self._conditions = Conditions(function)
        self._parameters = frozenset(parameter.name for parameter in function.parameters)
        self._spawned = _spawned(function)
        self._commits: dict[int, Event] = {}
        self._changes: dict[int, int] = {}
        _merge(self._ends, self._block(function.node.body, {NO_FACTS: _NOTHING}))
        ends = list(self._ends.values())
        self.lasting = [self._events[place] for place in sorted({place for held in ends for place in held.lasting})]
        self.pending = [self._writes[place] for place in sorted({place for held in ends for place in held.pending})]

    # --- blocks and statements

    def _block(self, body: Iterable[n.Stmt], states: _States) -> _States:
        guards = len(self._guards)
        for statement in body:
            if not states:
                break
            for raised in self._raised:
                _merge(raised, states)
            handler = _STATEMENTS.get(type(statement))
            states = handler(self, statement, _bounded(states)) if handler is not None else states
        del self._guards[guards:]
        return states

    def _inside(self, node: n.Node, branch: str, body: list[n.Stmt], states: _States) -> _States:
        self._where.append((node, branch))
        states = self._block(body, states)
        self._where.pop()
        return states

    def _expression(self, statement: n.ExprStmt, states: _States) -> _States:
        states = self._look(statement.value, states)
        place = self._changes.get(id(statement))
        if place is None:
            write = unit_events.is_unknown_deed(statement, self.function)
            place = self._changes[id(statement)] = self._write_place(write) if write is not None else -1
        return states if place < 0 else {facts: Held(h.lasting, h.pending | {place}) for facts, h in states.items()}

    def _assign(self, statement: n.Assign | n.AnnAssign | n.AugAssign, states: _States) -> _States:
        if statement.value is not None:
            states = self._look(statement.value, states)
        targets = statement.targets if isinstance(statement, n.Assign) else [statement.target]
        for target in targets:
            for part in target.elts if isinstance(target, (n.Tuple, n.List)) else [target]:
                if isinstance(part, n.Name):
                    renewed: _States = {}
                    for facts, held in states.items():
                        _merge(renewed, {self._conditions.assigned(part.id, statement.value, facts): held})
                    states = renewed
                elif isinstance(part, n.Attribute):
                    states = self._changed(part, states)
        return states

    def _changed(self, target: n.Attribute, states: _States) -> _States:
        place = self._changes.get(id(target))
        if place is None:
            write = unit_events.is_changed_row(target, self.function)
            place = self._changes[id(target)] = self._write_place(write) if write is not None else -1
        return states if place < 0 else {facts: Held(h.lasting, h.pending | {place}) for facts, h in states.items()}

    def _return(self, statement: n.Return, states: _States) -> _States:
        if statement.value is not None:
            states = self._look(statement.value, states)
        _merge(self._ends, states)
        return {}

    def _raise(self, statement: n.Raise, states: _States) -> _States:
        if statement.exc is not None:
            self._look(statement.exc, states)
        return {}

    def _leave(self, statement: n.Break | n.Continue, states: _States) -> _States:
        targets = self._breaks if isinstance(statement, n.Break) else self._continues
        if targets:
            _merge(targets[-1], states)
        return {}

    def _if(self, statement: n.If, states: _States) -> _States:
        states = self._look(statement.test, states)
        after: _States = {}
        left = []
        for holds, branch, body in ((True, "body", statement.body), (False, "orelse", statement.orelse)):
            entering: _States = {}
            for facts, held in states.items():
                if self._conditions.truth(statement.test, facts, _NO_NAMES) in (holds, None):
                    _merge(entering, {self._conditions.assume(statement.test, facts, holds): held})
            self._guards.append((statement.test, holds))
            out = self._inside(statement, branch, body, entering)
            self._guards.pop()
            if entering and not out:
                left.append(holds)
            _merge(after, out)
        if len(left) == 1:
            # What follows runs only when the branch that leaves was not taken.
            self._guards.append((statement.test, not left[0]))
        return after

    def _loop(self, statement: n.For | n.While, states: _States) -> _States:
        states = self._look(statement.iter if isinstance(statement, n.For) else statement.test, states)
        after: _States = {}
        always = isinstance(statement, n.While) and isinstance(statement.test, n.Constant) and statement.test.value in ("True", "1")
        if not always:
            _merge(after, states)
        entering = dict(states)
        for _ in range(2):
            if isinstance(statement, n.For):
                entering = self._forget(statement.target, entering)
            self._breaks.append({})
            self._continues.append({})
            out = self._inside(statement, "body", statement.body, entering)
            _merge(after, self._breaks.pop())
            _merge(out, self._continues.pop())
            if not always:
                _merge(after, out)
            _merge(entering, out)
        return self._inside(statement, "orelse", statement.orelse, after) if statement.orelse else after

    def _forget(self, target: n.Expr, states: _States) -> _States:
        for node in n.walk(target):
            if isinstance(node, n.Name):
                renewed: _States = {}
                for facts, held in states.items():
                    _merge(renewed, {self._conditions.assigned(node.id, None, facts): held})
                states = renewed
        return states

    def _stores_in(self, block: n.With) -> frozenset[str]:
        """The stores to which a block writes."""
        return frozenset(
            store
            for node in n.walk_scope(block.body)
            if isinstance(node, n.Call)
            for event in self._calls.get(id(node), ())
            for store in event.stores
        )

    def _with(self, statement: n.With, states: _States) -> _States:
        block: unit_blocks.Block | None = None
        holder: n.Expr = statement.items[0].value
        for item in statement.items:
            states = self._look(item.value, states)
            found = unit_blocks.block_of(item.value, self.function, is_async=statement.is_async)
            if found is not None and found != "savepoint":
                block, holder = found, item.value
        if block is None:
            return self._inside(statement, "body", statement.body, states)
        self._depth += block == "atomic"
        outer = self._open_ways()
        states = self._inside(statement, "body", statement.body, states)
        self._depth -= block == "atomic"

        def leave(leaving: _States) -> _States:
            return leaving if self._depth else self._commit(holder, "", leaving, stores, is_block=block == "atomic")

        stores = self._stores_in(statement)
        self._close_ways(outer, leave)
        return leave(states)

    def _open_ways(self) -> tuple[_States, _States | None, _States | None]:
        """Begin to collect the ways out of a block anew, those of a `return`, a `break` and a `continue`; what was collected so far."""
        outer = (self._ends, self._breaks[-1] if self._breaks else None, self._continues[-1] if self._continues else None)
        self._ends = {}
        if self._breaks:
            self._breaks[-1], self._continues[-1] = {}, {}
        return outer

    def _close_ways(self, outer: tuple[_States, _States | None, _States | None], leave: Callable[[_States], _States]) -> None:
        """Let the ways out of a block run through what is done when it is left."""
        ends, breaks, continues = outer
        _merge(ends, leave(self._ends))
        self._ends = ends
        if breaks is not None and continues is not None:
            _merge(breaks, leave(self._breaks[-1]))
            _merge(continues, leave(self._continues[-1]))
            self._breaks[-1], self._continues[-1] = breaks, continues

    def _try(self, statement: n.Try, states: _States) -> _States:
        if not statement.finalbody:
            return self._guarded(statement, states)
        outer = self._open_ways()
        after = self._guarded(statement, states)

        def leave(leaving: _States) -> _States:
            return self._inside(statement, "finally", statement.finalbody, leaving) if leaving else leaving

        self._close_ways(outer, leave)
        return leave(after)

    def _guarded(self, statement: n.Try, states: _States) -> _States:
        """A `try` without its `finally`."""
        raised: _States = {}
        _merge(raised, states)
        self._raised.append(raised)
        after = self._inside(statement, "body", statement.body, states)
        self._raised.pop()
        after = self._inside(statement, "orelse", statement.orelse, after) if statement.orelse else after
        for index, handler in enumerate(statement.handlers):
            _merge(after, self._inside(statement, f"handler {index}", handler.body, dict(raised)))
        return after

    def _match(self, statement: n.Match, states: _States) -> _States:
        states = self._look(statement.subject, states)
        after: _States = {}
        _merge(after, states)
        for index, case in enumerate(statement.cases):
            _merge(after, self._inside(statement, f"case {index}", case.body, dict(states)))
        return after

    # --- what an expression does

    def _look(self, expr: n.Expr, states: _States) -> _States:
        if type(expr) in _ATOMS:
            return states
        nodes = list(n.walk_scope(expr))
        calls = [node for node in nodes if type(node) is n.Call]
        if not calls:
            return states
        loops = [node for node in nodes if type(node) is n.Comp]
        for call in sorted(calls, key=lambda node: node.end):
            if id(call) in self._spawned:
                continue
            for event in self._calls.get(id(call), ()):
                comp = next((node for node in loops if node.start <= call.start and call.end <= node.end), None)
                if comp is not None:
                    self._where.append((comp, "body"))
                states = self._happen(event, states)
                if comp is not None:
                    states = self._happen(event, states)
                    self._where.pop()
            states = self._mutated(call, states)
        return states

    def _mutated(self, call: n.Call, states: _States) -> _States:
        """`setattr(order, name, value)` and `order.lines.append(line)` change rows as an assignment does."""
        expr: n.Expr | None = None
        if isinstance(call.func, n.Name) and call.func.id == "setattr" and len(call.args) > 1:
            first = call.args[0].value
            expr = n.Attribute(call.start, call.end, first, "")
        elif isinstance(call.func, n.Attribute) and call.func.attr in _MUTATING and isinstance(call.func.value, n.Attribute):
            expr = call.func.value
        if not isinstance(expr, n.Attribute):
            return states
        place = self._changes.get(id(call))
        if place is None:
            write = unit_events.is_changed_row(expr, self.function)
            if write is not None and not write.is_certain and expr.attr:
                write = None
            place = self._changes[id(call)] = self._write_place(write) if write is not None else -1
        return states if place < 0 else {facts: Held(h.lasting, h.pending | {place}) for facts, h in states.items()}

    def _happen(self, event: Event, states: _States) -> _States:
        if event.kind == "commit":
            return states if self._depth else self._commit(event.node, event.name, states, event.stores, is_block=False)
        if event.kind == "rollback":
            return states if self._depth else {facts: Held(held.lasting, frozenset()) for facts, held in states.items()}
        if event.kind == "pending" or self._depth:
            places = frozenset(self._write_place(write) for write in event.writes)
            return {facts: Held(held.lasting, held.pending | places) for facts, held in states.items()}
        return {facts: self._last(event, self._ended(event, held)) for facts, held in states.items()}

    def _ended(self, event: Event, held: Held) -> Held:
        """What is scheduled before a call that commits lasts with it: they are taken to share the session."""
        if not event.is_transaction or event.called is None or not held.pending:
            return held
        known = {id(write) for write in event.writes}
        event.writes.extend(write for place in sorted(held.pending) if id(write := self._writes[place]) not in known and write.is_certain)
        return Held(held.lasting, frozenset())

    def _commit(self, node: n.Node, name: str, states: _States, stores: frozenset[str], *, is_block: bool) -> _States:
        """The end of a transaction: what is scheduled becomes lasting. With nothing scheduled, only reads end."""
        after: _States = {}
        for facts, held in states.items():
            if any(self._writes[place].is_certain or not is_block for place in held.pending):
                event = self._commits.get(id(node))
                if event is None:
                    event = self._commits[id(node)] = Event("lasting", node, name)
                    event.is_transaction = True
                    event.is_deliberate = is_block
                    event.stores = stores
                known = {id(write) for write in event.writes}
                event.writes.extend(self._writes[place] for place in sorted(held.pending) if id(self._writes[place]) not in known)
                held = self._last(event, Held(held.lasting, frozenset()))
            _merge(after, {facts: Held(held.lasting, frozenset())})
        return after

    def _last(self, event: Event, held: Held) -> Held:
        place = self._places.get(id(event))
        if place is None:
            place = self._places[id(event)] = len(self._events)
            self._events.append(event)
            event.where = tuple(self._where)
            event.is_ensured = event.is_ensured or any(_is_missing(node, branch) for node, branch in self._where)
            event.conditions |= {fact for test, holds in self._guards for fact in atoms_of(test, holds) if fact[0] in self._parameters}
        for first in held.lasting:
            self.pairs.setdefault((first, place), (self._events[first], event))
        return Held(held.lasting | {place}, held.pending)

    def _write_place(self, write: Write) -> int:
        place = self._write_places.get(id(write))
        if place is None:
            place = self._write_places[id(write)] = len(self._writes)
            self._writes.append(write)
        return place


_LOOKUP_FAILURES = ("DoesNotExist", "NotFound", "NoResultFound")


def _is_missing(node: n.Node, branch: str) -> bool:
    """Whether a branch is for something that was looked for and is not there: `except Tag.DoesNotExist:`, `if tag is None:`."""
    if isinstance(node, n.Try) and branch.startswith("handler "):
        kind = node.handlers[int(branch.removeprefix("handler "))].type
        return isinstance(kind, (n.Name, n.Attribute)) and (kind.attr if isinstance(kind, n.Attribute) else kind.id).endswith(
            _LOOKUP_FAILURES
        )
    return False


def _spawned(function: Function) -> set[int]:
    """The calls that only make a coroutine which runs by itself: `create_task(send(order))`."""
    found: set[int] = set()
    for node in function.nodes_of(n.Call):
        if isinstance(node.func, (n.Attribute, n.Name)):
            name = node.func.attr if isinstance(node.func, n.Attribute) else node.func.id
            if name in _SPAWNING:
                found.update(id(given.value) for given in node.args if isinstance(given.value, n.Call))
    return found


#: The expressions in which nothing can stand that does something.
_ATOMS = frozenset({n.Name, n.Constant})
_STATEMENTS: dict[type[n.Node], Callable[..., _States]] = {
    n.ExprStmt: UnitWalk._expression, n.Assign: UnitWalk._assign, n.AnnAssign: UnitWalk._assign, n.AugAssign: UnitWalk._assign,
    n.Return: UnitWalk._return, n.Raise: UnitWalk._raise, n.Break: UnitWalk._leave, n.Continue: UnitWalk._leave, n.If: UnitWalk._if,
    n.For: UnitWalk._loop, n.While: UnitWalk._loop, n.With: UnitWalk._with, n.Try: UnitWalk._try, n.Match: UnitWalk._match,
}  # fmt: skip
