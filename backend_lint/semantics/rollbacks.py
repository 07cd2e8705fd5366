"""Where a database error leaves a session or connection unusable: the commits, flushes and statements that may fail, and who protects them.

Which calls break their transaction is declared in `backend_lint.libraries`; a project function breaks the session it was handed when it
lets such an error out. What is done with the session afterwards is told by `broken`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.semantics import effects
from backend_lint.semantics.broken import closes_at_exit, places, scan
from backend_lint.semantics.calls import callee
from backend_lint.semantics.held import is_global, key_of, outer_key, root_of
from backend_lint.semantics.project import Class
from backend_lint.semantics.raises import BROAD, ancestors, caught_classes
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.semantics.values import Value

#: How many calls deep failures are looked for.
MAX_DEPTH = 5
#: What sets a driver's connections to autocommit.
_AUTOCOMMITS = (b"autocommit=True", b"autocommit = True", b"ISOLATION_LEVEL_AUTOCOMMIT", b"set_autocommit(True")


class Failure(NamedTuple):
    """A call that may fail and break the transaction of `key`: the session's commit or flush, or a statement. `value` is the session's
    value, `raised` the classes it is declared to raise, `steps` lead to it when a project function makes it."""

    call: n.Call
    key: str
    value: Value
    raised: tuple[str, ...]
    steps: tuple[Step, ...] = ()


# --- what breaks


def failures(node: n.Node | list[n.Stmt], function: Function) -> Iterator[Failure]:
    """The calls in some statements that may break a session's transaction, their own and those of project functions that let it out."""
    for part in n.walk_scope(node):
        if isinstance(part, n.Call):
            yield from failures_of(part, function)


def failures_of(call: n.Call, function: Function) -> list[Failure]:
    """As `failures`, of one call."""
    key = ("failures", id(call))
    return function.project.remember(key, lambda: list(_failures_of(call, function)), meanwhile=[])


def _failures_of(call: n.Call, function: Function) -> Iterator[Failure]:
    target = callee(call, function.module, function)
    if target.function is not None:
        called = target.function
        if called.is_generator or called is function or "breaks-transaction" not in effects.of_function(called):
            return
        for inner in _escaping(called):
            outer = outer_key(inner.key, call, target, function)
            if outer is not None:
                step = Step(function.module.path, function.module.line(call), f"{function.qualname} calls {called.qualname}")
                yield Failure(call, outer, inner.value, inner.raised, (step, *inner.steps))
    elif "breaks-transaction" in target.effects and isinstance(call.func, n.Attribute):
        found = _session(call.func.value, function)
        if found is not None and target.member is not None and not _commits_by_itself(found[1], function):
            step = Step(function.module.path, function.module.line(call), f"{function.qualname} calls {target.name}")
            yield Failure(call, found[0], found[1], target.member.raises or ("Exception",), (step,))


def _escaping(function: Function) -> list[Failure]:
    """The failures that leave a function with the session still broken, as far as its callers hold the session too."""

    def make() -> list[Failure]:
        found: dict[str, Failure] = {}
        for failure in failures(function.node.body, function):
            if len(failure.steps) > MAX_DEPTH or failure.key in found:
                continue
            is_lent = is_global(failure.key) or any(p.name == root_of(failure.key) for p in function.parameters)
            if is_lent and not is_protected(failure.call, failure.key, failure.raised, function):
                found[failure.key] = failure
        return list(found.values())

    return function.project.remember(("escaping", id(function)), make, meanwhile=[])


def _session(expr: n.Expr, function: Function) -> tuple[str, Value] | None:
    """The key and value of the session or connection that a receiver is, or of the connection that a cursor belongs to."""
    infer = function.project.inference
    value = infer.value(expr, function.module, function)
    if value is None or value.kind != "instance":
        return None
    if can_roll_back(value, function):
        key = key_of(expr, function.module, function)
        return (key, value) if key is not None else None
    if isinstance(expr, n.Name):
        for binding in function.names.bindings.get(expr.id, ()):
            made = binding.value
            if isinstance(made, n.Call) and isinstance(made.func, n.Attribute) and made.func.attr == "cursor":
                return _session(made.func.value, function)
    return None


