"""Connection strings, URLs and hosts in literals."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Connection:
    """A connection string's parts: `has_credentials` when a password stands in it, `is_local` when it leads to the same machine."""

    scheme: str
    host: str
    has_credentials: bool
    is_local: bool


def connection_in(text: str) -> Connection | None:
    """The connection string that a text is; None when it is none, or a template or documentation."""
    match = _CONNECTION.match(text.strip())
    if match is None or len(text) > 1000:
        return None
    password, host = match["password"], match["host"]
    if any(part is not None and re.search(r"[<>{}$%*]", part) for part in (match["user"], password, host)):
        return None
    if (
        (match["user"] or "").lower() in ("user", "username")
        and (password or "").lower() in ("pass", "password", "pwd")
        and host in ("host", "hostname")
    ):
        return None
    return Connection(match["scheme"].lower(), host, bool(password), host.lower() in _LOCAL)


def internal_url(text: str) -> str | None:
    """The host of an http URL that leads to a machine of one's own: a single label, an internal domain, a private address; None for others."""
    match = _URL.match(text.strip())
    if match is None or len(text) > 1000:
        return None
    host = match["host"].lower()
    if not host or _PLACEHOLDER.search(host) or host in _METADATA:
        return None
    return host if is_internal_host(host) else None


def url_host(text: str) -> str | None:
    """The host of an http URL, None for other texts."""
    match = _URL.match(text.strip())
    return match["host"].lower() if match is not None and match["host"] else None


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
    """Whether a text is a host name or an address that something could connect to."""
    if not text or len(text) > 253 or _PLACEHOLDER.search(text) or text.startswith("/"):
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*", text) is not None
    return not any(address in net for net in _DOCUMENTATION if net.version == address.version)
