"""Each kind of fix as a reviewer would see it: the code before, and after."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixes.support import fixed
from tests.support import lint


def _text(text: str) -> str:
    return dedent(text).lstrip("\n")


def _is_reported(text: str, code: str) -> bool:
    """Whether there is anything to fix at all: that nothing changes says little otherwise."""
    return bool(lint({"app.py": text}, select=[code], pedantic=True).findings)


def test_a_function_that_returns_nothing_says_so_and_others_are_left_alone() -> None:
    before = _text("""
        from app.base import Base


        class Orders:
            def close(self, number: int):  # for good
                if not number:
                    return
                self.number = number

            def find(self, number: int):
                return None

            def all(self, number: int):
                yield number

            def hook(self, number: int):
                \"\"\"To be overridden.\"\"\"

            def fail(self, number: int):
                raise NotImplementedError

            @property
            def name(self):
                self.seen = True


        async def load(
            number: int,
        ):
            await Orders().run(number)


        def typed(a: int, b: int) -> int:
            return a + b
        """)
    after = before.replace("number: int):  # for good", "number: int) -> None:  # for good").replace(
        "    number: int,\n):", "    number: int,\n) -> None:"
    )
    assert fixed(before, select=["BL702"]) == after


def test_a_time_out_is_set_like_the_other_arguments() -> None:
    before = _text("""
        import requests


        def ask(url: str) -> dict:
            try:
                first = requests.get(url)
                second = requests.get(
                    url,
                    params={"a": 1},  # all of it
                )
                third = requests.get(url,
                                     params={"a": 1})
                fourth = requests.post(url, timeout=None)
                for each in (first, second, third, fourth):
                    each.raise_for_status()
            except requests.RequestException:
                return {}
            return first.json()
        """)
    after = fixed(before, select=["BL612"])
    assert "requests.get(url, timeout=10)" in after
    assert '        params={"a": 1},  # all of it\n            timeout=10,\n        )' in after
    assert 'requests.get(url,\n                             params={"a": 1},\n                             timeout=10)' in after
    assert "requests.post(url, timeout=10)" in after


def test_what_takes_no_time_out_is_left_alone() -> None:
    before = _text("""
        from urllib.request import urlretrieve


        def load(url: str) -> None:
            try:
                urlretrieve(url, "a.csv")
            except OSError:
                return
        """)
    assert _is_reported(before, "BL612")
    assert fixed(before, select=["BL612"]) == before


_ARCHIVE = """
    import sqlite3


    def find(number: str) -> int:
        # The archive is old.
        connection = sqlite3.connect("a.db")  # opened
        {0}
        connection.close()
        return 1
    """


def test_what_was_closed_at_the_end_is_opened_by_with() -> None:
    before = _text(_ARCHIVE.format("row = connection.execute('SELECT 1').fetchone()"))
    assert fixed(before, select=["BL902"], unsafe=False) == _text("""
        import sqlite3
        from contextlib import closing


        def find(number: str) -> int:
            # The archive is old.
            with closing(sqlite3.connect("a.db")) as connection:  # opened
                row = connection.execute('SELECT 1').fetchone()
            return 1
        """)


@pytest.mark.parametrize(
    "inside",
    [
        "if number: return connection.execute('SELECT 1')",
        "rows = (row[0] for row in connection.execute('SELECT 1')); keep(rows)",
        "keep(lambda: connection.execute('SELECT 1'))",
        "connection = sqlite3.connect('b.db')",
    ],
)
def test_what_may_be_used_after_it_is_closed_is_left_alone(inside: str) -> None:
    before = _text(_ARCHIVE.format(inside))
    if inside.startswith("rows"):
        before = before.replace("return 1", "return list(rows)")
    assert _is_reported(before, "BL902")
    assert fixed(before, select=["BL902"]) == before


def test_a_with_that_only_commits_closes_as_well_and_commits_still() -> None:
    before = _text("""
        import sqlite3


        def add(name: str) -> None:
            with sqlite3.connect("a.db") as connection:
                connection.execute("INSERT INTO names VALUES (?)", (name,))
        """)
    after = fixed(before, select=["BL902"], unsafe=False)
    assert 'with closing(sqlite3.connect("a.db")) as connection, connection:' in after


def test_the_yield_of_a_dependency_gets_its_finally() -> None:
    before = _text("""
        from contextlib import contextmanager
        import sqlite3


        @contextmanager
        def archive():
            connection = sqlite3.connect("a.db")

            # What is lent.
            yield connection
            connection.commit()
            connection.close()
        """)
    assert fixed(before, select=["BL903"], unsafe=False) == _text("""
        from contextlib import contextmanager
        import sqlite3


        @contextmanager
        def archive():
            connection = sqlite3.connect("a.db")

            # What is lent.
            try:
                yield connection
                connection.commit()
            finally:
                connection.close()
        """)


def test_the_exception_goes_to_the_log_and_a_fixed_text_to_the_client() -> None:
    before = _text("""
        from fastapi import FastAPI, HTTPException

        app = FastAPI()


        @app.post("/orders")
        def create(name: str) -> dict:
            try:
                return store(name)
            except Exception as error:
                raise HTTPException(500, detail=f"Cannot store the order: {error}")
        """)
    after = fixed(before, select=["BL301"])
    assert after.startswith("import logging\n\nfrom fastapi import FastAPI, HTTPException\n\nlogger = logging.getLogger(__name__)\n\napp")
    assert after.endswith(
        "    except Exception:\n"
        '        logger.exception("Cannot store the order")\n'
        '        raise HTTPException(500, detail="Cannot store the order")\n'
    )
    assert _is_reported(before, "BL301")
    assert fixed(before, select=["BL301"], unsafe=False) == before


@pytest.mark.parametrize(
    "answer",
    [
        'raise HTTPException(400, detail=f"{error}")',
        'raise HTTPException(500, detail=_("Cannot store the order: {}".format(error)))',
        'raise HTTPException(500, detail=f"{name}: {error} ({name})")',
    ],
)
def test_what_somebody_has_to_put_into_words_is_left_alone(answer: str) -> None:
    before = _text(f"""
        from fastapi import FastAPI, HTTPException
        from app.words import _

        app = FastAPI()


        @app.post("/orders")
        def create(name: str) -> dict:
            try:
                return store(name)
            except Exception as error:
                {answer}
        """)
    assert _is_reported(before, "BL301")
    assert fixed(before, select=["BL301"]) == before


def test_blocking_calls_of_one_finding_go_to_threads_together() -> None:
    before = _text("""
        import time

        import requests
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/rates")
        async def rates() -> dict:
            time.sleep(1)
            first = requests.get("https://a.example", timeout=3).json()
            return first | requests.get(
                "https://b.example",
                timeout=3,
            ).json()
        """)
    after = fixed(before, select=["BL801"])
    assert after.startswith("import asyncio\nimport time\n")
    assert "    await asyncio.sleep(1)\n" in after
    assert '    first = (await asyncio.to_thread(requests.get, "https://a.example", timeout=3)).json()\n' in after
    assert '(await asyncio.to_thread(\n        requests.get,\n        "https://b.example",\n        timeout=3,\n    )).json()' in after
    assert "await asyncio.sleep(1)" in fixed(before, select=["BL801"], unsafe=False)


def test_a_name_that_means_something_else_stands_in_the_way() -> None:
    before = _text("""
        import time
        from fastapi import FastAPI
        from app import loops as asyncio

        app = FastAPI()


        @app.get("/rates")
        async def rates() -> dict:
            time.sleep(1)
            return {}
        """)
    assert _is_reported(before, "BL801")
    assert fixed(before, select=["BL801"]) == before


def test_unused_suppressions_are_taken_out() -> None:
    before = _text("""
        from app import settings  # noqa: F401, BL301
        # backend-lint: ignore-file[BL501] -- there was one

        x = 1  # backend-lint: ignore[BL301] -- not any more
        # backend-lint: ignore[BL301] -- neither
        y = 2  # what it is  # backend-lint: ignore[BL303, BL301] -- nor this
        """)
    assert fixed(before, select=["BL001", "BL301", "BL303", "BL501"], unsafe=False) == _text("""
        from app import settings  # noqa: F401

        x = 1
        y = 2  # what it is
        """)
