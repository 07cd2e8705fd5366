"""What is done next with a session that a database error has left unusable.

A session whose flush failed refuses everything until it is rolled back, and PostgreSQL refuses every statement of a transaction in which
one failed. One session, known by its key (see `held`), is followed along the statements that run after the error was caught: the first
thing done with it decides. A roll-back, a close or a new session ends the matter; a query, flush or commit is the fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import Callee, callee, dotted, never_returns
from backend_lint.semantics.held import inner_key, is_global, key_of, root_of
from backend_lint.semantics.project import Class
from backend_lint.semantics.resources import CLOSING
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: How many calls deep uses are looked for.
MAX_DEPTH = 5

#: What a session does that needs a working transaction. Adding to it does not: only the flush would notice.
_USING = frozenset({"reads", "commits", "flushes", "sql", "begins", "builds-query"})
_CLEANING_NAMES = CLOSING | {"rollback", "abort", "abort_transaction", "rollback_transaction", "expunge_all"}


class Use(NamedTuple):
    """What is done with a broken session: the call in the function itself, and the steps that lead on from it."""

    call: n.Call
    steps: tuple[Step, ...] = ()


class Scan:
    """What some statements do with a broken session: the first `use`, or else how it gets out of them as it is: by falling through, by
    `break` or `continue`, by a return (or the end of the function)."""

    __slots__ = ("breaks", "continues", "falls", "is_cleaned", "returns", "use")

    def __init__(self, *, falls: bool = True) -> None:
        self.use: Use | None = None
        self.falls = falls
        self.breaks = False
        self.continues = False
        self.returns: n.Node | None = None
        self.is_cleaned = False

    def leave(self, other: Scan) -> None:
        """Add the ways out of a part, other than to its next statement."""
        self.use = self.use or other.use
        self.breaks |= other.breaks
        self.continues |= other.continues
        self.returns = self.returns or other.returns
        self.is_cleaned |= other.is_cleaned


def closes_at_exit(statement: n.With, key: str, function: Function) -> bool:
    """Whether leaving a `with` rolls a session back or closes it: it opened the session, it is the session's transaction or savepoint, or
    a project's context manager that was given the session."""
    root = root_of(key) if not is_global(key) else None
    for item in statement.items:
        if item.target is not None and root is not None and any(isinstance(t, n.Name) and t.id == root for t in n.walk(item.target)):
            return True
        value = item.value
        if key_of(value, function.module, function) == key:
            return True
        if isinstance(value, n.Call):
            receiver = key_of(value.func.value, function.module, function) if isinstance(value.func, n.Attribute) else None
            if receiver == key:
                return True
            if any(key_of(arg.value, function.module, function) == key for arg in value.args):
                return True
            target = callee(value, function.module, function)
            if is_global(key) and target.function is not None and _cleans(target.function):
                return True
        elif is_global(key):
            held = function.project.inference.value(value, function.module, function)
            leaving = held.definition.method("__exit__") if held is not None and isinstance(held.definition, Class) else None
            if leaving is not None and _cleans(leaving):
                return True
    return False


def _cleans(function: Function) -> bool:
    """Whether a function rolls back or closes some session, itself or through what it calls."""
    if "rolls-back" in effects.of_function(function):
        return True
    return any(_is_cleaning_name(call) for call, _ in effects.calls_in(function))


def _is_cleaning_name(call: n.Call) -> bool:
    return isinstance(call.func, n.Attribute) and call.func.attr in ("rollback", "close", "aclose", "remove")


# --- where a node stands


class Place(NamedTuple):
    """A statement on the way down to a node: its block and place in it, and the compound statement (None: the function) and part of it
    that the block belongs to."""

    block: list[n.Stmt]
    at: int
    owner: n.Node | None
    part: str


def places(body: list[n.Stmt], offset: int) -> list[Place]:
    """The statements that hold an offset, outermost first."""
    found: list[Place] = []
    blocks: list[tuple[list[n.Stmt], n.Node | None, str]] = [(body, None, "body")]
    while blocks:
        block, owner, part = blocks.pop()
        for index, statement in enumerate(block):
            if statement.start <= offset < statement.end:
                found.append(Place(block, index, owner, part))
                blocks = list(_blocks(statement))
                break
    return found


def _blocks(statement: n.Stmt) -> Iterator[tuple[list[n.Stmt], n.Node, str]]:
    if isinstance(statement, (n.If, n.For, n.While)):
        yield statement.body, statement, "body"
        yield statement.orelse, statement, "orelse"
    elif isinstance(statement, n.With):
        yield statement.body, statement, "body"
    elif isinstance(statement, n.Try):
        yield statement.body, statement, "body"
        for handler in statement.handlers:
            yield handler.body, statement, "handler"
        yield statement.orelse, statement, "orelse"
        yield statement.finalbody, statement, "final"
    elif isinstance(statement, n.Match):
        for case in statement.cases:
            yield case.body, statement, "body"


