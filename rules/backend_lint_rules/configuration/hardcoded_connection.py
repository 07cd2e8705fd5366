"""BL502: a literal database, broker or cache URL, or a host at the place of use."""

from __future__ import annotations

from collections.abc import Iterator

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Module
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import connection_in, is_host, is_local, shape_of
from backend_lint_rules.configuration.hosts import hosts_in
from backend_lint_rules.configuration.literals import Named, literals_in
from backend_lint_rules.configuration.origins import text_of
from backend_lint_rules.configuration.places import is_development, is_refused


class HardcodedConnection(Rule):
    """A database, broker or cache address written into the code.

    ## What it does
    Reports connection URLs that carry a password or lead to another machine, wherever they stand, literal hosts of other machines in
    Django's `DATABASES`, and literal hosts that are given to a database's, broker's or cache's driver at the place of use, also through a
    constant. A local default without a password in settings is a note, and so is anything in settings for development.

    ## Why is this bad
    The address differs between a laptop, a test and production. When it stands in code, every environment reaches for the same database,
    and moving it takes a release.

    ## Example
    ```python
    # FastAPI
    engine = create_engine("postgresql://shop:s3cret@db.prod.example.net/shop")
    ```
    ```python
    # Flask
    cache = redis.Redis(host="10.0.3.17", port=6379)
    ```
    ```python
    # Django settings
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://:s3cret@10.0.3.17:6379/1",
        }
    }
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
    ```python
    # Django settings
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env("CACHE_URL"),
        }
    }
    ```

    ## When not flagged
    Addresses read from the environment or from settings, SQLite files and memory, URLs of templates whose parts are filled in, and
    `app.run(host=..., port=...)` under `if __name__ == "__main__"`.

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
        named = {id(each.node): each for each in literals_in(module) if each.origin is None and each.way != "argument"}
        if "://" in module.tree.text:
            parts: set[int] = set()
            for node in module.nodes_of(n.Constant, n.FString, n.BinOp):
                if not isinstance(node, n.Constant):
                    parts.update(id(part) for part in n.walk(node) if part is not node)
                if id(node) not in parts:
                    self._url(node, named.get(id(node)), module, context)
        for host in _database_hosts(module):
            context.report(
                host,
                f"the host `{text_of(host)}` of a database is written into the settings",
                help="read it from the environment",
                note=is_development(host, module),
                function=module.function_at(host.start),
            )
        for given in hosts_in(module):
            if not given.is_service:
                context.report(
                    given.node,
                    f"the host `{given.text}` is written into the code where it is used",
                    help="read it from the environment or a settings object",
                    note=is_development(given.call, module)
                    or module.role in ("command", "settings")
                    or (given.origin is not None and is_development(given.origin.node, given.origin.module)),
                    trace=(given.origin.step("the host is written here"),) if given.origin is not None else (),
                    function=given.function,
                )

    @staticmethod
    def _url(node: n.Constant | n.FString | n.BinOp, named: Named | None, module: Module, context: Context) -> None:
        text = shape_of(node)
        connection = connection_in(text) if text is not None and "://" in text else None
        if connection is None or (connection.is_local and not connection.has_credentials and named is None):
            return
        if _is_documentation(node, module):
            return
        way = named.way if named is not None else "argument"
        local_default = connection.is_local and (
            way == "field" or (not connection.is_secret_password and (way == "fallback" or module.role == "settings"))
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


def _database_hosts(module: Module) -> Iterator[n.Expr]:
    """The literal hosts of other machines in Django's `DATABASES`, whose entries have an `ENGINE`:
    https://docs.djangoproject.com/en/stable/ref/settings/#host"""
    if "ENGINE" not in module.tree.text:
        return
    for node in module.nodes_of(n.Dict):
        entries = {text_of(key): value for key, value in zip(node.keys, node.values, strict=True) if key is not None}
        host = entries.get("HOST")
        text = text_of(host)
        if "ENGINE" in entries and host is not None and text is not None and is_host(text) and not is_local(text):
            yield host


def _is_documentation(node: n.Node, module: Module) -> bool:
    """Whether a text only shows how something is written: a help or example text."""
    before = module.tree.text[max(0, node.start - 40) : node.start]
    return any(f"{word}=" in before.replace(" ", "") for word in ("help", "example", "examples", "description", "placeholder", "title"))
