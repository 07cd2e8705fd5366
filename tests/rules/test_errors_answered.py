"""What the findings about swallowed failures and wrong statuses say, and the way they show."""

from __future__ import annotations

from tests.support import lint

HEAD = "from fastapi import APIRouter, HTTPException\nimport service\nrouter = APIRouter()\n"


def told(files: dict[str, str], code: str) -> list[tuple[int, str, list[tuple[str, int, str]]]]:
    """Line, message and trace (path, line, message) of each finding."""
    result = lint(files, select=[code], pedantic=True)
    assert result.problems == []
    return [(f.line, f.message, [(step.path, step.line, step.message) for step in f.trace]) for f in result.findings]


def test_an_error_lost_through_a_called_function_shows_the_raise_and_the_except() -> None:
    files = {
        "app.py": HEAD
        + "@router.get('/')\ndef f(key: int):\n    try:\n        return service.find(key)\n    except Exception as e:\n"
        + "        raise HTTPException(500) from e\n",
        "service.py": "from fastapi import HTTPException\ndef find(key):\n    if not key:\n        raise HTTPException(404)\n",
    }
    assert told(files, "BL611") == [
        (
            7,
            "the answer of `find` never gets out: `except Exception` catches it and answers 500",
            [("service.py", 4, "find raises HTTPException"), ("app.py", 8, "`except Exception` catches every error of the `try`")],
        )
    ]


def test_a_body_made_by_a_service_shows_where() -> None:
    files = {
        "app.py": HEAD + "@router.get('/')\nasync def f(key: int):\n    return await service.find(key)\n",
        "service.py": "async def find(key):\n    if not key:\n        return {'error': 'no such key'}\n    return {'key': key}\n",
    }
    assert told(files, "BL614") == [
        (
            6,
            'the answer says an `"error"` and has the status 200',
            [("app.py", 6, "find makes the answer"), ("service.py", 3, "the status is 200")],
        )
    ]


def test_one_finding_names_the_status_that_hides_all_failures() -> None:
    files = {
        "app.py": HEAD
        + "import httpx\n@router.get('/')\ndef f(key: int):\n    try:\n        return httpx.get('https://a.b').json()\n"
        + "    except Exception:\n        raise HTTPException(status_code=404)\n",
    }
    assert told(files, "BL611") == [(9, "`except Exception` answers every failure with 404, and nothing is logged", [])]


def test_tests_migrations_and_scripts_are_passed_by() -> None:
    source = "def f():\n    try:\n        g()\n    except:\n        pass\n"
    assert told({"tests/test_app.py": source, "app/migrations/0001_initial.py": source, "scripts/fill.py": source}, "BL611") == []


def test_json_that_a_flask_view_writes_itself_is_an_answer_like_any_other() -> None:
    view = (
        "import json\nfrom flask import Blueprint\nbp = Blueprint('shop', __name__)\n\n\n"
        "@bp.post('/swap')\ndef swap():\n    try:\n        service.swap()\n    except OSError:\n"
        "        log.exception('swap')\n        return json.dumps({{'success': False}}){status}\n"
        "    return json.dumps({{'success': True}})\n"
    )
    sign = 'the answer says `"success": False` and has the status 200'
    assert told({"app.py": view.format(status="")}, "BL614") == [(12, sign, [])]
    assert told({"app.py": view.format(status=", 500")}, "BL614") == []
