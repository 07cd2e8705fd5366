"""BL002: a suppression comment that gives no reason."""

from __future__ import annotations

from backend_lint.rule import Rule, Severity


class SuppressionWithoutReason(Rule):
    """A suppression comment that gives no reason.

    ## What it does
    Reports `# backend-lint: ignore[...]` and `# backend-lint: ignore-file[...]` without a text after ` -- `. Off unless selected.

    ## Why is this bad
    The next reader cannot tell a judged exception from a finding that somebody wanted out of the way, so the comment stays for ever.

    ## Example
    ```python
    # Flask
    return {"error": str(error)}, 502  # backend-lint: ignore[BL301]
    ```
    ```python
    # Django
    # backend-lint: ignore-file[layering]
    from django.http import JsonResponse
    ```

    ## Use instead
    ```python
    # Flask
    return {"error": str(error)}, 502  # backend-lint: ignore[BL301] -- operators only, behind the VPN
    ```
    ```python
    # Django
    # backend-lint: ignore-file[layering] -- replaced by the orders service in version 3
    from django.http import JsonResponse
    ```

    ## When not flagged
    A comment with any text after ` -- `. `# noqa` comments have no place for a reason and are left alone.

    ## When to suppress
    Leave the rule off instead: a project that wants no reasons does not select it.
    """

    code = "BL002"
    name = "suppression-without-reason"
    family = "general"
    severity = Severity.OFF
    include_tests = True
