"""BL901: an ORM session that some path leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.resources import SESSION_FACTORIES, SESSIONS
from backend_lint.source import nodes as n
from backend_lint_rules.lifecycle._fixing import with_fix
from backend_lint_rules.lifecycle._leaks import leaks_in

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.values import Value


class UnclosedSession(Rule):
    """An ORM session that some path leaves open.

    ## What it does
    Follows each session that a function opens (`SessionLocal()`, `Session(engine)`, `AsyncSession(...)`, a project function that returns
    one, `next(get_db())`) along every path, early returns and exceptions included. Reported is the session that a path neither closes nor
    hands on; so are a session kept on an object that each request makes anew, one that a dependency returns instead of yielding, and
    `Depends(SessionLocal)`.

    ## Why is this bad
    An open session holds a connection of the pool, and often a transaction with its locks. Under load, or as soon as a query fails a few
    times, the pool is empty and every request waits until it times out.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int) -> OrderRead:
        db = SessionLocal()
        order = db.get(Order, order_id)
        if order is None:
            raise HTTPException(404)
        db.close()
        return OrderRead.model_validate(order)
    ```
    ```python
    # Flask
    @bp.get("/reports/<int:days>")
    def report(days: int) -> Response:
        session = ReportSession()
        rows = session.execute(overdue(days)).all()
        session.close()
        return jsonify(to_rows(rows))
    ```

    ## Use instead
    ```python
    # FastAPI
    def get_db() -> Iterator[Session]:
        with SessionLocal() as session:
            yield session

    @router.get("/orders/{order_id}")
    def read_order(order_id: int, db: Annotated[Session, Depends(get_db)]) -> OrderRead: ...
    ```
    ```python
    # Flask
    @bp.get("/reports/<int:days>")
    def report(days: int) -> Response:
        with ReportSession() as session:
            return jsonify(to_rows(session.execute(overdue(days)).all()))
    ```

    ## When not flagged
    `with`, `closing`, exit stacks, `close()` in `finally`, a session returned to the caller or stored for an owner, a helper that closes
    it, Flask-SQLAlchemy's and other scoped sessions, and a session bound to a connection that somebody else closes.

    ## Fix safety
    Where the session is opened by a statement of its own, and closed at the end of the same block or not at all, it is opened by `with` (by
    `with closing(...)` where its own `with` does not close it). That is safe where it was closed before: the path on which all goes well
    stays as it is. Where nothing closed it the fix is unsafe, for something may still have used it. No fix is proposed where a result that
    still reads from it is returned.

    ## When to suppress
    When the process ends right after, or when something that the linter cannot see closes the session.
    """

    code = "BL901"
    name = "unclosed-session"
    family = "lifecycle"
    severity = Severity.ERROR
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        for found in leaks_in(function):
            if found.fate.resource.kind == "session":
                context.report(
                    found.fate.resource.call,
                    found.message,
                    help="open it by `with`, or close it in a `finally` that begins right after the session is opened",
                    note=found.is_note,
                    fix=with_fix(function, found.fate),
                    trace=found.trace,
                    function=function,
                )
        self._depends_on_factory(function, context)

    def _depends_on_factory(self, function: Function, context: Context) -> None:
        """`db: Session = Depends(SessionLocal)`: the factory is called for each request and nobody closes what it gives."""
        infer = function.project.inference
        for parameter in function.parameters:
            if parameter.default is None:
                continue
            provider = infer.dependency_target(parameter.default, function.module, function.parent)
            if provider is not None and _opens_sessions(provider, parameter.default):
                context.report(
                    parameter,
                    f"`{parameter.name}` gets a new session for each request, and nothing closes it",
                    help="depend on a function that opens the session by `with` and yields it",
                    function=function,
                )


def _opens_sessions(provider: Value, marker: n.Expr) -> bool:
    """Whether `Depends(...)` names a session factory, or a session class itself and not an alias that only stands for one."""
    if provider.kind == "instance":
        return provider.name in SESSION_FACTORIES
    named = dotted(marker.args[0].value) if isinstance(marker, n.Call) and marker.args else None
    return provider.kind == "class" and provider.name in SESSIONS and named is not None and named.endswith("Session")
