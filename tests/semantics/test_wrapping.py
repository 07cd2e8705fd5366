"""What decorators make of calling a function."""

from __future__ import annotations

import pytest

from backend_lint.semantics.wrapping import returned_function, wrapping
from tests.support import function_of, project_of

HEAD = """
import asyncio
import functools
from functools import lru_cache, wraps

import unknown
from asgiref.sync import sync_to_async
from starlette.concurrency import run_in_threadpool
from tenacity import retry


def plain(function):
    @wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def with_options(name):
    def decorator(function):
        @wraps(function)
        def wrapper(*args):
            return function(*args)

        return wrapper

    return decorator


def optional(function=None, *, name=""):
    def decorator(inner):
        def wrapper(*args):
            return inner(*args)

        return wrapper

    return decorator(function) if function else decorator


def register(name):
    def decorator(function):
        unknown.registry[name] = function
        return function

    return decorator


def tag(function):
    function.tag = True
    return function


def threaded(function):
    def wrapper(*args):
        return unknown.pool.submit(function, *args)

    return wrapper


def threaded_partial(function):
    def wrapper(*args):
        return unknown.pool.submit(functools.partial(function, *args))

    return wrapper


def in_thread(function):
    async def wrapper(*args):
        return await run_in_threadpool(function, *args)

    return wrapper


def sync(function):
    def wrapper(*args):
        return asyncio.run(function(*args))

    return wrapper


def logged(function):
    async def wrapper(*args):
        return await function(*args)

    return wrapper


class Meta:
    def checked(function):
        def wrapper(self):
            return function(self)

        return wrapper

    @checked
    def method(self): ...

    @staticmethod
    def static(): ...

    @property
    def value(self): ...

    @value.setter
    def value(self, new): ...
"""


@pytest.mark.parametrize(
    ("decorators", "is_async", "manner", "wrappers"),
    [
        pytest.param("", False, "plain", [], id="none"),
        pytest.param("@plain", False, "plain", ["plain.wrapper"], id="wrapper"),
        pytest.param("@with_options('a')", False, "plain", ["with_options.decorator.wrapper"], id="options"),
        pytest.param("@optional", False, "plain", ["optional.decorator.wrapper"], id="optional-bare"),
        pytest.param("@optional(name='a')", False, "plain", ["optional.decorator.wrapper"], id="optional-called"),
        pytest.param("@register('a')", False, "plain", [], id="register"),
        pytest.param("@tag", True, "plain", [], id="tag-on-coroutine"),
        pytest.param("@threaded", False, "offloaded", [], id="submitted"),
        pytest.param("@threaded_partial", False, "offloaded", [], id="submitted-in-partial"),
        pytest.param("@in_thread", False, "offloaded", [], id="thread-pool"),
        pytest.param("@sync_to_async", False, "offloaded", [], id="library"),
        pytest.param("@sync_to_async(thread_sensitive=False)", False, "offloaded", [], id="library-called"),
        pytest.param("@plain\n@sync_to_async", False, "offloaded", [], id="two"),
        pytest.param("@lru_cache", False, "plain", [], id="cache"),
        pytest.param("@lru_cache", True, "unknown", [], id="cache-of-coroutines"),
        pytest.param("@retry", True, "plain", [], id="retry"),
        pytest.param("@sync", True, "unknown", ["sync.wrapper"], id="run-at-once"),
        pytest.param("@logged", True, "plain", ["logged.wrapper"], id="async-wrapper"),
        pytest.param("@logged", False, "unknown", [], id="async-wrapper-of-plain"),
        pytest.param("@unknown.thing", False, "unknown", [], id="unknown"),
        pytest.param("@missing", False, "unknown", [], id="missing"),
    ],
)
def test_manner(decorators: str, is_async: bool, manner: str, wrappers: list[str]) -> None:
    word = "async def" if is_async else "def"
    project = project_of({"a.py": f"{HEAD}\n\n{decorators}\n{word} run(): ...\n"})
    found = wrapping(function_of(project, "a.py", "run"))
    assert (found.manner, [wrapper.qualname for wrapper in found.wrappers]) == (manner, wrappers)


@pytest.mark.parametrize("qualname", ["Meta.method", "Meta.static", "Meta.value"])
def test_methods_stay_plain(qualname: str) -> None:
    assert wrapping(function_of(project_of({"a.py": HEAD}), "a.py", qualname)).manner == "plain"


def test_returned_function_looks_through_wraps() -> None:
    project = project_of({"a.py": "from functools import wraps\n\ndef f(g):\n    def inner(): ...\n    return wraps(g)(inner)\n"})
    found = returned_function(function_of(project, "a.py", "f"))
    assert found is not None
    assert found.qualname == "f.inner"
