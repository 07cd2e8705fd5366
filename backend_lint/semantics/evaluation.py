"""The flow engine's reading of expressions: what their values carry, what targets get, what tests tell, and what called functions do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics.calls import Callee, bind, callee
from backend_lint.semantics.labels import NONE, PARAMETER, Event, Label, Labels, key_of
from backend_lint.semantics.parts import Parts, constants_of, literal_parts, position
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.flow import Frame

_ROOT = re.compile(r"[.\[]")
#: Methods that put their argument into their receiver.
_MUTATORS = frozenset({"append", "add", "extend", "insert", "update", "setdefault", "appendleft", "write", "push"})


class Evaluator:
    """Evaluates the expressions of one frame's function and keeps what its names carry."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.policy = frame.policy

    # --- targets and tests

    def assign(self, target: n.Expr, labels: Labels, statement: n.Node, value: n.Expr | None) -> None:
        """Bind a target to labels; a tuple's parts get their own where the value is a tuple as well."""
        if isinstance(target, (n.Tuple, n.List)):
            if isinstance(value, (n.Tuple, n.List)) and len(value.elts) == len(target.elts):
                for part, given in zip(target.elts, value.elts, strict=True):
                    self.assign(part, self.peek(given), statement, given)
                return
            parts = self._parts_of(value)
            if parts is not None and position(0) in parts.items and not any(isinstance(part, n.Starred) for part in target.elts):
                self._bind_parts(target.elts, parts, statement)
            else:
                for part in target.elts:
                    self.assign(part, labels, statement, None)
            return
        if isinstance(target, n.Starred):
            self.assign(target.value, labels, statement, None)
            return
        env = self.frame.env
        if isinstance(target, n.Name):
            name, implied = target.id, self.frame.implied
            inner_keys = (f"{name}.", f"{name}[")
            for inner in [key for key in env if key.startswith(inner_keys)]:
                del env[inner]
            env[name] = labels
            self.frame.cleared.discard(name)
            if implied:
                for entry in [entry for entry in implied if entry[0] == name or entry[0].startswith(inner_keys)]:
                    del implied[entry]
            if labels and value is not None:
                self._hold_parts(target.id, value)
            return
        self.policy.stored(target, labels, self.frame, statement)
        key = key_of(target)
        if key is not None:
            env[key] = labels
        if isinstance(target, (n.Subscript, n.Attribute)) and labels:
            # The container now holds what was put into it.
            root = target.value
            root_key = key_of(root)
            if root_key is not None and isinstance(target, n.Subscript):
                env[root_key] = self.frame.lookup(root_key) | labels

    def _bind_parts(self, targets: list[n.Expr], parts: Parts, statement: n.Node) -> None:
        """Unpack a result into targets, and remember which of them says that the others carry nothing."""
        for index, target in enumerate(targets):
            self.assign(target, parts.items.get(position(index), NONE) | parts.rest, statement, None)
        keys = [key_of(target) for target in targets]
        for names, truth in ((parts.when_true, True), (parts.when_false, False)):
            for index, key in enumerate(keys):
                if key is not None and position(index) in names:
                    self.frame.implied[key, truth] = tuple(other for other in keys if other is not None and other != key)

    def _hold_parts(self, name: str, value: n.Expr | None) -> None:
        """Set what the parts of a value carry that a name is assigned."""
        env = self.frame.env
        parts = self._parts_of(value)
        if parts is not None:
            for suffix, labels in parts.items.items():
                env[name + suffix] = labels | parts.rest
            for names, truth in ((parts.when_true, True), (parts.when_false, False)):
                for suffix in names:
                    self.frame.implied[name + suffix, truth] = (name,)
            return
        for suffix, part in (literal_parts(value) or {}).items():
            env[name + suffix] = self.peek(part)

    def _parts_of(self, value: n.Expr | None) -> Parts | None:
        """What the parts of a called function's result carry."""
        while isinstance(value, n.Await):
            value = value.value
        if isinstance(value, n.Call):
            return self.frame.call_parts.get(id(value))
        if isinstance(value, n.IfExp):
            return self._joined_parts((value.body, value.orelse))
        if isinstance(value, n.BoolOp) and value.op == "or":
            return self._joined_parts(value.values)
        if isinstance(value, n.Name):
            found = {
                key[len(value.id) :]: labels for key, labels in self.frame.env.items() if key.startswith((value.id + "[", value.id + "."))
            }
            whole = self.frame.env.get(value.id, NONE)
            if found and whole <= NONE.union(*found.values()):
                parts = Parts()
                parts.add(found, {})
                return parts
        return None

    def _joined_parts(self, values: Sequence[n.Expr]) -> Parts | None:
        """What the parts of one of several values carry: `stats() if is_up else {}`, `stats() or {}`."""
        found = Parts()
        for value in values:
            parts, literal = self._parts_of(value), literal_parts(value)
            if parts is not None:
                found.merge(parts)
            elif literal is not None:
                found.add({name: self.peek(part) for name, part in literal.items()}, constants_of(literal))
            else:
                found.add_rest(self.peek(value))
        return found if found.items else None

    def _drop(self, key: str) -> None:
        """Take a value for empty: neither it nor its parts carry anything, and a whole carries what its other parts do."""
        env = self.frame.env
        dropped = self.frame.lookup(key)
        for known in [key, *(other for other in env if other.startswith((key + ".", key + "[")))]:
            env[known] = NONE
        cut = max(key.rfind("."), key.rfind("["))
        whole = key[:cut] if cut > 0 else ""
        if dropped and env.get(whole):
            others = [labels for other, labels in env.items() if other.startswith((whole + ".", whole + "[")) and other != key]
            if others:
                env[whole] = env[whole] - (dropped - NONE.union(*others))

    def assume(self, test: n.Expr, truth: bool, condition: n.Node | None = None) -> None:
        """Tell the policy what is known once `test` is true or false, part by part; `condition` is the statement that tests."""
        if isinstance(test, n.UnaryOp) and test.op == "not":
            self.assume(test.operand, not truth, condition)
        elif isinstance(test, n.BoolOp) and (test.op == "and") == truth:
            for part in test.values:
                self.assume(part, truth, condition)
        else:
            self.frame.condition = condition
            self.policy.tested(test, truth, self.frame)
            self._imply(test, truth)

    def _imply(self, test: n.Expr, truth: bool) -> None:
        """What the truth of a value says of it and of what came with it: an empty value carries nothing."""
        subject, holds = _truth_of(test, truth)
        key = _tested_key(subject)
        if key is None:
            return
        for other in self.frame.implied.get((key, holds), ()):
            self._drop(other)
        if not holds and self.frame.lookup(key) and (key in self.frame.env or not isinstance(subject, n.Call)):
            self._drop(key)

    # --- expressions

    def peek(self, expr: n.Expr) -> Labels:
        """The labels of an expression that has been evaluated already: nothing is recorded a second time."""
        frame = self.frame
        env, cleared, count = frame.env, frame.cleared, len(frame.summary.events)
        # Callers may hold the very dict, so what is thrown away is the copy.
        frame.env, frame.cleared = dict(env), set(cleared)
        labels = self.eval(expr)
        frame.env, frame.cleared = env, cleared
        del frame.summary.events[count:]
        return labels

    def eval(self, expr: n.Expr) -> Labels:
        """The labels of an expression's value; events on the way are recorded."""
        handler = _EXPRESSIONS.get(type(expr))
        return handler(self, expr) if handler is not None else NONE

    def _name(self, node: n.Name) -> Labels:
        found = self.frame.env.get(node.id)
        return found if found is not None else self.policy.source(node, self.frame)

    def _attribute(self, node: n.Attribute) -> Labels:
        inner = self.eval(node.value)
        key = key_of(node)
        known = self.frame.env.get(key) if key is not None else None
        if known is not None:
            return known
        return (self.policy.attribute(node, inner, self.frame) if inner else NONE) | self.policy.source(node, self.frame)

    def _subscript(self, node: n.Subscript) -> Labels:
        inner = self.eval(node.value)
        self.eval(node.index)
        key = key_of(node)
        known = self.frame.env.get(key) if key is not None else None
        if known is not None:
            return known
        return (self.policy.subscript(node, inner, self.frame) if inner else NONE) | self.policy.source(node, self.frame)

    def _call(self, node: n.Call) -> Labels:
        frame = self.frame
        inner = self.eval(node.func.value) if isinstance(node.func, n.Attribute) else self._callee_labels(node.func)
        arguments = [(argument, self.eval(argument.value)) for argument in node.args]
        target = callee(node, frame.module, frame.function)
        own = self.policy.source(node, frame)
        self.policy.after_call(node, target, inner, arguments, frame)
        if isinstance(node.func, n.Attribute) and node.func.attr in _MUTATORS and target.function is None:
            self._absorb(node.func.value, NONE.union(*(labels for _, labels in arguments)))
        if inner and isinstance(node.func, n.Attribute) and node.func.attr == "get":
            known = frame.env.get(_tested_key(node) or "")
            inner = inner if known is None else known
        labelled = bool(inner) or any(labels for _, labels in arguments)
        if target.function is not None and (labelled or self.policy.always_enter) and self.policy.enter(node, target, frame):
            return own | self._follow(node, target, inner, arguments)
        return own | self.policy.result(node, target, inner, arguments, frame)

    def _callee_labels(self, func: n.Expr) -> Labels:
        return NONE if isinstance(func, n.Name) else self.eval(func)

    def _absorb(self, container: n.Expr, labels: Labels) -> None:
        key = key_of(container)
        if key is not None and labels:
            self.frame.env[key] = self.frame.lookup(key) | labels

    def _follow(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]]) -> Labels:
        """Apply a project function's summary: what it returns and does, with this call's arguments put in for its parameters."""
        frame = self.frame
        function = target.function
        assert function is not None
        summary = frame.engine.run(function)
        bound = bind(call, function)
        by_argument = {id(argument): labels for argument, labels in arguments}
        given = {name: by_argument.get(id(argument), NONE) for name, argument in bound.items()}
        for parameter in function.parameters:
            # `*args` and `**kwargs` take several arguments, of which `bind` names the first.
            if parameter.kind in ("vararg", "kwarg"):
                rest = [labels for argument, labels in arguments if not any(argument is other for other in bound.values())]
                given[parameter.name] = given.get(parameter.name, NONE).union(*rest)
        if function.self_name is not None and receiver:
            given[function.self_name] = receiver
        step = Step(frame.module.path, frame.module.line(call), f"calls {function.qualname}()")
        result = self._substitute(summary.returns, given, step)
        if summary.parts.items:
            frame.call_parts[id(call)] = summary.parts.mapped(lambda labels: self._substitute(labels, given, step))
        for event in summary.events:
            labels = self._substitute(event.labels, given, step)
            if labels:
                labels = self.policy.crossing(event, labels, call, target, frame)
            if labels:
                trace = event.trace if len(event.trace) >= 12 else (step, *event.trace)
                frame.summary.events.append(Event(event.kind, event.node, event.module, event.function, labels, event.detail, trace))
        for checked in summary.checked:
            name = _ROOT.split(checked, 1)[0]
            argument = bound.get(name)
            key = key_of(argument.value) if argument is not None and not argument.star else None
            if key is not None:
                frame.clear(key + checked[len(name) :])
        return result

    @staticmethod
    def _substitute(labels: Labels, given: dict[str, Labels], step: Step) -> Labels:
        found: set[Label] = set()
        for label in labels:
            if label.kind == PARAMETER:
                for other in given.get(label.detail, NONE):
                    way = other.through(step)
                    for inner in label.via:
                        way = way.through(inner)
                    found.add(way)
            else:
                found.add(label.through(step))
        return frozenset(found)

    def _children(self, node: n.Node) -> Labels:
        found: Labels = NONE
        for child in n.children(node):
            labels = self.eval(child)  # type: ignore[arg-type]  # what is not among the expressions carries nothing
            if labels:
                found = found | labels
        return found

    def _silent(self, node: n.Node) -> Labels:
        self._children(node)
        return NONE

    def _conditional(self, node: n.IfExp) -> Labels:
        self.eval(node.test)
        before = dict(self.frame.env)
        self.assume(node.test, True)
        found = self.eval(node.body)
        self.frame.env = dict(before)
        self.assume(node.test, False)
        found = found | self.eval(node.orelse)
        self.frame.env = before
        return found

    def _boolean(self, node: n.BoolOp) -> Labels:
        before = dict(self.frame.env)
        found: Labels = NONE
        for part in node.values:
            labels = self.eval(part)
            if node.op == "or" and part is not node.values[-1]:
                labels = self.policy.truthy(labels)
            found = found | labels
            self.assume(part, node.op == "and")
        for key, labels in self.frame.env.items():
            before.setdefault(key, labels)  # what a walrus has bound holds on
        self.frame.env = before
        return found

    def _named(self, node: n.NamedExpr) -> Labels:
        labels = self.eval(node.value)
        self.assign(node.target, labels, node, node.value)
        return labels

    def _comprehension(self, node: n.Comp) -> Labels:
        before = dict(self.frame.env)
        for generator in node.generators:
            labels = self.eval(generator.iter)
            self.assign(generator.target, labels, generator, None)
            for test in generator.ifs:
                self.eval(test)
                self.assume(test, True)
        found = self.eval(node.elt)
        if node.value is not None:
            found = found | self.eval(node.value)
        self.frame.env = before
        return found

    def _lambda(self, node: n.Lambda) -> Labels:
        before = dict(self.frame.env)
        for parameter in node.params.items:
            self.frame.env[parameter.name] = NONE
        found = self.eval(node.body)
        self.frame.env = before
        return found

    def _yield(self, node: n.Yield) -> Labels:
        if node.value is not None:
            labels = self.eval(node.value)
            self.policy.yielded(node, labels, self.frame)
            self.frame.summary.yields |= labels
        return NONE


