from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Module
from backend_lint_rules.exposure._findings import exposures_in, is_admin
from backend_lint_rules.exposure._fixing import fix_of
from backend_lint_rules.exposure._policy import TRACE


class ExceptionTextInResponse(Rule):
    """The text, the arguments or the object of an exception reach the client.

    ## What it does
    Follows a caught exception through variables, f-strings, containers, helpers in other files, results and the project's own exceptions,
    and reports where it enters an answer: a handler's result, a response, `HTTPException(detail=...)`, `abort(...)`, a header, a flashed
    message, a template's context, a serializer field, a websocket message, a streamed item, the result of an error handler.

    Reported are broad classes (`Exception`), those of the standard library and of other packages, and error handlers registered for such
    classes. `ValueError` and its like are a note while nothing shows that a library raises them and the answer is a 4xx.

    ## Why is this bad
    Nobody has written that text for the client. It names tables, columns, files, hosts and library versions, it may hold a piece of another
    user's data, and it changes with each update of a dependency, so a client that reads it breaks.

    ## Example
    ```python
    # FastAPI
    @router.post("/orders")
    def create_order(order: OrderIn, session: SessionDep) -> OrderOut:
        try:
            return orders.create(session, order)
        except Exception as error:
            raise HTTPException(500, detail=f"Failed to create the order: {error}")
    ```
    ```python
    # Flask
    @bp.get("/reports/<int:report_id>")
    def show_report(report_id):
        try:
            return jsonify(reports.build(report_id))
        except SQLAlchemyError as error:
            return jsonify({"error": str(error)}), 500
    ```
    ```python
    # Django REST framework
    class InvoiceSerializer(serializers.ModelSerializer):
        total = serializers.SerializerMethodField()

        def get_total(self, invoice):
            try:
                return billing.total(invoice)
            except Exception as error:
                return str(error)
    ```

    ## Use instead
    ```python
    # FastAPI: the text goes to the log, one handler answers what nobody has caught
    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.exception("unexpected error in %s", request.url.path)
        return JSONResponse({"detail": "Something went wrong"}, status_code=500)
    ```
    ```python
    # Flask: an exception of the project's own, with a text written for the client
    class ReportUnavailable(Exception):
        pass

    @bp.errorhandler(ReportUnavailable)
    def report_unavailable(error):
        return jsonify({"error": str(error)}), 503
    ```
    ```python
    # Django REST framework
    class InvoiceSerializer(serializers.ModelSerializer):
        total = serializers.SerializerMethodField()

        def get_total(self, invoice):
            try:
                return billing.total(invoice)
            except BillingError:
                logger.exception("no total for invoice %s", invoice.pk)
                return None
    ```

    ## When not flagged
    The texts of the project's own exceptions, of validation errors and of HTTP errors are meant for clients, unless a library's text was
    put into them. What stands behind a test for debugging or for a development environment is passed by, and so is what a pydantic model is
    given without declaring it, which it leaves out. A text that goes to the log, a metric or an error tracker reaches no client.

    ## Fix safety
    In an `except` clause that names the exception, what stands before it in the same text is kept and the exception left out; where nothing
    does, and the answer is a 5xx, the text becomes "An internal error occurred". Unless the clause logs the exception already,
    `logger.exception(...)` is added. That is unsafe: clients and tests may have read the text. Where the client is to blame, where the text
    is translated or put together elsewhere, and in handlers of errors, what is to be said is left to you.

    ## When to suppress
    For a tool whose users are its operators and whose purpose is to show them what went wrong, such as a query console.
    """

    code = "BL301"
    name = "exception-text-in-response"
    family = "exposure"
    severity = Severity.ERROR
    fixable = True

    def check_module(self, module: Module, context: Context) -> None:
        for exposure in exposures_in(module):
            if exposure.kind == TRACE:
                continue
            is_note = exposure.is_disputed or is_admin(exposure.function)
            context.report(
                exposure.node,
                f"the client gets the text of {_subject(exposure.label.detail)} in {exposure.sink}",
                help=f"log it with `logger.exception(...)` and put a fixed text into {exposure.sink}",
                note=is_note,
                fix=None if is_note else fix_of(exposure),
                trace=exposure.trace,
                function=exposure.function,
            )


def _subject(detail: str) -> str:
    """The exception in words: `IntegrityError` for `sqlalchemy.exc.IntegrityError`, `Order.DoesNotExist` as it stands."""
    if not detail or " " in detail:
        return detail or "a caught exception"
    return f"`{detail if detail[0].isupper() else detail.rpartition('.')[2]}`"
