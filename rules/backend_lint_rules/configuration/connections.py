"""Connection strings, URLs and hosts in literals."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from backend_lint.source import nodes as n
from backend_lint_rules.configuration.origins import text_of

_CONNECTION = re.compile(
    r"(?P<scheme>(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|oracle|cockroachdb|clickhouse|cassandra|couchdb|neo4j|bolt|ldaps?|"
    r"kafka|nats|memcached|snowflake|redshift)(?:\+\w+)?)://(?:(?P<user>[^:/@\s]*)(?::(?P<password>[^@\s]*))?@)?(?P<host>\[[0-9a-fA-F:]+\]|[^:/?#\s,]*)",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://(?:[^/@\s]*@)?(?P<host>\[[0-9a-fA-F:]+\]|[^:/?#\s{}]*)(?::(?P<port>\d+))?", re.IGNORECASE)
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "host.docker.internal", ""})
_DOCUMENTATION = tuple(ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
#: The cloud's metadata services have the same address everywhere.
_METADATA = frozenset({"metadata.google.internal", "169.254.169.254", "metadata", "169.254.170.2"})
_INTERNAL_SUFFIXES = (".local", ".internal", ".svc", ".cluster.local", ".lan", ".intranet", ".corp", ".home", ".consul")
_PLACEHOLDER = re.compile(r"[<>{}$%*]|^(?:user(?:name)?|pass(?:word)?|host(?:name)?|example|your[\w-]*|x+|\.\.\.)$", re.IGNORECASE)
#: The name of a variable or of a setting that holds a host, in place of the host.
_VARIABLE = re.compile(r"^[A-Z0-9]+(?:_[A-Z0-9]+)+$|(?i:_(?:host|hostname|host_name|addr|address|url|uri|dsn)$|^host_name$)")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"


#: Stands in a text for what an f-string or a sum fills in.
GAP = "\x00"


def shape_of(expr: n.Expr) -> str | None:
    """The text of a literal, an f-string or a sum that begins with one, with `GAP` for what is filled in; None for anything else."""
    whole = text_of(expr)
    if whole is not None:
        return whole
    if isinstance(expr, n.FString):
        return "".join(part.value if isinstance(part, n.Constant) else GAP for part in expr.parts)
    if isinstance(expr, n.BinOp) and expr.op == "+":
        texts = [shape_of(part) for part in expr.values]
        return "".join(GAP if text is None else text for text in texts) if texts[0] is not None else None
    return None


#: The passwords of freshly installed servers and of instructions.
_DELIVERED = frozenset(
    {"postgres", "password", "guest", "root", "admin", "mysql", "pass", "secret", "changeme", "changethis", "example", "test"}
)


@dataclass(frozen=True)
class Connection:
    """A connection string's parts.

    `has_credentials` when a password stands in it, `is_local` when it leads to the same machine or to a host that is not in the text,
    `is_secret_password` when the password is another than those that drivers and images are delivered with.
    """

    scheme: str
    host: str
    has_credentials: bool
    is_local: bool
    is_secret_password: bool = False


def connection_in(text: str) -> Connection | None:
    """The connection string that a text (see `shape_of`) is; None when it is none, or a template or documentation."""
    match = _CONNECTION.match(text.strip())
    if match is None or len(text) > 1000:
        return None
    password, host = match["password"], match["host"]
    if match.end() == len(text.strip()) and not host and not password:
        return None  # a scheme alone
    if any(part is not None and re.search(r"[<>{}$*]|%[(s]", part) for part in (match["user"], password, host)):
        return None
    if GAP in host:
        # Where it leads is not in the text; a password may be.
        host = ""
    if password is not None and GAP in password:
        password = None
    if not host and not password and match["host"]:
        return None
    if (
        (match["user"] or "").lower() in ("user", "username")
        and (password or "").lower() in ("pass", "password", "pwd")
        and host in ("host", "hostname", "")
    ):
        return None
    is_secret = password is not None and password != "" and password.lower() not in _DELIVERED and password != match["user"]
    return Connection(match["scheme"].lower(), host, bool(password), host.lower() in _LOCAL, is_secret)


def internal_url(text: str) -> str | None:
    """The host of an http URL that leads to a machine of one's own: a single label, an internal domain, a private address.

    None for others, and for the same address that every cloud's metadata service has.
    """
    host = url_host(text)
    return host if host is not None and is_internal_host(host) else None


def url_host(text: str) -> str | None:
    """The host of an http URL; None for other texts, when the host is not all in the text, and for a cloud's metadata service."""
    match = _URL.match(text.strip())
    if match is None or len(text) > 1000 or text.strip()[match.end("host") :].startswith(("{", "}")):
        return None
    host = match["host"].lower()
    return None if not host or GAP in host or host in _METADATA or _PLACEHOLDER.search(host) else host


def is_local(host: str) -> bool:
    """Whether a host is the machine itself."""
    return host.lower() in _LOCAL


def is_internal_host(host: str) -> bool:
    """Whether a host name or address is one's own: `localhost`, a single label, an internal domain, or a private address."""
    host = host.lower().strip("[]")
    if host in _LOCAL:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INTERNAL_SUFFIXES)
    return address.is_private and not any(address in net for net in _DOCUMENTATION if net.version == address.version)


def is_host(text: str) -> bool:
    """Whether a text is a host name or an address that something could connect to, where the place says that it is one.

    The names of containers may have underscores (`redis_cache`); with them, names of variables look alike (`DB_HOST`, `redis_host`).
    """
    if not text or len(text) > 253 or _PLACEHOLDER.search(text) or _VARIABLE.search(text) or text.startswith("/"):
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", text) is not None
    return not any(address in net for net in _DOCUMENTATION if net.version == address.version)