def _truth_of(test: n.Expr, truth: bool) -> tuple[n.Expr, bool]:
    """The value whose truth a test asks for, and the answer: `x is not None`, `x is True`, `x == False` ask for that of `x`."""
    if isinstance(test, n.Compare) and len(test.ops) == 1 and isinstance(test.comparators[0], n.Constant):
        right, same = test.comparators[0], test.ops[0] in ("is", "==")
        if same or test.ops[0] in ("is not", "!="):
            if right.kind == "none" or (right.kind == "bool" and right.value == "False"):
                return test.left, truth != same
            if right.kind == "bool":
                return test.left, truth == same
    return test, truth


def _tested_key(expr: n.Expr) -> str | None:
    """The key of a name, a path, or `name.get("key")`."""
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr == "get" and expr.args:
        inner, first = key_of(expr.func.value), expr.args[0].value
        return f"{inner}[{first.value!r}]" if inner is not None and isinstance(first, n.Constant) else None
    return key_of(expr)


_EXPRESSIONS: dict[type[n.Node], Callable[..., Labels]] = {
    n.Name: Evaluator._name, n.Attribute: Evaluator._attribute, n.Subscript: Evaluator._subscript, n.Call: Evaluator._call,
    n.IfExp: Evaluator._conditional, n.BoolOp: Evaluator._boolean, n.NamedExpr: Evaluator._named, n.Comp: Evaluator._comprehension,
    n.Lambda: Evaluator._lambda, n.Yield: Evaluator._yield, n.Compare: Evaluator._silent, n.Slice: Evaluator._silent,
    n.BinOp: Evaluator._children, n.UnaryOp: Evaluator._children, n.FString: Evaluator._children, n.Field: Evaluator._children,
    n.Starred: Evaluator._children, n.List: Evaluator._children, n.Tuple: Evaluator._children, n.Set: Evaluator._children,
    n.Dict: Evaluator._children, n.Await: Evaluator._children, n.YieldFrom: Evaluator._children,
}  # fmt: skip
