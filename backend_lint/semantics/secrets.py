"""Which names hold secrets, and which literals could be one.

A secret has no type that inference could see: what there is to go by is the name it is given and what the text looks like. Both must agree,
save for texts of a form that only a key has (`AKIA...`, `ghp_...`, a private key's header).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
#: A name that ends in one of these holds a password or secret as it is.
_STRONG = frozenset({"password", "passwd", "pwd", "passphrase", "secret", "secrets", "pass"})
#: A name that ends in one of these pairs holds a key or token.
_PAIRS = frozenset({
    ("secret", "key"), ("api", "key"), ("access", "key"), ("private", "key"), ("signing", "key"), ("encryption", "key"), ("auth", "key"),
    ("jwt", "key"), ("master", "key"), ("hmac", "key"), ("session", "secret"), ("fernet", "key"), ("license", "key"), ("salt", "key"),
    ("security", "salt"), ("password", "salt"), ("account", "key"), ("service", "key"), ("cipher", "key"), ("aes", "key"), ("crypto",
    "key"),
})  # fmt: skip
#: Names that end in one of these hold a token, which must look like one.
_TOKENS = frozenset({"token", "apikey", "credential", "credentials", "jwt", "salt", "dsn"})
#: Words that make a name speak of a secret instead of holding it.
_ABOUT = frozenset({
    "field", "name", "label", "header", "hash", "hasher", "hashing", "type", "url", "uri", "path", "file", "filename", "prefix", "suffix",
    "form", "input", "column", "param", "parameter", "attr", "attribute", "env", "var", "variable", "message", "error", "help", "text",
    "title", "description", "placeholder", "regex", "pattern", "policy", "validator", "validators", "reset", "change", "confirm",
    "confirmation", "min", "max", "length", "expire", "expiry", "expires", "algorithm", "scheme", "cookie", "template", "endpoint", "scope",
    "location", "lifetime", "mode", "method", "class", "view", "manager", "provider", "no", "is", "has", "use", "show", "require",
    "required", "invalid", "wrong", "count", "version", "format", "alg", "schema", "mask", "grant", "subject", "email", "link", "page",
    "button", "event", "action", "forgot", "forgotten", "set", "get", "update", "verify", "check", "store", "public", "widget", "key_name",
    "hint", "question", "missing", "types", "names", "fields", "keys", "id", "ids", "arn", "ref", "reference", "tooltip", "css", "test",
    "mock", "fake", "dummy", "example", "sample",
})  # fmt: skip
#: Weak secrets that are no secret where a label may stand, and one where the environment says nothing.
_WEAK = frozenset({"secret", "password", "default", "postgres"})
#: Settings with which frameworks sign sessions and tokens: Flask, Django, Flask-JWT-Extended, Flask-WTF, Flask-Security.
_SIGNED_WITH = frozenset({"SECRET_KEY", "JWT_SECRET_KEY", "WTF_CSRF_SECRET_KEY", "SECURITY_PASSWORD_SALT"})
#: Words before the last that make a name speak of a secret, or of one that is not real.
_NO_REAL = frozenset({
    "hash", "hashed", "test", "fake", "mock", "dummy", "public", "reset", "forgot", "wrong", "example", "placeholder", "label",
})  # fmt: skip
_KNOWN_FORMS = re.compile(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}\Z|(?:sk|rk|pk)_live_[0-9a-zA-Z]{16,}|gh[pousr]_[0-9A-Za-z]{30,}|github_pat_[0-9A-Za-z_]{40,}"
    r"|glpat-[0-9A-Za-z_-]{20}|xox[abprs]-[0-9A-Za-z-]{10,}|AIza[0-9A-Za-z_-]{35}|SG\.[\w-]{20,}\.[\w-]{20,}|sk-[A-Za-z0-9_-]{32,}"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[0-9A-Za-z+/]{16}|ya29\.[0-9A-Za-z_-]{30,}|dop_v1_[0-9a-f]{60,}|npm_[0-9A-Za-z]{36}"
)
_TEMPLATE = re.compile(r"\$\{|\{\{|%\(|\{\w*\}|<[^>]*>|%s|:\w+\Z|\$\w+\Z|\A\[.*\]\Z")
_MASKED_END = re.compile(r"(?:[*.•#]{2}|xxx)\Z", re.IGNORECASE)
_MASK = re.compile(r"(?:[*x.\-_•#]|xx)+\Z", re.IGNORECASE)
_NO_SECRET = frozenset({
    "none", "null", "true", "false", "bearer", "basic", "token", "password", "secret", "str", "string", "text", "hidden", "redacted",
    "unset", "undefined", "n/a", "ldap", "oauth", "oauth2", "saml", "sso", "jwt", "required", "optional", "default", "auto", "env", "body",
    "header", "json", "form", "query", "session", "cookie", "apikey", "disabled", "enabled", "unused", "not set", "not-set", "email",
    "username", "plain", "plaintext", "sha256", "sha512", "md5", "bcrypt", "argon2", "pbkdf2", "scrypt", "hs256", "rs256", "es256",
    "api_key", "access", "refresh",
})  # fmt: skip


def words_of(name: str) -> list[str]:
    """The lower-case words of a snake-case or camel-case name."""
    return [word.lower() for word in _WORDS.findall(name)]


@lru_cache(maxsize=4096)
def names_secret(name: str) -> str | None:
    """ "strong" for a name that holds a password, secret or key as it is, "token" for one that holds a token if the text looks like one,
    None for a name that holds none or only speaks of one."""
    words = words_of(name)
    if (
        not words
        or any(word in _ABOUT for word in words[-1:])
        or (len(words) > 1 and words[0] in ("no", "is", "has", "use", "show", "invalid"))
    ):
        return None
    if not _NO_REAL.isdisjoint(words[:-1]):
        return None
    if words[-1] in _STRONG or tuple(words[-2:]) in _PAIRS:
        return "strong"
    if words[-1] in _TOKENS or "".join(words[-2:]) in ("apikey", "accesstoken"):
        return "token"
    return None


def has_known_form(text: str) -> bool:
    """Whether a text has the form of a provider's key or of a private key."""
    return (
        len(text) < 10_000
        and _KNOWN_FORMS.match(text.strip()) is not None
        and not _MASKED_END.search(text)
        and "example" not in text.lower()
    )


