"""Which project functions run when a function runs."""

from __future__ import annotations

import pytest

from backend_lint.semantics import call_graph, effects
from tests.support import function_of, project_of

HEAD = """
from contextlib import asynccontextmanager, contextmanager

import requests


def ping():
    requests.get("https://example.org")


def pages():
    ping()
    yield 1


@contextmanager
def opened():
    ping()
    yield 2


@asynccontextmanager
async def opened_later():
    ping()
    yield 3


def noisy(function):
    def wrapper(*args):
        ping()
        return function(*args)

    return wrapper


@noisy
def quiet():
    return 1


class Gate:
    def __enter__(self):
        ping()
        return self

    def __exit__(self, *error):
        return None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None


class Rates:
    @property
    def latest(self):
        return ping()


class Base:
    def save(self):
        ping()


class Child(Base):
    def save(self):
        super().save()
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("ping()", ["ping"], id="call"),
        pytest.param("pages()", [], id="generator-only-made"),
        pytest.param("for page in pages(): ...", ["pages"], id="generator-in-for"),
        pytest.param("return [page for page in pages()]", ["pages"], id="generator-in-comprehension"),
        pytest.param("return list(pages())", ["pages"], id="generator-in-list"),
        pytest.param("yield from pages()", ["pages"], id="yield-from"),
        pytest.param("with opened(): ...", ["opened"], id="context-manager"),
        pytest.param("with Gate(): ...", ["Gate.__enter__", "Gate.__exit__"], id="with-object"),
        pytest.param("return Rates().latest", ["Rates.latest"], id="property"),
        pytest.param("return quiet()", ["noisy.wrapper", "quiet"], id="decorator"),
        pytest.param("(lambda: ping())()", ["ping"], id="lambda-on-the-spot"),
        pytest.param("return lambda: ping()", [], id="lambda-kept"),
        pytest.param("return ping", [], id="reference"),
        pytest.param("run()", [], id="itself"),
    ],
)
def test_run_in(body: str, expected: list[str]) -> None:
    project = project_of({"a.py": f"{HEAD}\n\ndef run():\n    {body}\n"})
    found = call_graph.run_in(function_of(project, "a.py", "run"))
    assert sorted(target.qualname for _, target in found) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("async with Gate(): ...", ["Gate.__aenter__", "Gate.__aexit__"], id="async-with-object"),
        pytest.param("async with opened_later(): ...", ["opened_later"], id="async-context-manager"),
    ],
)
def test_run_in_coroutines(body: str, expected: list[str]) -> None:
    project = project_of({"a.py": f"{HEAD}\n\nasync def run():\n    {body}\n"})
    found = call_graph.run_in(function_of(project, "a.py", "run"))
    assert sorted(target.qualname for _, target in found) == expected


@pytest.mark.parametrize("body", ["for page in pages(): ...", "with opened(): ...", "with Gate(): ...", "Rates().latest", "Child().save()"])
def test_effects_follow_what_runs_without_a_call(body: str) -> None:
    project = project_of({"a.py": f"{HEAD}\n\ndef run():\n    {body}\n"})
    found = effects.of_function(function_of(project, "a.py", "run"))
    assert found.all["outbound"].name == "requests.get"


def test_circles_gives_callees_first() -> None:
    project = project_of({"a.py": "def a(): b()\ndef b(): c()\ndef c():\n    b()\n    d()\ndef d(): ...\n"})
    known: set[int] = set()
    order = [
        sorted(function.qualname for function in circle)
        for circle in call_graph.circles(function_of(project, "a.py", "a"), lambda other: id(other) in known, call_graph.run_in)
    ]
    assert order == [["d"], ["b", "c"], ["a"]]


PROPERTIES = """
class A:
    @property
    def one(self): ...

    @functools.cached_property
    @typed
    def two(self): ...

    def three(self): ...
"""


def test_property_names_reads_decorators_over_several_lines() -> None:
    assert call_graph.property_names(project_of({"a.py": PROPERTIES})) == {"one", "two"}
