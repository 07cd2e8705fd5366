"""Who takes care of an exception, on which way."""

from __future__ import annotations

import pytest

from backend_lint.frameworks.handling import Catch
from tests.frameworks.handled import handling

SERVICE = """
    import contextlib
    import functools

    import tenacity
    from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

    from app.db import query

    def shown(function):
        @functools.wraps(function)
        def wrapper(*args):
            try:
                return function(*args)
            except SQLAlchemyError:
                return None
        return wrapper

    def logged(function):
        def wrapper(*args):
            try:
                return function(*args)
            except SQLAlchemyError:
                print("oh")
                raise
        return wrapper

    @contextlib.contextmanager
    def turned():
        try:
            yield
        except SQLAlchemyError as error:
            raise RuntimeError from error

    class Unit:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            return kind is not None

    class Timer:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            print("done")

    def plain():
        return query()

    def by_base():
        try:
            return query()
        except DBAPIError:
            return None

    def by_another():
        try:
            return query()
        except IntegrityError:
            return None

    def by_anything():
        try:
            return query()
        except:
            return None

    def in_else():
        try:
            pass
        except SQLAlchemyError:
            return None
        else:
            return query()

    def raised_again():
        try:
            return query()
        except SQLAlchemyError:
            print("oh")
            raise

    def unknown_class():
        try:
            return query()
        except settings.ERRORS:
            return None

    def suppressed():
        with contextlib.suppress(SQLAlchemyError):
            return query()

    def in_context():
        with turned():
            return query()

    def in_unit():
        with Unit():
            return query()

    def in_timer():
        with Timer():
            return query()

    @shown
    def decorated():
        return query()

    @logged
    def decorated_in_vain():
        return query()

    @tenacity.retry(stop=tenacity.stop_after_attempt(3))
    def tried_again():
        return query()

    def tried_in_a_loop():
        for attempt in tenacity.Retrying():
            with attempt:
                return query()
"""


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("plain", None),
        ("by_base", "try"),
        ("by_another", None),
        ("by_anything", "try"),
        ("in_else", None),
        ("raised_again", None),
        ("unknown_class", "try"),
        ("suppressed", "suppress"),
        ("in_context", "try"),
        ("in_unit", "suppress"),
        ("in_timer", None),
        ("decorated", "decorator"),
        ("decorated_in_vain", None),
        ("tried_again", "retry"),
        ("tried_in_a_loop", "retry"),
    ],
)
def test_code_around_the_call(function: str, kind: str | None) -> None:
    found = handling({"app/service.py": SERVICE, "app/db.py": "def query(): ..."}, f"app/service.py:{function}")
    assert found.is_handled is (kind is not None)
    assert [catch.kind for catch in found.catches] == ([kind] if kind else [])


CALLERS = {
    "app/db.py": "def query(): ...",
    "app/service.py": """
        from app.db import query

        def load():
            return query()

        def also():
            return query()
    """,
    "app/routes.py": """
        from fastapi import APIRouter
        from sqlalchemy.exc import SQLAlchemyError

        from app.service import also, load

        router = APIRouter()

        @router.get("/careful")
        def careful():
            try:
                return [load(), also()]
            except SQLAlchemyError:
                return []

        @router.get("/careless")
        def careless():
            return load()
    """,
}


def test_one_open_way_of_two_is_enough() -> None:
    found = handling(CALLERS, "app/service.py:load")
    assert not found.is_handled
    assert found.root is not None
    assert found.root.qualname == "careless"
    assert [(step.path, step.line, step.message) for step in found.open_way] == [("app/routes.py", 17, "careless calls load")]


def test_all_callers_catch() -> None:
    found = handling(CALLERS, "app/service.py:also")
    assert found.is_handled
    assert [catch.classes for catch in found.catches] == [("sqlalchemy.exc.SQLAlchemyError",)]


def test_what_tests_do_is_no_way_in() -> None:
    files = {**CALLERS, "tests/test_service.py": "from app.service import also\n\ndef test_it():\n    assert also()\n"}
    assert handling(files, "app/service.py:also").is_handled


