"""What is read and written, and which places exclude each other."""

from __future__ import annotations

import pytest

from backend_lint.semantics import persistence
from backend_lint.source.parse import parse
from tests.support import function_of, project_of

MODELS = """
    from sqlalchemy.orm import DeclarativeBase


    class Base(DeclarativeBase): ...
    class User(Base): ...
    class Order(Base): ...
"""
DJANGO = """
    from django.db import models


    class User(models.Model): ...
"""
HEAD = "import requests\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\nfrom app.models import Order, User\n"


def accessed(body: str, models: str = MODELS, **others: str) -> list[str]:
    """The accesses of `run` in short: kind, the model's last name, and `through` for a callee's."""
    files = {"app/__init__.py": "", "app/models.py": models, "app/main.py": (HEAD if models is MODELS else "") + body}
    project = project_of({**files, **{f"app/{stem}.py": text for stem, text in others.items()}})
    return [
        " ".join(part for part in (a.kind, (a.subject or "?").rpartition(".")[2], "" if a.is_direct else "through") if part)
        for a in persistence.accesses(function_of(project, "app/main.py", "run"))
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def run(db: Session):\n    db.add(User())\n    db.commit()", ["write User", "commit ?"]),
        ("def run(db: Session):\n    user = User()\n    user.name = 'a'\n    db.add(user)", ["write User"]),
        ("def run(db: Session, user: User):\n    user.name = 'a'\n    db.commit()", ["change User", "commit ?"]),
        ("def run(db: Session):\n    user = db.get(User, 1)\n    user.name = 'a'", ["read User", "change User"]),
        ("def run(db: Session):\n    return db.query(Order).filter(Order.id == 1).first()", ["read Order"]),
        ("def run(db: Session):\n    requests.post('https://example.org')\n    db.rollback()", ["outbound ?", "rollback ?"]),
        ("def save(db: Session): db.add(Order())\ndef run(db: Session): save(db)", ["write Order through"]),
        ("def run(thing):\n    thing.name = 'a'\n    thing.save()", []),
    ],
)
def test_accesses(body: str, expected: list[str]) -> None:
    assert accessed(body) == expected


def test_django_writes_only_what_is_saved() -> None:
    body = "from app.models import User\ndef run(user: User):\n    user.name = 'a'\n    user.save()\n    User.objects.create(name='b')"
    assert accessed(body, DJANGO) == ["write User", "write User"]


def test_a_repository_writes_its_model() -> None:
    repository = """
        from typing import Generic, TypeVar
        from sqlalchemy.orm import Session

        T = TypeVar("T")


        class Repository(Generic[T]):
            def __init__(self, db: Session): self.db = db

            def add(self, item):
                self.db.add(item)
    """
    body = "from app.repo import Repository\nclass Users(Repository[User]): ...\ndef run(users: Users, item):\n    users.add(item)"
    assert accessed(body, repo=repository) == ["write User through"]


BRANCHES = """
def run(x):
    if x:
        A
    else:
        B
    if y:
        C
        return
    D
    try:
        E
    except ValueError:
        F
    except KeyError:
        G
        raise
    H
    match x:
        case 1:
            I
        case 2:
            J
"""


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("AB", True),
        ("BA", True),
        ("AC", False),
        ("CD", True),
        ("EF", False),
        ("FG", True),
        ("GH", True),
        ("FH", False),
        ("IJ", True),
        ("HI", False),
    ],
)
def test_is_exclusive(pair: str, expected: bool) -> None:
    tree = parse("a.py", BRANCHES.encode())
    body = tree.body[0].body  # type: ignore[attr-defined]  # the sample is one function
    left, right = (BRANCHES.index(f" {letter}\n") + 1 for letter in pair)
    assert persistence.is_exclusive(body, left, right) is expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("return", True),
        ("raise ValueError", True),
        ("x", False),
        ("if x:\n    return", False),
        ("if x:\n    return\nelse:\n    raise", True),
        ("with x:\n    return", True),
        ("try:\n    return\nexcept E:\n    x", False),
        ("try:\n    return\nexcept E:\n    raise", True),
        ("try:\n    x\nexcept E:\n    raise\nelse:\n    return", True),
        ("try:\n    x\nfinally:\n    return", True),
        ("for x in y:\n    return", False),
        ("abort()", True),
    ],
)
def test_leaves(block: str, expected: bool) -> None:
    assert persistence.leaves(parse("a.py", f"{block}\n".encode()).body, ends=lambda call: True) is expected


def test_an_empty_block_falls_through() -> None:
    assert not persistence.leaves([])
