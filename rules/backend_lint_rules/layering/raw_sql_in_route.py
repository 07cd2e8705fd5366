"""BL103: SQL text executed in a handler."""

from __future__ import annotations

from backend_lint.frameworks.model import Handler
from backend_lint.rule import Context, Rule, Severity
from backend_lint_rules.layering.survey import survey


class RawSqlInRoute(Rule):
    """A handler that executes SQL text.

    ## What it does
    Reports calls in handlers that run SQL text (a literal, an f-string, `text("...")`, or a name that holds one) on a session, connection
    or cursor.

    ## Why is this bad
    SQL in a route ties the HTTP interface to the tables: renaming a column means reading every route, and no other caller can use the
    query.

    ## Example
    ```python
    # FastAPI
    @router.get("/stats")
    def stats(session: SessionDep) -> StatsRead:
        rows = session.execute(text("SELECT status, count(*) FROM orders GROUP BY status"))
        return StatsRead(counts=dict(rows.all()))
    ```
    ```python
    # Django
    def stats(request: HttpRequest) -> JsonResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, count(*) FROM orders GROUP BY status")
            return JsonResponse(dict(cursor.fetchall()))
    ```
    ```python
    # Flask
    @bp.get("/stats")
    def stats() -> ResponseReturnValue:
        rows = db.session.execute(text("SELECT status, count(*) FROM orders GROUP BY status"))
        return jsonify(dict(rows.all()))
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/stats")
    def stats(orders: OrderRepositoryDep) -> StatsRead:
        return StatsRead(counts=orders.count_by_status())
    ```
    ```python
    # Django
    def stats(request: HttpRequest) -> JsonResponse:
        return JsonResponse(Order.objects.count_by_status())
    ```
    ```python
    # Flask
    @bp.get("/stats")
    def stats() -> ResponseReturnValue:
        return jsonify(orders.count_by_status())
    ```

    ## When not flagged
    A health check's `SELECT 1` is a handler's own work. SQL in repositories, services, migrations and commands is not this rule's.

    ## When to suppress
    For an operators' page whose purpose is to run SQL.
    """

    code = "BL103"
    name = "raw-sql-in-route"
    family = "layering"
    severity = Severity.ERROR

    def check_handler(self, handler: Handler, context: Context) -> None:
        if handler.kind not in ("request", "websocket", "event"):
            return
        found = survey(handler.function).raw_sql()
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            context.report(
                found[0].node,
                f"handler `{handler.function.qualname}` runs SQL text{more}",
                help="move the statement to a repository function that names what it asks",
                handler=handler,
                function=handler.function,
            )
