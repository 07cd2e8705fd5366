from __future__ import annotations

from backend_lint.frameworks.input_uses import uses_of
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import report_first


class InputInQuery(Rule):
    """Text that the client chooses is formatted into SQL.

    ## What it does
    Follows request data, typed text parameters included, through f-strings, `%`, `+`, `format()` and called functions into the SQL text
    that a cursor, connection, session, `text()`, `raw()` or `extra()` takes.

    ## Why is this bad
    The client writes part of the statement, and with it reads or deletes what it likes.

    ## Example
    ```python
    # FastAPI
    @router.get("/books")
    def find_books(title: str, session: SessionDep):
        rows = session.execute(text(f"SELECT id, title FROM books WHERE title LIKE '%{title}%'"))
        return [dict(row._mapping) for row in rows]
    ```
    ```python
    # Django
    def find_books(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, title FROM books ORDER BY " + request.GET["order"])
            return JsonResponse({"books": cursor.fetchall()})
    ```
    ```python
    # Flask
    @bp.get("/books")
    def find_books():
        title = request.args.get("title", "")
        rows = db.session.execute(text(f"SELECT id, title FROM books WHERE title LIKE '%{title}%'"))
        return jsonify([dict(row._mapping) for row in rows])
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/books")
    def find_books(title: str, session: SessionDep):
        rows = session.execute(text("SELECT id, title FROM books WHERE title LIKE :title"), {"title": f"%{title}%"})
        return [dict(row._mapping) for row in rows]
    ```
    ```python
    # Django
    def find_books(request):
        order = request.GET.get("order", "title")
        if order not in ("title", "year"):
            return HttpResponseBadRequest()
        return JsonResponse({"books": list(Book.objects.order_by(order).values("id", "title"))})
    ```
    ```python
    # Flask
    @bp.get("/books")
    def find_books():
        title = request.args.get("title", "")
        rows = db.session.execute(text("SELECT id, title FROM books WHERE title LIKE :title"), {"title": f"%{title}%"})
        return jsonify([dict(row._mapping) for row in rows])
    ```

    ## When not flagged
    Numbers, UUIDs and enumerations are harmless, and so is text that was compared with what is allowed. Values passed as parameters beside
    the text are what this rule asks for, as is what a query builder is given.

    ## When to suppress
    For a console whose purpose is to run its users' SQL.
    """

    code = "BL206"
    name = "input-in-query"
    family = "validation"
    severity = Severity.ERROR

    def check_function(self, function: Function, context: Context) -> None:
        uses = [use for use in uses_of(function) if use.kind == "sql"]
        report_first(context, function, uses, advice="pass it as a parameter beside the text; compare names of columns with those allowed")
