"""What a blocking call waits for, told from its declared effects and its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.call_graph import CONSUMERS, nodes_of
from backend_lint.semantics.calls import argument, callee
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.values import Value

BLOCKING = frozenset({"blocks", "blocks-briefly"})
_DATABASE_EFFECTS = frozenset({"reads", "writes", "commits", "rolls-back", "sql", "flushes", "begins"})
#: Packages of which whatever blocks is a database's: connecting, creating tables, leaving a block.
_DATABASES = (
    "sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.", "django.db.", "psycopg2.", "psycopg.", "psycopg_pool.", "sqlite3.",
    "pymysql.", "MySQLdb.", "mysql.", "pyodbc.", "pymssql.", "oracledb.", "cx_Oracle.", "pymongo.", "mongoengine.", "peewee.",
    "playhouse.", "pony.", "duckdb.", "cassandra.", "neo4j.", "elasticsearch.", "opensearchpy.", "clickhouse_driver.",
    "clickhouse_connect.", "snowflake.", "alembic.",
)  # fmt: skip
#: Loops of one's own: what starts one fails inside another, which is no matter of blocking.
_LOOPS = ("asyncio.", "anyio.", "trio.", "uvicorn.", "tortoise.")
#: What may or may not wait: caches of a framework, by its configuration; pictures, which take time for themselves more than for the disk.
_DISPUTED = ("django.core.cache.", "flask_caching.", "cachelib.", "PIL.")
_FILES = ("io.", "shutil.", "pathlib.", "zipfile.", "tarfile.", "gzip.", "bz2.", "lzma.", "codecs.", "tempfile.", "pickle.", "os.")
#: Methods and functions that read: of a small file that takes a moment.
_READING = frozenset({"read", "readline", "readlines", "readinto", "read_text", "read_bytes", "load", "parse", "parse_file", "reader"})
#: Querysets and queries that run when they are looked into.
LAZY = frozenset({"django.db.models.QuerySet", "django.db.models.RawQuerySet", "sqlalchemy.orm.Query", "peewee.ModelSelect"})
_TESTING = frozenset({"bool", "len"})


def cause_of(call: n.Call, target: Callee, function: Function) -> Literal["database", "service", "file", "brief"] | None:
    """What a call that blocks waits for; None when it does not wait here."""
    effects, name = target.effects, target.name or ""
    if name.startswith(_LOOPS) or "offloads" in effects:
        return None
    if "blocks" not in effects:
        return None if "enqueues" in effects or "closes" in effects else "brief"
    if _does_not_wait(call, name):
        return None
    is_remote = not effects.isdisjoint(("outbound", "email"))
    if name.startswith(_DATABASES) or (not effects.isdisjoint(_DATABASE_EFFECTS) and not is_remote):
        return "database"
    if name.startswith(_DISPUTED):
        return "brief"
    if "command-sink" in effects or is_remote:
        return "service"
    if not effects.isdisjoint(("path-sink", "path-sink-receiver")) or name.startswith(_FILES):
        return _file_cause(call, name, function)
    return "service"


def _does_not_wait(call: n.Call, name: str) -> bool:
    """Whether the arguments keep a call from waiting: `queue.get(block=False)`, `future.result(timeout=0)`."""
    if name == "psutil.cpu_percent":
        interval = argument(call, 0, "interval")
        return interval is None or (isinstance(interval, n.Constant) and interval.kind == "none")
    if name.startswith(("queue.", "threading.", "concurrent.", "multiprocessing.")):
        for given in call.args:
            if given.keyword in ("block", "blocking", "timeout") and isinstance(given.value, n.Constant):
                return given.value.value in ("False", "0")
    return False


def _file_cause(call: n.Call, name: str, function: Function) -> Literal["file", "brief"] | None:
    last = name.rpartition(".")[2]
    if last == "open" and not name.startswith(("zipfile.", "tarfile.")):
        mode = argument(call, 0 if name.startswith("pathlib.") else 1, "mode")
        writes = isinstance(mode, n.Constant) and any(letter in mode.value for letter in "wax+")
        return "file" if writes else "brief"
    if name.startswith("io.") and isinstance(call.func, n.Attribute):
        owner = function.project.inference.qualified_name(call.func.value, function.module, function) or ""
        if owner.startswith("sys."):
            return None
    if last in _READING:
        return "file" if _is_repeated(call, function) else "brief"
    if last in ("flush", "ZipFile", "TarFile", "seek"):
        return "brief"
    return "file"


def _is_repeated(call: n.Call, function: Function) -> bool:
    """Whether a read takes a part of a file at a time: `while chunk := file.read(size)`. Small files are not read like that."""
    if not call.args:
        return False
    return any(node.start <= call.start < node.end for node in function.nodes_of(n.While, n.For))


def evaluations(function: Function, awaited: frozenset[int]) -> Iterator[tuple[n.Node, str]]:
    """The expressions of a function that run a lazy query by looking into it, with the query's class: `for`, `list()`, `if`, `[0]`."""
    for node in nodes_of(function, *_LOOKING):
        for expr in _looked_into(node):
            if id(expr) not in awaited and isinstance(expr, (n.Name, n.Attribute, n.Call, n.Subscript)):
                name = _lazy(function.project.inference.value(expr, function.module, function))
                if name is not None and not _is_list_method(expr, function):
                    yield expr, name


_LOOKING = (n.For, n.Generator, n.Starred, n.If, n.While, n.IfExp, n.UnaryOp, n.Compare, n.Subscript, n.Call)


def _looked_into(node: n.Node) -> list[n.Expr]:
    if isinstance(node, (n.For, n.Generator)):
        return [] if node.is_async else [node.iter]
    if isinstance(node, n.Starred):
        return [node.value]
    if isinstance(node, (n.If, n.While, n.IfExp)):
        return [node.test]
    if isinstance(node, n.UnaryOp):
        return [node.operand] if node.op == "not" else []
    if isinstance(node, n.Compare):
        return [node.comparators[0]] if node.ops[0] in ("in", "not in") else []
    if isinstance(node, n.Subscript):
        return [] if isinstance(node.index, n.Slice) else [node.value]
    if isinstance(node, n.Call) and node.args and isinstance(node.func, n.Name) and node.func.id in (CONSUMERS | _TESTING):
        return [node.args[0].value]
    return []


def _lazy(value: Value | None) -> str | None:
    if value is None or value.kind != "instance":
        return None
    if value.name in LAZY:
        return value.name
    if isinstance(value.definition, Class):
        return next((name for name in sorted(LAZY) if name in value.definition.external_ancestors), None)
    return None


def _is_list_method(expr: n.Expr, function: Function) -> bool:
    """Whether an expression is a call that runs the query itself, and is counted as that call."""
    return isinstance(expr, n.Call) and not BLOCKING.isdisjoint(callee(expr, function.module, function).effects)