# --- what comes next


def onward(clause: n.ExceptHandler, key: str, function: Function) -> Scan:
    """What is done with a broken session from an `except` clause on, through the statements that run after it, round the loops it stands
    in, to the function's end."""
    first = scan(clause.body, key, function)
    if first.use is not None:
        return first
    around = places(function.node.body, clause.start)
    result = Scan(falls=False)
    result.returns = first.returns
    result.is_cleaned = first.is_cleaned
    modes = [mode for mode, holds in (("fall", first.falls), ("continue", first.continues), ("break", first.breaks)) if holds]
    for mode in modes:
        _ascend(around, mode, key, function, result)
        if result.use is not None:
            break
    return result


def after(offset: int, key: str, function: Function) -> Scan:
    """What is done with a session that the statement at `offset` leaves broken, from the statement after it on."""
    result = Scan(falls=False)
    _ascend(places(function.node.body, offset), "fall", key, function, result)
    return result


def _ascend(around: list[Place], mode: str, key: str, function: Function, result: Scan) -> None:
    """Follow a broken session out of the block at the end of `around`, block by block."""
    for depth in range(len(around) - 1, -1, -1):
        place = around[depth]
        statement = place.block[place.at]
        if isinstance(statement, n.Try) and statement.finalbody and not _stands_in(statement.finalbody, around, depth):
            last = scan(statement.finalbody, key, function)
            result.leave(last)
            if last.use is not None or last.is_cleaned or not last.falls:
                return
        if isinstance(statement, n.With) and depth < len(around) - 1 and _ends_with(statement, key, function):
            result.is_cleaned = True
            return
        if isinstance(statement, (n.For, n.While)) and mode in ("fall", "continue") and depth < len(around) - 1:
            if isinstance(statement, n.For) and _binds(statement.target, key):
                result.is_cleaned = True
                return
            again = scan(statement.body, key, function)
            result.leave(again)
            if again.use is not None:
                return
            mode = "fall"
        elif isinstance(statement, (n.For, n.While)) and mode == "break":
            mode = "fall"
        if mode != "fall":
            continue
        rest = scan(place.block[place.at + 1 :], key, function)
        result.returns = result.returns or rest.returns
        result.use = result.use or rest.use
        if rest.use is not None or rest.is_cleaned:
            result.is_cleaned |= rest.is_cleaned
            return
        if not rest.falls:
            if not (rest.continues or rest.breaks):
                return
            mode = "continue" if rest.continues else "break"
    if mode == "fall":
        result.falls = True


def _ends_with(statement: n.With, key: str, function: Function) -> bool:
    """Whether a session is over when a `with` is left, or nothing outside of it knows the name under which it was used."""
    if closes_at_exit(statement, key, function):
        return True
    bindings = function.names.bindings.get(root_of(key), ()) if not is_global(key) else ()
    return bool(bindings) and all(statement.start <= binding.start < statement.end for binding in bindings)


def _stands_in(block: list[n.Stmt], around: list[Place], depth: int) -> bool:
    return depth + 1 < len(around) and around[depth + 1].block is block


def _binds(target: n.Expr, key: str) -> bool:
    return not is_global(key) and any(isinstance(node, n.Name) and node.id == root_of(key) for node in n.walk(target))


def scan(body: Iterable[n.Stmt], key: str, function: Function, depth: int = 0) -> Scan:
    """What some statements do with a broken session."""
    result = Scan()
    for statement in body:
        part = _Statements(key, function, depth).scan(statement)
        result.leave(part)
        result.falls = part.falls
        if part.use is not None or part.is_cleaned or not part.falls:
            break
    return result


