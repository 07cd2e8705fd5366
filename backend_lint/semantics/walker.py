"""The flow engine's walk over one function: statements in order, branches joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.semantics.calls import never_returns
from backend_lint.semantics.evaluation import Evaluator
from backend_lint.semantics.labels import NONE, PARAMETER, Labels
from backend_lint.semantics.parts import constants_of, literal_parts
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.flow import Env


class Walker(Evaluator):
    """Walks the statements of one frame's function."""

    def block(self, body: list[n.Stmt]) -> bool:
        """Walk statements in order. True when the block never falls through to what follows (return, raise, break, continue)."""
        for statement in body:
            self.frame.statement = statement
            if self.statement(statement):
                return True
        return False

    def statement(self, node: n.Stmt) -> bool:
        handler = _STATEMENTS.get(type(node))
        return handler(self, node) if handler is not None else False

    def exit(self) -> None:
        """A normal exit: remember what has been checked on the way to it."""
        frame = self.frame
        frame.cleared_at_exits = set(frame.cleared) if frame.cleared_at_exits is None else frame.cleared_at_exits & frame.cleared

    def _expr(self, node: n.ExprStmt) -> bool:
        self.eval(node.value)
        return isinstance(node.value, n.Call) and never_returns(node.value, self.frame.module, self.frame.function)

    def _return(self, node: n.Return) -> bool:
        labels = self.eval(node.value) if node.value is not None else NONE
        self.policy.returned(node, labels, self.frame)
        self.frame.summary.returns |= self._handed_back(node, labels)
        self._return_parts(node, labels)
        self.exit()
        return True

    def _handed_back(self, node: n.Return, labels: Labels) -> Labels:
        """What a function returns: of what its caller passed the way says where it comes back."""
        if not any(label.kind == PARAMETER for label in labels):
            return labels
        function, module = self.frame.function, self.frame.module
        name = function.qualname if function is not None else module.name
        step = Step(module.path, module.line(node), f"{name} returns it")
        return frozenset(label.through(step) if label.kind == PARAMETER else label for label in labels)

    def _return_parts(self, node: n.Return, labels: Labels) -> None:
        """Keep apart what the parts of a result carry, for callers that take it apart."""
        kept = self.frame.summary.parts
        literal = literal_parts(node.value)
        if literal is not None:
            kept.add({name: self.peek(part) if labels else NONE for name, part in literal.items()}, constants_of(literal))
        elif labels:
            known = self._parts_of(node.value)
            if known is not None:
                kept.merge(known)
            else:
                kept.add_rest(labels)

    def _raise(self, node: n.Raise) -> bool:
        labels = self.eval(node.exc) if node.exc is not None else NONE
        if node.cause is not None:
            self.eval(node.cause)
        self.policy.raised(node, labels, self.frame)
        return True

    def _assign(self, node: n.Assign) -> bool:
        labels = self.eval(node.value)
        for target in node.targets:
            self.assign(target, labels, node, node.value)
        return False

    def _annotated(self, node: n.AnnAssign) -> bool:
        if node.value is not None:
            self.assign(node.target, self.eval(node.value), node, node.value)
        return False

    def _augmented(self, node: n.AugAssign) -> bool:
        labels = self.eval(node.value) | self.eval(node.target)
        self.assign(node.target, labels, node, None)
        return False

    def _if(self, node: n.If) -> bool:
        self.eval(node.test)
        frame = self.frame
        before, cleared = dict(frame.env), set(frame.cleared)
        self.assume(node.test, True, node)
        ended_body = self.block(node.body)
        after_body, cleared_body = frame.env, frame.cleared
        frame.env, frame.cleared = before, cleared
        self.assume(node.test, False, node)
        ended_orelse = self.block(node.orelse)
        if ended_body and ended_orelse:
            return True
        if ended_orelse:
            frame.env, frame.cleared = after_body, cleared_body
        elif not ended_body:
            frame.env = join(frame.env, after_body)
            frame.cleared &= cleared_body
        return False

    def _for(self, node: n.For) -> bool:
        labels = self.eval(node.iter)
        return self._loop(node.body, node.orelse, lambda: self.assign(node.target, labels, node, None))

    def _while(self, node: n.While) -> bool:
        self.eval(node.test)

        def enter() -> None:
            self.assume(node.test, True, node)

        self._loop(node.body, node.orelse, enter)
        endless = isinstance(node.test, n.Constant) and node.test.value == "True"
        return endless and not any(isinstance(inner, n.Break) for inner in n.walk_scope(node.body))

    def _loop(self, body: list[n.Stmt], orelse: list[n.Stmt], enter: Callable[[], None]) -> bool:
        frame = self.frame
        for _ in range(2):
            before, cleared = dict(frame.env), set(frame.cleared)
            enter()
            events = len(frame.summary.events)
            self.block(body)
            unchanged = frame.env == before
            frame.env = join(before, frame.env)
            frame.cleared = cleared
            if unchanged:
                break
            del events
        self.block(orelse)
        return False

    def _with(self, node: n.With) -> bool:
        for item in node.items:
            labels = self.eval(item.value)
            if item.target is not None:
                self.assign(item.target, labels, node, None)
        return self.block(node.body)

    def _try(self, node: n.Try) -> bool:
        frame = self.frame
        before, cleared_before = dict(frame.env), set(frame.cleared)
        frame.tries.append(node)
        ended = self.block(node.body)
        frame.tries.pop()
        if not ended:
            ended = self.block(node.orelse)
        after, cleared_after = frame.env, frame.cleared
        outs: list[tuple[Env, set[str]]] = [] if ended else [(after, cleared_after)]
        for handler in node.handlers:
            frame.env = join(before, after)
            frame.cleared = set(cleared_before)
            frame.failed = node
            if handler.name:
                frame.env[handler.name] = self.policy.caught(handler, frame)
            frame.catching.append(handler)
            handler_ended = self.block(handler.body)
            frame.catching.pop()
            if not handler_ended:
                outs.append((frame.env, frame.cleared))
        if outs:
            frame.env, frame.cleared = outs[0]
            for env, cleared in outs[1:]:
                frame.env = join(frame.env, env)
                frame.cleared = frame.cleared & cleared
        else:
            frame.env, frame.cleared = join(before, after), cleared_before
        ended_finally = self.block(node.finalbody)
        return ended_finally or not outs

    def _match(self, node: n.Match) -> bool:
        labels = self.eval(node.subject)
        frame = self.frame
        before, cleared = dict(frame.env), set(frame.cleared)
        outs: list[tuple[Env, set[str]]] = [(before, cleared)]
        for case in node.cases:
            frame.env, frame.cleared = dict(before), set(cleared)
            for name in case.names:
                frame.env[name] = labels
            for value in case.values:
                self.eval(value)
            if case.guard is not None:
                self.eval(case.guard)
                self.assume(case.guard, True)
            if not self.block(case.body):
                outs.append((frame.env, frame.cleared))
        frame.env, frame.cleared = outs[0]
        for env, other in outs[1:]:
            frame.env = join(frame.env, env)
            frame.cleared = frame.cleared & other
        return False

    def _ends(self, node: n.Stmt) -> bool:
        return True

    def _assert(self, node: n.Assert) -> bool:
        self.eval(node.test)
        self.assume(node.test, True)
        return False

    def _delete(self, node: n.Delete) -> bool:
        for target in node.targets:
            self.eval(target)
        return False


def join(left: Env, right: Env) -> Env:
    """What names carry where two paths meet."""
    if left is right:
        return left
    joined = dict(left)
    for key, labels in right.items():
        mine = joined.get(key)
        if mine is None:
            # Absent on the other side: a path there still carries what its root does, which `lookup` would no longer see.
            root = key
            while mine is None and max(root.rfind("."), root.rfind("[")) > 0:
                root = root[: max(root.rfind("."), root.rfind("["))]
                mine = left.get(root)
            joined[key] = labels | mine if mine else labels
        elif mine is not labels:
            joined[key] = mine | labels
    return joined


_STATEMENTS: dict[type[n.Node], Callable[..., bool]] = {
    n.ExprStmt: Walker._expr, n.Return: Walker._return, n.Raise: Walker._raise, n.Assign: Walker._assign, n.AnnAssign: Walker._annotated,
    n.AugAssign: Walker._augmented, n.If: Walker._if, n.For: Walker._for, n.While: Walker._while, n.With: Walker._with, n.Try: Walker._try,
    n.Match: Walker._match, n.Break: Walker._ends, n.Continue: Walker._ends, n.Assert: Walker._assert, n.Delete: Walker._delete,
}  # fmt: skip
