"""One step on a path: what an expression or an assignment does to the resource that is followed."""

from __future__ import annotations

from backend_lint.semantics import carrying
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.carrying import Carrier, Carry, Keeper, Seen
from backend_lint.semantics.conditions import Conditions, is_condition, with_fact
from backend_lint.semantics.path_states import Fate, Flow, State
from backend_lint.semantics.project import Function
from backend_lint.semantics.resources import Resource
from backend_lint.source import nodes as n

_LIFESPAN_TYPES = frozenset({"fastapi.FastAPI", "starlette.applications.Starlette", "flask.Flask"})


class Steps:
    """Follows one resource of one function, or, without a resource, the value of a parameter. `fate` collects what becomes of it."""

    def __init__(self, function: Function, resource: Resource | None) -> None:
        self.function = function
        self.module = function.module
        self.resource = resource
        self.carrier = Carrier(function.module, function, resource)
        self.conditions = Conditions(function)
        self.fate = Fate(resource)
        #: Where the resource is acquired while it is still open.
        self.again: n.Node | None = None
        self._closed_paths = carrying.closed_paths(function)
        self._is_lifespan = is_lifespan(function)

    def _split(self, value: n.Expr | None, state: State) -> list[State]:
        """A state as two where the assigned value is a test that is asked for again, or chooses between acquiring and not."""
        if value is None or state.status == "done":
            return [state]
        test: n.Expr | None = None
        if is_condition(value):
            test = value
        elif isinstance(value, n.IfExp):
            test = value.test
        elif isinstance(value, n.BoolOp):
            test = value.values[0]
        if test is None or self.conditions.truth(test, state.facts, self._names(state)) is not None:
            return [state]
        return [state._replace(facts=self.conditions.assume(test, state.facts, holds)) for holds in (True, False)]

    def _names(self, state: State) -> frozenset[str]:
        return state.names if state.status == "open" else frozenset()

    def _look(self, expr: n.Expr | None, state: State, flow: Flow) -> tuple[Seen, Carry, State]:
        """What an expression does to the resource on a path, with the state after it; exceptions go to `flow`."""
        seen = Seen()
        if expr is None or (state.status != "open" and not self._holds_call(expr)):
            return seen, "", state
        chosen = self._chosen(expr, state)
        carried = self.carrier.look(chosen, self._names(state), seen)
        if state.status == "open":
            before = seen.closed or (seen.kept[1] if seen.kept else None)
            for call in seen.raising:
                if before is None or call.end <= before.start:
                    flow.throw(state, call)
                    break
        if seen.yielded is not None and state.status == "open" and not self._is_lifespan:
            flow.throw(state, seen.yielded[0])
        return seen, carried, state

    def _chosen(self, expr: n.Expr, state: State) -> n.Expr:
        """The branch of a conditional expression that a path takes, where its conditions say so."""
        names = self._names(state)
        if isinstance(expr, n.IfExp):
            truth = self.conditions.truth(expr.test, state.facts, names)
            return expr if truth is None else expr.body if truth else expr.orelse
        if isinstance(expr, n.BoolOp) and len(expr.values) == 2:
            truth = self.conditions.truth(expr.values[0], state.facts, names)
            if truth is not None:
                return expr.values[0] if truth == (expr.op == "or") else expr.values[1]
        return expr

    def _holds_call(self, expr: n.Expr) -> bool:
        call = self.resource.call if self.resource is not None else None
        return call is not None and expr.start <= call.start and call.end <= expr.end

    def _then(self, seen: Seen, state: State, before: State, statement: n.Stmt) -> list[State]:
        """The states after an expression."""
        if seen.yielded is not None and seen.yielded[1] in ("resource", "holder"):
            self.fate.is_yielded = True
        if seen.is_acquired:
            if before.status == "open" and self.again is None and before.names:
                self.again = statement
            state = State("open", frozenset(), state.facts)
        if state.status != "open":
            return [state]
        if seen.closed is not None:
            self.fate.is_closed = True
            return [State("done", frozenset(), state.facts)]
        if seen.kept is not None:
            self.fate.kept.append((seen.kept[0], seen.kept[1], None))
            return [State("done", frozenset(), state.facts)]
        if seen.aliases:
            return [state._replace(names=state.names | frozenset(seen.aliases))]
        return [state]

    def _bind(self, targets: list[n.Expr], value: n.Expr | None, carried: Carry, state: State, seen: Seen, statement: n.Stmt) -> State:
        """The state after `targets = value`, where the value carries the resource or does not."""
        if carried == "closer":
            carried = ""
            if state.status == "open":
                self.fate.kept.append(("closure", statement, None))
                return State("done", frozenset(), state.facts)
        for target in targets:
            pairs = _pairs(target, value)
            for name, part in pairs:
                state = self._bind_one(name, part, carried, state, seen, statement, is_whole=len(pairs) == 1)
        return state

    def _bind_one(
        self, target: n.Expr, value: n.Expr | None, carried: Carry, state: State, seen: Seen, statement: n.Stmt, *, is_whole: bool
    ) -> State:
        if not is_whole and value is not None and carried:
            # `conn, cursor = a, b`: look at each part by itself.
            carried = self.carrier.look(value, self._names(state), Seen())
        if isinstance(target, (n.Tuple, n.List)):
            position = self.resource.position if self.resource is not None else None
            for index, element in enumerate(target.elts):
                own = carried if position is None or index == position else ""
                state = self._bind_one(element, None, own, state, seen, statement, is_whole=True)
            return state
        if isinstance(target, n.Starred):
            target = target.value
        if isinstance(target, n.Name):
            return self._bind_name(target.id, value, carried, state, statement)
        path = dotted(target)
        if carried and state.status == "open":
            return self._keep(target, path, state, statement)
        return state

    def _bind_name(self, name: str, value: n.Expr | None, carried: Carry, state: State, statement: n.Stmt) -> State:
        facts = self.conditions.assigned(name, value, state.facts)
        if value is not None and is_condition(value) and self.conditions.matters(name):
            truth = self.conditions.truth(value, state.facts, self._names(state))
            if truth is not None:
                facts = with_fact(facts, name, truth)
        if state.status != "open":
            return state._replace(facts=facts)
        if not carried:
            rest = frozenset(known for known in state.names if known != name and not known.startswith(f"{name}."))
            return state._replace(names=rest, facts=facts)
        if name in self.function.names.globals or name in self.function.names.nonlocals:
            self.fate.kept.append(("global", statement, name))
            return State("done", frozenset(), facts)
        if self.fate.name is None:
            self.fate.name, self.fate.is_held = name, carried != "resource"
        return state._replace(names=state.names | {name}, facts=facts)

    def _keep(self, target: n.Expr, path: str | None, state: State, statement: n.Stmt) -> State:
        """`self.session = session`, `g.db = connection`: stored, unless the same function closes it there later."""
        root = path.partition(".")[0] if path is not None else ""
        is_own = root != "" and root == self.function.self_name
        later = self._closed_paths.get(path, -1) > target.end if path is not None else False
        if path is not None and later and self.resource is not None and not is_own:
            self.fate.name = self.fate.name or path
            return state._replace(names=state.names | {path})
        keeper: Keeper = "self" if is_own and path is not None and path.count(".") == 1 else "attribute"
        self.fate.kept.append((keeper, statement, path))
        return State("done", frozenset(), state.facts)

    def _position(self, value: n.Expr | None, state: State) -> int:
        if isinstance(value, n.Tuple):
            for index, element in enumerate(value.elts):
                if self.carrier.look(element, state.names, Seen()):
                    return index
        return -1


def _pairs(target: n.Expr, value: n.Expr | None) -> list[tuple[n.Expr, n.Expr | None]]:
    """`a, b = x, y` as its parts; anything else as it is."""
    if isinstance(target, (n.Tuple, n.List)) and isinstance(value, (n.Tuple, n.List)) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def is_lifespan(function: Function) -> bool:
    """Whether a generator function spans the life of an application: what is raised while it serves does not reach its `yield`."""
    if not function.is_generator:
        return False
    if "lifespan" in function.node.name.lower():
        return True
    infer = function.project.inference
    for parameter in function.parameters[:2]:
        value = infer.name(parameter.name, parameter.end, function.module, function)
        if parameter.name == "app" or (value is not None and value.name in _LIFESPAN_TYPES):
            return True
    return False
