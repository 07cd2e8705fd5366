"""What the positional arguments of calls are called: by the project function's own parameters, or by the library's signature."""

from __future__ import annotations

import re

from backend_lint.semantics.calls import bind, callee
from backend_lint.semantics.project import Module
from backend_lint.source import nodes as n

_SIGNER = ("secret_key",)
_LOGIN = ("user", "password")
#: The first parameters of calls that take hosts, passwords and keys by position, as their documentation gives them. A key's parameter has
#: the name of what it holds where the library calls it `key`.
_SIGNATURES: dict[str, tuple[str, ...]] = {
    "pymysql.connect": ("host", "user", "password"), "pymysql.Connection": ("host", "user", "password"),
    "MySQLdb.connect": ("host", "user", "password"), "aiomysql.connect": ("host", "user", "password"),
    "pymssql.connect": ("server", "user", "password"),
    "redis.Redis": ("host",), "redis.StrictRedis": ("host",), "redis.asyncio.Redis": ("host",), "pymongo.MongoClient": ("host",),
    "motor.motor_asyncio.AsyncIOMotorClient": ("host",), "pika.ConnectionParameters": ("host",), "pika.PlainCredentials": _LOGIN,
    "smtplib.SMTP": ("host",), "smtplib.SMTP_SSL": ("host",), "smtplib.SMTP.login": _LOGIN, "smtplib.SMTP_SSL.login": _LOGIN,
    "imaplib.IMAP4": ("host",), "imaplib.IMAP4_SSL": ("host",), "imaplib.IMAP4.login": _LOGIN, "imaplib.IMAP4_SSL.login": _LOGIN,
    "ftplib.FTP": ("host", "user", "password"), "ftplib.FTP_TLS": ("host", "user", "password"), "ftplib.FTP.login": _LOGIN,
    "requests.auth.HTTPBasicAuth": _LOGIN, "requests.auth.HTTPDigestAuth": _LOGIN, "httpx.BasicAuth": _LOGIN, "aiohttp.BasicAuth": _LOGIN,
    "jwt.encode": ("payload", "signing_key"), "jwt.decode": ("jwt", "signing_key"), "jose.jwt.encode": ("claims", "signing_key"),
    "jose.jwt.decode": ("token", "signing_key"), "itsdangerous.URLSafeTimedSerializer": _SIGNER, "itsdangerous.URLSafeSerializer": _SIGNER,
    "itsdangerous.TimestampSigner": _SIGNER, "itsdangerous.Signer": _SIGNER, "hmac.new": _SIGNER,
    "cryptography.fernet.Fernet": ("fernet_key",), "twilio.rest.Client": ("username", "password"),
    "sendgrid.SendGridAPIClient": ("api_key",), "http.client.HTTPConnection": ("host",),
    "http.client.HTTPSConnection": ("host",), "telnetlib.Telnet": ("host",), "socket.gethostbyname": ("hostname",),
}  # fmt: skip
#: A text that may be the name of a secret.
_IDENTIFIER = re.compile(r"[A-Za-z_.][\w./-]*\Z")
#: What begins the names of functions that compare with what they are given.
_COMPARES = frozenset({"verify", "check", "compare", "validate", "is", "test", "assert", "matches"})


def parameters_of(call: n.Call, module: Module) -> dict[str, n.Expr]:
    """The positional arguments of a call by parameter name.

    A project function's are given when they are literals that are no mere names, for `get_secret("db_password")` says which secret it
    wants.
    """
    positional = [given for given in call.args if given.keyword is None and not given.star]
    if not positional or len(positional) != sum(given.keyword is None for given in call.args):
        return {}
    if not any(isinstance(given.value, (n.Constant, n.Name, n.Attribute, n.FString, n.Call)) for given in positional):
        return {}
    known = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    literals = any(isinstance(given.value, n.Constant) and given.value.kind in ("str", "bytes") for given in positional)
    if not literals and known not in _LAST_WORDS:
        return {}
    target = callee(call, module, module.function_at(call.start))
    if target.function is not None:
        if target.function.node.name.lstrip("_").partition("_")[0] in _COMPARES:
            return {}
        bound = bind(call, target.function)
        return {
            name: given.value
            for name, given in bound.items()
            if given.keyword is None and isinstance(given.value, n.Constant) and not _is_name(given.value.value)
        }
    return {name: given.value for name, given in zip(signature_of(target.name), positional, strict=False)}


def signature_of(name: str | None) -> tuple[str, ...]:
    """The names of the first parameters of an outside callable (qualified name), as far as they are known."""
    return _SIGNATURES.get(name or "", ())


#: What the calls of the table end in: a cheap test before inference is asked.
_LAST_WORDS = frozenset(name.rpartition(".")[2] for name in _SIGNATURES)


def _is_name(text: str) -> bool:
    return _IDENTIFIER.match(text) is not None and not any(character.isdigit() for character in text)
