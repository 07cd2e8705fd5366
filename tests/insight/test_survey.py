from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from backend_lint.insight.survey import Survey, survey

FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": "PAGE = 20",
    "shop/models.py": """
        from sqlalchemy.orm import DeclarativeBase

        class Base(DeclarativeBase):
            pass

        class Order(Base):
            __tablename__ = "orders"
        """,
    "shop/orders.py": """
        from sqlalchemy.orm import Session
        from shop.mail import confirm
        from shop.models import Order

        def place(session: Session, number: int) -> Order:
            order = Order(number=number)
            session.add(order)
            session.commit()
            confirm(order)
            return order
        """,
    "shop/mail.py": "def confirm(order): pass",
    "shop/unused.py": "def nobody_calls(): pass",
    "shop/api.py": """
        from fastapi import APIRouter, Depends, FastAPI
        from sqlalchemy.orm import Session
        from shop import orders
        from shop.db import get_db

        router = APIRouter()

        @router.post("/orders/{number}")
        async def create_order(number: int, session: Session = Depends(get_db)):
            return orders.place(session, number)

        app = FastAPI()
        app.include_router(router, prefix="/v1")
        """,
    "shop/db.py": "def get_db(): yield None",
    "shop/broken.py": "def (:",
    "tests/test_api.py": "def test_api(): pass",
}


@pytest.fixture
def surveyed(tmp_path: Path) -> Survey:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text), encoding="utf-8")
    return survey(tmp_path)


def test_files_stand_in_layers(surveyed: Survey) -> None:
    assert surveyed.layer_of() == {
        "shop/api.py": "routes",
        "shop/db.py": "data",
        "shop/mail.py": "services",
        "shop/models.py": "data",
        "shop/orders.py": "services",
        "shop/settings.py": "settings",
        "shop/unused.py": "support",
    }


def test_a_route_is_told_with_what_runs_behind_it(surveyed: Survey) -> None:
    ((route, behind),) = [(each.route, each.behind) for each in surveyed.routes]
    assert (route.methods, route.path) == (("POST",), "/v1/orders/{number}")
    assert (route.place.path, route.function) == ("shop/api.py", "create_order")
    assert [(given.name, given.source, given.is_validated) for given in route.inputs] == [("number", "path", True)]
    assert {"writes", "commits", "blocks"} <= {effect.kind for effect in route.effects}
    assert behind == {("shop/api.py", "create_order"), ("shop/db.py", "get_db"), ("shop/orders.py", "place"), ("shop/mail.py", "confirm")}


def test_calls_lead_from_file_to_file(surveyed: Survey) -> None:
    assert surveyed.calls == {("shop/api.py", "shop/orders.py"): 1, ("shop/orders.py", "shop/mail.py"): 1}


def test_where_there_is_nothing(tmp_path: Path) -> None:
    assert survey(tmp_path) == Survey()
    assert survey(tmp_path / "missing") == Survey()
