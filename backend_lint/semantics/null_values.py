"""Expressions and conditions in the walk that follows values which may be `None`: which of them an expression gives, where it would fail
for `None`, and what is known once a condition holds or fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import bind, callee, dotted
from backend_lint.semantics.null_states import NOTHING, State, Use, join
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function

#: How deep expressions are followed; what is nested deeper is taken to be harmless.
_MAX_DEPTH = 120


class NullValues:
    """What a walk is given and what it finds.

    `origin_of` says whether a call gives a maybe-`None` value and under which number; `passed` what a project function does with an
    argument that is `None`: "fails" with the steps to where, "checks", or "keeps".

    Found are `uses`, the first of each origin; `returned`, the origins whose value may be returned as it is; `returned_none`, those whose
    absence leads to a returned `None`; `ends`, the states in which the function comes back.
    """

    def __init__(
        self,
        function: Function,
        origin_of: Callable[[n.Call, Callee], int | None],
        passed: Callable[[Function, str], tuple[str, tuple[Step, ...]]],
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
        self._depth = 0

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
                _, state = self._eval(child, state)  # type: ignore[arg-type]  # what is below an expression is one, or an argument of one
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
        origin = self._origin_of(call, target) if self.module.tree.source_of(call) not in state.present else None
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
        if is_none(left) and op in ("in", "not in") and isinstance(right, (n.Tuple, n.List, n.Set)):
            carried = NOTHING
            for element in right.elts:
                more, state = self._eval(element, state)
                carried |= more
            self.tested.update(carried)
            return (state, state.without(carried)) if op == "in" else (state.without(carried), state)
        if is_none(left):
            left, right = right, left
        carried, after = self._eval(left, state)
        other, after = self._eval(right, after)
        if is_none(right):
            something, nothing = self._split(carried, after)
            path = dotted(left) if isinstance(left, (n.Name, n.Attribute)) else None
            if path is not None:
                something = something.without(frozenset(o for name, truth, o in after.implied if name == path and truth))
                nothing = nothing.without(frozenset(o for name, truth, o in after.implied if name == path and not truth))
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
        if name in ("all", "any") and isinstance(first, (n.Tuple, n.List, n.Set, n.Comp)):
            return self._tested_all(first, state, every=name == "all")
        carried, after = self._eval(expr, state)
        # A predicate of the project that gets the value decides by it.
        seen = frozenset(o for a in expr.args for o in self._held(a.value, state))
        self.tested.update(carried)
        holds, fails = self._split(carried, after)
        if carried:
            holds = holds._replace(present=holds.present | {self.module.tree.source_of(expr)})
        if seen:
            return holds.without(seen), fails.without(seen)
        return holds, fails

    def _tested_all(self, values: n.Tuple | n.List | n.Set | n.Comp, state: State, *, every: bool) -> tuple[State, State]:
        """After `all([a, b])` and `any(x is None for x in (a, b))`: what they test is there when all hold, or when none is found."""
        proven: frozenset[int] = NOTHING
        if isinstance(values, n.Comp):
            source = values.generators[0].iter
            for element in source.elts if isinstance(source, (n.Tuple, n.List, n.Set)) else ():
                carried, state = self._eval(element, state)
                proven |= carried
            self.tested.update(proven)
            return (state.without(proven), state) if every else (state, state.without(proven))
        for element in values.elts:
            holds, fails = self._test(element, state)
            after = holds if every else fails
            if after is not None:
                proven |= {origin for _, origin in state.maybe - after.maybe}
            _, state = self._eval(element, state)
        self.tested.update(proven)
        return (state.without(proven), state) if every else (state, state.without(proven))

    def _held(self, expr: n.Expr, state: State) -> frozenset[int]:
        path = dotted(expr)
        return state.origins(path) if path is not None else NOTHING

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
            held = dotted(target.value) if isinstance(target, n.Subscript) else None
            return state.with_flag(held, is_truthy=True) if held is not None else state
        state = state.without_name(path)
        truth = truth_of(value)
        if truth is not None:
            state = state.with_flag(path, is_truthy=truth)
        # A lookup that is repeated, in a loop, is a new one: what was known of the last is over.
        implied = frozenset(item for item in state.implied if item[2] not in carried) if carried else state.implied
        return state._replace(maybe=state.maybe | {(path, origin) for origin in carried}, none=state.none - carried, implied=implied)


def is_none(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and expr.kind == "none"


def truth_of(expr: n.Expr) -> bool | None:
    """Whether a value that is assigned is true or false by its text alone; a message, translated or filled in, is true."""
    if isinstance(expr, n.Constant):
        return expr.value not in ("False", "None", "0", "")
    if isinstance(expr, n.FString):
        return True
    if isinstance(expr, (n.List, n.Tuple, n.Set)):
        # What is empty may be filled.
        return True if expr.elts else None
    if isinstance(expr, n.Dict):
        return True if expr.values else None
    if isinstance(expr, n.Call):
        name = (dotted(expr.func) or "").rpartition(".")[2]
        if isinstance(expr.func, n.Attribute) and expr.func.attr == "format" and isinstance(expr.func.value, n.Constant):
            return True
        # A translated text, or an object made of one: `_("Wrong code")`, `Response("Wrong code")`.
        first = expr.args[0].value if expr.args else None
        is_text = isinstance(first, n.FString) or (isinstance(first, n.Constant) and first.kind == "str" and first.value != "")
        return True if is_text and (name == "_" or name.endswith("gettext") or name[:1].isupper()) else None
    return None


_EXPRESSIONS: dict[type[n.Node], Callable[..., tuple[frozenset[int], State]]] = {
    n.Name: NullValues._name, n.Attribute: NullValues._attribute, n.Subscript: NullValues._subscript, n.Await: NullValues._await,
    n.NamedExpr: NullValues._named, n.IfExp: NullValues._choice, n.BoolOp: NullValues._logic, n.Compare: NullValues._compare,
    n.Comp: NullValues._comprehension, n.Lambda: NullValues._skip, n.Constant: NullValues._skip, n.Dict: NullValues._dict,
}  # fmt: skip
