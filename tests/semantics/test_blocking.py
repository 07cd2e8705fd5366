"""What blocks the calling thread, and under which circumstances."""

from __future__ import annotations

import pytest

from backend_lint.semantics.blocking import blocks_in, summary
from tests.support import function_of, project_of

HEAD = """
import json
import os
import queue
import time
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path

import psutil
import requests
from django.core.cache import cache
from django.db import models
from sqlalchemy.orm import Session

_client = None
_loaded = {}
_jobs = queue.Queue()


class Level(models.Model):
    code = models.CharField()


def fetch(url, verify=None, quick=False):
    if verify is not None:
        requests.get(url)
    if not quick:
        return url
    time.sleep(1)


def handed_on(url, quick=False):
    return fetch(url, quick=quick)


def retried():
    try:
        return 1
    except ValueError:
        time.sleep(1)


def even(n):
    return odd(n - 1)


def odd(n):
    time.sleep(1)
    return even(n - 1)


@lru_cache
def cached():
    return requests.get("https://example.org")


def client():
    global _client
    if _client is None:
        _client = requests.get("https://example.org")
    return _client


def loaded(key):
    known = _loaded.get(key)
    if known is not None:
        return known
    _loaded[key] = requests.get(key)
    return _loaded[key]


def server_id():
    if not os.path.exists("id"):
        with open("id", "w") as file:
            file.write("1")


def lazily(key):
    if key not in _loaded:
        _loaded[key] = requests.get(key)
    return _loaded[key]


class Keeper:
    def __init__(self):
        self.value = None

    def get(self):
        if not self.value:
            self.value = requests.get("https://example.org")
        return self.value
"""


def causes_in(body: str, parameters: str = "") -> list[tuple[str, str]]:
    """Cause and name of what blocks in `def run` with this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    project = project_of({"a.py": f"{HEAD}\n\ndef run({parameters}):\n{lines}\n"})
    return [(block.cause, block.name) for block in blocks_in(function_of(project, "a.py", "run"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("time.sleep(1)", [("service", "time.sleep")], id="sleep"),
        pytest.param("open('a', 'w')", [("file", "open")], id="open-to-write"),
        pytest.param("open('a')", [("brief", "open")], id="open-to-read"),
        pytest.param("Path('a').open('ab')", [("file", "pathlib.Path.open")], id="path-open"),
        pytest.param("Path('a').read_text()", [("brief", "pathlib.Path.read_text")], id="small-read"),
        pytest.param("_jobs.get()", [("service", "queue.Queue.get")], id="queue"),
        pytest.param("_jobs.get(block=False)", [], id="queue-without-waiting"),
        pytest.param("psutil.cpu_percent(interval=None)", [], id="no-interval"),
        pytest.param("psutil.cpu_percent(1)", [("service", "psutil.cpu_percent")], id="interval"),
        pytest.param("cache.get('a')", [("brief", "django.core.cache.BaseCache.get")], id="framework-cache"),
        pytest.param("for level in Level.objects.all(): ...", [("database", "django.db.models.QuerySet")], id="queryset-in-for"),
        pytest.param("return len(Level.objects.all())", [("database", "django.db.models.QuerySet")], id="queryset-in-len"),
        pytest.param("return Level.objects.all()[0]", [("database", "django.db.models.QuerySet")], id="queryset-item"),
        pytest.param("return Level.objects.all()[:3]", [], id="queryset-slice"),
        pytest.param("return 1 in Level.objects.values_list('id')", [("database", "django.db.models.QuerySet")], id="queryset-in"),
    ],
)
def test_direct(body: str, expected: list[tuple[str, str]]) -> None:
    assert causes_in(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("fetch('a')", [], id="both-options-off"),
        pytest.param("fetch('a', verify=None, quick=False)", [], id="both-given-off"),
        pytest.param("fetch('a', verify='b')", [("service", "requests.get")], id="option-on"),
        pytest.param("fetch('a', **{})", [], id="unknown-options"),
        pytest.param("handed_on('a')", [], id="handed-on-off"),
        pytest.param("cached()", [], id="cached"),
        pytest.param("client()", [], id="made-once"),
        pytest.param("loaded('a')", [], id="kept-in-a-container"),
        pytest.param("lazily('a')", [], id="kept-by-key"),
        pytest.param("server_id()", [("brief", "os.path.exists")], id="file-made-once"),
        pytest.param("Keeper().get()", [], id="kept-on-the-object"),
        pytest.param("even(3)", [("service", "time.sleep")], id="circle"),
        pytest.param("odd(3)", [("service", "time.sleep")], id="circle-from-the-other-side"),
    ],
)
def test_through_calls(body: str, expected: list[tuple[str, str]]) -> None:
    assert causes_in(body) == expected


def test_failure_is_told() -> None:
    project = project_of({"a.py": HEAD})
    block = summary(function_of(project, "a.py", "retried"))["service"]
    assert block.is_after_failure


def test_the_certain_example_is_kept() -> None:
    source = "import time\n\ndef work(slow=False):\n    if slow:\n        time.sleep(1)\n    time.sleep(2)\n\ndef run():\n    work()\n"
    project = project_of({"a.py": source})
    (block,) = blocks_in(function_of(project, "a.py", "run"))
    assert [step.line for step in block.steps] == [9, 6]
    assert [step.message for step in block.steps] == ["run calls work", "work calls time.sleep"]


def test_awaited_calls_do_not_block() -> None:
    source = "from sqlalchemy.orm import Session\n\nasync def run(db: Session):\n    await db.execute('SELECT 1')\n    db.commit()\n"
    project = project_of({"a.py": source})
    assert blocks_in(function_of(project, "a.py", "run")) == []


def test_a_chain_may_be_longer_than_the_stack() -> None:
    calls = "".join(f"def f{number}(): f{number + 1}()\n" for number in range(3000))
    project = project_of({"a.py": f"import time\n{calls}def f3000(): time.sleep(1)\n"})
    (block,) = blocks_in(function_of(project, "a.py", "f0"))
    assert block.name == "time.sleep"
    assert len(block.steps) <= 26
