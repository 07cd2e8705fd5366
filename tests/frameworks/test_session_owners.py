"""Who owns a session: found through parameters, constructors, dependencies and modules."""

from __future__ import annotations

import pytest

from backend_lint.frameworks.session_owners import Owner, owners
from backend_lint.semantics import effects
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

APP = """
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

Local = sessionmaker(bind=create_engine("sqlite://"))
shared = Local()
registry = scoped_session(Local)
app = FastAPI()


def careful():
    session = Local()
    try:
        yield session
    finally:
        session.close()


def careless():
    session = Local()
    yield session
    session.close()


@app.post("/a")
def by_careful(db: Session = Depends(careful)):
    db.commit()


@app.post("/b")
def by_careless(db: Session = Depends(careless)):
    db.commit()


def by_module():
    shared.commit()


def by_registry():
    registry.commit()


def by_block():
    with Local() as db:
        db.commit()


def by_plain_local():
    db = Local()
    db.commit()
    db.close()


def by_nobody(db: Session):
    db.commit()


@app.post("/c")
def gives(db: Session = Depends(careless)):
    by_caller(db)


def by_caller(db: Session):
    db.commit()


class Store:
    def __init__(self, db: Session):
        self.db = db

    def save(self):
        self.db.commit()


@app.post("/d")
def makes(db: Session = Depends(careful)):
    Store(db).save()


class Journal:
    def __init__(self):
        self.db = Local()

    def write(self):
        self.db.commit()


journal = Journal()
"""

KINDS = {
    "by_careful": ["safe"],
    "by_careless": ["leaky"],
    "by_module": ["shared"],
    "by_registry": ["unknown"],
    "by_block": ["safe"],
    "by_plain_local": ["unclosed"],
    "by_nobody": ["unknown"],
    "by_caller": ["leaky"],
    "Store.save": ["safe"],
    "Journal.write": ["shared"],
}


def _owners(name: str) -> list[Owner]:
    function = function_of(project_of({"app.py": APP}), "app.py", name)
    call = next(call for call, target in effects.calls_in(function) if "commits" in target.effects)
    assert isinstance(call.func, n.Attribute)
    return owners(call.func.value, function)


@pytest.mark.parametrize(("name", "kinds"), KINDS.items())
def test_the_kind_of_owner(name: str, kinds: list[str]) -> None:
    assert [owner.kind for owner in _owners(name)] == kinds


def test_the_way_from_the_opening_to_the_commit() -> None:
    (owner,) = _owners("by_caller")
    assert [(step.line, step.message) for step in owner.steps] == [
        (20, "careless opens it with Local()"),
        (21, "an exception of the request leaves here, past the clean-up"),
        (60, "gives passes it to by_caller"),
    ]
