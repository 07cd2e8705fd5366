from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.source import nodes as n
from backend_lint_rules.types import signatures


class UntypedProject(Rule):
    """A project in which fewer than one function in twenty has a type annotation.

    ## What it does
    Counts the functions of the project, tests and migrations left out. Where fewer than one in twenty has an annotation it says so once,
    with the count, at the first file that has an unannotated function; BL701 and BL702 are silent there.

    ## Why is this bad
    A thousand findings about a thousand functions help nobody to begin. What helps is the decision to annotate what is touched from now on.

    ## Example
    ```python
    # Flask project: 2 of 340 functions are annotated
    def create_invoice(customer_id, lines):
        ...
    ```
    ```python
    # Django project: none of 120 functions is annotated
    def invoice_detail(request, pk):
        ...
    ```

    ## Use instead
    ```python
    # Flask: new and changed functions first
    def create_invoice(customer_id: int, lines: list[LineIn]) -> Invoice:
        ...
    ```
    ```python
    # Django
    def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
        ...
    ```

    ## When not flagged
    A project in which one function in twenty or more has an annotation: there BL701 and BL702 speak of single functions. Tests and
    migrations are not counted.

    ## When to suppress
    Ignore the rule in the configuration of a project that has decided against annotations.
    """

    code = "BL700"
    name = "untyped-project"
    family = "types"
    severity = Severity.WARNING

    def check_project(self, context: Context) -> None:
        project = context.project
        if not signatures.is_untyped_project(project):
            return
        annotated, total = project.fact(signatures.annotated_share)
        for path in sorted(project.files):
            data = project.bytes_of(path)
            if data is None or b"def " not in data:
                continue
            module = project.find(path)
            if module is None or module.role in ("test", "migration"):
                continue
            function = next((f for f in module.functions if signatures.lacking(f) and not signatures.is_exempt(f)), None)
            if function is not None and module.tree.body:
                first = module.tree.body[0]
                line_end = module.tree.text.find("\n", first.start)
                context.report(
                    n.Pass(first.start, line_end if line_end > first.start else first.end),
                    f"{annotated} of the project's {total} functions {'has' if annotated == 1 else 'have'} type annotations",
                    help="annotate new and changed functions first; start with the handlers and services",
                    module=module,
                )
                return
