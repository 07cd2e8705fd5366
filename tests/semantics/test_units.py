from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend_lint.semantics import unit_blocks, units
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]

    def close(self) -> None:
        self.status = "closed"


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def pairs(body: str, more: Mapping[str, str] | None = None) -> list[tuple[int, int]]:
    """The lines, from that of `def` on, of the events that follow each other in `work`."""
    lines = ["from models import Line, Order, Session", "def work(db: Session, orders: list[Order], flag: bool):", *body.splitlines()]
    project = project_of({"models.py": MODELS, "work.py": "\n".join(lines), **(more or {})})
    function = function_of(project, "work.py", "work")
    found = {
        (function.module.line(pair.first.node) - 2, function.module.line(pair.second.node) - 2)
        for pair in units.of_function(function).pairs
    }
    return sorted(found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("    db.add(Order())\n    db.commit()\n    db.add(Line())\n    db.commit()", [(2, 4)], id="two"),
        pytest.param("    db.add(Order())\n    db.add(Line())\n    db.commit()", [], id="one"),
        pytest.param("    db.add(Order())\n    db.commit()\n    db.commit()", [], id="nothing left to commit"),
        pytest.param("    db.add(Order())\n    db.commit()\n    db.add(Line())\n    db.rollback()\n    db.commit()", [], id="dropped"),
        pytest.param("    for order in orders:\n        order.status = 'x'\n        db.commit()", [(3, 3)], id="loop"),
        pytest.param(
            "    if flag:\n        db.add(Order())\n        db.commit()\n        return\n    db.add(Line())\n    db.commit()",
            [],
            id="early return",
        ),
        pytest.param(
            "    if flag:\n        db.add(Order())\n        db.commit()\n    if not flag:\n        db.add(Line())\n        db.commit()",
            [],
            id="the same condition",
        ),
        pytest.param(
            "    try:\n        db.add(Order())\n        db.commit()\n    finally:\n        db.add(Line())\n        db.commit()",
            [(3, 6)],
            id="finally",
        ),
        pytest.param(
            "    with db.begin():\n        db.add(Order())\n    with db.begin():\n        db.add(Line())\n        return 1",
            [(1, 3)],
            id="blocks",
        ),
        pytest.param(
            "    with db.begin():\n        db.add(Order())\n        with db.begin_nested():\n            db.add(Line())", [], id="nested"
        ),
        pytest.param("    orders[0].close()\n    db.commit()\n    db.add(Line())\n    db.commit()", [(2, 4)], id="a row's own method"),
        pytest.param(
            "    while flag:\n        db.add(Order())\n        if flag:\n            break\n        db.commit()", [(5, 5)], id="break"
        ),
        pytest.param(
            "    match flag:\n        case True:\n            db.add(Order())\n            db.commit()\n"
            "        case _:\n            db.add(Line())\n            db.commit()",
            [],
            id="cases",
        ),
        pytest.param("    later = lambda: db.commit()\n    db.add(Order())\n    db.commit()", [], id="a lambda that nobody calls"),
    ],
)
def test_what_follows_on_a_path(body: str, expected: list[tuple[int, int]]) -> None:
    assert pairs(body) == expected


