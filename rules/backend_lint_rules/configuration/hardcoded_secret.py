"""BL501: a literal secret in code."""

from __future__ import annotations

import re

from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import secrets
from backend_lint.semantics.project import Module
from backend_lint.source import nodes as n
from backend_lint_rules.configuration._fixing import fix_of
from backend_lint_rules.configuration.literals import Named, literals_in
from backend_lint_rules.configuration.places import class_at, holds_secret, is_development, is_refused, is_replaced


class HardcodedSecret(Rule):
    """A password, key or token written into the code.

    ## What it does
    Reports string literals that are given to a name which holds a secret (`SECRET_KEY`, `api_key`, `password=`, `{"password": ...}`,
    `app.config["SECRET_KEY"]`, the password's place in `connect(host, user, password)`), directly or through variables and constants of
    other files, and literals of a form that only a provider's key has. In settings for development it is a note, and so are mere words
    given to a client as `api_key=`.

    ## Why is this bad
    What is in the code is in every clone, image and backup of it, and in its history after it is removed. It is the same in all
    environments and cannot be changed without a release.

    ## Example
    ```python
    # Flask
    app.config["SECRET_KEY"] = "k3yb0ard-c4t-9f"
    ```
    ```python
    # Django settings
    EMAIL_HOST_PASSWORD = "Vw8!qpz21"
    ```
    ```python
    # FastAPI
    SECRET_KEY = "9f86d081884c7d659a2feaa0c55ad015"

    def create_token(user_id: int) -> str:
        return jwt.encode({"sub": str(user_id)}, SECRET_KEY, algorithm="HS256")
    ```

    ## Use instead
    ```python
    # Flask
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    ```
    ```python
    # Django settings
    EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
    ```
    ```python
    # FastAPI
    def create_token(user_id: int) -> str:
        return jwt.encode({"sub": str(user_id)}, settings.secret_key.get_secret_value(), algorithm="HS256")
    ```

    ## When not flagged
    Names that only speak of a secret (`PASSWORD_FIELD`, `token_url`), members of an enumeration that name kinds of secrets, masks,
    placeholders for templates, names of variables, empty texts and values that start-up refuses; what is read from the environment, a file
    or a secret store; tests.

    ## Fix safety
    A literal assigned to a name in settings, in a configuration class or to an item of the configuration becomes `os.environ["NAME"]`. That
    is unsafe: nothing starts any more without the variable. The secret that was published has to be replaced all the same.

    ## When to suppress
    For a published test key of a payment provider's sandbox, or a value that is public by design.
    """

    code = "BL501"
    name = "hardcoded-secret"
    family = "configuration"
    severity = Severity.ERROR
    fixable = True

    def check_module(self, module: Module, context: Context) -> None:
        reported: set[int] = set()
        for named in literals_in(module):
            if named.way in ("fallback", "field") or id(named.node) in reported or not holds_secret(named):
                continue
            if (named.way == "key" and _is_schema(named.text)) or _is_kind(named) or is_refused(named):
                continue
            reported.add(id(named.node))
            origin = named.origin
            is_note = (
                is_development(named.node, module)
                or module.role in ("script", "example", "generated")
                or is_replaced(named)
                or _stands_in(named)
                or (origin is not None and is_development(origin.node, origin.module))
            )
            context.report(
                named.node,
                f"`{named.name}` is a secret written into the code",
                help="read it from the environment or a secret store, and replace the one that was published",
                note=is_note,
                trace=(origin.step("the secret is written here"),) if origin is not None else (),
                function=named.function,
                fix=None if is_note else fix_of(named),
            )
        if not any(mark in module.tree.text for mark in _MARKS):
            return
        for node in module.nodes_of(n.Constant):
            if node.kind == "str" and id(node) not in reported and secrets.has_known_form(node.value):
                context.report(
                    node,
                    "a provider's key is written into the code",
                    help="read it from the environment or a secret store, and revoke the one that was published",
                    function=module.function_at(node.start),
                )


def _stands_in(named: Named) -> bool:
    """Whether words stand where a client wants some key: `api_key="not-needed"` for a local model, `api_key="health-probe"`. Those who
    issue keys make them up of more than words."""
    if named.way != "keyword" or secrets.words_of(named.name)[-2:] != ["api", "key"]:
        return False
    return _WORDS.fullmatch(named.text) is not None and not any(word in _SECRET_WORDS for word in secrets.words_of(named.text))


def _is_kind(named: Named) -> bool:
    """Whether a member of an enumeration repeats its name in words: a kind of secret, as in `client_secret = "acme_client_secret"`."""
    if named.way != "assigned" or named.function is not None or _WORDS.fullmatch(named.text) is None:
        return False
    if secrets.words_of(named.name)[-1] not in secrets.words_of(named.text):
        return False
    cls = class_at(named.node, named.module)
    return cls is not None and cls.derives_from("enum.Enum")


_WORDS = re.compile(r"[A-Za-z]+(?:[-_ ][A-Za-z]+)*")
_SECRET_WORDS = frozenset({"secret", "supersecret", "password", "passwd", "key", "apikey"})


def _is_schema(text: str) -> bool:
    """Whether the value under a key named like a secret describes a field: `{"password": "string"}`, `{"password": "required|min:8"}`."""
    return "|" in text or text.lower() in ("str", "char", "varchar", "text") or (text.isalpha() and text.islower() and len(text) < 5)


_MARKS = (
    "AKIA",
    "ASIA",
    "_live_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xox",
    "AIza",
    "SG.",
    "sk-",
    "PRIVATE KEY",
    "ya29.",
    "dop_v1_",
    "npm_",
)
