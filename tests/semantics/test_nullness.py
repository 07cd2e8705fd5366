"""Lookups that may find nothing, and the places that use their result without a check."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from backend_lint.semantics.nullness import lookup_of, lookups_in, nullness, passed_none
from tests.support import function_of, project_of

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase): ...


class Item(Base):
    name = None
"""
HEAD = """
from sqlalchemy import select
from sqlalchemy.orm import Session
from models import Item
from helpers import check, follow, keep


def f(db: Session, key, flag):
"""
HELPERS = """
def check(item):
    if item is None:
        raise ValueError


def follow(item):
    return item.name


def keep(item):
    return [item]
"""


def uses(body: str) -> list[tuple[str, str]]:
    """How the results of the maybe-None lookups of a function with this body are used first: (kind, the expression's text)."""
    project = project_of({"models.py": MODELS, "helpers.py": HELPERS, "app.py": HEAD + indent(dedent(body).strip("\n"), "    ") + "\n"})
    function = function_of(project, "app.py", "f")
    facts = nullness(function)
    found = [facts.use_of(lookup) for lookup in facts.lookups if lookup.kind == "none"]
    return [(use.kind, function.module.tree.source_of(use.node)) for use in found if use is not None]


USED = {
    "an attribute": "x = db.get(Item, key)\nreturn x.name",
    "at once": "return db.query(Item).filter_by(id=key).first().name",
    "an attribute set": "x = db.get(Item, key)\nx.name = 1",
    "after the check of another": "x = db.get(Item, key)\nif flag is None:\n    return\nreturn x.name",
    "in the branch where it is missing": "x = db.get(Item, key)\nif x is None:\n    print(x.name)",
    "after a check that goes on": "x = db.get(Item, key)\nif not x:\n    print('missing')\nreturn x.name",
    "under another name": "x = db.get(Item, key)\ny = x\nreturn y.name",
    "before the check": "x = db.get(Item, key)\nn = x.name\nif x is None:\n    raise ValueError\nreturn n",
    "in a conditional expression's other branch": "x = db.get(Item, key)\nreturn 'none' if x else x.name",
    "on the second way": "x = db.get(Item, key)\nif flag and x is None:\n    print(1)\nreturn x.name",
    "in a comprehension": "x = db.get(Item, key)\nreturn [x.name for _ in range(3)]",
    "when it was looked up again": "x = db.get(Item, key)\nassert x\nx = db.get(Item, key + 1)\nreturn x.name",
    "in a loop": "for k in key:\n    x = db.get(Item, k)\n    print(x.name)",
    "in an f-string": "x = db.get(Item, key)\nreturn f'{x.name}'",
    "after an error about another": "x = db.get(Item, key)\ne = None\nif not flag:\n    e = 'no'\nif not e:\n    return x.name",
    "after an error that was forgotten": "x = db.get(Item, key)\nif x is None:\n    e = 'no'\ne = flag\nif not e:\n    return x.name",
    "with the errors of the last": "es = []\nfor k in key:\n    x = db.get(Item, k)\n    if not es:\n        print(x.name)\n"
    "    if x is None:\n        es.append(k)",
    "after a sum of others": "x = db.get(Item, key)\nn = 0\nfor k in key:\n    n += k\nif n:\n    return x.name",
    "after what only logs": "x = db.get(Item, key)\nif x is None:\n    print('no')\nelse:\n    print('yes')\nreturn x.name",
}
SAFE = {
    "returned": "return db.get(Item, key)",
    "compared": "x = db.get(Item, key)\nreturn x == key",
    "checked": "x = db.get(Item, key)\nif x is None:\n    raise ValueError\nreturn x.name",
    "checked with or": "x = db.get(Item, key)\nif not x or not x.name:\n    return None\nreturn x.name",
    "checked with and": "x = db.get(Item, key)\nreturn x and x.name",
    "a walrus": "if x := db.get(Item, key):\n    return x.name",
    "a negated walrus": "if not (x := db.get(Item, key)):\n    return\nreturn x.name",
    "a walrus that is compared": "if (x := db.get(Item, key)) is None:\n    return\nreturn x.name",
    "an assertion": "x = db.get(Item, key)\nassert x is not None\nreturn x.name",
    "a flag": "x = db.get(Item, key)\nok = x is not None\nif ok:\n    return x.name",
    "a negated flag": "x = db.get(Item, key)\nmissing = not x\nif missing:\n    return\nreturn x.name",
    "isinstance": "x = db.get(Item, key)\nif isinstance(x, Item):\n    return x.name",
    "getattr with a default": "x = db.get(Item, key)\nreturn getattr(x, 'name', None)",
    "a default": "x = db.get(Item, key) or Item()\nreturn x.name",
    "made where it is missing": "x = db.get(Item, key)\nif x is None:\n    x = Item()\nreturn x.name",
    "a while loop": "x = db.get(Item, key)\nwhile x is not None:\n    print(x.name)\n    x = db.get(Item, key)",
    "continue": "for k in key:\n    x = db.get(Item, k)\n    if x is None:\n        continue\n    print(x.name)",
    "a helper that raises": "x = db.get(Item, key)\ncheck(x)\nreturn x.name",
    "a function that is not known": "x = db.get(Item, key)\nunknown(x)\nreturn x.name",
    "an answer that is not known": "x = db.get(Item, key)\nif x is None:\n    answer_not_found()\nreturn x.name",
    "equality with something": "x = db.get(Item, key)\nif x != flag:\n    return\nreturn x.name",
    "membership of None": "x = db.get(Item, key)\nif None in (x, flag):\n    return\nreturn x.name",
    "match": "match db.get(Item, key):\n    case None:\n        return\nreturn 1",
    "a try": "x = db.get(Item, key)\ntry:\n    if x is None:\n        raise ValueError\nexcept ValueError:\n    return\nreturn x.name",
    "a strict flag": "x = db.get(Item, key)\nif x is None and flag:\n    raise ValueError\nreturn x.name",
    "not used as a record": "x = db.get(Item, key)\nreturn keep(x)",
    "a dict and a pattern": "import re\nx = {}.get(key)\ny = re.match('a', key)\nreturn x.name, y.group()",
    "deleted": "x = db.get(Item, key)\ndel x",
    "an error that tells": "x = db.get(Item, key)\ne = None\nif not x:\n    e = 'no'\nelif x.name != flag:\n    e = 'bad'\n"
    "if e is None:\n    return x.name",
    "an error that a translation tells": "x = db.get(Item, key)\ne = None\nif x:\n    e = flag\nelse:\n    e = lazy_gettext('no')\n"
    "if e:\n    return e\nreturn x.name",
    "a list of errors": "x = db.get(Item, key)\nes = []\nif x is None:\n    es.append('no')\nif not flag:\n    es.append('flag')\n"
    "if es:\n    return es\nreturn x.name",
    "a dict of errors": "x = db.get(Item, key)\nes = {}\nif x is None:\n    es['x'] = flag\nif not es:\n    return x.name",
    "a text of errors": "x = db.get(Item, key)\ne = ''\nif x is None:\n    e += 'no'\nif not e:\n    return x.name",
    "a flag that is taken back": "x = db.get(Item, key)\nok = True\nif x is None:\n    ok = False\nif ok:\n    return x.name",
}


