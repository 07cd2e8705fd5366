"""The walk along the paths of a function, for one resource or parameter.

The statements are walked with the states that can reach them: the resource not yet acquired, open under some names, or in other hands. A
call may raise, and so may a `yield`; `finally`, `with` and `except` see the states that get to them. Simple conditions are remembered, so
that `if owns: db.close()` closes where `owns` was set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backend_lint.semantics import carrying, resources
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.carrying import Carry
from backend_lint.semantics.conditions import NO_FACTS
from backend_lint.semantics.path_states import Flow, Leak, LeakKind, State, bounded
from backend_lint.semantics.path_steps import Steps
from backend_lint.semantics.project import Function
from backend_lint.semantics.resources import Resource
from backend_lint.source import nodes as n

_ENDS_PROCESS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort"})


class Walk(Steps):
    """One walk through one function."""

    def __init__(self, function: Function, resource: Resource | None, parameter: str = "") -> None:
        super().__init__(function, resource)
        #: What raised what an `except` clause caught, by offset.
        self._origins: dict[int, n.Node] = {}
        start = State("absent", frozenset(), NO_FACTS) if resource is not None else State("open", frozenset({parameter}), NO_FACTS)
        self._finish(self._block(function.node.body, {start: None}))

    def _finish(self, flow: Flow) -> None:
        leaks: dict[tuple[str, int], Leak] = {}
        for state, node in flow.returns.items():
            if state.status == "open":
                leaks.setdefault(("return", node.start), Leak("return", node, self._origins.get(state.caught)))
        for state in flow.next:
            if state.status == "open":
                leaks.setdefault(("end", 0), Leak("end", None, self._origins.get(state.caught)))
        if self.again is not None:
            leaks.setdefault(("again", 0), Leak("again", self.again))
        raised = sorted(flow.raises.items(), key=lambda pair: pair[1].start)
        for (state, is_yield), node in raised:
            if state.status == "open":
                kind: LeakKind = "yield" if is_yield else "exception"
                leaks.setdefault((kind, node.start), Leak(kind, node))
        self.fate.leaks = list(leaks.values())

    # --- blocks

    def _block(self, body: Iterable[n.Stmt], states: dict[State, None]) -> Flow:
        flow = Flow()
        for statement in body:
            if not states:
                break
            inner = self._statement(statement, bounded(states))
            flow.leave(inner)
            states = inner.next
        flow.next = states
        return flow

    def _statement(self, statement: n.Stmt, states: dict[State, None]) -> Flow:
        handler = _STATEMENTS.get(type(statement))
        if handler is not None:
            return handler(self, statement, states)
        flow = Flow()
        flow.next = states
        return flow

    # --- simple statements

    def _expression(self, statement: n.ExprStmt, states: dict[State, None]) -> Flow:
        flow = Flow()
        for state in states:
            if self._ends(statement.value, state, flow):
                continue
            seen, _, after = self._look(statement.value, state, flow)
            for found in self._then(seen, after, state, statement):
                flow.next[found] = None
        return flow

    def _ends(self, expr: n.Expr, state: State, flow: Flow) -> bool:
        """Whether a call as a statement never comes back: `abort(404)`, `sys.exit()`."""
        if isinstance(expr, n.Call):
            target = callee(expr, self.module, self.function)
            if target.name in _ENDS_PROCESS:
                return True
            if "aborts" in target.effects:
                flow.throw(state, expr)
                return True
        return False

    def _assign(self, statement: n.Assign | n.AnnAssign | n.AugAssign, states: dict[State, None]) -> Flow:
        flow = Flow()
        value = statement.value
        targets = statement.targets if isinstance(statement, n.Assign) else [statement.target]
        for state in states:
            for split in self._split(value, state):
                seen, carried, after = self._look(value, split, flow)
                for found in self._then(seen, after, split, statement):
                    flow.next[self._bind(targets, value, carried, found, seen, statement)] = None
        return flow

    def _return(self, statement: n.Return, states: dict[State, None]) -> Flow:
        flow = Flow()
        for state in states:
            seen, carried, after = self._look(statement.value, state, flow)
            for found in self._then(seen, after, state, statement):
                if carried and found.status == "open":
                    if carried == "resource" or isinstance(statement.value, n.Tuple):
                        self.fate.returned.add(self._position(statement.value, found))
                    else:
                        self.fate.is_wrapped = True
                    found = State("done", frozenset(), found.facts)
                flow.returns.setdefault(found, statement)
        return flow

    def _raise(self, statement: n.Raise, states: dict[State, None]) -> Flow:
        flow = Flow()
        for state in states:
            flow.throw(state, statement)
        return flow

    def _delete(self, statement: n.Delete, states: dict[State, None]) -> Flow:
        flow = Flow()
        for state in states:
            gone = {dotted(target) for target in statement.targets}
            if state.status == "open" and not gone.isdisjoint(state.names):
                # Its class may close what nobody refers to any more.
                state = State("done", frozenset(), state.facts)
                self.fate.kept.append(("closure", statement, None))
            flow.next[state] = None
        return flow

    def _break(self, statement: n.Stmt, states: dict[State, None]) -> Flow:
        flow = Flow()
        (flow.breaks if isinstance(statement, n.Break) else flow.continues).update(states)
        return flow

    def _definition(self, statement: n.FunctionDef | n.ClassDef, states: dict[State, None]) -> Flow:
        """A function defined here that closes the resource, and that a decorator registers somewhere, takes it over."""
        flow = Flow()
        closed = carrying._closed_in(statement.body, self.carrier) if statement.decorators else frozenset()
        for state in states:
            if state.status == "open" and not closed.isdisjoint(state.names):
                self.fate.kept.append(("closure", statement, None))
                state = State("done", frozenset(), state.facts)
            flow.next[state] = None
        return flow

    # --- compound statements

    def _if(self, statement: n.If, states: dict[State, None]) -> Flow:
        flow = Flow()
        for holds, body in ((True, statement.body), (False, statement.orelse)):
            entering: dict[State, None] = {}
            for state in states:
                seen, _, after = self._look(statement.test, state, flow)
                for found in self._then(seen, after, state, statement):
                    if self.conditions.truth(statement.test, found.facts, self._names(found)) in (holds, None):
                        facts = self.conditions.assume(statement.test, found.facts, holds)
                        entering[found._replace(facts=facts)] = None
            inner = self._block(body, entering)
            flow.leave(inner)
            flow.next.update(inner.next)
        return flow

    def _loop(self, statement: n.For | n.While, states: dict[State, None]) -> Flow:
        flow = Flow()
        test = statement.iter if isinstance(statement, n.For) else statement.test
        reached: dict[State, None] = {}
        exits: dict[State, None] = {}
        pending = dict(states)
        for _ in range(4):
            entering: dict[State, None] = {}
            for state in pending:
                reached[state] = None
                seen, carried, after = self._look(test, state, flow)
                for found in self._then(seen, after, state, statement):
                    if seen.is_acquired and carried:
                        # `async for socket in connect(...)`: the iterator opens, and closes, one after the other.
                        self.fate.is_closed = True
                        found = State("done", frozenset(), found.facts)
                    truth = self.conditions.truth(test, found.facts, self._names(found)) if isinstance(statement, n.While) else None
                    if truth is not True:
                        exits[found] = None
                    if truth is not False:
                        entering[self._iterated(statement, found)] = None
            inner = self._block(statement.body, entering)
            exits_by_break = inner.breaks
            flow.next.update(exits_by_break)
            inner.breaks = {}
            pending = {state: None for state in (*inner.next, *inner.continues) if state not in reached}
            inner.continues = {}
            flow.leave(inner)
            if not pending:
                break
        after_loop = self._block(statement.orelse, exits)
        flow.leave(after_loop)
        flow.next.update(after_loop.next)
        return flow

    def _iterated(self, statement: n.For | n.While, state: State) -> State:
        if isinstance(statement, n.For):
            for node in n.walk(statement.target):
                if isinstance(node, n.Name):
                    state = self._bind_name(node.id, None, "", state, statement)
        return state

    def _with(self, statement: n.With, states: dict[State, None]) -> Flow:
        flow = Flow()
        for item in statement.items:
            after: dict[State, None] = {}
            for state in states:
                for split in self._split(item.value, state):
                    seen, carried, found = self._look(item.value, split, flow)
                    for now in self._then(seen, found, split, statement):
                        after[self._entered(statement, item, carried, now)] = None
            states = after
        inner = self._block(statement.body, states)
        if any(self._suppresses(item.value) for item in statement.items):
            for state, _ in inner.raises:
                flow.next[state] = None
        flow.leave(inner)
        flow.next.update(inner.next)
        return flow

    def _entered(self, statement: n.With, item: n.WithItem, carried: Carry, state: State) -> State:
        if state.status != "open" or not carried:
            if item.target is not None and isinstance(item.target, n.Name):
                return self._bind_name(item.target.id, None, "", state, statement)
            return state
        if carried == "resource" and self._only_commits(item.value):
            self.fate.entered = self.fate.entered or statement
            if isinstance(item.target, n.Name):
                return self._bind_name(item.target.id, item.value, carried, state, statement)
            return state
        self.fate.is_closed = self.fate.is_closed_finally = True
        return State("done", frozenset(), state.facts)

    def _only_commits(self, expr: n.Expr) -> bool:
        """Whether `with` on an expression ends a transaction and leaves the resource open."""
        if self.resource is not None:
            return self.resource.commits
        cls = resources.resource_class(self.module.project.inference.value(expr, self.module, self.function), self.module.project)
        return cls is not None and "context-commits" in self.module.project.registry.construction(cls)

    def _suppresses(self, expr: n.Expr) -> bool:
        return isinstance(expr, n.Call) and callee(expr, self.module, self.function).name == "contextlib.suppress"

    def _try(self, statement: n.Try, states: dict[State, None]) -> Flow:
        flow = Flow()
        body = self._block(statement.body, states)
        raised = body.raises
        body.raises = {}
        flow.leave(body)
        otherwise = self._block(statement.orelse, body.next)
        flow.leave(otherwise)
        flow.next.update(otherwise.next)
        # What raises before the resource is there, or by statements that are not followed, gets to the handlers as well.
        entering = dict.fromkeys(state for state in states if state.status != "open")
        for handler in statement.handlers:
            caught: list[tuple[State, n.Node]] = [(state, node) for (state, _), node in raised.items()]
            for state, node in (*caught, *((state, handler) for state in entering)):
                if handler.name is not None:
                    state = self._bind_name(handler.name, None, "", state, statement)
                if state.status == "open" and state.caught < 0 and node is not handler:
                    self._origins[node.start] = node
                    state = state._replace(caught=node.start)
                inner = self._block(handler.body, {state: None})
                if node is not handler:
                    for found, place in list(inner.raises.items()):
                        if isinstance(place, n.Raise):
                            # Raised again: the place where it came from is the one to show.
                            del inner.raises[found]
                            inner.throw(found[0], node)
                flow.leave(inner)
                flow.next.update(inner.next)
            if _catches_all(handler):
                raised = {}
                break
        for key, node in raised.items():
            flow.raises.setdefault(key, node)
        return self._finally(statement.finalbody, flow) if statement.finalbody else flow

    def _finally(self, body: list[n.Stmt], flow: Flow) -> Flow:
        """A flow after its `finally`, which each way out runs through."""
        result = Flow()

        def through(states: Iterable[State], add: Callable[[State, State], object]) -> None:
            for state in states:
                inner = self._block(body, {state: None})
                for found in inner.next:
                    if state.status == "open" and found.status == "done":
                        self.fate.is_closed_finally = True
                    add(state, found)
                # A clean-up step that fails before the release is no path to plan for.
                inner.raises = {key: node for key, node in inner.raises.items() if isinstance(node, n.Raise)}
                result.leave(inner)

        through(flow.next, lambda _, after: result.next.update({after: None}))
        through(flow.breaks, lambda _, after: result.breaks.update({after: None}))
        through(flow.continues, lambda _, after: result.continues.update({after: None}))
        through(flow.returns, lambda before, after: result.returns.setdefault(after, flow.returns[before]))
        for (state, _), node in flow.raises.items():
            # mypy infers no lambda that has a default, and without one each would see the last node.
            through([state], lambda _, after, node=node: result.throw(after, node))  # type: ignore[misc]
        return result

    def _match(self, statement: n.Match, states: dict[State, None]) -> Flow:
        flow = Flow()
        entering: dict[State, None] = {}
        for state in states:
            seen, _, after = self._look(statement.subject, state, flow)
            entering.update(dict.fromkeys(self._then(seen, after, state, statement)))
        for case in statement.cases:
            inner = self._block(case.body, entering)
            flow.leave(inner)
            flow.next.update(inner.next)
        flow.next.update(entering)
        return flow


def _catches_all(handler: n.ExceptHandler) -> bool:
    names = handler.type.elts if isinstance(handler.type, n.Tuple) else [handler.type]
    return any(name is None or dotted(name) in ("Exception", "BaseException", "builtins.Exception") for name in names)


_STATEMENTS: dict[type[n.Node], Callable[..., Flow]] = {
    n.ExprStmt: Walk._expression, n.Assign: Walk._assign, n.AnnAssign: Walk._assign, n.AugAssign: Walk._assign, n.Return: Walk._return,
    n.Raise: Walk._raise, n.Delete: Walk._delete, n.Break: Walk._break, n.Continue: Walk._break, n.FunctionDef: Walk._definition,
    n.ClassDef: Walk._definition, n.If: Walk._if, n.For: Walk._loop, n.While: Walk._loop, n.With: Walk._with, n.Try: Walk._try,
    n.Match: Walk._match,
}  # fmt: skip
