"""The walk that finds out where a value that may be `None` is used as if it were something.

The statements of one function are followed with what is known at each: under which names a maybe-`None` value goes, for which of them it is
certain that there is none, and which flags tell that there is one (`ok = user is not None`). A test, an `assert`, a call that raises for
`None` and a use that got through make the value safe from there on; a name that an unknown function was given is not followed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import callee, dotted, never_returns
from backend_lint.semantics.null_states import NOTHING, State, Use, join
from backend_lint.semantics.null_values import NullValues, is_none, truth_of
from backend_lint.semantics.persistence import leaves
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function

__all__ = ["NullWalk", "State", "Use"]

#: The methods by which a collection comes to hold something.
_FILLING = frozenset({"append", "add", "extend", "insert", "setdefault", "appendleft"})
_ENDS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort"})


class NullWalk(NullValues):
    """One walk through one function; see `NullValues` for what it is given and finds."""

    def __init__(
        self,
        function: Function,
        origin_of: Callable[[n.Call, Callee], int | None],
        passed: Callable[[Function, str], tuple[str, tuple[Step, ...]]],
        parameters: Sequence[tuple[str, int]] = (),
    ) -> None:
        super().__init__(function, origin_of, passed)
        self._seen: list[list[State]] = []
        self._loops: list[tuple[list[State], list[State]]] = []
        end = self._block(function.node.body, State(frozenset(parameters)))
        if end is not None:
            self.ends.append(end)
            self.returned_none.update(end.none)

    def _block(self, body: Iterable[n.Stmt], state: State | None) -> State | None:
        for statement in body:
            if state is None:
                return None
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                state = handler(self, statement, state)
            if state is not None:
                for seen in self._seen:
                    seen.append(state)
        return state

    def _expression(self, statement: n.ExprStmt, state: State) -> State | None:
        _, after = self._eval(statement.value, state)
        call = statement.value.value if isinstance(statement.value, n.Await) else statement.value
        if isinstance(call, n.Call):
            if never_returns(call, self.module, self.function) or callee(call, self.module, self.function).name in _ENDS:
                return None
            if after.none and callee(call, self.module, self.function).value is None:
                # A function that nobody knows may be what answers "not found".
                after = after.without(after.none)
            if isinstance(call.func, n.Attribute) and call.func.attr in _FILLING:
                held = dotted(call.func.value)
                if held is not None:
                    after = after.with_flag(held, is_truthy=True)
        return after

    def _assign(self, statement: n.Assign | n.AnnAssign, state: State) -> State | None:
        if statement.value is None:
            return state
        targets = statement.targets if isinstance(statement, n.Assign) else [statement.target]
        value = statement.value
        if isinstance(value, n.Tuple) and len(targets) == 1 and isinstance(targets[0], n.Tuple):
            if len(value.elts) == len(targets[0].elts) and not any(isinstance(e, n.Starred) for e in (*value.elts, *targets[0].elts)):
                carried_each = []
                for element in value.elts:
                    carried, state = self._eval(element, state)
                    carried_each.append(carried)
                for target, element, carried in zip(targets[0].elts, value.elts, carried_each, strict=True):
                    state = self._bind(target, element, carried, state)
                return state
        if isinstance(value, (n.Compare, n.BoolOp)) or (isinstance(value, n.UnaryOp) and value.op == "not"):
            holds, fails = self._test(value, state)
            carried, after = self._eval(value, state)
            for target in targets:
                after = self._bind(target, value, carried, after)
                path = dotted(target)
                if path is not None:
                    implied = set(after.implied)
                    for truth, branch in ((True, holds), (False, fails)):
                        known = {o for _, o in state.maybe} if branch is None else {o for _, o in state.maybe - branch.maybe}
                        implied.update((path, truth, origin) for origin in known)
                    after = after._replace(implied=frozenset(implied))
            return after
        carried, state = self._eval(value, state)
        for target in targets:
            state = self._bind(target, value, carried, state)
        return state

    def _augmented(self, statement: n.AugAssign, state: State) -> State | None:
        _, state = self._eval(statement.target, state)
        _, state = self._eval(statement.value, state)
        path = dotted(statement.target)
        if path is None:
            return state
        if truth_of(statement.value):
            return state.with_flag(path, is_truthy=True)
        return state._replace(implied=frozenset(item for item in state.implied if item[0] != path))

    def _return(self, statement: n.Return, state: State) -> State | None:
        carried, after = self._eval(statement.value, state)
        self.returned.update(carried)
        if statement.value is None or is_none(statement.value):
            self.returned_none.update(after.none)
        self.ends.append(after)
        return None

    def _raise(self, statement: n.Raise, state: State) -> State | None:
        self._eval(statement.exc, state)
        return None

    def _assert(self, statement: n.Assert, state: State) -> State | None:
        holds, _ = self._test(statement.test, state)
        return holds

    def _delete(self, statement: n.Delete, state: State) -> State | None:
        for target in statement.targets:
            path = dotted(target)
            if path is not None:
                state = state.without_name(path)
        return state

    def _leave_loop(self, statement: n.Stmt, state: State) -> State | None:
        if self._loops:
            self._loops[-1][0 if isinstance(statement, n.Break) else 1].append(state)
        return None

    def _if(self, statement: n.If, state: State) -> State | None:
        # An `elif` chain may be long; it is followed in a loop.
        end: State | None = None
        current: n.If = statement
        entering: State | None = state
        while entering is not None:
            holds, fails = self._test(current.test, entering)
            before = entering
            body = self._block(current.body, holds) if holds is not None else None
            end = join(end, body)
            if body is None and fails is not None and isinstance(current.test, n.BoolOp) and leaves(current.body):
                # `if record is None and strict: raise`: whoever calls it decides, and knows.
                fails = fails.without(frozenset(o for o in self._named_in(current.test, before) if o in self.tested))
            if len(current.orelse) == 1 and isinstance(current.orelse[0], n.If):
                current, entering = current.orelse[0], fails
                continue
            end = join(end, self._block(current.orelse, fails) if fails is not None else None)
            break
        return end

    def _named_in(self, test: n.Expr, state: State) -> frozenset[int]:
        found: set[int] = set()
        for node in n.walk_scope(test):
            path = dotted(node) if isinstance(node, (n.Name, n.Attribute)) else None
            if path is not None:
                found.update(state.origins(path))
        return frozenset(found)

    def _loop(self, statement: n.For | n.While, state: State) -> State | None:
        exits: State | None = None
        entering: State | None = state
        for _ in range(3):
            if entering is None:
                break
            if isinstance(statement, n.For):
                _, start = self._eval(statement.iter, entering)
                exits = join(exits, start)
                inside: State | None = start
                for node in n.walk(statement.target):
                    if isinstance(node, n.Name) and inside is not None:
                        inside = inside.without_name(node.id)
            else:
                inside, fails = self._test(statement.test, entering)
                exits = join(exits, fails)
            self._loops.append(([], []))
            end = self._block(statement.body, inside)
            breaks, continues = self._loops.pop()
            broken: State | None = None
            for out in breaks:
                broken = join(broken, out)
            again = end
            for out in continues:
                again = join(again, out)
            following = join(entering, again)
            exits_by_break = broken
            if following == entering or again is None:
                after = self._block(statement.orelse, exits)
                return join(after, exits_by_break)
            entering = following
        after = self._block(statement.orelse, exits) if exits is not None else None
        return join(after, exits_by_break)

    def _with(self, statement: n.With, state: State) -> State | None:
        for item in statement.items:
            carried, state = self._eval(item.value, state)
            if item.target is not None:
                state = self._bind(item.target, item.value, carried, state)
        suppresses = any(
            isinstance(item.value, n.Call) and callee(item.value, self.module, self.function).name == "contextlib.suppress"
            for item in statement.items
        )
        after = self._block(statement.body, state)
        return join(after, state) if suppresses else after

    def _try(self, statement: n.Try, state: State) -> State | None:
        seen: list[State] = []
        self._seen.append(seen)
        end = self._block(statement.body, state)
        self._seen.pop()
        result = self._block(statement.orelse, end)
        # What a handler knows: a name that was checked on the way may have been checked.
        kept = state.maybe
        for other in seen:
            kept &= frozenset((path, origin) for path, origin in other.maybe)
        entering = State(kept, NOTHING, state.implied)
        for handler in statement.handlers:
            inner = entering.without_name(handler.name) if handler.name else entering
            result = join(result, self._block(handler.body, inner))
        if statement.finalbody:
            final = self._block(statement.finalbody, result if result is not None else entering)
            return final if result is not None else None
        return result

    def _match(self, statement: n.Match, state: State) -> State | None:
        carried, state = self._eval(statement.subject, state)
        result: State | None = None
        tells_none = any(is_none(value) for case in statement.cases for value in case.values)
        for case in statement.cases:
            inner: State | None = state
            if carried and (tells_none or case.values) and not any(is_none(value) for value in case.values):
                inner = state.without(carried)
            for name in case.names:
                inner = inner.without_name(name) if inner is not None else None
            if case.guard is not None and inner is not None:
                inner, _ = self._test(case.guard, inner)
            result = join(result, self._block(case.body, inner) if inner is not None else None)
        return join(result, state.without(carried) if tells_none else state)

    def _definition(self, statement: n.FunctionDef | n.ClassDef, state: State) -> State | None:
        return state.without_name(statement.name)


_STATEMENTS: dict[type[n.Node], Callable[..., State | None]] = {
    n.ExprStmt: NullWalk._expression, n.Assign: NullWalk._assign, n.AnnAssign: NullWalk._assign, n.AugAssign: NullWalk._augmented,
    n.Return: NullWalk._return, n.Raise: NullWalk._raise, n.Assert: NullWalk._assert, n.Delete: NullWalk._delete,
    n.Break: NullWalk._leave_loop, n.Continue: NullWalk._leave_loop, n.If: NullWalk._if, n.For: NullWalk._loop, n.While: NullWalk._loop,
    n.With: NullWalk._with, n.Try: NullWalk._try, n.Match: NullWalk._match, n.FunctionDef: NullWalk._definition,
    n.ClassDef: NullWalk._definition,
}  # fmt: skip