@pytest.mark.parametrize("body", USED.values(), ids=USED)
def test_unchecked_uses_are_found(body: str) -> None:
    assert [kind for kind, _ in uses(body)] == ["attribute"]


@pytest.mark.parametrize("body", SAFE.values(), ids=SAFE)
def test_checked_and_harmless_uses_are_none(body: str) -> None:
    assert uses(body) == []


def test_kinds_of_uses() -> None:
    assert uses("x = db.get(Item, key)\nreturn x['name']") == [("item", "x")]
    assert uses("a, b = db.query(Item.name, Item.id).first()") == [("unpacking", "db.query(Item.name, Item.id).first()")]
    assert uses("x = db.get(Item, key)\nreturn dict(**x)") == [("unpacking", "x")]
    assert uses("x = db.get(Item, key)\ndb.delete(x)") == [("argument", "x")]
    assert uses("x = db.get(Item, key)\nreturn follow(x)") == [("argument", "x")]
    assert uses("x = db.get(Item, key)\nreturn getattr(x, 'name')") == [("attribute", "x")]


def test_what_functions_do_with_none() -> None:
    project = project_of({"helpers.py": HELPERS})
    assert passed_none(function_of(project, "helpers.py", "check"), "item") == ("checks", ())
    fate, steps = passed_none(function_of(project, "helpers.py", "follow"), "item")
    assert (fate, [(step.path, step.line) for step in steps]) == ("fails", [("helpers.py", 7)])
    assert passed_none(function_of(project, "helpers.py", "keep"), "item") == ("keeps", ())


