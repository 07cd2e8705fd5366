"""How requests get to functions and to the construction of objects."""

from __future__ import annotations

from backend_lint.frameworks import reach
from tests.support import function_of, project_of

ROUTES = """
    from functools import lru_cache

    from fastapi import Depends, FastAPI

    from app.services import Mailer, cached, deep, kept, offline

    app = FastAPI()
    mailer = Mailer()

    @app.get("/")
    def index() -> int:
        return deep() + cached() + kept()

    def startup() -> None:
        offline()
"""
SERVICES = """
    from functools import lru_cache

    _kept = None

    class Mailer:
        def __init__(self) -> None:
            self.client = build()

    class Sender:
        def __init__(self) -> None:
            self.client = build()

    def build() -> int:
        return 1

    def deep() -> int:
        return deeper()

    def deeper() -> int:
        Sender()
        return 2

    @lru_cache
    def cached() -> int:
        return below_cache()

    def below_cache() -> int:
        return 3

    def kept() -> int:
        global _kept
        _kept = below_global()
        return _kept

    def below_global() -> int:
        return 4

    def offline() -> int:
        return 5
"""


def _project():  # type: ignore[no-untyped-def]
    return project_of({"app/__init__.py": "", "app/routes.py": ROUTES, "app/services.py": SERVICES})


def test_steps_lead_from_the_handler() -> None:
    found = reach.reach_of(function_of(_project(), "app/services.py", "deeper"))
    assert found is not None
    assert found.handler.qualname == "index"
    assert [step.message for step in found.steps] == ["index calls deep", "deep calls deeper"]


def test_what_is_made_once_ends_the_search() -> None:
    project = _project()
    for name in ("below_cache", "below_global", "offline"):
        assert reach.reach_of(function_of(project, "app/services.py", name)) is None


def test_objects_made_on_the_way_of_a_request() -> None:
    project = _project()
    classes = {cls.qualname: cls for cls in project.module("app/services.py").classes}
    found = reach.constructed_per_request(classes["Sender"])
    assert found is not None
    assert found.handler.qualname == "index"
    assert reach.constructed_per_request(classes["Mailer"]) is None
