"""BL403: a session used on, or left, after a failed flush, commit or statement with no rollback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import effects
from backend_lint.semantics.broken import Scan, after, onward, places
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.held import is_global, outer_key
from backend_lint.semantics.rollbacks import Failure, failures, is_protected, may_catch, names_database_error
from backend_lint.source import nodes as n
from backend_lint_rules.transactions._savepoints import broken_blocks

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: How many callers of a function that leaves a session broken are looked at.
_MAX_CALLERS = 12
#: How far away a commit may be for a broad `except` to be plainly about it: in the function it calls.
_NEAR = 2
#: Files whose processes end soon after they have done their work.
_SHORT_LIVED = frozenset({"script", "command", "migration"})


class MissingRollback(Rule):
    """A database error is caught, and the session is used on, or left, without a rollback.

    ## What it does
    Reports an `except` clause that catches a failed `commit()`, `flush()` or statement and lets its function go on with the same session
    or connection: a query or commit after it, the next round of the loop around it, a caller that does not know. Reports too a
    session that lives longer than the request (at module level) and is left in that state, be it by another exception. In Django, a
    database error that is caught inside `atomic()`, or under `ATOMIC_REQUESTS`, while more queries follow in the transaction.

    ## Why is this bad
    After a failed flush the session refuses everything with PendingRollbackError, and PostgreSQL answers every further statement of the
    transaction with "current transaction is aborted": one duplicate row makes the rest of an import fail, under an error that says
    nothing of the cause.

    ## Example
    ```python
    # FastAPI
    def import_customers(db: Session, rows: list[CustomerIn]) -> int:
        skipped = 0
        for row in rows:
            db.add(Customer(**row.model_dump()))
            try:
                db.flush()
            except IntegrityError:
                skipped += 1
        db.commit()
        return skipped
    ```
    ```python
    # Django
    @transaction.atomic
    def import_customers(rows: list[Row]) -> None:
        for row in rows:
            try:
                Customer.objects.create(email=row.email)
            except IntegrityError:
                Customer.objects.filter(email=row.email).update(name=row.name)
    ```
    ```python
    # Flask
    def import_customers(rows: list[dict[str, str]]) -> int:
        skipped = 0
        for row in rows:
            db.session.add(Customer(**row))
            try:
                db.session.flush()
            except IntegrityError:
                skipped += 1
        db.session.commit()
        return skipped
    ```

    ## Use instead
    ```python
    # FastAPI
    def import_customers(db: Session, rows: list[CustomerIn]) -> int:
        skipped = 0
        for row in rows:
            try:
                with db.begin_nested():
                    db.add(Customer(**row.model_dump()))
            except IntegrityError:
                skipped += 1
        db.commit()
        return skipped
    ```
    ```python
    # Django
    @transaction.atomic
    def import_customers(rows: list[Row]) -> None:
        for row in rows:
            try:
                with transaction.atomic():
                    Customer.objects.create(email=row.email)
            except IntegrityError:
                Customer.objects.filter(email=row.email).update(name=row.name)
    ```
    ```python
    # Flask
    def import_customers(rows: list[dict[str, str]]) -> int:
        skipped = 0
        for row in rows:
            try:
                with db.session.begin_nested():
                    db.session.add(Customer(**row))
            except IntegrityError:
                skipped += 1
        db.session.commit()
        return skipped
    ```

    ## When not flagged
    A `rollback()` or `close()` in the clause or in `finally`, a savepoint (`begin_nested()`, an inner `atomic()`) around what fails, a
    clause that raises, and one that answers at once when the session's owner (a `with`, a dependency, Flask-SQLAlchemy's teardown) rolls
    back. A session that nobody closes at all is BL901's.

    ## When to suppress
    When something that the linter cannot see rolls back before the session is used again.
    """

    code = "BL403"
    name = "missing-rollback"
    family = "transactions"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        text = function.module.tree.text
        if text.find("except", function.node.start, function.node.end) < 0:
            return
        for statement in function.nodes_of(n.Try):
            if statement.handlers:
                for found in _left_broken(statement, function):
                    self._report(found, function, context)
        for block in broken_blocks(function):
            context.report(
                block.clause,
                f"`{block.caught}` is caught inside a transaction, and {_call_text(block.use)} at line {function.module.line(block.use)} "
                "is refused until it ends",
                help="put `with transaction.atomic():` around the statement that may fail, inside the `try`",
                note=block.is_note,
                trace=block.steps,
                function=function,
                end=_clause_end(block.clause),
            )

    def _report(self, found: _Broken, function: Function, context: Context) -> None:
        what = _what(found.failure)
        session = found.failure.key.partition(":")[2] or found.failure.key
        if found.use is None:
            message = f"`{session}` is left broken when {what} fails: it lives on after `{function.node.name}`, and nothing rolls it back"
        else:
            where = f"line {found.line}" if found.path == function.module.path else f"{found.path}:{found.line}"
            message = f"when {what} fails, `{session}` is used again at {where} without a rollback"
        context.report(
            found.clause,
            message,
            help=f"call `{session}.rollback()` first in this `except`, or put what may fail into a savepoint ({_savepoint(found.failure)})",
            note=_is_disputed(found, function),
            trace=found.steps,
            function=function,
            end=_clause_end(found.clause),
        )


class _Broken(NamedTuple):
    """An `except` clause that leaves a session broken: the failure, the call that uses it again (None: it is left), where, and whether the
    call is certain to follow."""

    clause: n.ExceptHandler
    failure: Failure
    use: n.Call | None
    path: str
    line: int
    steps: tuple[Step, ...]
    is_certain: bool = True


def _left_broken(statement: n.Try, function: Function) -> Iterator[_Broken]:
    breaking: dict[str, Failure] = {}
    for failure in failures(statement.body, function):
        known = breaking.get(failure.key)
        if known is not None and len(known.steps) <= len(failure.steps):
            continue
        if not is_protected(failure.call, failure.key, failure.raised, function, statement):
            breaking[failure.key] = failure
    if not breaking:
        return
    for clause in statement.handlers:
        for key, failure in breaking.items():
            if may_catch(clause, failure.raised, function):
                found = _fate(clause, key, failure, function)
                if found is not None:
                    yield found
                    break


def _fate(clause: n.ExceptHandler, key: str, failure: Failure, function: Function) -> _Broken | None:
    module = function.module
    result = onward(clause, key, function)
    caught = Step(module.path, module.line(clause), "the error is caught here, and nothing is rolled back")
    if result.use is not None:
        steps = (*failure.steps, caught, *result.use.steps)
        return _Broken(clause, failure, result.use.call, module.path, module.line(result.use.call), steps)
    if result.is_cleaned:
        return None
    is_raised = not (result.falls or result.returns)
    if is_global(key) and _outlives_requests(failure) and not (is_raised and _is_mended_by_callers(key, function)):
        return _Broken(clause, failure, None, module.path, module.line(clause), (*failure.steps, caught))
    if is_raised:
        return None
    for caller, call, inside in _goes_on(key, function):
        if inside.use is None:
            continue
        calls = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} calls {function.qualname} and goes on")
        steps = (*failure.steps, caught, calls, *inside.use.steps)
        line = caller.module.line(inside.use.call)
        is_certain = not _is_on_condition(inside.use.call, call, caller)
        return _Broken(clause, failure, inside.use.call, caller.module.path, line, steps, is_certain)
    return None


def _is_mended_by_callers(key: str, function: Function) -> bool:
    """Whether some caller of a function that raises rolls back what a module binds."""
    return any(is_protected(call, key, ("Exception",), caller) for caller, call in effects.callers(function))


def _is_on_condition(use: n.Call, call: n.Call, caller: Function) -> bool:
    """Whether what a caller does after a call hangs on a condition that the call itself does not stand under: both may not happen."""
    above = {id(place.owner) for place in places(caller.node.body, call.start)}
    own = (place.owner for place in places(caller.node.body, use.start))
    return any(isinstance(owner, (n.If, n.Match)) and id(owner) not in above for owner in own)


def _is_disputed(found: _Broken, function: Function) -> bool:
    """Whether reviewers may let it pass: a script, a use on another condition, a broad clause about work in which a commit is far away."""
    if function.module.role in _SHORT_LIVED or not found.is_certain:
        return True
    return len(found.failure.steps) > _NEAR and not names_database_error(found.clause, function)


def _goes_on(key: str, function: Function) -> Iterator[tuple[Function, n.Call, Scan]]:
    """What the callers do with a session that a function leaves broken, those that do not look at its result."""
    from backend_lint.semantics.calls import callee

    for number, (caller, call) in enumerate(effects.callers(function)):
        if number >= _MAX_CALLERS:
            return
        if caller is function or caller.module.role in ("test", "migration", "example"):
            continue
        around = places(caller.node.body, call.start)
        statement = around[-1].block[around[-1].at] if around else None
        value = statement.value if isinstance(statement, n.ExprStmt) else None
        if (value.value if isinstance(value, n.Await) else value) is not call:
            continue
        outer = outer_key(key, call, callee(call, caller.module, caller), caller)
        if outer is not None:
            yield caller, call, after(call.start, outer, caller)


def _outlives_requests(failure: Failure) -> bool:
    """Whether a session that a module binds is one session, and not a registry that has one for each request."""
    return not failure.value.name.endswith("scoped_session")


def _savepoint(failure: Failure) -> str:
    """How a savepoint is written with the session or connection that breaks."""
    if failure.value.name.startswith("psycopg."):
        return "`with connection.transaction():`"
    return "`SAVEPOINT`" if failure.value.name.startswith("psycopg2.") else "`with session.begin_nested():`"


def _what(failure: Failure) -> str:
    return _call_text(failure.call)


def _call_text(call: n.Call) -> str:
    name = dotted(call.func) or (f"...{call.func.attr}" if isinstance(call.func, n.Attribute) else "the call")
    return f"`{name}()`"


def _clause_end(clause: n.ExceptHandler) -> int:
    """Where an `except` line ends, its class included."""
    return clause.type.end if clause.type is not None else clause.start + len("except")
