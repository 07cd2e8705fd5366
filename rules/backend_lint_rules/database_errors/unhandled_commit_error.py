"""BL602: a commit whose failure nobody rolls back or turns into an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks.handling import catches
from backend_lint.frameworks.session_owners import Owner, owners
from backend_lint.rule import Cause, Context, Rule, Severity
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.held import key_of
from backend_lint.semantics.resources import is_session
from backend_lint.semantics.roles import UNSERVED
from backend_lint.semantics.rollbacks import is_protected
from backend_lint.source import nodes as n
from backend_lint_rules.database_errors._unique import unique_insert

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

_DUPLICATE = ("sqlalchemy.exc.IntegrityError",)


class UnhandledCommitError(Rule):
    """A commit whose failure nobody rolls back or turns into an answer.

    ## What it does
    Reports `session.commit()` when its failure leaves the session broken for good: the session lives at module level or in an object made
    at import, or comes from a dependency whose clean-up an exception skips, and nothing between the commit and the framework catches
    the error. A function is reported once, and of those that a dependency serves the first in a file. A note is given where a row
    with a unique column is inserted and nobody catches the IntegrityError of two requests at once.

    ## Why is this bad
    A commit fails sooner or later: a duplicate, a deadlock, a restarted server. Afterwards the session answers everything with
    PendingRollbackError, and whoever gets it next fails for a reason that is not theirs, until the process is restarted.

    ## Example
    ```python
    # FastAPI
    def get_session() -> Iterator[Session]:
        session = SessionLocal()
        yield session
        session.close()

    @router.post("/orders", status_code=201)
    def create_order(order: OrderIn, session: Annotated[Session, Depends(get_session)]) -> None:
        session.add(Order(customer_id=order.customer))
        session.commit()
    ```
    ```python
    # Flask
    session = sessionmaker(bind=engine)()

    @bp.post("/orders")
    def create() -> Response:
        session.add(Order(**schema.load(request.get_json())))
        session.commit()
        return jsonify(ok=True)
    ```

    ## Use instead
    ```python
    # FastAPI
    def get_session() -> Iterator[Session]:
        with SessionLocal() as session:
            yield session

    @router.post("/orders", status_code=201)
    def create_order(order: OrderIn, session: Annotated[Session, Depends(get_session)]) -> None:
        session.add(Order(customer_id=order.customer))
        session.commit()
    ```
    ```python
    # Flask
    @bp.post("/orders")
    def create() -> Response:
        with Session(engine) as session, session.begin():
            session.add(Order(**schema.load(request.get_json())))
        return jsonify(ok=True)
    ```

    ## When not flagged
    Sessions whose owner closes or rolls back whatever happens (`with`, a dependency with `finally`, Flask-SQLAlchemy and other scoped
    sessions, Django), a `rollback()` around the commit in any caller, an error handler for the database's errors. A session that is opened,
    committed and not closed in one function is BL901's; an `except` that goes on without a rollback is BL403's.

    ## When to suppress
    When something that the linter cannot see rolls the session back.
    """

    code = "BL602"
    name = "unhandled-commit-error"
    family = "database-errors"
    severity = Severity.WARNING
    caused_elsewhere = True

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in UNSERVED or "commit" not in module.tree.text:
            return
        reported: set[str] = set()
        for function, call in module.calls_by_name.get("commit", ()):
            if function is not None and isinstance(call.func, n.Attribute):
                self._check(call, call.func.value, function, reported, context)

    def _check(self, call: n.Call, session: n.Expr, function: Function, reported: set[str], context: Context) -> None:
        module = function.module
        value = module.project.inference.value(session, module, function)
        is_registry = value is not None and value.kind == "instance" and value.name.endswith("scoped_session")
        if not is_registry and not is_session(value, module.project):
            return
        key = key_of(session, module, function)
        raised = ("sqlalchemy.exc.SQLAlchemyError",)
        if key is None or is_protected(call, key, raised, function):
            return
        broken = _broken_owner(session, function)
        if broken is not None:
            # A shared session has to be rolled back wherever it is committed; a dependency is mended in one place.
            fault = f"{broken.place} {function.qualname}" if broken.kind == "shared" else broken.place
            if fault in reported or catches(call, function, raised).is_handled:
                return
            reported.add(fault)
            name = dotted(session) or "the session"
            why = "lives as long as the process" if broken.kind == "shared" else "is not closed when the request fails"
            context.report(
                call,
                f"when this commit fails, nobody rolls `{name}` back: it {why}",
                help="open the session by `with` (or close it in `finally`), or catch the error here and call `rollback()`",
                trace=broken.steps,
                function=function,
                cause=_cause(broken),
            )
            return
        insert = unique_insert(call, session, function)
        if insert is not None and not catches(call, function, _DUPLICATE).is_handled:
            context.report(
                call,
                f"two requests at once make `{insert.model}.{insert.column}` a duplicate here, and nobody catches the IntegrityError",
                help="catch IntegrityError around the commit, roll back, and answer 409",
                note=True,
                trace=(Step(module.path, module.line(insert.node), f"{function.qualname} adds a new {insert.model}"),),
                function=function,
            )


def _broken_owner(session: n.Expr, function: Function) -> Owner | None:
    """The owner that leaves a session broken, when all owners of which something is known do."""
    found = owners(session, function)
    if any(owner.kind not in ("leaky", "shared") for owner in found):
        return None
    return next((owner for owner in found if owner.kind == "shared"), found[0] if found else None)


def _cause(broken: Owner) -> Cause | None:
    """Where the session is opened as the cause of all that fails with it."""
    if not broken.steps:
        return None
    if broken.kind == "shared":
        remedy = "keep a `scoped_session` here, or open a session for each unit of work by `with`"
    else:
        remedy = "open it by `with`, or close it in a `finally` around the `yield`"
    return Cause(broken.steps[0], f"{broken.steps[0].message}, and nobody rolls it back when a commit fails", remedy)
