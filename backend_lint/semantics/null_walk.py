"""The walk that finds out where a value that may be `None` is used as if it were something.

The statements of one function are followed with what is known at each: under which names a maybe-`None` value goes, for which of them it is
certain that there is none, and which flags tell that there is one (`ok = user is not None`). A test, an `assert`, a call that raises for
`None` and a use that got through make the value safe from there on; a name that an unknown function was given is not followed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.semantics.calls import bind, callee, dotted, never_returns
from backend_lint.semantics.persistence import leaves
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function

#: How deep expressions are followed; what is nested deeper is taken to be harmless.
_MAX_DEPTH = 120
NOTHING: frozenset[int] = frozenset()


class State(NamedTuple):
    """What is known at a statement.

    `maybe` holds (dotted name, origin) for names whose value may be the `None` of an origin; `none` the origins that are known to have
    given `None` on this path; `implied` (flag, truth, origin): the flag's truth says that there is a value.
    """

    maybe: frozenset[tuple[str, int]] = frozenset()
    none: frozenset[int] = NOTHING
    implied: frozenset[tuple[str, bool, int]] = frozenset()

    def origins(self, path: str) -> frozenset[int]:
        return frozenset(origin for name, origin in self.maybe if name == path)

    def without(self, origins: frozenset[int]) -> State:
        """The state once the values of these origins are known to be something."""
        if not origins:
            return self
        return State(
            frozenset(item for item in self.maybe if item[1] not in origins),
            self.none - origins,
            frozenset(item for item in self.implied if item[2] not in origins),
        )

    def without_name(self, path: str) -> State:
        """The state after a name was given another value, or may have been."""
        below = f"{path}."
        return State(
            frozenset(item for item in self.maybe if item[0] != path and not item[0].startswith(below)),
            self.none,
            frozenset(item for item in self.implied if item[0] != path),
        )


class Use(NamedTuple):
    """A place that fails when the value of `origin` is `None`: `node` is the value's expression there, `kind` how it is used ("attribute",
    "item", "unpacking", "argument"), `steps` lead into a called function."""

    origin: int
    node: n.Expr
    kind: str
    steps: tuple[Step, ...] = ()


def join(left: State | None, right: State | None) -> State | None:
    """What is known where two paths meet; None is the path that is never taken."""
    if left is None or right is None:
        return left or right
    return State(left.maybe | right.maybe, left.none & right.none, left.implied & right.implied)


class NullWalk:
    """One walk. `origin_of` says whether a call gives a maybe-`None` value and under which number; `passed` what a project function does
    with an argument that is `None`: "fails" with the steps to where, "checks", or "keeps".

    Found are `uses`, the first of each origin; `returned`, the origins whose value may be returned as it is; `returned_none`, those whose
    absence leads to a returned `None`; `ends`, the states in which the function comes back.
    """

    def __init__(
        self,
        function: Function,
        origin_of: Callable[[n.Call, Callee], int | None],
        passed: Callable[[Function, str], tuple[str, tuple[Step, ...]]],
        parameters: Sequence[tuple[str, int]] = (),
    ) -> None:
        self.function = function
        self.module = function.module
        self._origin_of = origin_of
        self._passed = passed
        self.uses: dict[int, Use] = {}
        self.returned: set[int] = set()
        self.returned_none: set[int] = set()
        self.tested: set[int] = set()
        self.ends: list[State] = []
        self._seen: list[list[State]] = []
        self._loops: list[tuple[list[State], list[State]]] = []
        self._depth = 0
        end = self._block(function.node.body, State(frozenset(parameters)))
        if end is not None:
            self.ends.append(end)
            self.returned_none.update(end.none)

    # --- expressions

    def _eval(self, expr: n.Expr | None, state: State, *, awaited: bool = False) -> tuple[frozenset[int], State]:
        """The origins whose value an expression may have, and the state after it."""
        if expr is None or self._depth > _MAX_DEPTH:
            return NOTHING, state
        self._depth += 1
        try:
            handler = _EXPRESSIONS.get(type(expr))
            if handler is not None:
                return handler(self, expr, state)
            if isinstance(expr, n.Call):
                return self._call(expr, state, awaited=awaited)
            for child in n.children(expr):
                _, state = self._eval(child, state)  # type: ignore[arg-type]
            return NOTHING, state
        finally:
            self._depth -= 1

    def _use(self, carried: frozenset[int], node: n.Expr, kind: str, state: State, steps: tuple[Step, ...] = ()) -> State:
        for origin in carried:
            self.uses.setdefault(origin, Use(origin, node, kind, steps))
        return state.without(carried)

    def _name(self, expr: n.Name, state: State) -> tuple[frozenset[int], State]:
        return state.origins(expr.id), state

    def _attribute(self, expr: n.Attribute, state: State) -> tuple[frozenset[int], State]:
        carried, state = self._eval(expr.value, state)
        if carried:
            return NOTHING, self._use(carried, expr.value, "attribute", state)
        path = dotted(expr)
        return (state.origins(path) if path is not None else NOTHING), state

    def _subscript(self, expr: n.Subscript, state: State) -> tuple[frozenset[int], State]:
        carried, state = self._eval(expr.value, state)
        if carried:
            state = self._use(carried, expr.value, "item", state)
        _, state = self._eval(expr.index, state)
        return NOTHING, state

    def _await(self, expr: n.Await, state: State) -> tuple[frozenset[int], State]:
        return self._eval(expr.value, state, awaited=True)

    def _named(self, expr: n.NamedExpr, state: State) -> tuple[frozenset[int], State]:
        carried, state = self._eval(expr.value, state)
        return carried, self._bind(expr.target, expr.value, carried, state)

    def _choice(self, expr: n.IfExp, state: State) -> tuple[frozenset[int], State]:
        holds, fails = self._test(expr.test, state)
        carried, after = NOTHING, None
        for branch, start in ((expr.body, holds), (expr.orelse, fails)):
            if start is not None:
                more, end = self._eval(branch, start)
                carried, after = carried | more, join(after, end)
        return carried, after if after is not None else state

    def _logic(self, expr: n.BoolOp, state: State) -> tuple[frozenset[int], State]:
        # `a or b` gives the last of its values at the end alone; `a and b` gives a falsy one earlier, which nobody uses as a record.
        current: State | None = state
        after: State | None = None
        carried = NOTHING
        for index, value in enumerate(expr.values):
            if current is None:
                break
            if index == len(expr.values) - 1:
                carried, end = self._eval(value, current)
                after = join(after, end)
            else:
                holds, fails = self._test(value, current)
                current, out = (holds, fails) if expr.op == "and" else (fails, holds)
                after = join(after, out)
        return carried, after if after is not None else state

    def _compare(self, expr: n.Compare, state: State) -> tuple[frozenset[int], State]:
        for part in (expr.left, *expr.comparators):
            _, state = self._eval(part, state)
        return NOTHING, state

    def _comprehension(self, expr: n.Comp, state: State) -> tuple[frozenset[int], State]:
        inner: State | None = state
        after = state
        for index, generator in enumerate(expr.generators):
            if inner is None:
                return NOTHING, after
            _, inner = self._eval(generator.iter, inner)
            if index == 0:
                after = inner
            for node in n.walk(generator.target):
                if isinstance(node, n.Name):
                    inner = inner.without_name(node.id)
            for test in generator.ifs:
                if inner is not None:
                    inner, _ = self._test(test, inner)
        for part in (expr.elt, expr.value):
            if inner is not None and part is not None:
                _, inner = self._eval(part, inner)
        return NOTHING, after

    def _skip(self, expr: n.Expr, state: State) -> tuple[frozenset[int], State]:
        return NOTHING, state

    def _dict(self, expr: n.Dict, state: State) -> tuple[frozenset[int], State]:
        for key, value in zip(expr.keys, expr.values, strict=True):
            _, state = self._eval(key, state)
            carried, state = self._eval(value, state)
            if key is None and carried:
                state = self._use(carried, value, "unpacking", state)
        return NOTHING, state

    def _call(self, call: n.Call, state: State, *, awaited: bool) -> tuple[frozenset[int], State]:
        target = callee(call, self.module, self.function)
        func = call.func
        _, state = self._eval(func, state)
        if target.name in ("getattr", "hasattr", "isinstance", "callable", "type", "bool", "print", "str", "repr"):
            for index, argument in enumerate(call.args):
                carried, state = self._eval(argument.value, state)
                if carried and target.name == "getattr" and index == 0 and len(call.args) == 2:
                    state = self._use(carried, argument.value, "attribute", state)
            return NOTHING, state
        state = self._arguments(call, target, state)
        if isinstance(func, n.Attribute) and target.function is not None and self.function.self_name is not None:
            root = dotted(func.value)
            if root == self.function.self_name:
                # A method of the same object may set its attributes.
                for path, _ in state.maybe:
                    if path.startswith(f"{root}."):
                        state = state.without_name(path)
        if not awaited and ("coroutine" in target.effects or (target.function is not None and target.function.is_async)):
            return NOTHING, state
        origin = self._origin_of(call, target)
        return (frozenset({origin}) if origin is not None else NOTHING), state

    def _arguments(self, call: n.Call, target: Callee, state: State) -> State:
        by_argument: dict[int, str] = {}
        given: list[tuple[n.Arg, frozenset[int]]] = []
        for index, argument in enumerate(call.args):
            carried, state = self._eval(argument.value, state)
            if not carried:
                continue
            if argument.star == "**":
                state = self._use(carried, argument.value, "unpacking", state)
            elif "needs-argument" in target.effects and index == 0 and not argument.star:
                state = self._use(carried, argument.value, "argument", state)
            else:
                given.append((argument, carried))
        if not given:
            return state
        if target.function is not None:
            by_argument = {id(argument): name for name, argument in bind(call, target.function).items()}
        for argument, carried in given:
            if target.function is not None:
                name = by_argument.get(id(argument))
                fate, steps = self._passed(target.function, name) if name is not None else ("checks", ())
                if fate == "fails":
                    state = self._use(carried, argument.value, "argument", state, steps)
                elif fate == "checks":
                    state = state.without(carried)
            elif target.value is None:
                state = state.without(carried)
        return state

    # --- tests

    def _test(self, expr: n.Expr, state: State) -> tuple[State | None, State | None]:
        """The states after a condition that holds, and after one that fails; None where that cannot be."""
        if self._depth > _MAX_DEPTH:
            return state, state
        self._depth += 1
        try:
            return self._tested(expr, state)
        finally:
            self._depth -= 1

    def _tested(self, expr: n.Expr, state: State) -> tuple[State | None, State | None]:
        if isinstance(expr, n.UnaryOp) and expr.op == "not":
            holds, fails = self._test(expr.operand, state)
            return fails, holds
        if isinstance(expr, n.BoolOp):
            return self._tested_logic(expr, state)
        if isinstance(expr, n.Constant):
            if expr.value in ("False", "None", "0", ""):
                return None, state
            return state, None
        if isinstance(expr, n.Compare) and len(expr.ops) == 1:
            return self._tested_compare(expr, state)
        if isinstance(expr, n.Call):
            return self._tested_call(expr, state)
        carried, after = self._eval(expr, state)
        path = dotted(expr) if isinstance(expr, (n.Name, n.Attribute)) else None
        holds, fails = self._split(carried, after)
        if path is not None:
            holds = holds.without(frozenset(o for name, truth, o in after.implied if name == path and truth))
            fails = fails.without(frozenset(o for name, truth, o in after.implied if name == path and not truth))
        return holds, fails

    def _split(self, carried: frozenset[int], state: State) -> tuple[State, State]:
        """The states where a value is something and where it is nothing."""
        self.tested.update(carried)
        missing = state._replace(none=state.none | carried) if len(carried) == 1 else state
        return state.without(carried), missing

    def _tested_logic(self, expr: n.BoolOp, state: State) -> tuple[State | None, State | None]:
        current: State | None = state
        out: State | None = None
        for value in expr.values:
            if current is None:
                break
            holds, fails = self._test(value, current)
            if expr.op == "and":
                current, out = holds, join(out, fails)
            else:
                current, out = fails, join(out, holds)
        return (current, out) if expr.op == "and" else (out, current)

    def _tested_compare(self, expr: n.Compare, state: State) -> tuple[State | None, State | None]:
        left, op, right = expr.left, expr.ops[0], expr.comparators[0]
        if _is_none(left) and op in ("in", "not in") and isinstance(right, (n.Tuple, n.List, n.Set)):
            carried = NOTHING
            for element in right.elts:
                more, state = self._eval(element, state)
                carried |= more
            self.tested.update(carried)
            return (state, state.without(carried)) if op == "in" else (state.without(carried), state)
        if _is_none(left):
            left, right = right, left
        carried, after = self._eval(left, state)
        other, after = self._eval(right, after)
        if _is_none(right):
            something, nothing = self._split(carried, after)
            return (nothing, something) if op in ("is", "==") else (something, nothing)
        if op in ("is", "==", "in"):
            self.tested.update(carried | other)
            return after.without(carried | other), after
        if op in ("is not", "!=", "not in"):
            self.tested.update(carried | other)
            return after, after.without(carried | other)
        return after, after

    def _tested_call(self, expr: n.Call, state: State) -> tuple[State | None, State | None]:
        name = callee(expr, self.module, self.function).name
        first = expr.args[0].value if expr.args else None
        if name in ("isinstance", "bool", "hasattr", "callable", "len") and first is not None:
            carried, after = self._eval(first, state)
            self.tested.update(carried)
            return after.without(carried), after
        if name in ("all", "any") and isinstance(first, (n.Tuple, n.List, n.Set)):
            carried, after = NOTHING, state
            for element in first.elts:
                if name == "all":
                    more, after = self._eval(element, after)
                    holds, _ = self._test(element, after)
                    carried |= more
                    after = after if holds is None else State(after.maybe, after.none, after.implied)
                else:
                    _, after = self._eval(element, after)
            self.tested.update(carried)
            return after.without(carried), after
        carried, after = self._eval(expr, state)
        # A predicate of the project that gets the value decides by it.
        seen = frozenset(o for a in expr.args for o in self._held(a.value, state))
        self.tested.update(carried)
        holds, fails = self._split(carried, after)
        if seen:
            return holds.without(seen), fails.without(seen)
        return holds, fails

    def _held(self, expr: n.Expr, state: State) -> frozenset[int]:
        path = dotted(expr)
        return state.origins(path) if path is not None else NOTHING

    # --- statements

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

    def _bind(self, target: n.Expr, value: n.Expr, carried: frozenset[int], state: State) -> State:
        """The state after an assignment to a target; storing to an attribute of what may be None is a use of it."""
        if isinstance(target, (n.Tuple, n.List)):
            if carried:
                state = self._use(carried, value, "unpacking", state)
            for element in target.elts:
                state = self._bind(element.value if isinstance(element, n.Starred) else element, value, NOTHING, state)
            return state
        if isinstance(target, (n.Attribute, n.Subscript)):
            holder, state = self._eval(target.value, state)
            if holder:
                state = self._use(holder, target.value, "attribute" if isinstance(target, n.Attribute) else "item", state)
        path = dotted(target)
        if path is None:
            return state
        state = state.without_name(path)
        # A lookup that is repeated, in a loop, is a new one: what was known of the last is over.
        return State(state.maybe | {(path, origin) for origin in carried}, state.none - carried, state.implied)

    def _augmented(self, statement: n.AugAssign, state: State) -> State | None:
        _, state = self._eval(statement.target, state)
        _, state = self._eval(statement.value, state)
        return state

    def _return(self, statement: n.Return, state: State) -> State | None:
        carried, after = self._eval(statement.value, state)
        self.returned.update(carried)
        if statement.value is None or _is_none(statement.value):
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
        tells_none = any(_is_none(value) for case in statement.cases for value in case.values)
        for case in statement.cases:
            inner: State | None = state
            if carried and (tells_none or case.values) and not any(_is_none(value) for value in case.values):
                inner = state.without(carried)
            for name in case.names:
                inner = inner.without_name(name) if inner is not None else None
            if case.guard is not None and inner is not None:
                inner, _ = self._test(case.guard, inner)
            result = join(result, self._block(case.body, inner) if inner is not None else None)
        return join(result, state.without(carried) if tells_none else state)

    def _definition(self, statement: n.FunctionDef | n.ClassDef, state: State) -> State | None:
        return state.without_name(statement.name)


_ENDS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort"})


def _is_none(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and expr.kind == "none"


_EXPRESSIONS: dict[type[n.Node], Callable[..., tuple[frozenset[int], State]]] = {
    n.Name: NullWalk._name, n.Attribute: NullWalk._attribute, n.Subscript: NullWalk._subscript, n.Await: NullWalk._await,
    n.NamedExpr: NullWalk._named, n.IfExp: NullWalk._choice, n.BoolOp: NullWalk._logic, n.Compare: NullWalk._compare,
    n.Comp: NullWalk._comprehension, n.Lambda: NullWalk._skip, n.Constant: NullWalk._skip, n.Dict: NullWalk._dict,
}  # fmt: skip
_STATEMENTS: dict[type[n.Node], Callable[..., State | None]] = {
    n.ExprStmt: NullWalk._expression, n.Assign: NullWalk._assign, n.AnnAssign: NullWalk._assign, n.AugAssign: NullWalk._augmented,
    n.Return: NullWalk._return, n.Raise: NullWalk._raise, n.Assert: NullWalk._assert, n.Delete: NullWalk._delete,
    n.Break: NullWalk._leave_loop, n.Continue: NullWalk._leave_loop, n.If: NullWalk._if, n.For: NullWalk._loop, n.While: NullWalk._loop,
    n.With: NullWalk._with, n.Try: NullWalk._try, n.Match: NullWalk._match, n.FunctionDef: NullWalk._definition,
    n.ClassDef: NullWalk._definition,
}  # fmt: skip
