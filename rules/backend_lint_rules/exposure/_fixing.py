"""A fixed text for the client, and the exception for the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.fixes.failures import log_and_say
from backend_lint.semantics.calls import dotted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Function
    from backend_lint_rules.exposure._findings import Exposure

#: What the client gets where nothing but the exception says what happened, and the answer says that the server is to blame.
UNSPECIFIC = "An internal error occurred"

#: What makes a text of an exception, and containers whose items are looked at one by one.
_TEXTS = frozenset({"str", "repr", "format"})
_LOGS = frozenset({"exception", "capture_exception", "print_exc", "log_exception"})
_LEVELS = frozenset({"error", "critical", "warning", "warn", "fatal", "log", "info", "debug"})
_PLACEHOLDER = re.compile(r"%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}]*\}")
_EMPTY_WORDS = frozenset({"error", "exception", "failed", "failure", "an error occurred"})
_BROAD = frozenset({"Exception", "BaseException"})
#: Whose failures are nothing that a client could do something about.
_INFRASTRUCTURE = (
    "sqlalchemy.", "psycopg", "asyncpg.", "sqlite3.", "pymysql.", "MySQLdb.", "pymongo.", "redis.", "requests.", "httpx.", "aiohttp.",
    "urllib", "botocore.", "smtplib.", "django.db.", "OSError", "ConnectionError", "TimeoutError",
)  # fmt: skip
_TRANSLATORS = frozenset({"_", "gettext", "lazy_gettext", "gettext_lazy", "ugettext", "ngettext", "_l", "N_", "trans"})
_OWN_FAULT = re.compile(r"\b5\d\d\b|HTTP_5\d\d|INTERNAL_SERVER|InternalServer|BAD_GATEWAY|UNAVAILABLE")
_LOOSE_END = re.compile(r"[\s:;,.(\[<'\"\-\u2013\u2014]+\Z")


class _Text(NamedTuple):
    """An expression that puts the exception into a text, and what would be said in place of it."""

    node: n.Expr
    instead: str


def fix_of(exposure: Exposure) -> Proposal | None:
    """The fix of an exception's text that is shown where it is caught; None where it is made elsewhere, or by what is not known."""
    clause = _clause(exposure.node, exposure.function)
    if clause is None or clause.name is None:
        return None
    shown = _whole_text(exposure.node, clause.name, exposure.function)
    if _is_translated(shown, exposure.function):
        return None
    texts = list(_texts(shown, clause.name))
    if not texts or any(text is None for text in texts):
        return None
    found = [text for text in texts if text is not None]
    is_own_fault = _OWN_FAULT.search(_statement(exposure)) is not None
    if not is_own_fault:
        # What is to be said of a failure that somebody has foreseen is for them to say.
        if any(text.instead == UNSPECIFIC for text in found):
            return None
        if not _is_broad(clause) and not exposure.label.detail.startswith(_INFRASTRUCTURE):
            return None
    inside = {id(part) for text in found for part in n.walk(text.node)}
    is_named_elsewhere = any(
        isinstance(node, n.Name) and node.id == clause.name and id(node) not in inside for node in n.walk(list(clause.body))
    )
    said = next((text.instead for text in found if text.instead != UNSPECIFIC), f"{exposure.function.node.name} failed")
    return log_and_say(
        clause,
        [(text.node, text.instead) for text in found],
        None if _is_logged(clause) else said.strip(),
        logger=_logger(exposure.function),
        keeps_name=is_named_elsewhere,
    )


def _whole_text(node: n.Node, name: str, function: Function) -> n.Node:
    """The largest expression around a node that puts it into a text."""
    kinds = (n.FString, n.BinOp, n.Call)
    around = [each for each in function.nodes_of(*kinds) if each.start <= node.start and node.end <= each.end]
    texts = [each for each in around if not isinstance(each, n.Call) or _makes_text(each, name)]
    return max(texts, key=lambda each: each.end - each.start, default=node)


def _is_translated(node: n.Node, function: Function) -> bool:
    """Whether a text is looked up in a catalogue of translations."""
    return any(
        call.start <= node.start and node.end <= call.end and (dotted(call.func) or "").rpartition(".")[2] in _TRANSLATORS
        for call in function.nodes_of(n.Call)
    )


def _statement(exposure: Exposure) -> str:
    """The text of the statement that shows the exception."""
    node = exposure.node
    around = [each for each in exposure.function.nodes_of(n.Return, n.Raise, n.ExprStmt, n.Assign) if each.start <= node.start < each.end]
    held = min(around, key=lambda each: each.end - each.start, default=node)
    return exposure.function.module.tree.source_of(held)


def _is_broad(clause: n.ExceptHandler) -> bool:
    kinds = clause.type.elts if isinstance(clause.type, n.Tuple) else [clause.type]
    return any(kind is None or (isinstance(kind, n.Name) and kind.id in _BROAD) for kind in kinds)