STORE = """
from models import Line, Order, Session

def save(db: Session, order: Order, commit: bool = True) -> Order:
    db.add(order)
    if commit:
        db.commit()
    return order

def own(order: Order, db: Session | None = None) -> None:
    if db is None:
        from models import Session as make
        db = make()
        db.add(order)
        db.commit()
    else:
        db.add(order)

def schedule(db: Session) -> None:
    db.add(Line())

def get_first(db: Session) -> Order:
    order = db.get(Order, 1)
    if order is None:
        order = Order()
        db.add(order)
        db.commit()
    return order

def again(db: Session, depth: int) -> None:
    db.add(Line())
    db.commit()
    if depth:
        again(db, depth - 1)
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("    store.save(db, Order())\n    store.save(db, Order())", [(2, 3)], id="both commit"),
        pytest.param("    store.save(db, Order(), commit=False)\n    store.save(db, Order())", [], id="told not to"),
        pytest.param("    store.own(Order(), db)\n    store.save(db, Order())", [], id="with the caller's session"),
        pytest.param(
            "    store.schedule(db)\n    db.commit()\n    store.schedule(db)\n    db.commit()", [(3, 5)], id="scheduled in a callee"
        ),
        pytest.param("    store.get_first(db)\n    store.save(db, Order())", [], id="a lookup's by-product"),
        pytest.param("    store.again(db, 3)\n    store.save(db, Order())", [(2, 3)], id="calls itself"),
    ],
)
def test_callees(body: str, expected: list[tuple[int, int]]) -> None:
    assert pairs(f"    import store\n{body}", {"store.py": STORE}) == expected


def test_a_call_leads_to_its_commit() -> None:
    project = project_of(
        {"models.py": MODELS, "store.py": STORE, "work.py": "import store\ndef work(db, order):\n    store.save(db, order)\n"}
    )
    (event,) = units.of_function(function_of(project, "work.py", "work")).lasting
    assert event.is_transaction
    assert [(step.path, step.line, step.message) for step in event.steps] == [
        ("work.py", 3, "work calls save"),
        ("store.py", 6, "save commits"),
    ]
    assert [(write.action, write.row) for write in event.writes] == [("update", "order")]


BLOCKS = """
from contextlib import contextmanager
from django.db import transaction
from models import Session

@contextmanager
def scope():
    session = Session()
    try:
        yield session
        session.commit()
    finally:
        session.close()

@contextmanager
def atomic_scope():
    with transaction.atomic():
        yield

@contextmanager
def reading():
    session = Session()
    yield session
    session.close()

class Unit:
    def __enter__(self):
        self.session = Session()
        return self

    def __exit__(self, *error):
        self.session.commit()

class Plain:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.session = None

def inside(db: Session):
    with {expr}:
        pass
"""


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("transaction.atomic()", "atomic"),
        ("db.begin()", "atomic"),
        ("db.begin_nested()", "savepoint"),
        ("scope()", "commits"),
        ("atomic_scope()", "atomic"),
        ("reading()", None),
        ("Unit()", "commits"),
        ("Plain()", None),
        ("open('x')", None),
    ],
)
def test_blocks(expr: str, expected: str | None) -> None:
    project = project_of({"models.py": MODELS, "blocks.py": BLOCKS.replace("{expr}", expr)})
    function = function_of(project, "blocks.py", "inside")
    (block,) = [node for node in n.walk_scope(function.node.body) if isinstance(node, n.With)]
    assert unit_blocks.block_of(block.items[0].value, function, is_async=False) == expected


DECORATORS = """
import functools
from django.db import transaction
from tortoise.transactions import atomic
from models import Session

def held(function):
    @functools.wraps(function)
    def wrapper(*args):
        with transaction.atomic():
            return function(*args)
    return wrapper

class Committing:
    def __call__(self, function):
        def wrapper(*args):
            result = function(*args)
            Session().commit()
            return result
        return wrapper

def logged(function):
    def wrapper(*args):
        print(args)
        return function(*args)
    return wrapper

@{decorator}
def work():
    pass
"""


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("transaction.atomic", "atomic"),
        ("transaction.atomic(using='other')", "atomic"),
        ("atomic()", "atomic"),
        ("held", "atomic"),
        ("Committing()", "commits"),
        ("logged", None),
        ("transaction.non_atomic_requests", None),
    ],
)
def test_decorators(decorator: str, expected: str | None) -> None:
    project = project_of({"models.py": MODELS, "work.py": DECORATORS.replace("{decorator}", decorator)})
    assert unit_blocks.decorated(function_of(project, "work.py", "work")) == expected
