"""Units of work: what each function makes lasting by itself and through what it calls, and which of it can be half done.

    for pair in units.of_function(function).pairs:
        pair.first, pair.second     # a failure after `first` leaves it without `second`

A function is looked at once; its callers use the summary. What stands in a transaction that the function itself opens is one event.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.semantics import call_graph, effects, persistence, unit_blocks, unit_events, unit_roles, unit_rows, unit_statements
from backend_lint.semantics.calls import Callee, bind, dotted, statement_kind
from backend_lint.semantics.project import Class
from backend_lint.semantics.unit_events import Event, Write
from backend_lint.semantics.unit_walk import UnitWalk
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: How many changes of one event are told, and how many steps lead to it.
_MAX_WRITES = 12
_MAX_STEPS = 12
_RELEVANT = frozenset({"commits", "writes", "begins"})


class Pair(NamedTuple):
    """Two events of one function, the second after the first on some path; the same event twice in a loop."""

    first: Event
    second: Event

    @property
    def is_loop(self) -> bool:
        return self.first is self.second


class Unit:
    """What a function does to the database: `pairs` that can be half done, `lasting` where it returns, `pending` for its caller to end.

    `block` is what its decorators make of it.
    """

    __slots__ = ("block", "lasting", "pairs", "pending")

    def __init__(self, pairs: list[Pair], lasting: list[Event], pending: list[Write], block: unit_blocks.Block | None = None) -> None:
        self.pairs = pairs
        self.lasting = lasting
        self.pending = pending
        self.block = block


_EMPTY = Unit([], [], [])


def of_function(function: Function) -> Unit:
    """The unit of work that a project function is."""
    memo = function.project.memo
    key = ("unit", id(function))
    if key not in memo:
        for circle in call_graph.circles(function, lambda other: ("unit", id(other)) in memo, _followed):
            memo.settle(partial(_settle, circle))
    known = memo.recall(key)
    assert isinstance(known, Unit)
    return known


def _settle(circle: list[Function]) -> dict[Hashable, Unit]:
    circle.sort(key=lambda other: (other.module.path, other.node.start))
    return {("unit", id(other)): _unit(other, circle) for other in circle}


def _followed(function: Function) -> list[tuple[n.Node, Function]]:
    """The project functions whose effects concern the database and that a function calls."""
    return [
        (call, target.function)
        for call, target in effects.calls_in(function)
        if target.function is not None and target.function is not function and _is_relevant(target.function)
    ]


def _is_relevant(function: Function) -> bool:
    return not function.is_generator and (
        not _RELEVANT.isdisjoint(effects.of_function(function).all) or unit_events.changes_own_row(function)
    )


def _unit(function: Function, circle: list[Function]) -> Unit:
    if not _is_relevant(function):
        return _EMPTY
    block = unit_blocks.decorated(function)
    manual = unit_statements.begins_by_hand(function)
    calls: dict[int, list[Event]] = {}
    for call, target in effects.calls_in(function):
        if target.function is not None:
            if target.function in circle or not _is_relevant(target.function):
                continue
            events = _through(call, target, function)
        else:
            event = unit_events.direct(call, target, function, manual=manual) if target.effects else unit_events.handed_over(call, function)
            events = [event] if event is not None else []
        if events:
            calls[id(call)] = events
    walk = UnitWalk(function, calls)
    if block is None:
        lasting = [event for event in walk.lasting if not unit_roles.is_incidental(event)]
        if not lasting:
            # A function that only records: whoever calls it by itself writes a record, and their callers need not care.
            lasting = [event for event in walk.lasting if event.called is None]
        return Unit(
            [Pair(*pair) for pair in walk.pairs.values()],
            lasting,
            [write for write in walk.pending if write.is_certain or write.statement is not None],
        )
    writes = [write for event in walk.lasting for write in event.writes] + walk.pending
    if not writes and not walk.lasting:
        return Unit([], [], [], block)
    whole = Event("lasting", function.node, function.qualname, writes[:_MAX_WRITES])
    whole.is_transaction = whole.is_deliberate = True
    whole.stores = frozenset(store for events in calls.values() for event in events for store in event.stores)
    return Unit([] if block == "atomic" else [Pair(*pair) for pair in walk.pairs.values()], [whole], [], block)


def _through(call: n.Call, target: Callee, function: Function) -> list[Event]:
    """What a call of a project function does to the unit of work of its caller."""
    called = target.function
    assert called is not None
    key = ("unit", id(called))
    unit = function.project.memo.recall(key) if key in function.project.memo else None
    if unit is None or unit_roles.is_decorated_job(called):
        return []
    given = _Given(call, target, function)
    found: list[Event] = []
    lasting = [event for event in unit.lasting if given.allows(event)]
    if lasting and not unit_roles.is_lookup(called):
        whole = Event("lasting", call, called.qualname)
        whole.called = called
        writes = [write for event in lasting for write in event.writes]
        whole.writes = given.all_seen(writes)
        whole.is_transaction = any(event.is_transaction for event in lasting)
        whole.is_ensured = unit_roles.ensures_by_name(called) or _is_upsert(lasting) or all(unit_roles.is_weak(event) for event in lasting)
        whole.is_document = all(event.is_document for event in lasting)
        whole.is_deliberate = all(event.is_deliberate for event in lasting)
        whole.is_repeated = any(event.is_repeated or _stands_in_loop(event) for event in lasting)
        whole.stores = frozenset(store for event in lasting for store in event.stores)
        whole.conditions = frozenset.intersection(*(given.passed_on(event) for event in lasting))
        whole.steps = (_step(function, call, f"calls {called.qualname}"), *_steps(called, lasting[0]))
        if whole.writes or not writes:
            found.append(whole)
    if unit.pending:
        pending = Event("pending", call, called.qualname, given.all_seen(unit.pending))
        pending.stores = frozenset()
        found.append(pending)
    return found


def _is_upsert(lasting: list[Event]) -> bool:
    """Whether what a function does is to change a row where it is found and to make it where it is not."""
    models = {write.model for event in lasting for write in event.writes}
    if len(lasting) != 2 or len(models) != 1 or None in models:
        return False
    actions = [{write.action for write in event.writes} for event in lasting]
    if sorted(actions, key=sorted) != [{"create"}, {"update"}]:
        return False
    left, right = ({(id(node), branch) for node, branch in event.where} for event in lasting)
    return any(node in {other for other, _ in right} and (node, branch) not in right for node, branch in left) or any(
        isinstance(node, n.If) and branch == "body" and persistence.leaves(node.body) for event in lasting for node, branch in event.where
    )


def _stands_in_loop(event: Event) -> bool:
    return any(isinstance(node, (n.For, n.While, n.Comp)) and branch == "body" for node, branch in event.where)


def _step(function: Function, node: n.Node, text: str) -> Step:
    return Step(function.module.path, function.module.line(node), f"{function.qualname} {text}")


def _steps(function: Function, event: Event) -> tuple[Step, ...]:
    if event.steps:
        return event.steps if len(event.steps) < _MAX_STEPS else event.steps[1:]
    return (_step(function, _place(event), deed(event)),)


def _place(event: Event) -> n.Node:
    return event.node


def deed(event: Event) -> str:
    """What an event does, in words that follow the name of its function."""
    if isinstance(event.node, n.FunctionDef):
        return "is one transaction"
    if event.is_transaction:
        return "commits" if event.name else "ends a transaction"
    return f"calls {event.name.rpartition('.')[2] or 'it'}, which lasts at once"


def _returned_names(function: Function) -> frozenset[str]:
    values = [node.value for node in n.walk_scope(function.node.body) if isinstance(node, n.Return) and node.value is not None]
    values = [value for value in values if not (isinstance(value, n.Constant) and value.kind == "none")]
    names = {value.id for value in values if isinstance(value, n.Name)}
    return frozenset(names) if len(names) == 1 and all(isinstance(value, n.Name) for value in values) else frozenset()


class _Given:
    """How a call fills the parameters of what it calls."""

    def __init__(self, call: n.Call, target: Callee, function: Function) -> None:
        assert target.function is not None
        self._call = call
        self._target = target
        self._function = function
        self._called = target.function
        self._bound = bind(call, target.function)
        self._model = persistence.owner_of(target)
        receiver = target.value.receiver if target.value is not None else None
        own = receiver.definition if receiver is not None else None
        # What a method of a base class stores is of the class that it is called on.
        self._bases = {cls.name for cls in own.mro[1:]} if isinstance(own, Class) and own.name == self._model else set()
        self._defaults = {parameter.name: parameter.default for parameter in target.function.parameters}

    def allows(self, event: Event) -> bool:
        """Whether the parameters on which an event depends do not rule it out."""
        return all(self._truth(name) in (holds, None) for name, holds in event.conditions)

    def passed_on(self, event: Event) -> frozenset[tuple[str, bool]]:
        """The parameters of the caller on which an event in the callee depends, for the call hands on its flags: `commit=commit`.

        What is None unless it is given is no flag: handed on, it may still be None.
        """
        own = {parameter.name for parameter in self._function.parameters}
        found = []
        for name, holds in event.conditions:
            default = self._defaults.get(name)
            argument = self._bound.get(name) if isinstance(default, n.Constant) and default.kind == "bool" else None
            value = argument.value if argument is not None and not argument.star else None
            if isinstance(value, n.Name) and value.id in own and len(self._function.names.bindings.get(value.id, ())) == 1:
                found.append((value.id, holds))
        return frozenset(found)

    def _truth(self, name: str) -> bool | None:
        """Whether a parameter is true in this call; None when that is not known."""
        argument = self._bound.get(name)
        if argument is not None and argument.star:
            return None
        expr = argument.value if argument is not None else self._defaults.get(name)
        if isinstance(expr, n.Constant):
            return expr.value not in ("False", "None", "0", "")
        if argument is None or isinstance(expr, (n.Compare, n.UnaryOp, n.BoolOp)):
            return None
        default = self._defaults.get(name)
        # What is given for something that may be left out is there.
        return True if isinstance(default, n.Constant) and default.kind == "none" else None

    def all_seen(self, writes: list[Write]) -> list[Write]:
        """The changes in the callee as the caller sees them; statements that it is given and that only read are left out."""
        seen = (self._seen(write, is_only=len(writes) == 1) for write in writes[:_MAX_WRITES])
        return [write for write in seen if write is not None]

    def _given_model(self, parameter: str) -> str | None:
        """The model of the row that the call gives for a parameter."""
        value = self._function.project.inference.value(self._bound[parameter].value, self._function.module, self._function)
        return value.name if value is not None and persistence.is_model(value) else None

    def _returned(self) -> frozenset[str]:
        """The names of which the callee returns one, and nothing else."""
        return self._called.project.remember(("returned names", id(self._called)), lambda: _returned_names(self._called))

    def _ran(self, parameter: str) -> Write | None:
        """What the statement does that this call gives for a parameter; None when it changes no rows."""
        argument = self._bound.get(parameter)
        if argument is None:
            return None
        module = self._function.module
        kind = statement_kind(argument.value, module, self._function)
        if kind == "writes":
            action, table = unit_statements.statement_of(argument.value, module, self._function)
            return Write(action, self._call, module, table=table)
        if kind is not None:
            return None
        write = Write("unknown", self._call, module, is_certain=False)
        write.statement = unit_statements.statement_parameter(argument.value, self._function)
        return write

    def _seen(self, write: Write, *, is_only: bool) -> Write | None:
        """A change in the callee as the caller sees it."""
        if write.statement is not None:
            return self._ran(write.statement)
        row: str | None = None
        root, _, rest = (write.row or "").partition(".")
        if root and root == self._called.self_name:
            holder = self._call.func.value if isinstance(self._call.func, n.Attribute) else None
            is_super = isinstance(holder, n.Call) and isinstance(holder.func, n.Name) and holder.func.id == "super"
            row = self._function.self_name if is_super else dotted(holder) if holder is not None else None
        elif root in self._bound:
            row = dotted(self._bound[root].value)
        if row is not None and rest:
            row = f"{row}.{rest}"
        if row is None and ((is_only and write.action in ("create", "ensure")) or (root and not rest and root in self._returned())):
            row = unit_rows.assigned_name(self._call, self._function)
        model = write.model
        if (write.model is None and write.table is None) or (root and root == self._called.self_name):
            model = self._model or write.model
        elif write.model in self._bases:
            model = self._model
        if model is None and write.table is None and not rest and root in self._bound:
            model = self._given_model(root)
        fields = write.fields
        if not fields and root and root == self._called.self_name and self._called.node.name in ("save", "asave"):
            fields = unit_rows.fields_of(self._call, "save", row, self._function)
        return write.seen_as(row, model, fields, self._call, self._function.module)
