"""BL503: a literal internal service URL at the place of use."""

from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import effects
from backend_lint.semantics.project import Function, Module
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import internal_url, url_host
from backend_lint_rules.configuration.places import is_development


class HardcodedEndpoint(Rule):
    """The URL of a service of one's own, written into the code that calls it.

    ## What it does
    Reports outbound calls whose URL begins with a literal that leads to an internal host (a single label such as `inventory`, `localhost`, a
    private address, `*.internal`), written at the call or held by a constant of the same file. A public third party's URL is a note, and so
    is a local default in settings.

    ## Why is this bad
    Where a neighbouring service lives is the deployment's business: it differs in each environment, and a literal makes staging call
    production or production call nobody.

    ## Example
    ```python
    # FastAPI
    async def stock(sku: str) -> int:
        response = await client.get(f"http://inventory:8080/stock/{sku}", timeout=5)
    ```
    ```python
    # Django
    def rates() -> dict[str, Decimal]:
        return requests.get("http://10.1.4.20/rates", timeout=5).json()
    ```

    ## Use instead
    ```python
    # FastAPI
    async def stock(sku: str) -> int:
        response = await client.get(f"{settings.inventory_url}/stock/{sku}", timeout=5)
    ```
    ```python
    # Django
    def rates() -> dict[str, Decimal]:
        return requests.get(f"{settings.RATES_URL}/rates", timeout=5).json()
    ```

    ## When to suppress
    For an address that is the same everywhere by definition, such as a cloud's metadata service.
    """

    code = "BL503"
    name = "hardcoded-endpoint"
    family = "configuration"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        module = function.module
        if "http" not in module.tree.text or module.role in ("script", "example", "generated", "migration"):
            return
        for call, target in effects.calls_in(function):
            if "outbound" not in target.effects and "url-sink" not in target.effects and "per-request-costly" not in target.effects:
                continue
            for argument in call.args:
                if argument.keyword not in (None, "url", "base_url"):
                    continue
                self._check(argument.value, call, function, module, context)

    @staticmethod
    def _check(expr: n.Expr, call: n.Call, function: Function, module: Module, context: Context) -> None:
        literal = beginning(expr, function, module)
        if literal is None:
            return
        text = literal.value
        host = internal_url(text)
        if host is None and url_host(text) is None:
            return
        is_note = host is None or is_development(call, module) or module.role in ("command", "settings")
        shown = host or url_host(text)
        context.report(
            expr if literal.end > expr.end or literal.start < expr.start else literal,
            f"the URL of `{shown}` is written into the code that calls it",
            help="read the base URL from the environment or a settings object",
            note=is_note,
            function=function,
        )


def beginning(expr: n.Expr, function: Function | None, module: Module) -> n.Constant | None:
    """The literal with which an expression's text begins, through f-strings, `+` and constants of the same file or function."""
    for _ in range(6):
        if isinstance(expr, n.Constant):
            return expr if expr.kind == "str" else None
        if isinstance(expr, n.FString):
            if not expr.parts:
                return None
            first = expr.parts[0]
            if isinstance(first, n.Constant):
                return n.Constant(expr.start, expr.end, "str", first.value)
            expr = first.value
        elif isinstance(expr, n.BinOp) and expr.op in ("+", "%"):
            expr = expr.values[0]
        elif isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr in ("format", "rstrip", "strip"):
            expr = expr.func.value
        elif isinstance(expr, n.Name):
            own = function.names.bindings.get(expr.id, []) if function is not None else []
            bindings = own or module.names.bindings.get(expr.id, [])
            if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None or bindings[0].path:
                return None
            expr = bindings[0].value
        elif (
            isinstance(expr, n.Attribute)
            and isinstance(expr.value, n.Name)
            and function is not None
            and expr.value.id == function.self_name
        ):
            assert function.cls is not None
            found = function.cls.attribute(expr.attr)
            if found is None or found[1].value is None or found[0].module is not module:
                return None
            expr = found[1].value
        else:
            return None
    return None
