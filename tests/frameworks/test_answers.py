"""The status and the body of what handlers return."""

from __future__ import annotations

import pytest

from backend_lint import frameworks
from backend_lint.frameworks.answers import Answer, answers_of, returns_of
from backend_lint.frameworks.payloads import failure_in
from backend_lint.frameworks.statuses import Scope, raised_status
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

HEADS = {
    "flask": (
        "from http import HTTPStatus\n"
        "from flask import Flask, Response, jsonify, make_response, redirect, render_template, send_file\n"
        "import answers\n"
        "app = Flask(__name__)\n"
        "@app.post('/')\n"
        "def f(key):\n"
    ),
    "fastapi": (
        "from fastapi import FastAPI, Response, status\n"
        "from fastapi.responses import FileResponse, JSONResponse, RedirectResponse\n"
        "from pydantic import BaseModel\n"
        "import answers\n"
        "app = FastAPI()\n"
        "class Outcome(BaseModel):\n"
        "    success: bool\n"
        "@app.post('/', status_code=201)\n"
        "def f(key: int):\n"
    ),
    "drf": (
        "from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse\n"
        "from django.shortcuts import render\n"
        "from rest_framework import status\n"
        "from rest_framework.decorators import api_view\n"
        "from rest_framework.response import Response\n"
        "import answers\n"
        "@api_view(['POST'])\n"
        "def f(request, key):\n"
    ),
    "ninja": "from ninja import NinjaAPI\napi = NinjaAPI()\n@api.post('/')\ndef f(request, key: int):\n",
}
HELPERS = (
    "from flask import jsonify\n"
    "from fastapi.responses import JSONResponse\n"
    "from rest_framework.response import Response\n"
    "BAD = 400\n"
    "def flask_bad(message, status=200):\n"
    "    return jsonify(error=message), status\n"
    "def fastapi_bad(message, status=BAD):\n"
    "    return JSONResponse({'error': message}, status)\n"
    "def drf_any(ok=True, **more):\n"
    "    return Response({'success': ok, **more}, status=more['status'])\n"
)


def handler(kind: str, body: str) -> Function:
    files = {"app.py": HEADS[kind] + "".join(f"    {line}\n" for line in body.splitlines()), "answers.py": HELPERS}
    return function_of(project_of(files), "app.py", "f")


