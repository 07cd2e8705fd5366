"""Helpers that belong to the route layer."""

from __future__ import annotations

from backend_lint.frameworks import is_handler, route_layer
from tests.support import function_of, project_of

FLASK = {
    "shop/routes.py": """
    from flask import Blueprint, request
    from shop.helpers import shared
    bp = Blueprint("shop", __name__)

    @bp.route("/order")
    def order():
        return _shape(_load(1))

    @bp.route("/cart")
    def cart():
        def inner(): ...
        return _shape(shared(2))

    def _shape(row):
        return _money(row)

    def _money(row): ...

    def _load(key): ...

    def recursive(n):
        return recursive(n - 1)

    def exported(): ...

    def decorator(fn):
        return fn

    @decorator
    @bp.route("/x")
    def decorated(): ...

    TABLE = {"shape": exported}
    """,
    "shop/tasks.py": "from shop.routes import _load\ndef nightly():\n    _load(2)\n",
    "shop/helpers.py": "def shared(x): ...\n",
}


def test_helpers_that_only_handlers_reach() -> None:
    project = project_of(FLASK)
    found = {
        name: route_layer(function_of(project, "shop/routes.py", name))
        for name in ("order", "_shape", "_money", "_load", "recursive", "exported", "decorator", "cart.inner")
    }
    assert found == {
        "order": False,
        "_shape": True,
        "_money": True,
        "_load": False,
        "recursive": False,
        "exported": False,
        "decorator": False,
        "cart.inner": True,
    }
    assert not route_layer(function_of(project, "shop/helpers.py", "shared"))


def test_helper_shared_by_two_modules_of_views() -> None:
    project = project_of(
        {
            "api_views/users.py": """
            from flask import Blueprint
            bp = Blueprint("users", __name__)

            @bp.get("/me")
            def me():
                return check()

            def check(): ...
            """,
            "api_views/books.py": """
            from flask import Blueprint
            from api_views.users import check
            bp = Blueprint("books", __name__)

            @bp.get("/books")
            def books():
                return check()
            """,
        }
    )
    assert route_layer(function_of(project, "api_views/users.py", "check"))


def test_serializers_and_view_methods() -> None:
    project = project_of(
        {
            "api/serializers.py": """
            from rest_framework import serializers

            class ItemSerializer(serializers.ModelSerializer):
                def get_total(self, obj): ...
                def validate(self, data): ...

            class Service:
                def total(self): ...
            """,
            "api/views.py": """
            from fastapi import APIRouter
            router = APIRouter()

            class Controller:
                @router.get("/x")
                def read(self): ...
                def _load(self): ...
            """,
        }
    )
    assert route_layer(function_of(project, "api/serializers.py", "ItemSerializer.get_total"))
    assert route_layer(function_of(project, "api/serializers.py", "ItemSerializer.validate"))
    assert not route_layer(function_of(project, "api/serializers.py", "Service.total"))
    assert route_layer(function_of(project, "api/views.py", "Controller._load"))
    assert is_handler(function_of(project, "api/views.py", "Controller.read"))
