"""What the exposure rules ask beyond their fixtures: the user's own names, traces, one finding for one place."""

from __future__ import annotations

from backend_lint.findings.model import Severity
from backend_lint_rules.exposure._findings import exposures_in
from tests.support import lint, project_of

VENDOR = """
    from flask import Blueprint
    from vendor.answers import wrap

    bp = Blueprint("x", __name__)

    @bp.get("/x")
    def x():
        try:
            open("/srv/x").close()
        except OSError as error:
            return wrap(str(error))
        return "fine"
"""


def test_a_response_helper_that_the_user_declares_shows_what_it_gets() -> None:
    project = project_of({"app.py": VENDOR})
    assert exposures_in(project.module("app.py")) == []
    project = project_of({"app.py": VENDOR})
    project.names["response-helpers"] = frozenset({"vendor.answers.wrap"})
    assert [exposure.sink for exposure in exposures_in(project.module("app.py"))] == ["`wrap`"]


CHAIN = {
    "app.py": (
        "from fastapi import FastAPI\nfrom service import load\n\napp = FastAPI()\n\n\n@app.get('/x')\ndef x():\n"
        "    text = load('x')\n    return {'text': text}\n"
    ),
    "service.py": (
        "from store import read\n\n\ndef load(name):\n    return read(name)\n"
    ),
    "store.py": (
        "def read(name):\n    try:\n        return open(name).read()\n    except OSError as error:\n        return f'failed: {error}'\n"
    ),
}  # fmt: skip


def test_the_trace_leads_from_the_except_to_the_answer() -> None:
    result = lint(CHAIN, select=["BL301"])
    (finding,) = result.findings
    assert (finding.path, finding.line, finding.function, finding.framework) == ("app.py", 10, "x", "fastapi")
    assert [(step.path, step.line) for step in finding.trace] == [("store.py", 4), ("service.py", 5), ("app.py", 9)]


def test_a_status_of_the_server_makes_a_domain_error_clear() -> None:
    text = (
        "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n"
        "def check(x):\n    if not x:\n        raise ValueError('no x')\n\n\n"
        "@app.get('/x')\ndef x(x: str):\n    try:\n        check(x)\n    except ValueError as error:\n"
        "        raise HTTPException({status}, detail=str(error))\n"
    )
    severities = {}
    for status in ("400", "500", "status.HTTP_502_BAD_GATEWAY"):
        result = lint({"app.py": text.format(status=status)}, select=["BL301"], pedantic=True)
        severities[status] = [finding.severity for finding in result.findings]
    assert severities == {"400": [Severity.NOTE], "500": [Severity.ERROR], "status.HTTP_502_BAD_GATEWAY": [Severity.ERROR]}


def test_functions_that_call_each_other_in_a_circle_come_to_an_end() -> None:
    text = (
        "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
        "def a(x):\n    try:\n        return b(x)\n    except Exception as e:\n        return str(e)\n\n\n"
        "def b(x):\n    return a(x)\n\n\n@app.get('/x')\ndef x():\n    return jsonify(a(1))\n"
    )
    result = lint({"app.py": text}, select=["exposure"])
    assert result.problems == []
    assert [finding.line for finding in result.findings] == [19]


def test_making_json_leaves_a_domain_error_the_projects_own() -> None:
    text = (
        "import json\nfrom flask import Blueprint, flash\n\nbp = Blueprint('x', __name__)\n\n\n"
        "def check(x):\n    if not x:\n        raise ValueError('no x')\n    return x\n\n\n"
        "@bp.post('/<x>')\ndef x(x):\n    try:\n        found = check(x)\n        return {answer}\n"
        "    except ValueError as error:\n        flash(str(error))\n        return 'no', 400\n"
    )
    assert lint({"app.py": text.replace("{answer}", "json.dumps({'x': found})")}, select=["BL301"]).findings == []
    assert [f.line for f in lint({"app.py": text.replace("{answer}", "json.loads(found)")}, select=["BL301"]).findings] == [19]


def test_a_refusal_is_the_systems_around_files_and_the_projects_around_its_own_raise() -> None:
    text = (
        "import os\nfrom flask import Blueprint\n\nbp = Blueprint('x', __name__)\n\n\n"
        "def check(x):\n    if not x:\n        raise PermissionError('not yours')\n\n\n"
        "@bp.post('/<x>')\ndef x(x):\n    try:\n        {call}\n    except PermissionError as error:\n        return str(error), 403\n"
        "    return 'done'\n"
    )
    assert [f.line for f in lint({"app.py": text.replace("{call}", "os.makedirs('/srv/books')")}, select=["BL301"]).findings] == [17]
    assert lint({"app.py": text.replace("{call}", "check(x)")}, select=["BL301"]).findings == []
