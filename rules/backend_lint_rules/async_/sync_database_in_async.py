"""BL802: a synchronous database session, driver or ORM in async code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint.source import nodes as n
from backend_lint_rules.async_._advice import cause_of, instead_of_database
from backend_lint_rules.async_._blocked import called, end_of, groups, more

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function


class SyncDatabaseInAsync(Rule):
    """A synchronous session, driver or ORM used in async code, directly or by the plain functions that it calls.

    ## What it does
    Reports the first query, commit or connection in an `async def` that waits on the thread: a sync SQLAlchemy `Session`, `Query` or
    `Connection`, Django's sync ORM (querysets that a `for`, `list()`, `len()` or `if` evaluates included), `psycopg2`, `sqlite3`,
    `pymysql`, `pymongo`, Peewee. Plain functions of the project are followed to any depth and through any file; the trace shows the way.
    A function gets one finding, which says how many more such calls there are. A handler that awaits a coroutine of the project which waits
    like that is reported as well.

    Whether a session is sync or async is told from its class, its factory or its annotation.

    ## Why is this bad
    While the thread waits for the database, no other request of the process moves; a slow query stops them all. Django refuses sync queries
    in async code at run time.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    async def read_order(order_id: int, db: Annotated[Session, Depends(get_db)]) -> OrderRead:
        return order_service.load(db, order_id)
    ```
    ```python
    # Django
    async def stock(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"levels": [level.code for level in Level.objects.all()]})
    ```
    ```python
    # Flask
    @bp.get("/orders/<int:order_id>")
    async def show_order(order_id: int) -> ResponseReturnValue:
        return jsonify(db.get_or_404(Order, order_id).to_dict())
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, db: Annotated[Session, Depends(get_db)]) -> OrderRead:
        return order_service.load(db, order_id)
    ```
    ```python
    # Django
    async def stock(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"levels": [level.code async for level in Level.objects.all()]})
    ```
    ```python
    # Flask: a plain function has a thread of its own
    @bp.get("/orders/<int:order_id>")
    def show_order(order_id: int) -> ResponseReturnValue:
        return jsonify(db.get_or_404(Order, order_id).to_dict())
    ```

    ## When not flagged
    Async sessions and drivers, `AsyncSession.run_sync(...)`, Django's `a...` methods and `async for`, what `sync_to_async`,
    `run_in_threadpool` and their like run in a thread, plain `def` handlers and dependencies, and what runs before the application serves.

    ## When to suppress
    In a process whose loop serves one client at a time.
    """

    code = "BL802"
    name = "sync-database-in-async"
    family = "async"
    severity = Severity.ERROR
    caused_elsewhere = True

    def check_function(self, function: Function, context: Context) -> None:
        for group in groups(function, database=True):
            block = group.first
            where = f"in async `{function.qualname}`"
            if block.is_direct and not isinstance(block.node, n.Call):
                message = f"looking into `{called(block)}` runs its query on the event loop {where}"
            elif block.is_direct:
                message = f"`{called(block)}` waits for the database on the event loop {where}"
            else:
                message = f"`{called(block)}` waits for the database on the event loop {where}: it comes to `{block.name}`"
            context.report(
                block.node,
                message + more(group),
                help=instead_of_database(block, function),
                note=group.is_note,
                trace=() if block.is_direct else block.steps,
                function=function,
                end=end_of(block),
                cause=cause_of(group.subject, block),
            )
