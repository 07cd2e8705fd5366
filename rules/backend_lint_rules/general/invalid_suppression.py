"""BL003: a suppression comment that is malformed or names an unknown rule."""

from __future__ import annotations

from backend_lint.rule import Rule, Severity


class InvalidSuppression(Rule):
    """A suppression comment that is malformed or names an unknown rule.

    ## What it does
    Reports a comment that begins with `# backend-lint:` and is no suppression: no rules in brackets, an unknown code, name or family, text
    that is no reason, an `until=` that is no day, `ignore-file` beside code or inside a function. Where a name looks like a valid one,
    that one is proposed.

    ## Why is this bad
    Such a comment hides nothing, or not what its author meant, and nobody notices until the finding is gone for another reason.

    ## Example
    ```python
    # FastAPI
    @router.post("/orders")
    def create_order(body: dict) -> OrderRead:  # backend-lint: ignore[untyped-boddy] -- proxied as it is
        return proxy.forward(body)
    ```
    ```python
    # Flask
    return {"error": str(error)}, 502  # backend-lint: ignore
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/orders")
    def create_order(body: dict) -> OrderRead:  # backend-lint: ignore[untyped-body] -- proxied as it is
        return proxy.forward(body)
    ```
    ```python
    # Flask
    return {"error": str(error)}, 502  # backend-lint: ignore[BL301] -- operators only
    ```

    ## When not flagged
    Comments of other tools, and prose that mentions `backend-lint` without the colon. A name of a rule, its code, the beginning of a code
    and the name of a family are all valid.

    ## When to suppress
    For a comment that names a rule of a pack which is not loaded in every run: name BL003 in the same brackets.
    """

    code = "BL003"
    name = "invalid-suppression"
    family = "general"
    severity = Severity.WARNING
    include_tests = True