def test_function_handed_to_one_that_calls_it_in_a_try() -> None:
    files = {
        "app/db.py": "def query(): ...",
        "app/work.py": """
            from sqlalchemy.exc import SQLAlchemyError

            from app.db import query

            def safely(job):
                try:
                    return job()
                except SQLAlchemyError:
                    return None

            def job():
                return query()

            def main():
                safely(job)
        """,
    }
    found = handling(files, "app/work.py:job")
    assert found.is_handled
    assert [catch.kind for catch in found.catches] == ["callback"]


FASTAPI = """
    from fastapi import Depends, FastAPI
    from sqlalchemy.exc import SQLAlchemyError

    from app.db import query

    app = FastAPI()

    {extra}

    @app.get("/")
    def index({parameters}):
        return query()
"""
HANDLER = """
    @app.exception_handler(SQLAlchemyError)
    def on_error(request, exc):
        return None
"""
CATCH_ALL = """
    @app.exception_handler(Exception)
    def on_error(request, exc):
        return None
"""
OTHER = """
    @app.exception_handler(ValueError)
    def on_error(request, exc):
        return None
"""
MIDDLEWARE = """
    @app.middleware("http")
    async def guard(request, call_next):
        try:
            return await call_next(request)
        except SQLAlchemyError:
            return None
"""
PASSING = """
    @app.middleware("http")
    async def guard(request, call_next):
        return await call_next(request)
"""
DEPENDENCY = """
    def unit():
        try:
            yield 1
        except SQLAlchemyError as error:
            raise RuntimeError from error
"""
CLOSING = """
    def unit():
        try:
            yield 1
        finally:
            print("closed")
"""


@pytest.mark.parametrize(
    ("extra", "parameters", "kind"),
    [
        (HANDLER, "", "error-handler"),
        (CATCH_ALL, "", "error-handler"),
        (OTHER, "", None),
        (MIDDLEWARE, "", "middleware"),
        (PASSING, "", None),
        (DEPENDENCY, "work=Depends(unit)", "dependency"),
        (CLOSING, "work=Depends(unit)", None),
    ],
)
def test_what_fastapi_was_told(extra: str, parameters: str, kind: str | None) -> None:
    source = FASTAPI.format(extra=extra.strip("\n").lstrip(), parameters=parameters)
    found = handling({"app/main.py": source, "app/db.py": "def query(): ..."}, "app/main.py:index")
    assert [catch.kind for catch in found.catches] == ([kind] if kind else [])
    assert found.is_handled is (kind is not None)


def test_asker_refuses_what_answers_500() -> None:
    def exact(catch: Catch) -> bool:
        return not catch.is_broad

    source = FASTAPI.format(extra=CATCH_ALL.strip("\n").lstrip(), parameters="")
    found = handling({"app/main.py": source, "app/db.py": "def query(): ..."}, "app/main.py:index", accept=exact)
    assert not found.is_handled


BASES = """
    from flask import Flask
    from sqlalchemy.exc import SQLAlchemyError
    from app.db import query

    class Page:
        def answer(self):
            try:
                self.load()
            except SQLAlchemyError:
                return 503
            self.show()

        def load(self):
            pass

        def show(self):
            pass

    class Named:
        def load(self):
            query()

    class Own(Page):
        def load(self):
            query()

        def show(self):
            query()

    class Mixed(Named, Page):
        pass

    class Wrapped(Own):
        def load(self):
            super().load()
            Own.load(self)

    app = Flask(__name__)

    @app.get("/own")
    def own():
        return Own().answer()
"""


@pytest.mark.parametrize(
    ("method", "is_handled"), [("Own.load", True), ("Named.load", True), ("Own.show", False)], ids=["subclass", "mixin", "elsewhere"]
)
def test_what_a_base_class_catches_around_the_methods_it_calls(method: str, is_handled: bool) -> None:
    found = handling({"app/db.py": "def query(): ...", "app/pages.py": BASES}, f"app/pages.py:{method}")
    assert found.is_handled is is_handled
    if not is_handled:
        assert [step.message for step in found.open_way] == ["own calls Page.answer", "Page.answer calls Own.show"]
