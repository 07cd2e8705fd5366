"""What is known of simple conditions on one path through a function: `if owns: db.close()` closes where `owns = db is None` opened.

Facts map a name or a comparison, as text, to its truth on the path. Being true and being something are taken for the same, for the code
that this is asked about tests objects and flags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

Facts = frozenset[tuple[str, bool]]
NO_FACTS: Facts = frozenset()

#: What an open resource says of itself.
_OPEN_SIGNS = frozenset({"is_connected", "is_active", "open", "bound", "is_open", "connected"})
_CLOSED_SIGNS = frozenset({"closed", "is_closed", "is_closing"})


class Conditions:
    """The conditions of one function. Only those that are tested or set more than once can tell paths apart; the others leave no facts."""

    def __init__(self, function: Function) -> None:
        counts: Counter[str] = Counter()
        for node in function.nodes_of(n.If, n.IfExp, n.While, n.BoolOp, n.Assign):
            if isinstance(node, (n.If, n.IfExp, n.While)):
                counts.update(_atoms(node.test))
            elif isinstance(node, n.BoolOp):
                counts.update(key for value in node.values[:-1] for key in _atoms(value))
            elif isinstance(node, n.Assign):
                counts.update(target.id for target in node.targets if isinstance(target, n.Name))
                if len(node.targets) == 1 and isinstance(node.targets[0], n.Name) and is_condition(node.value):
                    counts.update(_atoms(node.value))
        self._keys = frozenset(key for key, count in counts.items() if count > 1)

    def truth(self, test: n.Expr, facts: Facts, names: frozenset[str]) -> bool | None:
        """Whether a test holds on a path with these facts, where `names` hold the open resource; None when that is not known."""
        if isinstance(test, n.UnaryOp) and test.op == "not":
            inner = self.truth(test.operand, facts, names)
            return None if inner is None else not inner
        if isinstance(test, n.BoolOp):
            parts = [self.truth(value, facts, names) for value in test.values]
            if test.op == "and":
                return False if False in parts else True if None not in parts else None
            return True if True in parts else False if None not in parts else None
        if isinstance(test, n.Constant):
            return test.value not in ("False", "None", "0", "")
        if isinstance(test, n.NamedExpr):
            return self.truth(test.value, facts, names)
        sign = _sign(test, names)
        if sign is not None:
            return sign
        known = _atom(test)
        if known is None:
            return None
        key, positive = known
        if key in names:
            return positive
        for fact, value in facts:
            if fact == key:
                return value == positive
        return None

    def assume(self, test: n.Expr, facts: Facts, holds: bool) -> Facts:
        """The facts once a test is known to hold or to fail."""
        if isinstance(test, n.UnaryOp) and test.op == "not":
            return self.assume(test.operand, facts, not holds)
        if isinstance(test, n.BoolOp):
            if (test.op == "and") == holds:
                for value in test.values:
                    facts = self.assume(value, facts, holds)
            return facts
        if isinstance(test, n.NamedExpr):
            return self.assume(test.target, facts, holds)
        known = _atom(test)
        if known is None or known[0] not in self._keys:
            return facts
        return with_fact(facts, known[0], holds == known[1])

    def assigned(self, name: str, value: n.Expr | None, facts: Facts) -> Facts:
        """The facts after `name = value`: what was known of the name is over, and a literal tells something new."""
        facts = frozenset(fact for fact in facts if not _mentions(fact[0], name))
        if name in self._keys and isinstance(value, n.Constant):
            return with_fact(facts, name, value.value not in ("False", "None", "0", ""))
        return facts

    def matters(self, name: str) -> bool:
        """Whether the name's truth is asked for again."""
        return name in self._keys


def with_fact(facts: Facts, key: str, value: bool) -> Facts:
    """The facts with one more, in place of its opposite."""
    return frozenset(fact for fact in facts if fact[0] != key) | {(key, value)}


def atoms_of(test: n.Expr, holds: bool) -> list[tuple[str, bool]]:
    """What is known of names and comparisons, as text, where a test is known to hold or to fail."""
    if isinstance(test, n.UnaryOp) and test.op == "not":
        return atoms_of(test.operand, not holds)
    if isinstance(test, n.BoolOp):
        return [fact for value in test.values for fact in atoms_of(value, holds)] if (test.op == "and") == holds else []
    known = _atom(test)
    return [(known[0], known[1] == holds)] if known is not None else []


def is_condition(expr: n.Expr) -> bool:
    """Whether an assigned expression is a test that paths can be told apart by: `owns = session is None`."""
    return (isinstance(expr, n.Compare) or (isinstance(expr, n.UnaryOp) and expr.op == "not")) and _atom(expr) is not None


def _atom(test: n.Expr) -> tuple[str, bool] | None:
    """A test's key, and whether the test is its affirmation: `x is not None` affirms `x`."""
    if isinstance(test, n.UnaryOp) and test.op == "not":
        inner = _atom(test.operand)
        return None if inner is None else (inner[0], not inner[1])
    if isinstance(test, (n.Name, n.Attribute)):
        name = dotted(test)
        return None if name is None else (name, True)
    if isinstance(test, n.Call) and isinstance(test.func, n.Name) and test.func.id == "bool" and len(test.args) == 1:
        return _atom(test.args[0].value)
    if isinstance(test, n.Compare) and len(test.ops) == 1:
        left, right, op = dotted(test.left), test.comparators[0], test.ops[0]
        if left is None or op not in ("is", "is not", "==", "!="):
            return None
        same = op in ("is", "==")
        if isinstance(right, n.Constant):
            if right.kind == "none":
                return left, not same
            if right.kind == "bool":
                return left, same == (right.value == "True")
            return f"{left} == {right.value!r}", same
        other = dotted(right)
        return None if other is None else (f"{left} == {other}", same)
    return None


def _atoms(test: n.Expr) -> set[str]:
    if isinstance(test, n.BoolOp):
        return {key for value in test.values for key in _atoms(value)}
    if isinstance(test, n.UnaryOp):
        return _atoms(test.operand)
    if isinstance(test, n.NamedExpr):
        return _atoms(test.target)
    known = _atom(test)
    return {known[0]} if known is not None else set()


def _mentions(key: str, name: str) -> bool:
    return key == name or key.startswith((f"{name}.", f"{name} ")) or key.endswith(f"== {name}")


def _sign(test: n.Expr, names: frozenset[str]) -> bool | None:
    """What `conn.is_connected()`, `not conn.closed` and `"conn" in locals()` say of a resource that is open."""
    if isinstance(test, n.Call) and isinstance(test.func, n.Attribute):
        return _sign(test.func, names)
    if isinstance(test, n.Attribute) and dotted(test.value) in names:
        if test.attr in _OPEN_SIGNS:
            return True
        return False if test.attr in _CLOSED_SIGNS else None
    if isinstance(test, n.Compare) and len(test.ops) == 1 and isinstance(test.left, n.Constant):
        holder = test.comparators[0]
        if test.left.value in names and isinstance(holder, n.Call) and dotted(holder.func) in ("locals", "vars", "globals"):
            return test.ops[0] == "in"
    if isinstance(test, n.Compare) and len(test.ops) == 1 and test.ops[0] == "==" and isinstance(test.comparators[0], n.Constant):
        inner = _sign(test.left, names)
        return None if inner is None else inner == (test.comparators[0].value in ("1", "True"))
    return None
