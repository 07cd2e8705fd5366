"""BL004: a suppression comment whose last day is over."""

from __future__ import annotations

from backend_lint.rule import Rule, Severity


class ExpiredSuppression(Rule):
    """A suppression comment whose last day is over.

    ## What it does
    Reports `# backend-lint: ignore[...] until=YYYY-MM-DD -- reason` and `ignore-file` comments after that day, where they would hide
    something. What they hid is reported again.

    ## Why is this bad
    Somebody put up with a finding for a time, and the time is over. With the comment left where it is, the next reader takes the finding
    for one that was judged.

    ## Example
    ```python
    # FastAPI
    @router.get("/reports")
    async def reports():
        return requests.get(URL).json()  # backend-lint: ignore[BL801] until=2024-03-31 -- until the client is asynchronous
    ```
    ```python
    # Django
    SECRET_KEY = "k3y-0f-th3-0ld-s3rv1c3"  # backend-lint: ignore[BL501] until=2024-03-31 -- rotated with the move
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/reports")
    async def reports(client: ClientDep):
        return (await client.get(URL)).json()
    ```
    ```python
    # Django
    SECRET_KEY = env("SECRET_KEY")
    ```

    ## When not flagged
    Comments on their last day, and those without a day. One that would hide nothing any more is reported by BL001 instead.

    ## When to suppress
    Leave the day out instead: a suppression that is meant to stay needs none.
    """

    code = "BL004"
    name = "expired-suppression"
    family = "general"
    severity = Severity.WARNING
    include_tests = True
