"""BL902: a connection, cursor or pooled handle that some path leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import carrying
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.paths import fates_of
from backend_lint.source import nodes as n
from backend_lint_rules.lifecycle._fixing import with_fix
from backend_lint_rules.lifecycle._leaks import Found, leaks_in

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_KINDS = frozenset({"connection", "cursor"})


class UnclosedConnection(Rule):
    """A connection, cursor or pooled handle that some path leaves open.

    ## What it does
    Follows what `engine.connect()`, `psycopg2.connect()`, `sqlite3.connect()`, `pool.getconn()`, `connection.cursor()`, LDAP, SMTP and
    broker connections and their like open, along every path of the function, early returns and exceptions included, into the helpers that
    close or keep it. Reported is what a path neither closes nor hands on.

    `with sqlite3.connect(...)` and `with psycopg2.connect(...)` end the transaction and close nothing; psycopg 3's `with` closes. A cursor
    left open on a connection that is closed in time, or that the framework closes, is a note.

    ## Why is this bad
    A connection left open is one that the server, the pool and the file system still count. The pool runs dry, the database reaches its
    limit of connections, SQLite stays locked, and it happens first where failures are frequent.

    ## Example
    ```python
    # Flask
    @bp.get("/archive/<number>")
    def archived(number: str) -> Response:
        connection = sqlite3.connect(ARCHIVE)
        row = connection.execute(FIND, (number,)).fetchone()
        if row is None:
            abort(404)
        connection.close()
        return jsonify(number=row[0])
    ```
    ```python
    # Django
    def search(request: HttpRequest) -> HttpResponse:
        with sqlite3.connect(settings.SEARCH_DB) as connection:
            rows = connection.execute(QUERY, (request.GET["q"],)).fetchall()
        return render(request, "search.html", {"rows": rows})
    ```
    ```python
    # FastAPI
    @router.get("/archive/{number}")
    def archived(number: str) -> ArchivedRead:
        connection = sqlite3.connect(settings.archive)
        row = connection.execute(FIND, (number,)).fetchone()
        if row is None:
            raise HTTPException(404)
        connection.close()
        return ArchivedRead(number=row[0])
    ```

    ## Use instead
    ```python
    # Flask
    @bp.get("/archive/<number>")
    def archived(number: str) -> Response:
        with closing(sqlite3.connect(ARCHIVE)) as connection:
            row = connection.execute(FIND, (number,)).fetchone()
        if row is None:
            abort(404)
        return jsonify(number=row[0])
    ```
    ```python
    # Django
    def search(request: HttpRequest) -> HttpResponse:
        with closing(sqlite3.connect(settings.SEARCH_DB)) as connection:
            rows = connection.execute(QUERY, (request.GET["q"],)).fetchall()
        return render(request, "search.html", {"rows": rows})
    ```
    ```python
    # FastAPI
    @router.get("/archive/{number}")
    def archived(number: str) -> ArchivedRead:
        with closing(sqlite3.connect(settings.archive)) as connection:
            row = connection.execute(FIND, (number,)).fetchone()
        if row is None:
            raise HTTPException(404)
        return ArchivedRead(number=row[0])
    ```

    ## When not flagged
    `with closing(...)`, a context manager that closes, exit stacks, `close()` in `finally`, `putconn()` for what a pool lent, and what is
    returned, yielded or stored for an owner. Connections of Django's ORM are the framework's own to close.

    ## Fix safety
    Where the connection is opened by a statement of its own, and closed at the end of the same block or not at all, it is opened by `with`
    (by `with closing(...)` where its own `with` does not close it). That is safe where it was closed before: the path on which all goes
    well stays as it is. Where nothing closed it the fix is unsafe, for something may still have used it. No fix is proposed where a result
    that still reads from it is returned.

    ## When to suppress
    When the process ends right after, or when something that the linter cannot see closes the connection.
    """

    code = "BL902"
    name = "unclosed-connection"
    family = "lifecycle"
    severity = Severity.ERROR
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        for found in leaks_in(function):
            resource = found.fate.resource
            if resource.kind not in _KINDS:
                continue
            is_note = found.is_note
            if resource.kind == "cursor":
                owner = _cursor_owner(function, found)
                if owner == "leaked":
                    continue
                is_note = is_note or owner == "closed"
            context.report(
                resource.call,
                found.message,
                help=(
                    f"wrap it: `with contextlib.closing({resource.maker}) as ...`, for its own `with` does not close it"
                    if resource.commits
                    else "open it by `with`, or close it in a `finally` that begins right after it is opened"
                ),
                note=is_note,
                fix=with_fix(function, found.fate),
                trace=found.trace,
                function=function,
            )


def _cursor_owner(function: Function, found: Found) -> str:
    """What becomes of the connection that a cursor was opened on: "closed" by somebody, "leaked" and reported itself, or "kept" open."""
    func = found.fate.resource.call.func
    if not isinstance(func, n.Attribute):
        return "closed"
    path = dotted(func.value)
    if path is None:
        # `connect(...).cursor()`: the connection is reported, unless it comes from a helper that keeps it.
        return "leaked" if any(f.resource.call is func.value for f in fates_of(function)) else "closed"
    for fate in fates_of(function):
        if fate.name == path and fate.resource.kind == "connection":
            return "leaked" if fate.leaks else "closed"
    root, _, attribute = path.partition(".")
    if root == function.self_name and attribute and function.cls is not None:
        closes = carrying.closes_itself(function.cls) or carrying.closes_attribute(function.cls, attribute)
        return "closed" if closes or _is_django(function, func.value) else "kept"
    if root not in function.names.bindings and path in function.module.names.bindings and not _is_django(function, func.value):
        binding = function.module.names.bindings[path][-1]
        return "kept" if binding.kind == "assign" and isinstance(binding.value, n.Call) else "closed"
    return "closed"


def _is_django(function: Function, expr: n.Expr) -> bool:
    value = function.project.inference.value(expr, function.module, function)
    return value is None or value.name.startswith("django.")