def _clause(node: n.Node, function: Function) -> n.ExceptHandler | None:
    """The innermost `except` clause around a node."""
    around = [each for each in function.nodes_of(n.ExceptHandler) if each.start <= node.start and node.end <= each.end]
    found = min(around, key=lambda each: each.end - each.start, default=None)
    return found if isinstance(found, n.ExceptHandler) else None


def _texts(expr: n.Node, name: str) -> Iterator[_Text | None]:
    """The texts with the exception in them below an expression; None for what uses it in another way."""
    if not _mentions(expr, name):
        return
    if isinstance(expr, (n.Dict, n.List, n.Tuple, n.Set, n.Arg)):
        for part in n.children(expr):
            yield from _texts(part, name)
    elif isinstance(expr, n.Call) and not _makes_text(expr, name):
        if _mentions(expr.func, name) or any(isinstance(given.value, n.Name) and given.value.id == name for given in expr.args):
            yield None
        for given in expr.args:
            yield from _texts(given.value, name)
    else:
        said = _instead(expr, name)
        yield _Text(expr, said) if said is not None and not isinstance(expr, n.Arg) else None  # type: ignore[arg-type]  # no `Arg`, so an expression


def _makes_text(call: n.Call, name: str) -> bool:
    func = call.func
    if isinstance(func, n.Name):
        return func.id in _TEXTS
    if isinstance(func, n.Attribute) and func.attr == "format" and isinstance(func.value, n.Constant):
        return True
    return isinstance(func, n.Attribute) and func.attr in ("__str__", "__repr__") and _mentions(func.value, name)


def _instead(expr: n.Node, name: str) -> str | None:
    """What is said in place of a text with the exception in it: what comes before it; None for what is no such text."""
    if isinstance(expr, (n.Name, n.Attribute, n.Subscript)):
        return UNSPECIFIC
    if isinstance(expr, n.FString):
        if not all(isinstance(part, n.Constant) or _mentions(part.value, name) for part in expr.parts):
            return None
        head, tail = expr.parts[0], expr.parts[-1]
        said = _ended(head.value if isinstance(head, n.Constant) else "")
        # A line that is sent stays a line.
        is_line = isinstance(tail, n.Constant) and tail is not head and tail.value.endswith("\n")
        return f"{said}\n" if said is not None and is_line else said
    if isinstance(expr, n.BinOp) and expr.op in ("+", "%"):
        first = expr.values[0]
        if isinstance(first, n.Constant) and first.kind == "str":
            others = expr.values[1:]
            if expr.op == "%" and len(_PLACEHOLDER.findall(first.value)) != 1:
                return None
            if expr.op == "+" and not all(isinstance(other, n.Constant) or _mentions(other, name) for other in others):
                return None
            return _ended(first.value if expr.op == "+" else _PLACEHOLDER.split(first.value)[0])
        return None
    if isinstance(expr, n.Call):
        if isinstance(expr.func, n.Attribute) and isinstance(expr.func.value, n.Constant):
            text = expr.func.value.value
            return _ended(_PLACEHOLDER.split(text)[0]) if len(_PLACEHOLDER.findall(text)) == 1 == len(expr.args) else None
        return UNSPECIFIC if len(expr.args) <= 1 else None
    return None


def _ended(text: str) -> str | None:
    """A text that was to go on, as one that ends; one that says nothing is replaced, and one over several lines is left alone."""
    ended = _LOOSE_END.sub("", text)
    if any(not character.isprintable() for character in ended):
        return None
    return ended if len(ended) > 3 and ended.lower() not in _EMPTY_WORDS else UNSPECIFIC


def _is_logged(clause: n.ExceptHandler) -> bool:
    """Whether a clause logs the exception, or hands it to what collects errors."""
    for node in n.walk_scope(list(clause.body)):
        if not isinstance(node, n.Call):
            continue
        last = (dotted(node.func) or "").rpartition(".")[2]
        if last in _LOGS or any(given.keyword == "exc_info" for given in node.args):
            return True
        is_level = last in _LEVELS or "exception" in last or "error" in last
        if is_level and clause.name is not None and any(_mentions(given, clause.name) for given in node.args):
            return True
    return False


def _logger(function: Function) -> str | None:
    """The name of the module's logger: one that it makes, or a ready one that it imports."""
    module = function.module
    for name in ("logger", "log", "LOGGER", "LOG", "_logger", "_log"):
        if name in function.names.bindings or name not in module.names.bindings:
            continue
        binding = module.names.bindings[name][-1]
        if binding.kind == "import":
            found = module.origin_of(name)
            if found is None or found[0].kind == "import":
                # From outside: `from loguru import logger`.
                if binding.module.partition(".")[0] in ("loguru", "structlog", "logbook"):
                    return name
                continue
            binding = found[0]
        if isinstance(binding.value, n.Call) and "log" in (dotted(binding.value.func) or "").lower():
            return name
    return None


def _mentions(node: n.Node, name: str) -> bool:
    return any(isinstance(part, n.Name) and part.id == name for part in n.walk(node))
