"""Hosts that are given to drivers, clients and servers where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend_lint.semantics.calls import Callee, callee
from backend_lint.semantics.effects import calls_in
from backend_lint.semantics.project import Function, Module
from backend_lint.semantics.roles import is_main_guard
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import is_host
from backend_lint_rules.configuration.origins import Origin, origin_of, text_of
from backend_lint_rules.configuration.parameters import signature_of

_HOST_NAMES = frozenset({"host", "hostname", "server", "servers", "addr", "address", "dsn"})
#: Libraries that open what is no server.
_FILES = (
    "builtins.",
    "open",
    "pathlib.",
    "sqlite3.",
    "aiosqlite.",
    "duckdb.",
    "tempfile.",
    "zipfile.",
    "tarfile.",
    "shelve.",
    "os.",
    "io.",
)
#: Libraries that speak with services which are no database, broker or cache.
_SERVICES = ("smtplib.", "aiosmtplib.", "imaplib.", "poplib.", "ftplib.", "telnetlib.", "paramiko.", "ldap.", "ldap3.", "http.", "httpx.",
             "requests.", "aiohttp.", "socket.", "xmlrpc.", "grpc.")  # fmt: skip
_EFFECTS = frozenset({"opens", "per-request-costly"})


@dataclass(frozen=True)
class GivenHost:
    """A host `text` that `call` is given at `node`. `is_service` tells services from databases, brokers and caches; `origin` is where the
    text is written when `node` only names it."""

    call: n.Call
    node: n.Expr
    text: str
    is_service: bool
    function: Function | None
    origin: Origin | None = None


def hosts_in(module: Module) -> list[GivenHost]:
    """The literal hosts that a module gives to drivers, clients and servers, save under `if __name__ == "__main__"`."""
    return module.project.remember(("given hosts", module.path), lambda: list(_find(module)))


def _find(module: Module) -> Iterator[GivenHost]:
    body: list[n.Stmt] = [s for s in module.tree.body if not isinstance(s, (n.FunctionDef, n.ClassDef)) and not is_main_guard(s)]
    for node in n.walk_scope(body):
        if isinstance(node, n.Call):
            yield from _given(node, callee(node, module, None), module, None)
    for function in module.functions:
        for call, target in calls_in(function):
            yield from _given(call, target, module, function)


def _given(call: n.Call, target: Callee, module: Module, function: Function | None) -> Iterator[GivenHost]:
    name = target.name or ""
    signature = signature_of(name)
    if not (target.effects & _EFFECTS or signature[:1] in (("host",), ("hostname",), ("server",))) or name.startswith(_FILES):
        return
    for index, argument in enumerate(call.args):
        if argument.star:
            return
        parameter = argument.keyword if argument.keyword is not None else signature[index] if index < len(signature) else None
        if parameter not in _HOST_NAMES:
            continue
        text, origin = text_of(argument.value), None
        if text is None:
            origin = origin_of(argument.value, module, function)
            text = origin.text if origin is not None else None
        if parameter == "dsn" and text is not None and "_" in text:
            continue  # a data source that the driver's own configuration knows
        if text is not None and is_host(text):
            yield GivenHost(call, argument.value, text, name.startswith(_SERVICES), function, origin)