def answers(kind: str, body: str) -> list[Answer]:
    function = handler(kind, body)
    found = frameworks.handler_of(function)
    assert found is not None
    scope = Scope(function.module, function)
    return [answer for returned in returns_of(function) for answer in answers_of(returned.value, scope, found)]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("flask", "return jsonify(a=1)", 200),
        ("flask", "return {'a': 1}, 404", 404),
        ("flask", "return jsonify(a=1), HTTPStatus.NOT_FOUND", 404),
        ("flask", "return jsonify(a=1), HTTPStatus.NOT_FOUND.value", 404),
        ("flask", "return {'a': 1}, {'X-A': '1'}", 200),
        ("flask", "return {'a': 1}, 400, {'X-A': '1'}", 400),
        ("flask", "code = 409\nreturn jsonify(a=1), code", 409),
        ("flask", "return jsonify(a=1), key", None),
        ("flask", "return jsonify(a=1), 400 if key else 404", 400),
        ("flask", "return jsonify(a=1), 200 if key else 404", None),
        ("flask", "r = jsonify(a=1)\nr.status_code = 410\nreturn r", 410),
        ("flask", "r = jsonify(a=1)\nif key:\n    r.status_code = 410\nreturn r", None),
        ("flask", "return make_response(jsonify(a=1), 400)", 400),
        ("flask", "return make_response({'a': 1})", 200),
        ("flask", "return make_response(({'a': 1}, 400))", 400),
        ("flask", "return Response('a', 404)", 404),
        ("flask", "return Response('a', status='404 Not Found')", 404),
        ("flask", "return redirect('/')", 302),
        ("flask", "return render_template('a.html')", 200),
        ("flask", "return render_template('a.html'), 404", 404),
        ("flask", "return send_file('a')", None),
        ("drf", "return render(request, 'a.html')", 200),
        ("drf", "return render(request, 'a.html', {'a': 1})", 200),
        ("drf", "return render(request, 'a.html', {'a': 1}, None, 404)", 404),
        ("drf", "return render(request, 'a.html', status=404)", 404),
        ("flask", "return answers.flask_bad('a')", 200),
        ("flask", "return answers.flask_bad('a', 400)", 400),
        ("flask", "return answers.flask_bad('a', status=key)", None),
        ("fastapi", "return {'a': 1}", 201),
        ("fastapi", "return Outcome(success=False)", 201),
        ("fastapi", "return JSONResponse({'a': 1})", 200),
        ("fastapi", "return JSONResponse({'a': 1}, status.HTTP_404_NOT_FOUND)", 404),
        ("fastapi", "return JSONResponse(status_code=422, content={'a': 1})", 422),
        ("fastapi", "return RedirectResponse('/')", 307),
        ("fastapi", "return FileResponse('a')", None),
        ("fastapi", "return answers.fastapi_bad('a')", 400),
        ("fastapi", "return answers.fastapi_bad('a', 200)", 200),
        ("drf", "return Response({'a': 1})", 200),
        ("drf", "return Response({'a': 1}, status.HTTP_400_BAD_REQUEST)", 400),
        ("drf", "return Response({'a': 1}, status_code=400)", None),
        ("drf", "return JsonResponse({'a': 1}, status=404)", 404),
        ("drf", "return HttpResponseBadRequest('a')", 400),
        ("drf", "return answers.drf_any(ok=False)", None),
        ("ninja", "return {'a': 1}", 200),
        ("ninja", "return 404, {'a': 1}", 404),
    ],
)
def test_status(kind: str, body: str, status: int | None) -> None:
    assert [answer.status for answer in answers(kind, body)] == [status]


def test_both_branches_of_a_conditional_are_answers() -> None:
    found = answers("flask", "return jsonify(a=1) if key else (jsonify(b=1), 404)")
    assert [answer.status for answer in found] == [200, 404]


@pytest.mark.parametrize("body", ["return key", "return answers.unknown(key)", "return key.show()", "return None"])
def test_nothing_is_known_of_other_results(body: str) -> None:
    assert answers("flask", body) == []


def test_a_dict_is_no_answer_of_django() -> None:
    assert answers("drf", "return {'a': 1}") == []


def test_a_response_parameter_may_have_set_the_status() -> None:
    files = {
        "app.py": (
            "from fastapi import FastAPI, Response\n"
            "app = FastAPI()\n"
            "@app.get('/')\n"
            "def f(key: int, response: Response):\n"
            "    response.status_code = 404\n"
            "    return {'error': 'none'}\n"
        )
    }
    function = function_of(project_of(files), "app.py", "f")
    found = answers_of(returns_of(function)[0].value, Scope(function.module, function), frameworks.handler_of(function))
    assert [answer.status for answer in found] == [None]


def test_the_way_through_a_helper_is_told() -> None:
    (answer,) = answers("flask", "return answers.flask_bad('a')")
    assert [(step.path, step.line, step.message) for step in answer.steps] == [
        ("app.py", 7, "flask_bad makes the answer"),
        ("answers.py", 6, "its status is 200"),
    ]


