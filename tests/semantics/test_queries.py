"""What a query asks for: whether it always gives a row, and by which values it picks one."""

from __future__ import annotations

import pytest

from backend_lint.semantics.nullness import lookups_in
from backend_lint.semantics.queries import keys_of
from tests.support import function_of, project_of

SOURCE = """
import sqlite3
from django.db import models
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Session

class Base(DeclarativeBase): ...
class Item(Base): ...
class Row(models.Model): ...

def f(db: Session, cursor: sqlite3.Cursor, conn: sqlite3.Connection, key, other):
    {body}
"""


def lookups(body: str) -> list[list[str]]:
    """The keys, as text, of each lookup in a function with this body."""
    project = project_of({"app.py": SOURCE.format(body=body.replace("\n", "\n    "))})
    function = function_of(project, "app.py", "f")
    return [[function.module.tree.source_of(key) for key in keys_of(lookup.call, function)] for lookup in lookups_in(function)]


@pytest.mark.parametrize(
    "body",
    [
        "db.execute(select(func.count()).select_from(Item)).scalar_one()",
        "db.query(func.max(Item.id)).one()",
        "total = func.count().label('n')\ndb.execute(select(total)).first()",
        "db.execute(insert(Item).values(id=1).returning(Item)).scalar_one()",
        "db.execute(text('SELECT count(*) FROM item')).fetchone()",
        "cursor.execute('SELECT max(id) FROM item')\ncursor.fetchone()",
        "cursor.execute('INSERT INTO item VALUES (1) RETURNING id')\ncursor.fetchone()",
        "conn.execute('SELECT exists(SELECT 1 FROM item)').fetchone()",
        "cursor.execute('SELECT 1')\ncursor.fetchone()",
        "cursor.execute(key)\ncursor.fetchone()",
    ],
)
def test_queries_that_always_give_a_row_are_no_lookups(body: str) -> None:
    assert lookups(body) == []


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("db.get(Item, key)", ["Item", "key"]),
        ("db.query(Item).filter_by(id=key).first()", ["key"]),
        ("db.query(Item).filter(Item.id == key, Item.name == other).one()", ["key", "other"]),
        ("db.execute(select(Item).where(Item.id == key)).scalar_one()", ["key"]),
        ("query = select(Item).where(Item.id == key)\ndb.execute(query).scalars().first()", ["key"]),
        ("db.query(func.count()).group_by(Item.id).filter(Item.id == key).first()", ["key"]),
        ("Row.objects.get(pk=key)", ["key"]),
        ("Row.objects.filter(pk=key).exclude(name=other).first()", ["other", "key"]),
        ("Row.objects.first()", []),
        ("cursor.execute('SELECT * FROM item WHERE id = ?', (key,))\ncursor.fetchone()", ["key"]),
        ("conn.execute(f'SELECT * FROM item WHERE id = {key}').fetchone()", ["key"]),
        ("cursor.execute('SELECT a, count(*) FROM item WHERE b = ? GROUP BY a', [other])\ncursor.fetchone()", ["other"]),
    ],
)
def test_keys(body: str, keys: list[str]) -> None:
    assert lookups(body) == [keys]
