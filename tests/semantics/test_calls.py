"""Which argument fills which parameter, and what a statement does."""

from __future__ import annotations

import pytest

from backend_lint.semantics.calls import argument, bind, callee, never_returns, sql_text, statement_kind
from backend_lint.semantics.memo import Answer
from backend_lint.semantics.project import Function, Project
from backend_lint.source import nodes as n
from tests.support import function_of, project_of


def call_in(function: Function, name: str = "") -> n.Call:
    """The first call in a function, of the callee so spelled if a name is given."""
    source = function.module.tree.source_of
    return next(node for node in n.walk_scope(function.node.body) if isinstance(node, n.Call) and name in ("", source(node.func)))


@pytest.mark.parametrize(
    ("signature", "given", "expected"),
    [
        ("a, b", "1, 2", {"a": "1", "b": "2"}),
        ("a, b", "b=1, a=2", {"a": "2", "b": "1"}),
        ("a, b=0", "1", {"a": "1"}),
        ("a, /, b, *, c", "1, 2, c=3", {"a": "1", "b": "2", "c": "3"}),
        ("a, *rest", "1, 2, 3", {"a": "1", "rest": "2"}),
        ("a, **more", "1, x=2", {"a": "1", "more": "x=2"}),
        ("a", "1, 2, x=3", {"a": "1"}),
        ("a, b, c", "1, *rest, c=2", {"a": "1", "c": "2"}),
        ("a, b", "**given", {}),
        ("a, **more", "**given", {"more": "**given"}),
    ],
)
def test_arguments_are_bound_as_python_does(signature: str, given: str, expected: dict[str, str]) -> None:
    project = project_of({"a.py": f"def f({signature}): ...\ndef run(): f({given})"})
    found = bind(call_in(function_of(project, "a.py", "run")), function_of(project, "a.py", "f"))
    source = project.module("a.py").tree.source_of
    shown = {"x=2", "**given"}
    assert {name: source(a) if source(a) in shown else source(a.value) for name, a in found.items()} == expected


@pytest.mark.parametrize(
    ("decorator", "signature", "made", "expected"),
    [
        ("", "self, a", "C().f(1)", {"a": "1"}),
        ("@classmethod", "cls, a", "C.f(1)", {"a": "1"}),
        ("@staticmethod", "a, b", "C.f(1, 2)", {"a": "1", "b": "2"}),
    ],
)
def test_methods_leave_out_what_they_are_called_on(decorator: str, signature: str, made: str, expected: dict[str, str]) -> None:
    project = project_of({"a.py": f"class C:\n    {decorator or 'pass'}\n    def f({signature}): ...\ndef run(): {made}"})
    run = function_of(project, "a.py", "run")
    call = next(c for c in n.walk_scope(run.node.body) if isinstance(c, n.Call) and c.args)
    target = callee(call, run.module, run)
    assert target.function is function_of(project, "a.py", "C.f")
    assert {name: run.module.tree.source_of(a.value) for name, a in bind(call, target.function).items()} == expected


def test_calling_a_class_runs_its_constructor_and_an_instance_its_call() -> None:
    project = project_of(
        {
            "a.py": "class C:\n    def __init__(self, a): ...\n    def __call__(self, b): ...",
            "b.py": "from a import C\ndef make(): C(1)\ndef use(c: C): c(2)",
        }
    )
    make, use = function_of(project, "b.py", "make"), function_of(project, "b.py", "use")
    made, used = callee(call_in(make), make.module, make), callee(call_in(use), use.module, use)
    assert (made.function, used.function) == (function_of(project, "a.py", "C.__init__"), function_of(project, "a.py", "C.__call__"))
    assert made.constructs is not None
    assert used.constructs is None


def test_argument_prefers_the_keyword_and_does_not_count_past_a_star() -> None:
    project = project_of({"a.py": "def run(): f(1, *two, 3, k=4)"})
    call = call_in(function_of(project, "a.py", "run"))
    source = project.module("a.py").tree.source_of
    found = [argument(call, 0), argument(call, 0, "k"), argument(call, 1), argument(call, 2), argument(call, None, "z")]
    assert [source(e) if e is not None else None for e in found] == ["1", "4", None, None, None]


