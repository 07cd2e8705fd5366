"""BL502: a literal database, broker or cache URL, or a host at the place of use."""

from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.calls import callee
from backend_lint.semantics.project import Module
from backend_lint.semantics.roles import is_main_guard
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import connection_in, is_host
from backend_lint_rules.configuration.literals import Named, literals_in, text_of
from backend_lint_rules.configuration.places import is_development, is_refused

_HOST_NAMES = frozenset({"host", "hostname", "server", "servers", "addr", "address", "dsn"})


class HardcodedConnection(Rule):
    """A database, broker or cache address written into the code.

    ## What it does
    Reports connection URLs that carry a password or lead to another machine, wherever they stand, and literal hosts that are given to a
    driver, client or server at the place of use. A local default without a password in settings is a note, and so is anything in settings for
    development. `app.run(host=..., port=...)` under `if __name__ == "__main__"` is fine.

    ## Why is this bad
    The address differs between a laptop, a test and production. When it stands in code, every environment reaches for the same database, and
    moving it takes a release.

    ## Example
    ```python
    # FastAPI
    engine = create_engine("postgresql://shop:s3cret@db.prod.example.net/shop")
    ```
    ```python
    # Flask
    cache = redis.Redis(host="10.0.3.17", port=6379)
    ```

    ## Use instead
    ```python
    # FastAPI
    engine = create_engine(settings.database_url)
    ```
    ```python
    # Flask
    cache = redis.Redis.from_url(app.config["REDIS_URL"])
    ```

    ## When to suppress
    For a service that always runs beside the application, such as a sidecar.
    """

    code = "BL502"
    name = "hardcoded-connection"
    family = "configuration"
    severity = Severity.ERROR

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in ("script", "example", "generated", "migration"):
            return
        named = {id(each.node): each for each in literals_in(module)}
        if "://" in module.tree.text:
            for node in n.walk(module.tree.body):
                if isinstance(node, (n.Constant, n.FString, n.BinOp)):
                    self._url(node, named.get(id(node)), module, context)
        for function in [None, *module.functions]:
            self._hosts(function, module, context)

    @staticmethod
    def _url(node: n.Constant | n.FString | n.BinOp, named: Named | None, module: Module, context: Context) -> None:
        text = text_of(node)
        connection = connection_in(text) if text is not None and "://" in text else None
        if connection is None or (connection.is_local and not connection.has_credentials and named is None):
            return
        if _is_documentation(node, module):
            return
        way = named.way if named is not None else "argument"
        local_default = connection.is_local and (
            way in ("fallback", "field") or (module.role == "settings" and not connection.has_credentials)
        )
        if connection.is_local and not connection.has_credentials and way in ("key", "keyword", "default", "assigned"):
            local_default = True
        if named is not None and is_refused(named):
            return
        what = "with a password " if connection.has_credentials else ""
        context.report(
            node,
            f"the {connection.scheme} address {what}is written into the code",
            help="read it from the environment or a settings object, without a fallback",
            note=local_default or is_development(node, module) or module.role == "command",
            function=module.function_at(node.start),
        )

    @staticmethod
    def _hosts(function: object, module: Module, context: Context) -> None:
        from backend_lint.semantics.effects import calls_in
        from backend_lint.semantics.project import Function

        if isinstance(function, Function):
            pairs = calls_in(function)
        else:
            body = [s for s in module.tree.body if not isinstance(s, (n.FunctionDef, n.ClassDef)) and not is_main_guard(s)]
            pairs = [(node, callee(node, module, None)) for node in n.walk_scope(body) if isinstance(node, n.Call)]
        for call, target in pairs:
            if not target.effects & {"opens", "per-request-costly"} or (target.name or "").startswith(
                ("builtins.open", "open", "pathlib", "sqlite3")
            ):
                continue
            for index, argument in enumerate(call.args):
                text = text_of(argument.value)
                if text is None or argument.star:
                    continue
                named = argument.keyword in _HOST_NAMES or (argument.keyword is None and index == 0)
                if named and is_host(text) and ("." in text or argument.keyword in _HOST_NAMES or text == "localhost"):
                    context.report(
                        argument.value,
                        f"the host `{text}` is written into the code where it is used",
                        help="read it from the environment or a settings object",
                        note=is_development(call, module) or module.role == "command",
                        function=function if isinstance(function, Function) else None,
                    )


def _is_documentation(node: n.Node, module: Module) -> bool:
    """Whether a text only shows how something is written: a help or example text."""
    before = module.tree.text[max(0, node.start - 40) : node.start]
    return any(f"{word}=" in before.replace(" ", "") for word in ("help", "example", "examples", "description", "placeholder", "title"))
