"""Which functions may have an exception's text in hand: every function from which one may come, and few others."""

from __future__ import annotations

import pytest

from backend_lint_rules.exposure._origins import gives_text, holds_text
from tests.support import function_of, project_of

HELPERS = """
def told():
    try:
        work()
    except Exception as error:
        return str(error)

def logged():
    try:
        work()
    except Exception as error:
        log(error)

def silent():
    try:
        work()
    except Exception:
        return "failed"

def traced():
    return traceback.format_exc()

def first(n):
    return second(n)

def second(n):
    return first(n - 1) if n else told()

def plain(n):
    return plain(n - 1)
"""


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        pytest.param("return told()", True, id="result"),
        pytest.param("x = await told()", True, id="awaited"),
        pytest.param("log(traced())", True, id="argument"),
        pytest.param("told()", False, id="result-dropped"),
        pytest.param("await told()", False, id="awaited-result-dropped"),
        pytest.param("return logged()", False, id="nothing-returned"),
        pytest.param("return silent()", False, id="not-named"),
        pytest.param("return first(2)", True, id="circle"),
        pytest.param("return plain(2)", False, id="circle-without"),
    ],
)
def test_a_function_holds_what_the_results_it_uses_may_carry(body: str, holds: bool) -> None:
    project = project_of({"app/main.py": f"from app.helpers import *\n\nasync def run():\n    {body}\n", "app/helpers.py": HELPERS})
    assert holds_text(function_of(project, "app/main.py", "run")) is holds


@pytest.mark.parametrize("asked_first", ["first", "second"])
def test_functions_that_call_each_other_have_one_answer_whichever_is_asked_first(asked_first: str) -> None:
    project = project_of({"app/helpers.py": HELPERS})
    assert holds_text(function_of(project, "app/helpers.py", asked_first))
    assert all(gives_text(function_of(project, "app/helpers.py", name)) for name in ("first", "second"))
