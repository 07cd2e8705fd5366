"""BL803: a coroutine that nobody awaits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import await_call
from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.coroutines import Fate, Unawaited, unawaited_in
from backend_lint.semantics.roles import UNSERVED
from backend_lint_rules.async_._fixing import is_in_generator

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_WORDS: dict[Fate, str] = {
    "dropped": "`{0}(...)` makes a coroutine that nobody awaits: nothing of it runs",
    "unused": "`{0}(...)` makes a coroutine that nobody awaits: nothing of it runs, and its name is never used",
    "tested": "`{0}(...)` is tested without `await`: a coroutine is always true",
    "used": "`{0}(...)` is used as its result without `await`: it is a coroutine",
}


class UnawaitedCoroutine(Rule):
    """A coroutine function called and neither awaited nor gathered, returned, stored or scheduled.

    ## What it does
    Reports calls of `async def` functions of the project, and of coroutine methods of known libraries, whose coroutine is dropped at once
    or assigned to a name that nothing reads; and coroutines taken for their result: `if is_admin(user):`, `load(order_id).total`,
    `for row in fetch():`.

    ## Why is this bad
    Calling a coroutine function runs nothing. The mail is never sent, the row never written, and all that tells of it is a warning when the
    object is collected. A coroutine is true, so a permission check that is not awaited lets everybody in.

    ## Example
    ```python
    # FastAPI
    @router.post("/orders", status_code=201)
    async def create_order(body: OrderCreate, user: CurrentUser) -> OrderRead:
        if not can_order(user):
            raise HTTPException(403)
        order = await orders.create(body)
        notify_customer(order)
        return order
    ```
    ```python
    # Django
    async def supplier_status(request: HttpRequest, pk: int) -> JsonResponse:
        services.alert_buyers(pk, "no answer")
        return JsonResponse({"ok": False})
    ```
    ```python
    # Flask
    @bp.post("/alerts")
    async def alert() -> ResponseReturnValue:
        alerts.send("the stock is low")
        return jsonify(ok=True)
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/orders", status_code=201)
    async def create_order(body: OrderCreate, user: CurrentUser, tasks: BackgroundTasks) -> OrderRead:
        if not await can_order(user):
            raise HTTPException(403)
        order = await orders.create(body)
        tasks.add_task(notify_customer, order)
        return order
    ```
    ```python
    # Django
    async def supplier_status(request: HttpRequest, pk: int) -> JsonResponse:
        await services.alert_buyers(pk, "no answer")
        return JsonResponse({"ok": False})
    ```
    ```python
    # Flask
    @bp.post("/alerts")
    async def alert() -> ResponseReturnValue:
        await alerts.send("the stock is low")
        return jsonify(ok=True)
    ```

    ## When not flagged
    Coroutines that are awaited, gathered, given to `create_task`, a task group, `asyncio.run` or any other function, returned, yielded, put
    into a list or an attribute. Nothing is said where the function called may be a plain one: another definition or a subclass has it
    plain, or a decorator that is not known changes it.

    ## Fix safety
    In a coroutine function `await` is put before the call. That is unsafe: what never ran runs now, and its failure with it.

    ## When to suppress
    When the function called gives something else than a coroutine in a way that the code does not show.
    """

    code = "BL803"
    name = "unawaited-coroutine"
    family = "async"
    severity = Severity.ERROR
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role in UNSERVED:
            return
        for found in unawaited_in(function):
            name = dotted(found.call.func) or found.name.rpartition(".")[2]
            context.report(
                found.call,
                _WORDS[found.fate].format(name),
                help=_advice(found, name, function),
                fix=await_call(found.call) if function.is_async and not is_in_generator(found.call, function) else None,
                trace=_trace(found),
                function=function,
                end=found.call.func.end,
            )


def _advice(found: Unawaited, name: str, function: Function) -> str:
    if not function.is_async:
        return f"make `{function.qualname}` async and `await {name}(...)`, or run it with `async_to_sync` or `asyncio.run`"
    if found.fate in ("dropped", "unused"):
        return f"`await {name}(...)`, or keep the task of `asyncio.create_task({name}(...))`"
    return f"write `await {name}(...)`"


def _trace(found: Unawaited) -> tuple[Step, ...]:
    target = found.target
    if target is None:
        return ()
    return (Step(target.module.path, target.module.line(target.node), f"{target.qualname} is a coroutine function"),)