STATEMENTS = """
    from sqlalchemy import delete, insert, select, text, update
    from app.queries import REMOVE
    from app import queries
    from app.models import User

    SELECT = "SELECT 1"


    def run(session, table, user):
        query = "  insert into users values (1)"
        session.execute({expr})
"""


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("'SELECT 1'", "reads"),
        ("'\\n   UPDATE users SET a = 1'", "writes"),
        ("'WITH x AS (SELECT 1) DELETE FROM users'", "writes"),
        ("'WITH x AS (SELECT 1) SELECT * FROM x'", "reads"),
        ("'CREATE TABLE x (a int)'", "other"),
        ("'SET search_path TO x'", "other"),
        ("text('delete from users')", "writes"),
        ("f'DELETE FROM {table}'", "writes"),
        ("f'{table}'", None),
        ("'DELETE FROM ' + table", "writes"),
        ("'DELETE FROM %s' % table", "writes"),
        ("'DELETE FROM {}'.format(table)", "writes"),
        ("query", "writes"),
        ("SELECT", "reads"),
        ("REMOVE", "writes"),
        ("queries.REMOVE", "writes"),
        ("insert(User)", "writes"),
        ("update(User).where(User.id == 1).values(name='a')", "writes"),
        ("delete(User)", "writes"),
        ("select(User).order_by(User.id)", "reads"),
        ("table", None),
        ("unknown()", None),
    ],
)
def test_statement_kind(expr: str, expected: str | None) -> None:
    project = project_of(
        {
            "app/main.py": STATEMENTS.replace("{expr}", expr),
            "app/queries.py": "REMOVE = 'delete from users'",
            "app/models.py": "from sqlalchemy.orm import DeclarativeBase\nclass User(DeclarativeBase): ...",
        }
    )
    run = function_of(project, "app/main.py", "run")
    assert statement_kind(call_in(run, "session.execute").args[0].value, run.module, run) == expected


@pytest.mark.parametrize("body", ["q = q", "q = q + 'a'", "a = b\n    b = a\n    q = a"])
def test_sql_text_that_leads_to_itself_ends(body: str) -> None:
    project = project_of({"a.py": f"def run():\n    {body}\n    execute(q)"})
    run = function_of(project, "a.py", "run")
    assert sql_text(call_in(run, "execute").args[0].value, run.module, run) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise ValueError", True),
        ("log()\n    raise ValueError", True),
        ("if x: return 1\n    raise ValueError", False),
        ("if x: raise ValueError", False),
        ("fail()", False),
        ("abort(404)", True),
        ("yield 1\n    raise ValueError", False),
    ],
)
def test_a_call_that_never_comes_back(body: str, expected: bool) -> None:
    project: Project = project_of({"a.py": f"from flask import abort\ndef fail():\n    {body}\ndef run():\n    fail()"})
    run = function_of(project, "a.py", "run")
    assert never_returns(call_in(run), run.module, run) is expected


def test_what_a_call_calls_rests_on_the_same_files_whoever_asks_first() -> None:
    project = project_of(
        {"db.py": "from pool import connect", "pool.py": "def connect(): ...", "a.py": "from db import connect\ndef run(): connect()"}
    )
    run = function_of(project, "a.py", "run")
    call = call_in(run)
    first, rests = project.memo.apart(lambda: callee(call, run.module, run))
    assert first.function is function_of(project, "pool.py", "connect")
    assert project.memo.apart(lambda: callee(call, run.module, run)) == (first, rests)
    assert project.memo.apart(lambda: [project.find(path) for path in ("db.py", "pool.py")])[1] & ~rests == 0


def test_what_a_call_calls_is_not_kept_while_a_question_is_open() -> None:
    """In the midst of a question a callee may be unknown only because that question is not answered yet."""
    project = project_of({"a.py": "def connect(): ...\ndef run(): connect()"})
    run = function_of(project, "a.py", "run")
    call = call_in(run)
    values, memo = run.module.values, project.memo
    known = values[id(call.func)] = Answer(None, 0, 0)
    memo.begin(known, None)

    def meanwhile() -> None:
        assert callee(call, run.module, run).function is None

    memo.work_out(meanwhile, known)
    del values[id(call.func)]
    assert callee(call, run.module, run).function is function_of(project, "a.py", "connect")
