"""What breaks a session, under which name others know it, and what is done with it next."""

from __future__ import annotations

import pytest

from backend_lint.semantics import effects
from backend_lint.semantics.broken import after, onward
from backend_lint.semantics.held import inner_key, key_of, outer_key
from backend_lint.semantics.project import Function
from backend_lint.semantics.rollbacks import failures, is_protected, may_catch, names_database_error
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

DATABASE = """
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

engine = create_engine("sqlite://")
Local = sessionmaker(bind=engine)
shared = Local()
registry = scoped_session(Local)
"""

KEYS = """
from app import database
from app.database import registry, shared as ours
from sqlalchemy.orm import Session


class Store:
    def __init__(self, session: Session):
        self.session = session

    def save(self, row):
        self.session.add(row)
        self.session.commit()


def direct(db: Session):
    db.commit()


def alias(self):
    session = self.session
    session.commit()


def imported():
    ours.commit()


def by_module():
    database.shared.commit()


def current():
    registry().commit()


def of_a_call(make):
    make(1).commit()


def of_an_object(db: Session):
    store = Store(db)
    store.session.commit()
"""


def _keys() -> dict[str, str | None]:
    project = project_of({"app/__init__.py": "", "app/database.py": DATABASE, "app/keys.py": KEYS})
    found = {}
    for name in ("direct", "alias", "imported", "by_module", "current", "of_a_call", "of_an_object"):
        function = function_of(project, "app/keys.py", name)
        call = next(call for call, _ in effects.calls_in(function) if isinstance(call.func, n.Attribute) and call.func.attr == "commit")
        assert isinstance(call.func, n.Attribute)
        found[name] = key_of(call.func.value, function.module, function)
    return found


def test_keys_follow_aliases_and_imports_to_where_a_name_is_bound() -> None:
    assert _keys() == {
        "direct": "db",
        "alias": "self.session",
        "imported": "app.database:shared",
        "by_module": "app.database:shared",
        "current": "app.database:registry",
        "of_a_call": None,
        "of_an_object": "db",
    }


CALLS = """
from sqlalchemy.orm import Session


class Store:
    def __init__(self, session: Session):
        self.session = session

    def save(self):
        self.session.commit()


def store(db: Session):
    db.commit()


def by_argument(session: Session):
    store(session)


def by_object(session: Session):
    kept = Store(session)
    kept.save()
"""


@pytest.mark.parametrize(
    ("caller", "last", "outer", "inner"), [("by_argument", "store", "session", "db"), ("by_object", "save", "session", "self.session")]
)
def test_keys_change_with_the_function(caller: str, last: str, outer: str, inner: str) -> None:
    function = function_of(project_of({"calls.py": CALLS}), "calls.py", caller)
    call, target = next((call, target) for call, target in effects.calls_in(function) if (target.name or "").endswith(last))
    assert inner_key(outer, call, target, function) == inner
    assert outer_key(inner, call, target, function) == outer
    assert inner_key("something.else", call, target, function) is None


FAILURES = """
import psycopg2
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session


def helper(db: Session):
    db.flush()


def careful(db: Session):
    try:
        db.flush()
    except IntegrityError:
        db.rollback()
        raise


def nested(db: Session):
    with db.begin_nested():
        db.flush()


def direct(db: Session):
    db.add(1)
    db.commit()


def through(db: Session):
    helper(db)


def protected(db: Session):
    careful(db)
    nested(db)


def cursor():
    connection = psycopg2.connect("")
    cursor = connection.cursor()
    cursor.execute("SELECT 1")


def own():
    with Session() as session:
        session.commit()


def clauses(db: Session):
    try:
        db.commit()
    except NoResultFound:
        pass
    except IntegrityError:
        pass
    except ValueError:
        pass
    except Exception:
        pass
"""


def _function(text: str, name: str) -> Function:
    return function_of(project_of({"app.py": text}), "app.py", name)


@pytest.mark.parametrize(
    ("name", "keys"),
    [("direct", ["db"]), ("through", ["db"]), ("protected", []), ("cursor", ["connection"]), ("own", ["session"])],
)
def test_failures_are_those_that_break_a_session_the_function_knows(name: str, keys: list[str]) -> None:
    function = _function(FAILURES, name)
    assert [failure.key for failure in failures(function.node.body, function)] == keys


