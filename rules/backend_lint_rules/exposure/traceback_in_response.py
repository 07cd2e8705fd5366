from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Module
from backend_lint_rules.exposure._findings import exposures_in
from backend_lint_rules.exposure._policy import TRACE


class TracebackInResponse(Rule):
    """A formatted stack trace reaches the client.

    ## What it does
    Follows the results of `traceback.format_exc()`, `format_exception()`, `format_tb()` and of `print_exc(file=...)` through variables,
    containers, helpers and results, and reports where they enter an answer.

    ## Why is this bad
    A stack trace shows the project's files and functions, the lines that failed, the libraries in use, and often the values that made them
    fail: a map for whoever looks for a way in. The one who could use it to mend the fault never sees it.

    ## Example
    ```python
    # FastAPI
    @router.get("/forecast")
    async def forecast(city: str):
        try:
            return await weather.forecast(city)
        except Exception:
            return {"ok": False, "trace": traceback.format_exc()}
    ```
    ```python
    # Django
    def export(request):
        try:
            return FileResponse(build_export(request.user))
        except Exception:
            return HttpResponse(traceback.format_exc(), status=500, content_type="text/plain")
    ```
    ```python
    # Flask
    @bp.get("/export")
    def export():
        try:
            return send_file(reports.export())
        except Exception:
            return traceback.format_exc(), 500
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/forecast")
    async def forecast(city: str) -> Forecast:
        try:
            return await weather.forecast(city)
        except WeatherUnavailable:
            logger.exception("no forecast for %s", city)
            raise HTTPException(503, detail="The forecast is not available")
    ```
    ```python
    # Django: the trace goes to the log and to the error tracker
    def export(request):
        try:
            return FileResponse(build_export(request.user))
        except ExportError:
            logger.exception("export failed")
            return HttpResponse("The export failed", status=500)
    ```
    ```python
    # Flask
    @bp.get("/export")
    def export():
        try:
            return send_file(reports.export())
        except ExportError:
            logger.exception("export failed")
            return "The export failed", 500
    ```

    ## When not flagged
    Traces that go to the log, a file or an error tracker; what stands behind a test for debugging or for a development environment.

    ## When to suppress
    For a page that only developers can reach, and that cannot be switched on in production by mistake.
    """

    code = "BL302"
    name = "traceback-in-response"
    family = "exposure"
    severity = Severity.ERROR

    def check_module(self, module: Module, context: Context) -> None:
        for exposure in exposures_in(module):
            if exposure.kind == TRACE:
                context.report(
                    exposure.node,
                    f"the client gets a stack trace in {exposure.sink}",
                    help=f"log it with `logger.exception(...)` and put a fixed text into {exposure.sink}",
                    trace=exposure.trace,
                    function=exposure.function,
                )
