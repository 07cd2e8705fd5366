"""What functions do with request data: checks, lookups, helpers, and what the user declares to validate."""

from __future__ import annotations

import pytest

from backend_lint.frameworks.input_uses import Use, passes_schema, uses_of
from backend_lint.frameworks.request_data import Datum, datum_of
from backend_lint.semantics.project import Project
from tests.support import function_of, project_of

FLASK = {
    "app/extensions.py": "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n",
    "app/models.py": """
        from app.extensions import db

        class Member(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(80))
            team_id = db.Column(db.Integer)

        class Team(db.Model):
            id = db.Column(db.Integer, primary_key=True)
        """,
    "app/checks.py": "def inspect_member(data):\n    return data\n",
}
HEAD = """
from flask import Blueprint, abort, jsonify, request

from app.checks import inspect_member
from app.extensions import db
from app.models import Member, Team

bp = Blueprint("members", __name__)


@bp.post("/members")
def add():
"""


def flask(body: str) -> Project:
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return project_of({**FLASK, "app/views.py": f"{HEAD}{lines}\n"})


def uses(body: str) -> list[Use]:
    return [use for use in uses_of(function_of(flask(body), "app/views.py", "add")) if use.kind != "filter"]


def test_a_datum_reads_back_what_it_writes() -> None:
    datum = Datum("form", "name", "sn")
    assert datum_of(datum.text) == datum
    assert datum.given() == Datum("form", "name", "s")
    assert Datum("body").taken("name").taken("first") == Datum("body", "name")


def test_keys_that_are_not_among_the_required_ones_are_raw() -> None:
    found = uses("""
data = request.get_json()
for key in ("name",):
    if key not in data:
        abort(400)
db.session.add(Member(name=data["name"], team_id=data.get("team_id")))
db.session.commit()
""")
    assert [(use.data[0].key, use.is_note) for use in found] == [("name", True), ("team_id", False)]


def test_a_key_that_was_looked_up_and_answered_for_is_checked() -> None:
    found = uses("""
team_id = request.json.get("team_id")
team = db.session.get(Team, team_id)
if team is None:
    return jsonify(error="no such team"), 404
db.session.add(Member(team_id=team_id))
db.session.commit()
""")
    assert found == []


def test_a_key_whose_row_only_decides_stays_raw() -> None:
    found = uses("""
name = request.json.get("name")
if Member.query.filter_by(name=name).first():
    return jsonify(error="taken"), 409
db.session.add(Member(name=name))
db.session.commit()
""")
    assert [(use.kind, use.data[0].key) for use in found] == [("store", "name")]


@pytest.mark.parametrize(
    "check", ["name != 'a'", "name not in ('a', 'b')", "not isinstance(name, str)", "len(name) > 80", "not name.isalpha()"]
)
def test_a_test_that_refuses_is_a_check(check: str) -> None:
    assert (
        uses(f"""
name = request.form.get("name", "")
if {check}:
    abort(400)
db.session.add(Member(name=name))
db.session.commit()
""")
        == []
    )


@pytest.mark.parametrize("check", ["name == request.form.get('again')", "name is None", "name != current"])
def test_a_test_that_says_nothing_of_the_value_is_none(check: str) -> None:
    found = uses(f"""
current = Member.query.first().name
name = request.form.get("name", "")
if {check}:
    jsonify()
db.session.add(Member(name=name))
db.session.commit()
""")
    assert [use.is_note for use in found] == [False]


def test_what_is_cut_to_a_length_is_disputed() -> None:
    found = uses("""
db.session.add(Member(name=request.form.get("name", "")[:80]))
db.session.commit()
""")
    assert [use.is_note for use in found] == [True]


def test_a_declared_validator_counts() -> None:
    body = """
data = request.get_json()
inspect_member(data)
db.session.add(Member(name=data["name"]))
db.session.commit()
"""
    assert uses(body) != []
    project = flask(body)
    project.names["validators"] = frozenset({"app.checks.inspect_member"})
    assert uses_of(function_of(project, "app/views.py", "add")) == []


def test_a_dict_that_a_called_function_makes_into_a_model_has_passed_a_schema() -> None:
    project = project_of(
        {
            "app/making.py": """
            from pydantic import BaseModel

            class Settings(BaseModel):
                name: str

            def made(values):
                return Settings(**{key: value for key, value in values.items() if key != "id"})
            """,
            "app/main.py": """
            from fastapi import FastAPI

            from app.making import made

            app = FastAPI()

            @app.patch("/settings")
            def change(data: dict):
                return made({"name": "x", **data})

            @app.put("/settings")
            def replace(data: dict):
                return {"name": data["name"]}
            """,
        }
    )
    assert passes_schema(function_of(project, "app/main.py", "change"), "data")
    assert not passes_schema(function_of(project, "app/main.py", "replace"), "data")


def test_a_failure_that_the_caller_of_a_helper_catches_is_none() -> None:
    project = project_of(
        {
            "app/paging.py": """
            from flask import request

            def page():
                return int(request.args["page"])

            def size():
                return int(request.args["size"])
            """,
            "app/views.py": """
            from flask import Blueprint, jsonify

            from app.paging import page, size

            bp = Blueprint("a", __name__)

            @bp.get("/a")
            def a():
                try:
                    return jsonify(page=page())
                except ValueError:
                    return "", 400

            @bp.get("/b")
            def b():
                return jsonify(size=size())
            """,
        }
    )
    assert uses_of(function_of(project, "app/paging.py", "page")) == []
    assert [use.kind for use in uses_of(function_of(project, "app/paging.py", "size"))] == ["convert"]


def test_middleware_and_error_handlers_are_left_alone() -> None:
    project = project_of(
        {
            "app/main.py": """
            from fastapi import FastAPI, Request

            app = FastAPI()

            @app.middleware("http")
            async def trace(request: Request, call_next):
                request.state.depth = int(request.headers["X-Depth"])
                return await call_next(request)
            """,
        }
    )
    assert uses_of(function_of(project, "app/main.py", "trace")) == []