def test_a_failure_in_a_callee_leads_to_the_statement() -> None:
    function = _function(FAILURES, "through")
    (failure,) = failures(function.node.body, function)
    assert [(step.line, step.message.split()[0]) for step in failure.steps] == [(29, "through"), (7, "helper")]


def test_protection_is_what_stands_around_the_call() -> None:
    own = _function(FAILURES, "own")
    (inside,) = failures(own.node.body, own)
    assert is_protected(inside.call, inside.key, inside.raised, own)
    direct = _function(FAILURES, "direct")
    (bare,) = failures(direct.node.body, direct)
    assert not is_protected(bare.call, bare.key, bare.raised, direct)


def test_clauses_take_a_base_or_a_subclass_but_no_lookup_error() -> None:
    function = _function(FAILURES, "clauses")
    statement = next(node for node in n.walk_scope(function.node.body) if isinstance(node, n.Try))
    raised = ("sqlalchemy.exc.SQLAlchemyError",)
    assert [may_catch(clause, raised, function) for clause in statement.handlers] == [False, True, False, True]
    assert [names_database_error(clause, function) for clause in statement.handlers] == [True, True, True, False]


NEXT = """
from sqlalchemy.orm import Session


def rolls_back(db: Session):
    db.rollback()


def reads(db: Session):
    db.query(1).all()


def tries(db: Session):
    try:
        db.commit()
    except Exception:
        db.rollback()


def {name}(db: Session, rows, flag):
{body}
"""

#: What follows an `except` clause, and what it does with the session: uses it, cleans it, or leaves it.
WAYS = {
    "pass": "left",
    "db.rollback()": "cleaned",
    "db.close()": "cleaned",
    "rolls_back(db)": "cleaned",
    "reads(db)": "used",
    "tries(db)": "cleaned",
    "db.add(1)": "left",
    "db.commit()": "used",
    "raise": "gone",
    "return": "left",
    "db = Session()": "cleaned",
    "if db.is_active: db.rollback()": "cleaned",
    "if flag: db.commit()": "used",
    "for row in rows: db.execute(row)": "used",
}


@pytest.mark.parametrize(("clause", "fate"), WAYS.items(), ids=lambda value: str(value))
def test_the_clause_itself(clause: str, fate: str) -> None:
    function = _function(NEXT.format(name="run", body=f"    try:\n        db.commit()\n    except Exception:\n        {clause}"), "run")
    statement = next(node for node in n.walk_scope(function.node.body) if isinstance(node, n.Try))
    assert _fate(onward(statement.handlers[0], "db", function)) == fate


AFTER = {
    "    for row in rows:\n        try:\n            db.commit()\n        except Exception:\n            continue\n": "used",
    "    for row in rows:\n        try:\n            db.commit()\n        except Exception:\n            break\n": "left",
    "    for db in rows:\n        try:\n            db.commit()\n        except Exception:\n            pass\n": "cleaned",
    "    try:\n        db.commit()\n    except Exception:\n        pass\n    finally:\n        db.close()\n    reads(db)\n": "cleaned",
    "    try:\n        db.commit()\n    except Exception:\n        pass\n    reads(db)\n": "used",
    "    with Session() as db:\n        try:\n            db.commit()\n        except Exception: pass\n    reads(db)\n": "cleaned",
    "    if flag:\n        try:\n            db.commit()\n        except Exception:\n            return\n    reads(db)\n": "left",
}


@pytest.mark.parametrize(("body", "fate"), AFTER.items())
def test_what_follows_the_statement(body: str, fate: str) -> None:
    function = _function(NEXT.format(name="run", body=body), "run")
    statement = next(node for node in n.walk_scope(function.node.body) if isinstance(node, n.Try))
    assert _fate(onward(statement.handlers[0], "db", function)) == fate


def test_what_follows_a_call() -> None:
    function = _function(NEXT.format(name="run", body="    tries(db)\n    reads(db)\n"), "run")
    first, second = (call for call, _ in effects.calls_in(function))
    found = after(first.start, "db", function)
    assert found.use is not None
    assert found.use.call is second
    assert [step.message for step in found.use.steps] == ["run calls reads", "reads calls sqlalchemy.orm.Session.query"]


def _fate(found: object) -> str:
    from backend_lint.semantics.broken import Scan

    assert isinstance(found, Scan)
    if found.use is not None:
        return "used"
    if found.is_cleaned:
        return "cleaned"
    return "left" if found.falls or found.returns else "gone"
