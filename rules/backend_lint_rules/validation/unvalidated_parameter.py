from __future__ import annotations

from backend_lint.frameworks.input_uses import uses_of
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import PLAIN, report_first

_SOURCES = frozenset({"query", "path", "header", "cookie"})


class UnvalidatedParameter(Rule):
    """Query, path, header or cookie text is used with no conversion and no check, or converted where nothing catches the failure.

    ## What it does
    Follows query strings, path strings, headers and cookies, and reports a conversion (`int`, `float`, `UUID`, an enumeration, `strptime`)
    whose `ValueError` nobody catches, a key taken for granted where the framework does not answer for it, a method called on what may be
    None, and text that is stored as it came.

    ## Why is this bad
    `?page=two` answers 500 and wakes somebody up, although the client has made the mistake and should be told so.

    ## Example
    ```python
    # Flask
    @bp.get("/articles")
    def list_articles():
        page = int(request.args.get("page", 1))
        return jsonify(articles.page(page))
    ```
    ```python
    # Django
    def archive(request):
        year = int(request.GET["year"])
        return render(request, "archive.html", {"articles": articles.of(year)})
    ```
    ```python
    # FastAPI
    @router.get("/articles")
    async def list_articles(request: Request):
        page = int(request.query_params.get("page", "1"))
        return articles.page(page)
    ```

    ## Use instead
    ```python
    # Flask: what is no number gives the default
    @bp.get("/articles")
    def list_articles():
        page = request.args.get("page", 1, type=int)
        return jsonify(articles.page(page))
    ```
    ```python
    # Django
    def archive(request):
        form = ArchiveForm(request.GET)
        if not form.is_valid():
            return HttpResponseBadRequest(form.errors.as_json())
        return render(request, "archive.html", {"articles": articles.of(form.cleaned_data["year"])})
    ```
    ```python
    # FastAPI
    @router.get("/articles")
    async def list_articles(page: Annotated[int, Query(ge=1)] = 1):
        return articles.page(page)
    ```

    ## When not flagged
    Typed parameters and converters (`Query`, `<int:id>`, `type=int`), a comparison with what is allowed, a matched pattern and a conversion
    inside `try` are checks. A path string that is used as a key is fine; a query string that only chooses rows is a note.

    ## When to suppress
    When a gateway in front of the application has checked the parameter.
    """

    code = "BL203"
    name = "unvalidated-parameter"
    family = "validation"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        uses = [use for use in uses_of(function) if use.kind in PLAIN and any(datum.source in _SOURCES for datum in use.data)]
        report_first(context, function, uses, advice="declare its type, or convert and check it where a failure becomes a 400 answer")
