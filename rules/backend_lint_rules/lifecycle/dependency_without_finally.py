"""BL903: a provider that leaks when what uses it raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.paths import Leak, fates_of, is_lifespan
from backend_lint.source import nodes as n
from backend_lint_rules.lifecycle._fixing import finally_fix
from backend_lint_rules.lifecycle._leaks import SHORT_LIVED, is_provider_of, message, subject, trace

if TYPE_CHECKING:
    from backend_lint.semantics.paths import Fate
    from backend_lint.semantics.project import Function


class DependencyWithoutFinally(Rule):
    """A `yield` dependency or context manager that leaks when its user raises.

    ## What it does
    Looks at generator functions that open a session, connection or client and lend it to others by `yield`: FastAPI dependencies,
    `@contextmanager` and `@asynccontextmanager` functions. An exception of the user comes out of the `yield`; reported is the resource that
    no `finally` and no `with` closes then, or that is never closed at all.

    ## Why is this bad
    The release stands after the `yield`, so it is there in review and runs in the happy path. Each request that fails keeps its connection,
    and the pool runs dry on the day when many fail.

    ## Example
    ```python
    # FastAPI
    def get_db() -> Iterator[Session]:
        db = SessionLocal()
        yield db
        db.close()
    ```
    ```python
    # Flask
    @contextmanager
    def archive() -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(ARCHIVE)
        yield connection
        connection.close()
    ```

    ## Use instead
    ```python
    # FastAPI
    def get_db() -> Iterator[Session]:
        with SessionLocal() as db:
            yield db
    ```
    ```python
    # Flask
    @contextmanager
    def archive() -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(ARCHIVE)
        try:
            yield connection
        finally:
            connection.close()
    ```

    ## When not flagged
    A `yield` inside `with` or inside a `try` whose `finally` closes; resources of others that are only passed on. Fixtures of tests and the
    lifespan of an application are left alone.

    ## Fix safety
    Where one statement closes the resource after the `yield`, it is put into a `finally`, and what stands between the two into the `try`;
    where nothing closes it, it is opened by `with`. Both are safe.

    ## When to suppress
    When another owner closes the resource however the user ends.
    """

    code = "BL903"
    name = "dependency-without-finally"
    family = "lifecycle"
    severity = Severity.ERROR
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        if not function.is_generator or is_lifespan(function) or _is_fixture(function):
            return
        for fate in fates_of(function):
            if not fate.leaks or not is_provider_of(function, fate) or not fate.resource.opens:
                continue
            if fate.resource.kind == "cursor" and any(other.leaks and other.resource.kind == "connection" for other in fates_of(function)):
                continue
            leak = next((leak for leak in fate.leaks if leak.kind == "yield"), fate.leaks[0])
            context.report(
                fate.resource.call,
                _text(function, fate, leak),
                help="put the `yield` into `try` and the release into `finally`, or open it by `with`",
                note=function.module.role in SHORT_LIVED or fate.resource.kind == "cursor" or (leak.kind == "exception" and fate.is_closed),
                trace=trace(function, fate, leak),
                fix=finally_fix(function, fate),
                function=function,
            )


def _text(function: Function, fate: Fate, leak: Leak) -> str:
    if fate.is_never_closed or leak.kind != "yield" or leak.node is None:
        return message(function, fate, leak)
    return f"an exception of what uses `{function.node.name}` leaves {subject(fate)} open: no `finally` around the `yield`"


def _is_fixture(function: Function) -> bool:
    return any(
        (dotted(decorator.func if isinstance(decorator, n.Call) else decorator) or "").endswith("fixture")
        for decorator in function.node.decorators
    )