def could_be_secret(text: str, name: str, strength: str, *, is_label_likely: bool = True) -> bool:
    """Whether a literal given to a name of that strength (see `names_secret`) is a usable secret: no placeholder, mask, label or path.

    `is_label_likely` is False where the text can be no label or message, as the fallback of an environment variable. What a framework signs
    with is never one, whatever it says.
    """
    is_label_likely = is_label_likely and name not in _SIGNED_WITH
    value = text.strip()
    lowered = value.lower()
    if not is_label_likely and strength == "strong" and lowered in _WEAK:
        return True
    if len(value) < 3 or len(value) > 2000 or lowered in _NO_SECRET or _MASK.match(value) or _TEMPLATE.search(value):
        return False
    if value[0].isupper() and value[-1] in ".!?" and value[:-1].isalpha():
        return False  # a message
    if is_label_likely and " " in value and not value.startswith("django-insecure") and _looks_like_prose(value):
        return False
    if value.startswith(("/", "./", "http://", "https://", "~/", "file:", "env:", "vault:", "arn:", "ssm:", "projects/", "op://")):
        return False
    if is_label_likely and set(words_of(value)) <= {*words_of(name), "and", "or", "the", "a", "my"}:
        return False
    squeezed = re.sub(r"[^a-z0-9]", "", lowered)
    if (name not in _SIGNED_WITH and squeezed == re.sub(r"[^a-z0-9]", "", name.lower())) or (
        squeezed.isalpha() and squeezed in words_of(name)
    ):
        return False
    if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", value) or (value.isupper() and value.isalpha() and len(value) < 12):
        return False  # the name of a variable, or a sentinel
    if re.fullmatch(r"[a-z_][\w-]*(?:\.[a-z_]\w*)+(?:\.[A-Z]\w+)?", value):
        return False  # a dotted path
    if re.fullmatch(r"[A-Za-z_-]+(?:/[A-Za-z_-]+)+", value):
        return False  # where a secret store keeps it
    if strength == "token":
        return looks_random(value)
    return True


def _looks_like_prose(text: str) -> bool:
    words = text.split()
    return len(words) >= 2 and sum(word.strip(".,!?:;'\"()").isalpha() for word in words) * 2 >= len(words)


def looks_random(text: str) -> bool:
    """Whether a text looks like a generated token: long, mixed, of high entropy."""
    if len(text) < 16 or " " in text:
        return False
    if not (any(c.isdigit() for c in text) and any(c.isalpha() for c in text)):
        return False
    counts = Counter(text)
    entropy = -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
    return entropy > 3.0 and not re.fullmatch(r"[a-z]+(?:[-_][a-z0-9]+)+", text)
