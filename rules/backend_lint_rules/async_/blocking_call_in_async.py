"""BL801: a blocking call in async code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint_rules.async_._advice import cause_of, instead_of
from backend_lint_rules.async_._blocked import called, end_of, groups, more
from backend_lint_rules.async_._fixing import fix_of

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function


class BlockingCallInAsync(Rule):
    """A blocking call in async code, made directly or by the plain functions that it calls.

    ## What it does
    Reports calls in `async def` that hold the thread until something else answers: `time.sleep`, `requests`, sync `httpx`, `urllib`,
    `subprocess.run`, sockets, `smtplib`, `boto3`, sync `redis`, `Future.result()`, `input()`; files written, or read whole, while a request
    waits. Plain functions of the project are followed to any depth and through any file; the trace shows the way. A function gets one
    finding for each library, which says how many more there are. A handler that awaits a coroutine of the project which blocks is reported
    as well: its `await` gains nothing. Databases are `sync-database-in-async`.

    A small file read, a look at the file system and the hashing of a password are notes.

    ## Why is this bad
    One thread serves all requests of an async process. While it waits for a socket or sleeps, no other request moves: one slow answer
    from elsewhere stops the service, health checks included.

    ## Example
    ```python
    # FastAPI
    @router.get("/rates")
    async def rates() -> RatesRead:
        response = requests.get(settings.rates_url, timeout=5)
        return RatesRead.model_validate(response.json())
    ```
    ```python
    # Django
    async def supplier_status(request: HttpRequest, pk: int) -> JsonResponse:
        time.sleep(2)
        return JsonResponse({"delivers": await check(pk)})
    ```
    ```python
    # Flask
    @bp.get("/rates")
    async def rates() -> ResponseReturnValue:
        response = requests.get(config.RATES_URL, timeout=5)
        return jsonify(response.json())
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/rates")
    async def rates(client: Annotated[httpx.AsyncClient, Depends(get_client)]) -> RatesRead:
        response = await client.get(settings.rates_url)
        return RatesRead.model_validate(response.json())
    ```
    ```python
    # Django
    async def supplier_status(request: HttpRequest, pk: int) -> JsonResponse:
        await asyncio.sleep(2)
        return JsonResponse({"delivers": await check(pk)})
    ```
    ```python
    # Flask: a plain function has a thread of its own
    @bp.get("/rates")
    def rates() -> ResponseReturnValue:
        response = requests.get(config.RATES_URL, timeout=5)
        return jsonify(response.json())
    ```

    ## When not flagged
    Calls moved to a thread (`run_in_threadpool`, `asyncio.to_thread`, `sync_to_async`, `run_in_executor`), plain `def` handlers and
    dependencies, which the framework runs in threads, background tasks given a plain function, what runs before the application serves, and
    what is made once and kept.

    ## Fix safety
    `time.sleep(...)` becomes `await asyncio.sleep(...)`, which is safe. Other calls that block by themselves and whose result is whole
    become `await asyncio.to_thread(...)`, all of one finding at once. That is unsafe: other code runs in the meantime, and the call runs in
    another thread. What opens something to read from, and calls that block further down, are left to you.

    ## When to suppress
    In a process whose loop serves one client at a time.
    """

    code = "BL801"
    name = "blocking-call-in-async"
    family = "async"
    severity = Severity.ERROR
    fixable = True
    caused_elsewhere = True

    def check_function(self, function: Function, context: Context) -> None:
        for group in groups(function, database=False):
            block = group.first
            verb = "keeps the event loop for a moment" if block.cause == "brief" else "blocks the event loop"
            message = f"`{called(block)}` {verb} in async `{function.qualname}`"
            if not block.is_direct:
                message += f": it comes to `{block.name}`"
            context.report(
                block.node,
                message + more(group),
                help=instead_of(group.subject, block),
                note=group.is_note,
                trace=() if block.is_direct else block.steps,
                function=function,
                end=end_of(block),
                fix=fix_of(group, function),
                cause=cause_of(group.subject, block),
            )
