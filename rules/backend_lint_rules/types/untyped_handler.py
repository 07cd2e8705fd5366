from __future__ import annotations

from backend_lint.frameworks.model import Handler
from backend_lint.rule import Context, Rule, Severity
from backend_lint_rules.types import signatures
from backend_lint_rules.types._fixing import fix_of


class UntypedHandler(Rule):
    """A request handler whose parameters or return value have no type annotation.

    ## What it does
    Reports handlers with an unannotated parameter, once a handler, naming what is missing. A handler that lacks only its return annotation
    is a note.

    ## Why is this bad
    The signature is the contract of the route: a reader, an editor and a type checker learn from it what a path string has become and what
    the client gets. In FastAPI the annotation is also the validation: a parameter without one accepts anything.

    ## Example
    ```python
    # Flask
    @bp.post("/orders/<int:order_id>/cancel")
    def cancel(order_id):
        return order_service.cancel(order_id)
    ```
    ```python
    # Django REST framework
    class OrderApi(APIView):
        def get(self, request, order_id):
            return Response(order_service.get(order_id))
    ```
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id, session=Depends(get_db)):
        return order_service.load(session, order_id)
    ```

    ## Use instead
    ```python
    # Flask
    @bp.post("/orders/<int:order_id>/cancel")
    def cancel(order_id: int) -> ResponseReturnValue:
        return order_service.cancel(order_id)
    ```
    ```python
    # Django REST framework
    class OrderApi(APIView):
        def get(self, request: Request, order_id: int) -> Response:
            return Response(order_service.get(order_id))
    ```
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, session: Annotated[Session, Depends(get_db)]) -> OrderRead:
        return order_service.load(session, order_id)
    ```

    ## When not flagged
    `self`, `cls`, and `*args` and `**kwargs` that are only passed on; handlers of tests. In a project in which fewer than one function in
    twenty is annotated, BL700 speaks once instead.

    ## Fix safety
    Where nothing but the return annotation is missing and the function returns no value on any path, `-> None` is added, which is safe.
    Functions that only pass or raise are left alone: what overrides them may return something.

    ## When to suppress
    For a handler whose signature a third party dictates in a way that inference does not see.
    """

    code = "BL701"
    name = "untyped-handler"
    family = "types"
    severity = Severity.WARNING
    fixable = True

    def check_handler(self, handler: Handler, context: Context) -> None:
        function = handler.function
        if handler.kind not in ("request", "websocket", "event") or signatures.is_exempt(function):
            return
        gaps = signatures.lacking(function)
        if not gaps or signatures.is_untyped_project(context.project):
            return
        context.report(
            signatures.header(function),
            f"handler `{function.qualname}` has no type annotation for {gaps.text}",
            help="annotate every parameter and the return value",
            note=signatures.is_disputed(function, gaps),
            fix=fix_of(function, gaps),
            handler=handler,
            function=function,
        )
