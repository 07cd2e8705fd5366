"""BL000: a file that cannot be parsed."""

from __future__ import annotations

from backend_lint.rule import Rule, Severity


class SyntaxError_(Rule):
    """A file that cannot be parsed.

    ## What it does
    Reports a file that is no valid Python 3, that cannot be decoded, or that is nested more deeply than can be analysed. The other files
    are checked as usual.

    ## Why is this bad
    Nothing in such a file was checked, and whatever other files import from it is unknown. A run that stayed silent about it would look
    like a clean one.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders/{order_id}"
    def read_order(order_id: int) -> OrderRead:
        return service.read(order_id)
    ```
    ```python
    # Flask, with Python 2 left in it
    @app.get("/health")
    def health():
        print "alive"
        return {"ok": True}
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/orders/{order_id}")
    def read_order(order_id: int) -> OrderRead:
        return service.read(order_id)
    ```
    ```python
    # Flask
    @app.get("/health")
    def health():
        return {"ok": True}
    ```

    ## When not flagged
    Syntax that any version of Python 3 knows, whichever runs the linter; declared encodings (PEP 263), byte order marks and empty files;
    files that `exclude` or `.gitignore` leave out.

    ## When to suppress
    A comment cannot hide this finding, for comments of a file that does not parse are not read. Exclude a template or a file for another
    interpreter with `exclude` in the configuration.
    """

    code = "BL000"
    name = "syntax-error"
    family = "general"
    severity = Severity.ERROR
    include_tests = True
