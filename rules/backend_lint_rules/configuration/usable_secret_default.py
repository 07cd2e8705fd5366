"""BL504: a fallback secret that production would silently use."""

from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Module
from backend_lint_rules.configuration._fixing import fallback_fix
from backend_lint_rules.configuration.literals import literals_in
from backend_lint_rules.configuration.places import holds_secret, is_development, is_refused, is_replaced


class UsableSecretDefault(Rule):
    """A fallback for a secret, with which the application starts when the environment does not set it.

    ## What it does
    Reports literal fallbacks of secrets: the default of `os.getenv`, `os.environ.get`, `config()`, `env()`, `or "..."`, and the default of
    a settings class's field, also when a constant of another file holds it. In settings for development it is a note.

    ## Why is this bad
    The day the variable is missing in production nothing fails: sessions and tokens are signed with a key that everybody can read.

    ## Example
    ```python
    # FastAPI
    class Settings(BaseSettings):
        secret_key: str = "dev-secret-key"
    ```
    ```python
    # Flask
    SECRET_KEY = os.environ.get("SECRET_KEY", "you-will-never-guess")
    ```
    ```python
    # Django settings
    SECRET_KEY = env("SECRET_KEY", default="django-insecure-3k4v9x")
    ```

    ## Use instead
    ```python
    # FastAPI
    class Settings(BaseSettings):
        secret_key: SecretStr
    ```
    ```python
    # Flask
    SECRET_KEY = os.environ["SECRET_KEY"]
    ```
    ```python
    # Django settings
    SECRET_KEY = env("SECRET_KEY")
    ```

    ## When not flagged
    A default that a check refuses (compared with, beside a `raise`, in code that runs), an empty one, and `None` fail closed. Names that
    hold no secret may have any default.

    ## Fix safety
    The fallback is taken out: `os.environ["NAME"]` for `os.environ.get("NAME", "...")` and `os.getenv`, `config("NAME")` and `env("NAME")`
    of the settings libraries, a field without a default in a settings class. That is unsafe: nothing starts any more without the variable.

    ## When to suppress
    For a fallback that is only reached where a deployment cannot be, such as a documentation build.
    """

    code = "BL504"
    name = "usable-secret-default"
    family = "configuration"
    severity = Severity.ERROR
    fixable = True

    def check_module(self, module: Module, context: Context) -> None:
        reported: set[int] = set()
        for named in literals_in(module):
            if named.way not in ("fallback", "field") or id(named.node) in reported or not holds_secret(named):
                continue
            if is_refused(named):
                continue
            reported.add(id(named.node))
            is_note = is_development(named.node, module) or module.role in ("script", "example", "generated") or is_replaced(named)
            context.report(
                named.node,
                f"`{named.name}` falls back to a secret written into the code, which production would silently use",
                help="let start-up fail when it is not set",
                note=is_note,
                fix=None if is_note else fallback_fix(named),
                trace=(named.origin.step("the secret is written here"),) if named.origin is not None else (),
                function=named.function,
            )
