"""BL001: a suppression comment that suppresses nothing."""

from __future__ import annotations

from backend_lint.rule import Rule, Severity


class UnusedSuppression(Rule):
    """A suppression comment that suppresses nothing.

    ## What it does
    Reports `# backend-lint: ignore[...]`, `# backend-lint: ignore-file[...]` and `# noqa: BL...` comments that hide no finding, for each
    rule that they name.

    ## Why is this bad
    A comment that outlives its reason hides the next finding on that line, which nobody has judged.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, orders: OrdersDep) -> OrderRead:
        return orders.read(order_id)  # backend-lint: ignore[data-access-in-route] -- moved soon
    ```
    ```python
    # Django
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")  # noqa: BL505
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int, orders: OrdersDep) -> OrderRead:
        return orders.read(order_id)
    ```
    ```python
    # Django
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    ```

    ## When not flagged
    A rule counts only when it looked at the whole file in this run: rules that were not selected, or that failed, make no comment unused. A
    bare `# noqa` is never reported, for it may be meant for another linter; nor is a text in a string that looks like a comment.

    ## Fix safety
    The comment is taken out, with its line where nothing else stands there, or those of its codes that hide nothing. That is safe.

    ## When to suppress
    While a comment must please two versions of the linter: name BL001 in the same brackets.
    """

    code = "BL001"
    name = "unused-suppression"
    family = "general"
    severity = Severity.WARNING
    fixable = True
    include_tests = True