@pytest.mark.parametrize(
    ("kind", "body", "sign"),
    [
        ("flask", "return jsonify(error='none')", 'an `"error"`'),
        ("flask", "return jsonify({'success': False})", '`"success": False`'),
        ("flask", "return jsonify(ok=0, data=None)", '`"ok": 0`'),
        ("flask", "return {'status': 'fail', 'message': 'a'}", '`"status": "fail"`'),
        ("flask", "return {'status': False}", '`"status": False`'),
        ("flask", "return {'code': 404, 'message': 'a'}", '`"code": 404`'),
        ("flask", "return {'status_code': '400'}", '`"status_code": "400"`'),
        ("flask", "try:\n    go()\nexcept E as e:\n    return {'error': e.message}", 'an `"error"`'),
        ("flask", "return {'error': f'none {key}'}", 'an `"error"`'),
        ("flask", "return {'message': 'User not found'}", 'a failure as its `"message"`'),
        ("flask", "return 'Invalid token'", "a failure as its text"),
        ("flask", "r = {'a': 1}\nr['success'] = False\nreturn r", '`"success": False`'),
        ("flask", "r = dict(error='none')\nreturn jsonify(r)", 'an `"error"`'),
        ("flask", 'return Response(\'{"status": "fail"}\')', "a failure written as JSON"),
        ("flask", "return answers.flask_bad('none')", 'an `"error"`'),
        ("fastapi", "return Outcome(success=False)", '`"success": False`'),
        ("drf", "return Response(form.errors)", "what validation found wrong"),
    ],
)
def test_bodies_that_tell_a_failure(kind: str, body: str, sign: str) -> None:
    found = [failure for answer in answers(kind, body) if (failure := failure_in(answer)) is not None]
    assert [failure.sign for failure in found] == [sign]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("flask", "return jsonify(a=1)"),
        ("flask", "return jsonify(error=None)"),
        ("flask", "return jsonify(error='', success=True)"),
        ("flask", "return {'success': True, 'errors': ['a']}"),
        ("flask", "return {'status': 'success', 'error': 'a'}"),
        ("flask", "return {'status': 'running', 'error': 'a'}"),
        ("flask", "return {'job': key, 'status': 'failed'}"),
        ("flask", "return {'errors': [], 'done': 3}"),
        ("flask", "return {'errors': key, 'done': 3}"),
        ("flask", "return {'error': 'a', **key}"),
        ("flask", "return {'jsonrpc': '2.0', 'error': 'a'}"),
        ("flask", "return {'data': None, 'errors': ['a']}"),
        ("flask", "return {'message': 'Saved'}"),
        ("flask", "return {'message': 'Invalid', 'rows': key}"),
        ("flask", "return 'OK (not found)'"),
        ("flask", "return '<p>Invalid token</p>'"),
        ("flask", "r = {'success': False}\nif key:\n    r['success'] = key\nreturn r"),
        ("flask", "return render_template('a.html', error='a')"),
        ("drf", "return Response({'valid': False})"),
        ("drf", "return answers.drf_any(ok=True)"),
    ],
)
def test_bodies_that_tell_none(kind: str, body: str) -> None:
    assert [failure_in(answer) for answer in answers(kind, body)] == [None]


@pytest.mark.parametrize(
    ("head", "raised", "status"),
    [
        ("from fastapi import HTTPException", "HTTPException(404)", (404,)),
        ("from fastapi import HTTPException", "HTTPException(status_code=key)", (None,)),
        ("from werkzeug.exceptions import NotFound", "NotFound", (404,)),
        ("from rest_framework.exceptions import ValidationError", "ValidationError({'a': 1})", (400,)),
        ("from django.http import Http404", "Http404('none')", (404,)),
        ("from ninja.errors import HttpError", "HttpError(409, 'a')", (409,)),
        ("", "ValueError('a')", None),
        ("from app.errors import E", "E()", None),
    ],
)
def test_status_of_what_is_raised(head: str, raised: str, status: tuple[int | None] | None) -> None:
    function = function_of(project_of({"app.py": f"{head}\ndef f(key):\n    raise {raised}\n"}), "app.py", "f")
    statement = function.node.body[0]
    assert isinstance(statement, n.Raise)
    assert statement.exc is not None
    assert raised_status(statement.exc, Scope(function.module, function)) == status


def test_a_project_error_has_the_status_of_its_class() -> None:
    source = (
        "from rest_framework.exceptions import APIException\nclass Held(APIException):\n    status_code = 409\ndef f():\n    raise Held()\n"
    )
    function = function_of(project_of({"app.py": source}), "app.py", "f")
    statement = function.node.body[0]
    assert isinstance(statement, n.Raise)
    assert statement.exc is not None
    assert raised_status(statement.exc, Scope(function.module, function)) == (409,)
