from __future__ import annotations

from backend_lint.frameworks import handler_of
from backend_lint.frameworks.input_uses import passes_schema, uses_of
from backend_lint.frameworks.request_data import PAYLOAD
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import PLAIN, is_typed, report_first

_ADVICE = "declare the body as a Pydantic model, so that the framework checks and documents it"


class UntypedBody(Rule):
    """The body of a FastAPI or Ninja operation has no type that says anything, or is read from the request by hand.

    ## What it does
    Reports body parameters declared as `dict`, `Any`, `list` or not at all, unless the function hands them to a schema, and bodies taken
    from the request object (`await request.json()`) whose parts are used with no schema and no check.

    ## Why is this bad
    The framework's validation, its 422 answers and its documentation are switched off for this operation: what the client must send stands
    nowhere, and what it sends wrong becomes an error 500 or a row.

    ## Example
    ```python
    # FastAPI
    @router.patch("/orders/{order_id}")
    def change_order(order_id: int, changes: dict, session: SessionDep):
        return orders.change(session, order_id, changes)
    ```
    ```python
    # FastAPI
    @router.post("/subscriptions")
    async def subscribe(request: Request, session: SessionDep):
        payload = await request.json()
        return subscriptions.add(session, payload["email"])
    ```
    ```python
    # Django Ninja
    @api.post("/tags")
    def add_tag(request, data: dict):
        return tags.add(data["name"])
    ```

    ## Use instead
    ```python
    # FastAPI
    class OrderChange(BaseModel):
        status: Status
        note: str | None = Field(None, max_length=500)

    @router.patch("/orders/{order_id}")
    def change_order(order_id: int, changes: OrderChange, session: SessionDep):
        return orders.change(session, order_id, changes)
    ```
    ```python
    # Django Ninja
    class TagIn(Schema):
        name: str

    @api.post("/tags")
    def add_tag(request, data: TagIn):
        return tags.add(data.name)
    ```

    ## When not flagged
    Models, dataclasses, `TypedDict`, `dict[str, int]` and other types that say something; a `dict` that the function hands to a schema
    before it uses it; and dependencies that read the body and validate it.

    ## When to suppress
    For an operation that stores or forwards any JSON there is, as it is its purpose.
    """

    code = "BL202"
    name = "untyped-body"
    family = "validation"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        handler = handler_of(function)
        if handler is not None and handler.framework in ("fastapi", "ninja") and handler.kind in ("request", "dependency"):
            for given in handler.inputs:
                if given.kind == "body" and not given.is_validated and not passes_schema(function, given.name):
                    context.report(
                        given.parameter,
                        f"the body `{given.name}` has no type that the framework can check",
                        help=_ADVICE,
                        function=function,
                    )
                    return
        uses = [
            use for use in uses_of(function) if use.kind in PLAIN and any(d.source in PAYLOAD and is_typed(function, d) for d in use.data)
        ]
        report_first(context, function, uses, advice=_ADVICE)
