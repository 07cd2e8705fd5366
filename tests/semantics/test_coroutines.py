"""Coroutines that are not awaited."""

from __future__ import annotations

import pytest

from backend_lint.semantics.coroutines import unawaited_in
from tests.support import function_of, project_of

HEAD = """
import asyncio


async def work(name):
    return name


class Worker:
    async def go(self):
        return self


def factory(name):
    return work if name else print
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("work('a')", ["dropped"], id="statement"),
        pytest.param("work('a') if flag else None", ["dropped"], id="conditional-statement"),
        pytest.param("flag and work('a')", ["dropped"], id="and-statement"),
        pytest.param("Worker().go()", ["dropped"], id="method"),
        pytest.param("job = work('a')", ["unused"], id="unused-name"),
        pytest.param("if work('a'): ...", ["tested"], id="if"),
        pytest.param("while not work('a'): ...", ["tested"], id="not"),
        pytest.param("return 1 if work('a') else 2", ["tested"], id="conditional-test"),
        pytest.param("if work('a') and flag: ...", ["tested"], id="and-test"),
        pytest.param("assert work('a')", ["tested"], id="assert"),
        pytest.param("job = work('a')\nif job: ...", ["tested"], id="name-tested"),
        pytest.param("return work('a').name", ["used"], id="attribute"),
        pytest.param("return work('a')[0]", ["used"], id="item"),
        pytest.param("return work('a') + 1", ["used"], id="operand"),
        pytest.param("return work('a') == 1", ["used"], id="comparison"),
        pytest.param("return f\"{work('a')}\"", ["used"], id="text"),
        pytest.param("for row in work('a'): ...", ["used"], id="loop"),
        pytest.param("job = work('a')\nreturn job.name", ["used"], id="name-used"),
        pytest.param("asyncio.sleep(1)", ["dropped"], id="library"),
        pytest.param("await work('a')", [], id="awaited"),
        pytest.param("return work('a')", [], id="returned"),
        pytest.param("job = work('a')\nawait job", [], id="name-awaited"),
        pytest.param("job = work('a')\nif job: await job", [], id="tested-and-awaited"),
        pytest.param("job = work('a')\njob.close()", [], id="closed"),
        pytest.param("jobs = [work('a')]\nawait asyncio.gather(*jobs)", [], id="gathered"),
        pytest.param("asyncio.create_task(work('a'))", [], id="task"),
        pytest.param("flag.job = work('a')", [], id="kept"),
        pytest.param("chosen = factory('a')\nchosen('a')", [], id="factory"),
        pytest.param("chosen = work\nchosen('a')", [], id="variable"),
        pytest.param("def inner(): return job\njob = work('a')\nreturn inner", [], id="used-by-closure"),
        pytest.param("yield work('a')", [], id="yielded"),
        pytest.param("return asyncio.run(work('a'))", [], id="run"),
    ],
)
def test_fate(body: str, expected: list[str]) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    project = project_of({"a.py": f"{HEAD}\n\nasync def run(flag):\n{lines}\n"})
    assert [found.fate for found in unawaited_in(function_of(project, "a.py", "run"))] == expected


def test_a_plain_override_makes_it_silent() -> None:
    source = f"{HEAD}\n\nclass Child(Worker):\n    def go(self): ...\n\ndef run(worker: Worker):\n    worker.go()\n"
    assert unawaited_in(function_of(project_of({"a.py": source}), "a.py", "run")) == []


def test_an_override_by_assignment_makes_it_silent() -> None:
    source = f"{HEAD}\n\nclass Child(Worker):\n    go = print\n\ndef run(worker: Worker):\n    worker.go()\n"
    assert unawaited_in(function_of(project_of({"a.py": source}), "a.py", "run")) == []