class _Statements:
    """Scans statements for one session of one function."""

    def __init__(self, key: str, function: Function, depth: int) -> None:
        self.key = key
        self.function = function
        self.module: Module = function.module
        self.depth = depth

    def block(self, body: Iterable[n.Stmt]) -> Scan:
        return scan(body, self.key, self.function, self.depth)

    def scan(self, statement: n.Stmt) -> Scan:
        if isinstance(statement, n.If):
            return self._if(statement)
        if isinstance(statement, (n.For, n.While)):
            return self._loop(statement)
        if isinstance(statement, n.With):
            return self._with(statement)
        if isinstance(statement, n.Try):
            return self._try(statement)
        if isinstance(statement, n.Match):
            return self._branches([statement.subject], [case.body for case in statement.cases])
        if isinstance(statement, (n.FunctionDef, n.ClassDef)):
            return Scan()
        result = self._expression(statement)
        if result.use is not None or result.is_cleaned:
            return result
        if isinstance(statement, n.Return):
            result.falls, result.returns = False, statement
        elif isinstance(statement, n.Raise):
            result.falls = False
        elif isinstance(statement, n.Break):
            result.falls, result.breaks = False, True
        elif isinstance(statement, n.Continue):
            result.falls, result.continues = False, True
        elif isinstance(statement, (n.Assign, n.AnnAssign)):
            targets = statement.targets if isinstance(statement, n.Assign) else [statement.target]
            if any(_binds(target, self.key) or dotted(target) == self.key for target in targets):
                result.is_cleaned, result.falls = True, False
        elif isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Call):
            if never_returns(statement.value, self.module, self.function):
                result.falls = False
        return result

    def _expression(self, node: n.Node) -> Scan:
        result = Scan()
        calls = sorted((part for part in n.walk_scope(node) if isinstance(part, n.Call)), key=lambda call: call.end)
        for call in calls:
            act = self._act(call)
            if isinstance(act, Use):
                result.use, result.falls = act, False
                return result
            if act == "clean":
                result.is_cleaned, result.falls = True, False
                return result
        return result

    def _act(self, call: n.Call) -> Use | str | None:
        target = callee(call, self.module, self.function)
        func = call.func
        if target.function is not None and target.constructs is None:
            return self._enter(call, target)
        if isinstance(func, n.Attribute):
            is_it = self._is_session(func.value)
            if func.attr in _CLEANING_NAMES and (is_it or target.value is None or "rolls-back" in target.effects):
                return "clean" if is_it or func.attr in ("rollback", "close", "aclose") or "rolls-back" in target.effects else None
            if is_it and not _USING.isdisjoint(target.effects):
                return Use(call, (self._step(call, target.name or dotted(func) or func.attr),))
        if "closes-argument" in target.effects and any(self._is_session(argument.value) for argument in call.args):
            return "clean"
        return None

    def _is_session(self, expr: n.Expr) -> bool:
        if key_of(expr, self.module, self.function) == self.key:
            return True
        if isinstance(expr, n.Name):
            # A cursor works in its connection's transaction.
            for binding in self.function.names.bindings.get(expr.id, ()):
                made = binding.value
                if isinstance(made, n.Call) and isinstance(made.func, n.Attribute) and made.func.attr == "cursor":
                    return key_of(made.func.value, self.module, self.function) == self.key
        return False

    def _enter(self, call: n.Call, target: Callee) -> Use | str | None:
        """What a project function does with the session first."""
        called = target.function
        assert called is not None
        if self.depth >= MAX_DEPTH or called.is_generator:
            return None
        inner = inner_key(self.key, call, target, self.function)
        if inner is None:
            return None
        memory = ("first act", id(called), inner, self.depth)
        found = self.function.project.remember(memory, lambda: scan(called.node.body, inner, called, self.depth + 1), meanwhile=Scan())
        if found.use is not None:
            return Use(call, (self._step(call, called.qualname), *found.use.steps))
        return "clean" if found.is_cleaned else None

    def _step(self, call: n.Call, name: str) -> Step:
        return Step(self.module.path, self.module.line(call), f"{self.function.qualname} calls {name}")

    # --- compound statements

    def _branches(self, tests: list[n.Expr], blocks: list[list[n.Stmt]]) -> Scan:
        result = Scan()
        for test in tests:
            head = self._expression(test)
            if head.use is not None or head.is_cleaned:
                return head
        result.falls = False
        for block in blocks:
            part = self.block(block)
            result.leave(part)
            result.falls |= part.falls
        if result.is_cleaned:
            # `if session.is_active: session.rollback()`: whoever asks knows why.
            result.use, result.falls = None, False
        return result

    def _if(self, statement: n.If) -> Scan:
        return self._branches([statement.test], [statement.body, statement.orelse])

    def _loop(self, statement: n.For | n.While) -> Scan:
        head = self._expression(statement.iter if isinstance(statement, n.For) else statement.test)
        if head.use is not None or head.is_cleaned:
            return head
        result = Scan()
        if isinstance(statement, n.For) and _binds(statement.target, self.key):
            return result
        part = self.block(statement.body)
        result.use, result.returns, result.is_cleaned = part.use, part.returns, part.is_cleaned
        result.falls = part.use is None and not part.is_cleaned
        return result

    def _with(self, statement: n.With) -> Scan:
        for item in statement.items:
            head = self._expression(item.value)
            if head.use is not None or head.is_cleaned:
                return head
            if item.target is not None and _binds(item.target, self.key):
                head.is_cleaned, head.falls = True, False
                return head
        return self.block(statement.body)

    def _try(self, statement: n.Try) -> Scan:
        result = self.block(statement.body)
        if result.use is not None and any(self.block(handler.body).is_cleaned for handler in statement.handlers):
            # What it tries is lost, and the session is well again.
            result.use, result.is_cleaned = None, True
        if result.use is None and result.falls:
            rest = self.block(statement.orelse)
            result.leave(rest)
            result.falls = rest.falls
        if statement.finalbody and result.use is None and not result.is_cleaned:
            last = self.block(statement.finalbody)
            if last.is_cleaned or last.use is not None:
                return last
        return result
