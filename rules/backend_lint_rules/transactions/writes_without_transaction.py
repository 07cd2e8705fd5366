"""BL401: writes that belong together and that no transaction holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint_rules.transactions._fixing import fix_of
from backend_lint_rules.transactions._halves import call_text, left_alone, subjects, trace
from backend_lint_rules.transactions._judging import judged

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function


class WritesWithoutTransaction(Rule):
    """Several writes that belong together, each lasting at once, so that a failure in between leaves half of them.

    ## What it does
    Reports the second of two related writes on one path when each is a transaction of its own: Django, Tortoise and Peewee models, and
    database connections in autocommit mode. What a called function writes counts where it is called.

    A second save of the same row, an audit entry or a notification after a write, `get_or_create`, and writes of commands and jobs are
    notes.

    ## Why is this bad
    The process is stopped, the connection breaks, a constraint fails: the order is stored and its lines are not, money has left one
    account and never arrived in the other. Nobody sees an error afterwards, only data that cannot be.

    ## Example
    ```python
    # Django
    def transfer(request: HttpRequest, source_id: int, target_id: int, amount: int) -> HttpResponse:
        source = get_object_or_404(Account, pk=source_id)
        target = get_object_or_404(Account, pk=target_id)
        source.balance -= amount
        source.save()
        target.balance += amount
        target.save()
        return redirect("accounts")
    ```
    ```python
    # FastAPI, with asyncpg
    @router.post("/orders")
    async def create(order: OrderIn, pool: Annotated[Pool, Depends(get_pool)]) -> OrderOut:
        async with pool.acquire() as conn:
            number = await conn.fetchval("INSERT INTO orders (customer) VALUES ($1) RETURNING id", order.customer)
            await conn.execute("UPDATE stock SET reserved = reserved + 1 WHERE sku = $1", order.sku)
    ```

    ## Use instead
    ```python
    # Django
    def transfer(request: HttpRequest, source_id: int, target_id: int, amount: int) -> HttpResponse:
        source = get_object_or_404(Account, pk=source_id)
        target = get_object_or_404(Account, pk=target_id)
        with transaction.atomic():
            source.balance -= amount
            source.save()
            target.balance += amount
            target.save()
        return redirect("accounts")
    ```
    ```python
    # FastAPI, with asyncpg
    @router.post("/orders")
    async def create(order: OrderIn, pool: Annotated[Pool, Depends(get_pool)]) -> OrderOut:
        async with pool.acquire() as conn, conn.transaction():
            number = await conn.fetchval("INSERT INTO orders (customer) VALUES ($1) RETURNING id", order.customer)
            await conn.execute("UPDATE stock SET reserved = reserved + 1 WHERE sku = $1", order.sku)
    ```

    ## When not flagged
    Whatever holds the writes together: `transaction.atomic` as a block, a decorator, on the view's class or in every caller;
    `ATOMIC_REQUESTS`; the admin's own transaction around its add, change and delete views; one commit of a session, which BL402 looks at.
    Fine too are stamps (`last_login`, counters) and writes on paths that exclude each other.

    ## Fix safety
    Writes of Django's ORM in one block are put into `with transaction.atomic():` together with what stands between them, where that is no
    call to another service, no task that is queued, no `await`, `yield` and no `try`. That is unsafe: what was written before a failure is
    taken back now, and other code that looked at it in the meantime does not see it.

    ## When to suppress
    When each half stands alone, or when the writes are made in an order in which a failure is repaired by the next run.
    """

    code = "BL401"
    name = "writes-without-transaction"
    family = "transactions"
    severity = Severity.WARNING
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        for pair, verdict, code in judged(function):
            if code != "writes":
                continue
            first, second = pair
            what = subjects(second)
            if pair.is_loop:
                message = f"`{call_text(second)}` in a loop writes each {what or 'row'} by itself: a failure leaves the items before it"
            else:
                line = function.module.line(first.node)
                message = f"a failure before `{call_text(second)}` leaves {left_alone(first, line)} alone"
            context.report(
                second.node,
                message,
                help=_advice(second.name),
                note=verdict == "note",
                trace=trace(pair, function),
                fix=fix_of(pair, function) if verdict == "clear" else None,
                function=function,
            )


def _advice(name: str) -> str:
    if name.startswith("tortoise."):
        return "put both writes into `async with in_transaction():`"
    if name.startswith("peewee."):
        return "put both writes into `with database.atomic():`"
    if name.startswith(("asyncpg.", "databases.")):
        return "put both statements into `async with connection.transaction():`"
    if name.startswith(("sqlite3.", "psycopg2.", "psycopg.", "pymysql.", "mysql.", "sqlalchemy.")):
        return "switch autocommit off and commit once after the last statement"
    return "put the writes into one `with transaction.atomic():` block"
