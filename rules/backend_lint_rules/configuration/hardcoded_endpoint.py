"""BL503: a literal internal service URL at the place of use."""

from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.project import Function, Module
from backend_lint.semantics.timeouts import maker_of
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import GAP, internal_url, is_internal_host, shape_of, url_host
from backend_lint_rules.configuration.hosts import hosts_in
from backend_lint_rules.configuration.origins import text_of, value_of
from backend_lint_rules.configuration.places import is_development


class HardcodedEndpoint(Rule):
    """The URL of a service of one's own, written into the code that calls it.

    ## What it does
    Reports outbound calls whose URL begins with a literal that leads to an internal host (a single label such as `inventory`, `localhost`,
    a private address, `*.internal`), written at the call or held by a constant, and internal hosts given to clients for mail, directories
    and the like. A public third party's URL is a note, and so is a constant of a settings file.

    ## Why is this bad
    Where a neighbouring service lives is the deployment's business: it differs in each environment, and a literal makes staging call
    production or production call nobody.

    ## Example
    ```python
    # FastAPI
    async def stock(client: httpx.AsyncClient, sku: str) -> int:
        response = await client.get(f"http://inventory:8080/stock/{sku}", timeout=5)
    ```
    ```python
    # Django
    def rates() -> dict[str, Decimal]:
        return requests.get("http://10.1.4.20/rates", timeout=5).json()
    ```
    ```python
    # Flask
    def latest_rates() -> dict[str, float]:
        return requests.get("http://rates:8000/latest", timeout=5).json()
    ```

    ## Use instead
    ```python
    # FastAPI
    async def stock(client: httpx.AsyncClient, sku: str) -> int:
        response = await client.get(f"{settings.inventory_url}/stock/{sku}", timeout=5)
    ```
    ```python
    # Django
    def rates() -> dict[str, Decimal]:
        return requests.get(f"{settings.RATES_URL}/rates", timeout=5).json()
    ```
    ```python
    # Flask
    def latest_rates() -> dict[str, float]:
        return requests.get(f"{current_app.config['RATES_URL']}/latest", timeout=5).json()
    ```

    ## When not flagged
    URLs that begin with a setting, a parameter or an attribute; clients that talk to a socket file; addresses that are compared, logged or
    shown and not called.

    ## When to suppress
    For an address that is the same everywhere by definition, such as a cloud's metadata service.
    """

    code = "BL503"
    name = "hardcoded-endpoint"
    family = "configuration"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        module = function.module
        if module.role in ("script", "example", "generated", "migration"):
            return
        for call, target in effects.calls_in(function):
            if "outbound" not in target.effects and "url-sink" not in target.effects and "per-request-costly" not in target.effects:
                continue
            if _goes_through_socket(call, function):
                continue
            for argument in call.args:
                if argument.keyword not in (None, "url", "base_url"):
                    continue
                self._check(argument.value, call, function, module, context)

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in ("script", "example", "generated", "migration"):
            return
        for given in hosts_in(module):
            if given.is_service:
                context.report(
                    given.node,
                    f"the host `{given.text}` is written into the code that calls it",
                    help="read it from the environment or a settings object",
                    note=not is_internal_host(given.text) or is_development(given.call, module) or module.role in ("command", "settings"),
                    trace=(given.origin.step("the host is written here"),) if given.origin is not None else (),
                    function=given.function,
                )

    @staticmethod
    def _check(expr: n.Expr, call: n.Call, function: Function, module: Module, context: Context) -> None:
        found = beginning(expr, function, module)
        if found is None:
            return
        text, literal, home = found
        host = internal_url(text)
        shown = host or url_host(text)
        if shown is None:
            return
        is_constant = home is not module or not expr.start <= literal.start < expr.end
        context.report(
            expr if is_constant else literal,
            f"the URL of `{shown}` is written into the code that calls it",
            help="read the base URL from the environment or a settings object",
            note=host is None
            or is_development(call, module)
            or is_development(literal, home)
            or "settings" in (module.role, home.role)
            or module.role == "command",
            trace=(Step(home.path, home.line(literal), "the URL is written here"),) if is_constant else (),
            function=function,
        )


def _goes_through_socket(call: n.Call, function: Function) -> bool:
    """Whether the client that a call is made with talks to a socket file, whatever host the URL names: httpx's `uds`, aiohttp's
    `UnixConnector`."""
    if not isinstance(call.func, n.Attribute):
        return False
    made = maker_of(call.func.value, function.module, function)
    if made is None:
        return False
    maker, module, home = made
    for argument in maker.args:
        if argument.keyword in ("transport", "connector"):
            carrier = maker_of(argument.value, module, home)
            if carrier is not None and (
                any(given.keyword == "uds" for given in carrier[0].args) or (dotted(carrier[0].func) or "").endswith("UnixConnector")
            ):
                return True
    return False


def beginning(expr: n.Expr, function: Function | None, module: Module) -> tuple[str, n.Expr, Module] | None:
    """The text with which an expression begins, through f-strings, `+`, `format` and constants, with `GAP` for what is filled in; the node
    that holds it and its module. None when it begins with what is no literal."""
    for _ in range(6):
        filled = _filled_first(expr)
        if filled is not None:
            expr = filled
            continue
        if isinstance(expr, n.FString) and expr.parts and not isinstance(expr.parts[0], n.Constant):
            found = beginning(expr.parts[0].value, function, module)
            return (found[0] + _rest((shape_of(expr) or "")[1:]), found[1], found[2]) if found is not None else None
        text = shape_of(expr)
        if text is not None:
            return (text, expr, module) if text and not text.startswith(GAP) else None
        if isinstance(expr, n.BinOp) and expr.op == "+":
            found = beginning(expr.values[0], function, module)
            return (found[0] + _rest(shape_of(expr.values[1]) or ""), found[1], found[2]) if found is not None else None
        if isinstance(expr, n.BinOp) and expr.op == "%":
            expr = expr.values[0]
        elif isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr in ("format", "rstrip", "strip"):
            expr = expr.func.value
        elif isinstance(expr, (n.Name, n.Attribute)):
            value = value_of(expr, module, function)
            if value is None:
                return None
            if value[1] is not module:
                function = None
            expr, module = value[0], value[1]
        else:
            return None
    return None


def _filled_first(expr: n.Expr) -> n.Expr | None:
    """What is put first into a text that begins with a place to fill: `"{}/orders".format(BASE)`, `"%s/orders" % BASE`."""
    if isinstance(expr, n.BinOp) and expr.op == "%" and (text_of(expr.values[0]) or "").startswith("%s") and len(expr.values) == 2:
        given = expr.values[1]
        return given.elts[0] if isinstance(given, n.Tuple) and given.elts else given
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr == "format" and expr.args:
        if (text_of(expr.func.value) or "").startswith(("{}", "{0}")) and not expr.args[0].star and expr.args[0].keyword is None:
            return expr.args[0].value
    return None


def _rest(text: str) -> str:
    """What follows a constant: what fills a gap right after it is taken for a path."""
    return "" if text.startswith(GAP) else text