def _commits_by_itself(value: Value, function: Function) -> bool:
    """Whether the project sets a driver's connections to autocommit: each statement is then a transaction of its own."""
    if value.name.startswith("sqlalchemy."):
        return False
    return function.project.remember("autocommit", lambda: next(function.project.containing(*_AUTOCOMMITS), None)) is not None


def can_roll_back(value: Value, function: Function) -> bool:
    """Whether a value is something with a transaction to roll back."""
    registry = function.project.registry
    names = sorted(value.definition.external_ancestors) if isinstance(value.definition, Class) else [value.name]
    for name in names:
        found = registry.member(name, "rollback")
        if found is not None and "rolls-back" in found[1].effects:
            return True
    return False


def may_catch(handler: n.ExceptHandler, raised: Sequence[str], function: Function | None, module: Module | None = None) -> bool:
    """Whether an `except` clause takes some of what is declared as `raised`: a base of it, or one of its subclasses. What only a lookup
    raises (SQLAlchemy's NoResultFound is a SQLAlchemyError as well) is no failed statement. Outside of functions the module is needed."""
    home = function.module if function is not None else module
    assert home is not None, "code outside of functions needs its module"
    if handler.type is None:
        return True
    project = home.project
    lookups = project.remember("lookup errors", lambda: _lookup_errors(project))
    above = {name for cls in raised for name in project.registry.ancestors(cls)} | set(raised)
    for _, value in caught_classes(handler.type, home, function):
        if value is None:
            continue
        if value.name.removeprefix("builtins.") in BROAD or value.name in above:
            return True
        known = ancestors(value, project)
        if not set(raised).isdisjoint(known) and lookups.isdisjoint(known):
            return True
    return False


def _lookup_errors(project: Project) -> frozenset[str]:
    """What lookups are declared to raise when they find nothing, or more than one."""
    members = (member for cls in project.registry.classes.values() for member in cls.members.values())
    return frozenset(name for member in members if "raises-not-found" in member.effects for name in member.raises)


def names_database_error(handler: n.ExceptHandler, function: Function) -> bool:
    """Whether an `except` clause names something narrower than `Exception`."""
    found = caught_classes(handler.type, function.module, function)
    return any(value is not None and value.name.removeprefix("builtins.") not in BROAD for _, value in found)


# --- who protects


def is_protected(call: n.Call, key: str, raised: Sequence[str], function: Function, within: n.Node | None = None) -> bool:
    """Whether something around a call in its own function rolls the session back, or closes it, when the call fails: a `with`, a `finally`,
    an `except` that does. `within` is the statement whose inside alone is looked at."""
    for place in reversed(places(function.node.body, call.start)):
        owner = place.owner
        if owner is None or owner is within:
            break
        if isinstance(owner, n.With) and (closes_at_exit(owner, key, function) or _begins(owner, function)):
            return True
        if isinstance(owner, n.Try):
            if place.part == "body":
                taking = next((handler for handler in owner.handlers if may_catch(handler, raised, function)), None)
                if taking is not None and scan(taking.body, key, function).is_cleaned:
                    return True
                if taking is not None and not _raises(taking.body):
                    # It goes no further, whatever becomes of the session.
                    return True
            if owner.finalbody and scan(owner.finalbody, key, function).is_cleaned:
                return True
    return False


def _begins(statement: n.With, function: Function) -> bool:
    """Whether a `with` is a transaction or savepoint of its own, be it said of another name of the session."""
    calls = (item.value for item in statement.items if isinstance(item.value, n.Call))
    return any("begins" in callee(call, function.module, function).effects for call in calls)


def _raises(body: list[n.Stmt]) -> bool:
    return any(isinstance(node, n.Raise) for node in n.walk_scope(body))
