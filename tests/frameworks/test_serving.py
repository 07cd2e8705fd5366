"""Whether a coroutine function keeps others waiting."""

from __future__ import annotations

import pytest

from backend_lint.frameworks.serving import serves
from tests.support import function_of, project_of

APP = """
import asyncio
from contextlib import asynccontextmanager

from asgiref.sync import async_to_sync
from fastapi import FastAPI


async def prepare(): ...


async def prepare_more(): ...


async def poll(): ...


async def shared(): ...


async def nobody_calls(): ...


async def init_rows(): ...


async def start_import(): ...


async def nightly(): ...


async def by_reference(): ...


async def deep(): ...


def run_nightly():
    asyncio.run(nightly())
    async_to_sync(by_reference)()


@asynccontextmanager
async def lifespan(app):
    await prepare()
    await shared()
    asyncio.create_task(poll())
    yield


app = FastAPI(lifespan=lifespan)


async def connect():
    await prepare_more()


app.add_event_handler("startup", connect)


@app.on_event("startup")
async def first(): ...


@app.get("/")
async def index():
    await shared()
    await middle()
    await start_import()

    async def inner(): ...

    return inner


async def middle():
    await deep()
"""


@pytest.mark.parametrize(
    ("qualname", "expected"),
    [
        ("index", True),
        ("index.inner", True),
        ("middle", True),
        ("deep", True),
        ("shared", True),
        ("poll", True),
        ("nobody_calls", True),
        ("start_import", True),
        ("init_rows", False),
        ("lifespan", False),
        ("first", False),
        ("prepare", False),
        ("connect", False),
        ("prepare_more", False),
        ("nightly", False),
        ("by_reference", False),
    ],
)
def test_serves(qualname: str, expected: bool) -> None:
    assert serves(function_of(project_of({"app/main.py": APP}), "app/main.py", qualname)) is expected


@pytest.mark.parametrize("path", ["tests/test_app.py", "scripts/load.py", "app/management/commands/load.py", "examples/app.py"])
def test_files_apart(path: str) -> None:
    project = project_of({path: "async def run(): ...\n"})
    assert not serves(function_of(project, path, "run"))