REPOSITORY = """
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from models import Item


def first(db: Session, key):
    return db.query(Item).filter_by(id=key).first()


def explicit(db: Session, key):
    item = db.get(Item, key)
    if item is None:
        return None
    return item.name


def strict(db: Session, key):
    item = db.get(Item, key)
    if item is None:
        raise LookupError
    return item


def one(db: Session, key):
    return db.query(Item).filter_by(id=key).one()


def caught(db: Session, key):
    try:
        return one(db, key)
    except NoResultFound:
        return None


def through(db: Session, key):
    found = one(db, key)
    return found


def counted(db: Session):
    return db.query(Item).count()
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("first", "none"),
        ("explicit", "none"),
        ("strict", None),
        ("one", "raises"),
        ("caught", "none"),
        ("through", "raises"),
        ("counted", None),
    ],
)
def test_project_functions_that_look_up(name: str, kind: str | None) -> None:
    project = project_of({"models.py": MODELS, "repository.py": REPOSITORY})
    found = lookup_of(function_of(project, "repository.py", name))
    assert (found.kind if found is not None else None) == kind


def test_what_is_declared_to_miss() -> None:
    project = project_of(
        {
            "models.py": MODELS,
            "ports.py": """
            from typing import Optional, Protocol
            from models import Item

            class Items(Protocol):
                def get(self, key: int) -> Item | None: ...
                async def find(self, key: int) -> Optional[Item]: ...
                def make(self, key: int) -> Item | None: ...
                def get_all(self) -> list[Item]: ...
            """,
            "app.py": """
            from ports import Items

            async def f(items: Items, key: int):
                return items.get(key).name, (await items.find(key)).name, items.make(key).name, items.get_all()
            """,
        }
    )
    function = function_of(project, "app.py", "f")
    facts = nullness(function)
    assert [(lookup.name, facts.use_of(lookup) is not None) for lookup in facts.lookups] == [
        ("items.get(...)", True),
        ("items.find(...)", True),
    ]
    assert [step.message for step in facts.lookups[0].steps] == ["Items.get is declared to return None where there is nothing"]


def test_the_way_to_the_query() -> None:
    project = project_of(
        {
            "models.py": MODELS,
            "repository.py": REPOSITORY,
            "app.py": "from repository import through\n\n\ndef f(db, key):\n    return through(db, key).name\n",
        }
    )
    (lookup,) = lookups_in(function_of(project, "app.py", "f"))
    assert (lookup.kind, lookup.name, lookup.is_direct) == ("raises", "through(...)", False)
    assert lookup.raised == ("sqlalchemy.exc.NoResultFound",)
    assert [(step.line, step.message) for step in lookup.steps] == [
        (36, "through calls one(...)"),
        (25, "one calls ...one() and lets its exception out when nothing is found"),
    ]


def test_long_chains_of_calls_are_no_danger() -> None:
    count = 600
    lines = ["from sqlalchemy.orm import Session", "from models import Item", ""]
    lines += [f"def f{i}(db: Session, item):\n    return f{i + 1}(db, item)\n" for i in range(count)]
    lines += [f"def f{count}(db: Session, item):\n    return db.get(Item, item.name)\n"]
    lines += ["def start(db: Session, key):\n    item = db.get(Item, key)\n    return f0(db, item).name\n"]
    project = project_of({"models.py": MODELS, "app.py": "\n".join(lines)})
    assert len(nullness(function_of(project, "app.py", "start")).lookups) == 1
