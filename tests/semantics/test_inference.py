"""What expressions stand for, within a file and across files."""

from __future__ import annotations

import pytest

from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n
from tests.support import project_of

DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session, sessionmaker

    SessionLocal = sessionmaker(bind=create_engine("sqlite://"))


    def get_session():
        session = SessionLocal()
        try:
            yield session
        finally:
            session.close()
"""
SESSION = "instance sqlalchemy.orm.Session"


def said(value: Value | None) -> str:
    """A value in short: its kind, name and type arguments."""
    if value is None:
        return "unknown"
    inside = f"[{', '.join(argument.name for argument in value.args)}]" if value.args else ""
    return f"{value.kind} {value.name}{inside}"


def revealed(files: dict[str, str], path: str = "app/main.py") -> list[str]:
    """What inference says of the argument of each `reveal(...)` in a file, in source order."""
    project = project_of(files)
    module = project.module(path)
    return [
        said(project.inference.value(node.args[0].value, module, module.function_at(node.start)))
        for node in sorted(n.walk(module.tree.body), key=lambda node: node.start)
        if isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id == "reveal"
    ]


def one(body: str, **others: str) -> str:
    """What `reveal` of `app/main.py` shows, given other files of the package by their stems."""
    files = {"app/__init__.py": "", "app/main.py": body, **{f"app/{stem}.py": text for stem, text in others.items()}}
    (found,) = revealed(files)
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("reveal('text')", "instance str"),
        ("reveal(f'{x}')", "instance str"),
        ("reveal([1, 2])", "instance list[int]"),
        ("reveal({'a': 1})", "instance dict"),
        ("reveal([str(x) for x in y])", "instance list[str]"),
        ("reveal(a == b)", "instance bool"),
        ("reveal(not a)", "instance bool"),
        ("reveal(None or 'a')", "instance str"),
        ("reveal('a' if b else 1)", "instance str"),
        ("reveal('%s' % x)", "instance str"),
        ("import requests as http\nreveal(http.get)", "external requests.get"),
        ("from requests import get as fetch\nreveal(fetch)", "external requests.get"),
        ("import os.path\nreveal(os.sep)", "external os.sep"),
        ("reveal(unknown)", "unknown"),
        ("reveal(unknown.attribute().other)", "unknown"),
        ("reveal(len)", "external len"),
        ("a, b = 'x', 1\nreveal(b)", "instance int"),
        ("def pair(): return 'x', 1\n_, b = pair()\nreveal(b)", "instance int"),
        ("x = 1\nx = 'a'\nreveal(x)", "instance str"),
        ("x = 'a'\nreveal(x)\nx = 1", "instance str"),
        ("for x in ['a']:\n    reveal(x)", "instance str"),
        ("try:\n    pass\nexcept (ValueError, KeyError) as e:\n    reveal(e)", "instance ValueError"),
        ("if (x := 'a'):\n    reveal(x)", "instance str"),
    ],
)
def test_one_file(body: str, expected: str) -> None:
    assert one(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("from app.storage import SessionLocal\nreveal(SessionLocal())", id="re-export"),
        pytest.param("from app.stars import *\nreveal(SessionLocal())", id="star"),
        pytest.param("from app import storage\nreveal(storage.SessionLocal())", id="through-a-module"),
        pytest.param("import app.storage as s\nreveal(s.SessionLocal())", id="module-alias"),
        pytest.param("import app.database\nreveal(app.database.SessionLocal())", id="dotted"),
        pytest.param("from .database import SessionLocal\nreveal(SessionLocal())", id="relative"),
        pytest.param("from . import database\nreveal(database.SessionLocal())", id="relative-module"),
        pytest.param(
            "try:\n    from app.database import SessionLocal\nexcept ImportError:\n    SessionLocal = None\nreveal(SessionLocal())",
            id="guarded",
        ),
        pytest.param(
            "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n"
            "    from app.database import Session\n"
            "def f(db: 'Session'):\n"
            "    reveal(db)",
            id="type-checking",
        ),
        pytest.param("def f():\n    from app.database import SessionLocal\n    reveal(SessionLocal())", id="local-import"),
        pytest.param("from app.database import SessionLocal\nwith SessionLocal() as db:\n    reveal(db)", id="with"),
        pytest.param("from app.database import SessionLocal\nwith SessionLocal.begin() as db:\n    reveal(db)", id="begin"),
        pytest.param("from app.factories import make\nreveal(make())", id="factory"),
        pytest.param("from app.factories import scope\nwith scope() as db:\n    reveal(db)", id="context-manager"),
        pytest.param("from app.factories import Scope\nwith Scope() as db:\n    reveal(db)", id="class-with-enter"),
        pytest.param("from app.factories import Unit\nreveal(Unit().db)", id="attribute-of-self"),
        pytest.param("from app.factories import Unit\nreveal(Unit().session)", id="property"),
        pytest.param("from app.factories import Child\nreveal(Child().db)", id="inherited"),
        pytest.param("from app.deps import Db\ndef f(db: Db): reveal(db)", id="annotated-alias"),
        pytest.param("from app import deps\ndef f(db: deps.Db): reveal(db)", id="annotated-alias-through-a-module"),
        pytest.param("from app.deps import Db\ndef f(db: 'Db'): reveal(db)", id="annotated-alias-quoted"),
        pytest.param("from app.deps import Untyped\ndef f(db: Untyped): reveal(db)", id="annotated-with-a-provider-only"),
        pytest.param(
            "from fastapi import Depends\nfrom app.database import get_session\ndef f(db=Depends(get_session)): reveal(db)", id="depends"
        ),
        pytest.param(
            "from fastapi import Depends\nfrom app.deps import Provider\ndef f(db=Depends(Provider('a'))): reveal(db)",
            id="depends-on-a-callable",
        ),
        pytest.param("from app.database import Session\ndef f(db: 'Session | None' = None): reveal(db)", id="optional-quoted"),
        pytest.param(
            "from typing import Optional\nfrom app.database import Session\ndef f(db: Optional[Session]): reveal(db)", id="optional"
        ),
        pytest.param("from app.database import Session\ndef f(dbs: list[Session]):\n    for db in dbs: reveal(db)", id="element"),
        pytest.param("from app.database import Session\ndef f(dbs: dict[str, Session]): reveal(dbs['a'])", id="value-of-a-dict"),
    ],
)
def test_a_session_is_known_however_it_comes(body: str) -> None:
    found = one(
        body,
        database=DATABASE,
        storage="from .database import SessionLocal, get_session as provide",
        stars="from app.storage import *",
        factories="""
            from contextlib import contextmanager
            from app.database import Session, SessionLocal

            def make():
                if broken:
                    return None
                return SessionLocal()

            @contextmanager
            def scope():
                db = make()
                yield db

            class Scope:
                def __enter__(self): return make()
                def __exit__(self, *error): pass

            class Unit:
                def __init__(self): self.db = SessionLocal()

                @property
                def session(self) -> Session: return self.other

            class Child(Unit):
                pass
        """,
        deps="""
            from typing import Annotated, Any
            from fastapi import Depends
            from app.database import Session, get_session

            Db = Annotated[Session, Depends(get_session)]
            Untyped = Annotated[Any, Depends(get_session)]

            class Provider:
                def __init__(self, name): self.name = name
                def __call__(self) -> Session: ...
        """,
    )
    assert found == SESSION


def test_the_branch_that_is_known_speaks_for_a_name() -> None:
    body = "if fast:\n    from ujson import loads\nelse:\n    from json import loads\nreveal(loads)"
    assert one(body) in ("external json.loads", "external ujson.loads")


def test_circular_imports_end() -> None:
    files = {
        "app/__init__.py": "",
        "app/a.py": "from app.b import B, missing\nclass A:\n    def b(self) -> 'B': ...",
        "app/b.py": "from app.a import A, missing\nclass B:\n    def a(self) -> A: ...",
        "app/main.py": "from app.a import A, missing\nreveal(A().b().a().b())\nreveal(missing)",
    }
    assert revealed(files) == ["instance app.b.B", "unknown"]


def test_star_imports_in_a_circle_end() -> None:
    files = {
        "app/a.py": "from app.b import *",
        "app/b.py": "from app.a import *\nx = 1",
        "app/main.py": "from app.a import x, y\nreveal(x)\nreveal(y)",
    }
    assert revealed(files) == ["instance int", "unknown"]


@pytest.mark.parametrize(
    "body",
    [
        "x = x\nreveal(x)",
        "x = x.y\nreveal(x)",
        "x = f(x)\nreveal(x)",
        "a = b\nb = a\nreveal(a)",
        "def f(): return f()\nreveal(f())",
        "def f(): return g()\ndef g(): return f()\nreveal(f())",
        "class A(A): pass\nreveal(A().x)",
        "class A(B): pass\nclass B(A): pass\nreveal(A().x)",
        "class A:\n    def f(self):\n        self.x = self.x\n        reveal(self.x)",
        "X = 'X'\ndef f(a: X): reveal(a)",
        "from app.main import x\nreveal(x)",
        "for x in x: reveal(x)",
        "with x as x: reveal(x)",
        "reveal(" + "a." * 300 + "b)",
        "reveal(" + "f(" * 60 + "x" + ")" * 60 + ")",
    ],
)  # fmt: skip
def test_what_leads_to_itself_is_unknown(body: str) -> None:
    assert one(body) == "unknown"


def test_recursion_beside_a_known_result_is_known() -> None:
    assert one("def f(n):\n    if n:\n        return f(n - 1)\n    return 'done'\nreveal(f(3))") == "instance str"


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    """Unknown answers inside a circle are not kept for questions outside of it."""
    first = {"app/main.py": "def f(): return g()\ndef g():\n    if x: return f()\n    return 'a'\nreveal(f())\nreveal(g())"}
    assert revealed(first) == ["instance str", "instance str"]
    other = {"app/main.py": "def f(): return g()\ndef g():\n    if x: return f()\n    return 'a'\nreveal(g())\nreveal(f())"}
    assert revealed(other) == ["instance str", "instance str"]


def test_local_names_hide_outer_ones() -> None:
    body = (
        "x = 1\n"
        "def f():\n"
        "    x = 'a'\n"
        "    reveal(x)\n"
        "    def g():\n"
        "        reveal(x)\n"
        "        global y\n"
        "        reveal(y)\n"
        "y = 1.5\n"
        "reveal(x)"
    )
    assert revealed({"app/main.py": body}) == ["instance str", "instance str", "instance float", "instance int"]


def test_a_class_level_name_is_not_seen_from_methods() -> None:
    body = "x = 1\nclass C:\n    x = 'a'\n    reveal(x)\n    def f(self): reveal(x)\n    def g(self): reveal(self.x)"
    assert revealed({"app/main.py": body}) == ["instance str", "instance int", "instance str"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", "instance str"),
        ("'str'", "instance str"),
        ("Any", "unknown"),
        ("object", "unknown"),
        ("None", "unknown"),
        ("Any | str", "instance str"),
        ("Union[None, int]", "instance int"),
        ("List[str]", "instance list[str]"),
        ("tuple[Any, str]", "instance tuple[, str]"),
        ("Type[C]", "class app.main.C"),
        ("Annotated[C, 'x']", "instance app.main.C"),
        ("'C | None'", "instance app.main.C"),
        ("Missing", "unknown"),
        ("'not an expression ('", "unknown"),
        ("1 + 1", "unknown"),
    ],
)
def test_annotations(annotation: str, expected: str) -> None:
    head = "from typing import Annotated, Any, List, Type, Union\nclass C: pass\n"
    assert one(f"{head}def f(a: {annotation}): reveal(a)") == expected


def test_annotated_metadata_is_found_where_it_is_written() -> None:
    from backend_lint.semantics.annotations import metadata_home

    project = project_of(
        {
            "app/a.py": "from typing import Annotated\nfrom fastapi import Path\nId = Annotated[int, Path(gt=0)]",
            "app/b.py": "from app.a import Id as Key",
            "app/main.py": "from app import b\ndef f(i: b.Key, j: int): ...",
        }
    )
    module = project.module("app/main.py")
    first, second = module.functions[0].parameters
    assert first.annotation is not None
    assert second.annotation is not None
    found = metadata_home(project.inference, first.annotation, module, None)
    assert found is not None
    metadata, _, home = found
    assert [home.tree.source_of(item) for item in metadata] == ["Path(gt=0)"]
    assert home.path == "app/a.py"
    assert metadata_home(project.inference, second.annotation, module, None) is None


def test_what_a_class_method_gives_the_class_its_objects_have() -> None:
    store = """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import scoped_session, sessionmaker

        class Store:
            factory = None

            def __init__(self):
                self.session = None

            def open(self):
                self.session = self.factory()

            @classmethod
            def set_up(cls, url):
                cls.engine = create_engine(url)
                cls.factory = scoped_session(sessionmaker(bind=cls.engine))

            @staticmethod
            def forget(cls):
                cls.path = "/srv"

        store = Store()
    """
    shown = {
        attribute: one(f"from app.store import store\nreveal(store.{attribute})", store=store)
        for attribute in ("engine", "session", "path")
    }
    assert shown == {"engine": "instance sqlalchemy.engine.Engine", "session": "instance sqlalchemy.orm.Session", "path": "unknown"}


ORDERS = """
    from django.db import models


    class OrderQuerySet(models.QuerySet):
        def open(self):
            return self.filter(state="open")


    class OrderManager(models.Manager):
        def due(self):
            return self.get_queryset().filter(state="due")


    class Order(models.Model):
        objects = OrderQuerySet.as_manager()
        owed = OrderManager()
        label = models.CharField(max_length=9)


    class Rush(Order):
        pass


    def sold():
        return Order.objects.exclude(state="open")
"""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Order.objects.all()", "Order"),
        ("Order.objects.open()", "Order"),
        ("Order.objects.open().exclude(pk=1)", "Order"),
        ("Order.owed.due()", "Order"),
        ("Order.owed.filter(pk=1).order_by('pk')", "Order"),
        ("Rush.owed.due()", "Rush"),
        ("sold()", "Order"),
    ],
)
def test_managers_of_a_projects_own_give_the_rows_of_their_model(rows: str, expected: str) -> None:
    main = f"""
        from app.models import Order, Rush, sold

        reveal({rows}[0])
        for row in {rows}:
            reveal(row)
    """
    model = f"instance app.models.{expected}"
    assert revealed({"app/models.py": ORDERS, "app/main.py": main}) == [model, model]


def test_only_a_models_own_managers_have_its_rows() -> None:
    main = """
        from app.models import OrderManager

        class Desk:
            orders = OrderManager()

        reveal(Desk.orders.due()[0])
        reveal(OrderManager().due()[0])
    """
    assert revealed({"app/models.py": ORDERS, "app/main.py": main}) == ["unknown", "unknown"]
