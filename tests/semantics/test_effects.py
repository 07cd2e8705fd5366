"""What functions do, with what the functions they call do."""

from __future__ import annotations

import pytest

from backend_lint.semantics import effects
from tests.support import function_of, project_of

HEAD = """
import requests
from sqlalchemy.orm import Session
"""


def effects_of(body: str, qualname: str = "run") -> set[str]:
    """The effects, of those that matter to transactions, of a function in a file with this body."""
    project = project_of({"a.py": HEAD + body})
    return set(effects.of_function(function_of(project, "a.py", qualname)).all) & {"reads", "writes", "commits", "outbound", "rolls-back"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("def run(db: Session): db.commit()", {"commits"}, id="own"),
        pytest.param("def run(db: Session): inner(db)\ndef inner(db: Session): db.commit()", {"commits"}, id="callee"),
        pytest.param("def run(): unknown().commit()", set(), id="unknown"),
        pytest.param("def run():\n    def inner(): requests.get('x')\n    return inner", set(), id="nested-function-not-called"),
        pytest.param("def run():\n    def inner(): requests.get('x')\n    inner()", {"outbound"}, id="nested-function-called"),
        pytest.param("def run(n): run(n - 1)\n    ", set(), id="recursion"),
        pytest.param(
            "def run(db: Session): other(db)\ndef other(db: Session):\n    db.commit()\n    run(db)", {"commits"}, id="mutual-recursion"
        ),
        pytest.param("def run(db: Session): gen(db)\ndef gen(db: Session):\n    db.commit()\n    yield 1", set(), id="generator-deferred"),
        pytest.param("def run(db: Session):\n    db.execute('DELETE FROM users')", {"writes"}, id="sql-writes"),
        pytest.param("def run(db: Session):\n    db.execute('CREATE TABLE x (y int)')", set(), id="sql-other"),
    ],
)
def test_functions(body: str, expected: set[str]) -> None:
    assert effects_of(body) == expected


METHODS = """
class Base:
    def __init__(self, db: Session):
        self.db = db

    def save(self):
        self.db.commit()


class Child(Base):
    def save(self):
        super().save()

    def twice(self):
        self.save()

    @classmethod
    def make(cls, db: Session):
        return cls(db)


class Quiet(Base):
    def save(self):
        pass


class Eager:
    def __init__(self):
        requests.get("https://example.org")


def child(c: Child): c.twice()
def quiet(q: Quiet): q.save()
def eager(): Eager()
def made(db: Session): Child.make(db).save()
"""


@pytest.mark.parametrize(
    ("qualname", "expected"),
    [
        ("Base.save", {"commits"}),
        ("Child.save", {"commits"}),
        ("child", {"commits"}),
        ("quiet", set()),
        ("eager", {"outbound"}),
        ("made", {"commits"}),
    ],
)
def test_methods_and_super(qualname: str, expected: set[str]) -> None:
    assert effects_of(METHODS, qualname) == expected


@pytest.mark.parametrize("first", ["a", "b", "c"])
def test_functions_in_a_circle_have_the_same_effects_whoever_is_asked_first(first: str) -> None:
    body = "def a(db: Session): b(db)\ndef b(db: Session): c(db)\ndef c(db: Session):\n    db.commit()\n    a(db)"
    project = project_of({"a.py": HEAD + body})
    effects.of_function(function_of(project, "a.py", first))
    assert all("commits" in effects.of_function(function_of(project, "a.py", name)) for name in "abc")


def test_a_long_chain_of_calls_is_followed_to_its_end() -> None:
    chain = "".join(f"def f{i}(db: Session): f{i + 1}(db)\n" for i in range(1500))
    assert effects_of(chain + "def f1500(db: Session): db.commit()\n", "f0") == {"commits"}


def test_an_origin_leads_to_the_call() -> None:
    project = project_of(
        {
            "app/crud.py": HEAD + "def save(db: Session):\n    db.commit()",
            "app/main.py": "from app.crud import save\ndef run(db):\n    save(db)",
        }
    )
    origin = effects.of_function(function_of(project, "app/main.py", "run")).all["commits"]
    assert (origin.module.path, origin.name) == ("app/main.py", "sqlalchemy.orm.Session.commit")
    assert [(step.path, step.line) for step in origin.steps] == [("app/main.py", 3), ("app/crud.py", 4)]


def test_callers_are_found_across_files_and_not_by_name_alone() -> None:
    project = project_of(
        {
            "app/crud.py": "def save(): ...",
            "app/main.py": "from app.crud import save\nfrom other import save as unrelated\ndef one(): save()\ndef two(): unrelated()",
            "app/more.py": "from app import crud\ndef three(): crud.save()\ndef four(x): x.save()",
        }
    )
    found = {caller.name for caller, _ in effects.callers(function_of(project, "app/crud.py", "save"))}
    assert found == {"app.main.one", "app.more.three"}
