from __future__ import annotations

from backend_lint.frameworks import handler_of
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.types import signatures
from backend_lint_rules.types._fixing import fix_of


class UntypedFunction(Rule):
    """A public function of application code whose parameters or return value have no type annotation.

    ## What it does
    Reports public functions and methods (services, repositories, utilities) with an unannotated parameter, once a function, naming what is
    missing. Notes are: functions that lack only the return annotation, dunder methods, private helpers, inner functions, and methods that
    override one of a framework's or library's base class.

    ## Why is this bad
    A service is called from routes, jobs and commands. Without a signature that says what it takes and gives, each caller guesses, and no
    checker finds the one that guesses wrong.

    ## Example
    ```python
    # FastAPI project, app/services/orders.py
    def cancel_order(session, order_id, reason=None):
        ...
    ```
    ```python
    # Django project, orders/services.py
    class OrderService:
        def cancel(self, order, reason):
            ...
    ```
    ```python
    # Flask project, shop/services/billing.py
    def close_month(month, customer=None):
        ...
    ```

    ## Use instead
    ```python
    # FastAPI project, app/services/orders.py
    def cancel_order(session: Session, order_id: int, reason: str | None = None) -> Order:
        ...
    ```
    ```python
    # Django project, orders/services.py
    class OrderService:
        def cancel(self, order: Order, reason: str) -> Order:
            ...
    ```
    ```python
    # Flask project, shop/services/billing.py
    def close_month(month: date, customer: Customer | None = None) -> list[Invoice]:
        ...
    ```

    ## When not flagged
    Tests, migrations, admin classes, scripts and generated code are left alone, as are `self`, `cls`, and `*args`/`**kwargs` that are only
    passed on. Handlers are BL701's; a project that is hardly annotated at all gets one BL700 instead.

    ## Fix safety
    Where nothing but the return annotation is missing and the function returns no value on any path, `-> None` is added, which is safe.
    Functions that only pass or raise are left alone: what overrides them may return something.

    ## When to suppress
    For a function whose arguments are truly of any type, where `object` or a type variable would say no more.
    """

    code = "BL702"
    name = "untyped-function"
    family = "types"
    severity = Severity.WARNING
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        gaps = signatures.lacking(function)
        if not gaps or signatures.is_exempt(function):
            return
        handler = handler_of(function)
        if handler is not None and handler.kind in ("request", "websocket", "event"):
            return
        if signatures.is_untyped_project(context.project):
            return
        context.report(
            signatures.header(function),
            f"`{function.qualname}` has no type annotation for {gaps.text}",
            help="annotate every parameter and the return value",
            note=signatures.is_disputed(function, gaps),
            fix=fix_of(function, gaps),
            function=function,
        )
