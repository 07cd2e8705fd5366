"""The table of routes as people and programs read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files as package_files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.insight.model import Fact, Place, Route, RouteInput, RouteTable
from backend_lint.insight.routes import route_table
from backend_lint.report import routes, routes_json
from backend_lint.report.output import Output
from tests.insight.projects import DJANGO, FASTAPI, FLASK
from tests.support import project_of

SCHEMA = json.loads((package_files("backend_lint.report") / "schema" / "routes-1.schema.json").read_text(encoding="utf-8"))
FILES = {**FASTAPI, **FLASK, **DJANGO}


def table(files: Mapping[str, str] = FILES, *, everything: bool = False) -> RouteTable:
    project = project_of(files)
    return route_table(project, project.files, everything=everything)


def text(found: RouteTable, *, width: int = 80, color: bool = False, details: bool = False, quiet: bool = False) -> str:
    written: list[str] = []
    output = Output(write=written.append, read=lambda path: "", width=width, color=color, quiet=quiet)
    routes.render(found, output, details=details)
    return "".join(written)


class TestText:
    @pytest.mark.parametrize("width", [60, 80, 100, 160])
    @pytest.mark.parametrize("details", [False, True])
    def test_no_line_is_too_long(self, width: int, details: bool) -> None:
        if details:
            # A path of the project is never broken.
            lines = text(table(), width=width, details=True).splitlines()
            assert all(len(line) <= width or len(line.split()) <= 2 or line.startswith("  ") for line in lines)
        else:
            assert max(map(len, text(table(), width=width).splitlines())) <= width

    def test_routes_stand_below_their_file(self) -> None:
        lines = text(table(FASTAPI)).splitlines()
        assert lines[0] == "app/routers/orders.py  (fastapi)"
        assert re.match(r" +POST +/api/orders +create:14 +payload +writes,$", lines[1])
        wide = text(table(FASTAPI), width=120).splitlines()
        assert any(
            re.match(r" +PUT +/api/orders/\{order_id\} +replace:22 +order_id, !payload +reads, writes, commits$", line) for line in wide
        )
        assert "!payload" in text(table(FASTAPI))

    def test_the_last_lines_say_what_to_look_at(self) -> None:
        assert text(table(FASTAPI)).splitlines()[-3:] == [
            "3 routes to 3 handlers (fastapi).",
            "! marks what is used unchecked, in 1 route.",
            "1 route BLOCKS the event loop.",
        ]
        assert "routes to" not in text(table(FASTAPI), quiet=True)
        assert text(RouteTable()) == "No routes found.\n"

    def test_details_hold_the_whole_proof(self) -> None:
        told = " ".join(text(table(FASTAPI), details=True).split())
        assert 'because decorator @router.post("") (app/routers/orders.py:13)' in told
        assert 'mounted app.include_router(orders.router, prefix="/api") (app/main.py:6)' in told
        assert "needs get_db as db (app/database.py:7)" in told
        assert "takes payload: dict (body, NOT validated)" in told
        assert "database SQLAlchemy: reads Order; writes Order" in told
        assert "blocks the event loop: requests.get, rate calls fetch_rate (app/routers/orders.py:19)" in told

    def test_hostile_texts_are_escaped(self) -> None:
        evil = "\x1b[2J‮"
        route = Route(
            methods=("GET",),
            path=f"/{evil}",
            kind="request",
            framework="flask",
            function=f"f{evil}",
            place=Place(f"a{evil}.py", 1),
            is_async=False,
            why=Fact(text=evil),
            inputs=(RouteInput(name=evil, source="body", type=evil, is_validated=False),),
            decorators=(evil,),
        )
        for details in (False, True):
            told = text(RouteTable(routes=(route,), frameworks=("flask",)), details=details)
            assert "\x1b" not in told
            assert "‮" not in told


class TestJson:
    @pytest.mark.parametrize("files", [FASTAPI, FLASK, DJANGO, {"a.py": "def ("}], ids=["fastapi", "flask", "django", "broken"])
    def test_the_schema_holds(self, files: Mapping[str, str]) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        written: list[str] = []
        routes_json.render(table(files, everything=True), Output(write=written.append, read=lambda path: ""))
        data = json.loads("".join(written))
        jsonschema.Draft202012Validator(SCHEMA).validate(data)
        assert data["summary"]["routes"] == len(data["routes"])
        for route in data["routes"]:
            # The schema asks for every key that is written.
            assert set(route) == set(SCHEMA["$defs"]["route"]["required"])

    def test_a_route_a_line(self) -> None:
        written: list[str] = []
        found = table(FASTAPI)
        routes_json.render(found, Output(write=written.append, read=lambda path: "", display=lambda path: f"x/{path}"))
        lines = "".join(written).splitlines()
        assert len(lines) == len(found.routes) + 2
        assert json.loads(lines[1].rstrip(","))["path"] == "x/app/routers/orders.py"


@given(text=st.text(alphabet="abc_./:{}", max_size=60), width=st.integers(min_value=1, max_value=30))
def test_breaking_loses_nothing(text: str, width: int) -> None:
    lines = routes.broken(text, width).split("\n")
    assert "".join(lines) == text
    assert all(len(line) <= width for line in lines)
