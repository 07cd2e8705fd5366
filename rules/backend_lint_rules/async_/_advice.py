"""What to write instead of a blocking call, by what blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handler_of
from backend_lint.rule import Cause
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.blocking import Block
    from backend_lint.semantics.project import Function

#: The async counterpart of what blocks, by its top-level package.
_COUNTERPARTS = {
    "time": "`await asyncio.sleep(...)`",
    "requests": "`await` a shared `httpx.AsyncClient`",
    "httpx": "`await` a shared `httpx.AsyncClient`",
    "urllib": "`await` a shared `httpx.AsyncClient`",
    "urllib3": "`await` a shared `httpx.AsyncClient`",
    "subprocess": "`await asyncio.create_subprocess_exec(...)`",
    "os": "`await asyncio.create_subprocess_exec(...)`",
    "redis": "`redis.asyncio`",
    "smtplib": "`aiosmtplib`",
    "boto3": "`aioboto3`",
    "botocore": "`aiobotocore`",
    "socket": "`asyncio.open_connection(...)`",
    "concurrent": "`await asyncio.wrap_future(...)`",
    "queue": "an `asyncio.Queue`",
    "threading": "asyncio's own primitives",
    "files": "`aiofiles`",
}
_THREADS = {
    "fastapi": "`run_in_threadpool(...)`",
    "starlette": "`run_in_threadpool(...)`",
    "django": "`sync_to_async(...)`",
    "drf": "`sync_to_async(...)`",
}


def instead_of(subject: str, block: Block) -> str:
    """One line of advice for a blocking call that is no database's."""
    counterpart = _COUNTERPARTS.get(subject) or _COUNTERPARTS.get(block.package)
    thread = "move it to a thread with `await asyncio.to_thread(...)`"
    return f"use {counterpart}, or {thread}" if counterpart is not None else thread


def instead_of_database(block: Block, function: Function) -> str:
    """One line of advice for a database call."""
    handler = handler_of(function)
    framework = handler.framework if handler is not None else None
    if block.package == "django":
        return "use the ORM's `a...` methods and `async for`, or move the work to a thread with `sync_to_async(...)`"
    thread = _THREADS.get(framework or "", "`asyncio.to_thread(...)`")
    if framework in ("fastapi", "starlette") and not any(isinstance(node, n.Await) for node in function.nodes):
        return "declare the function `def`, which runs in a thread, or use an async session and `await` it"
    return f"use an async session or driver and `await` it, or move the work to a thread with {thread}"


def cause_of(subject: str, block: Block) -> Cause | None:
    """The call that blocks in the end as the cause, where it stands in another function: one remedy there helps all that come to it."""
    if block.is_direct:
        return None
    if block.cause == "database":
        what = "waits for the database on the event loop"
        instead = "Django's `a...` methods" if block.package == "django" else "an async session or driver"
        others = "declare those who come here `def` where they need not be async, or let them call it in a thread"
    else:
        what = "keeps the event loop for a moment" if block.cause == "brief" else "blocks the event loop"
        instead = (_COUNTERPARTS.get(subject) or _COUNTERPARTS.get(block.package) or "an async library").removeprefix("`await` ")
        others = "let those who come here call it in a thread"
    step = block.steps[-1]
    return Cause(step, f"{step.message}, which {what}", f"use {instead} here and `await` it, or {others}")
