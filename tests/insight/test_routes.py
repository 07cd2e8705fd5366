"""The table of routes: who answers what, why, and with which effects."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend_lint.insight.model import EFFECTS, Place, Route, RouteTable
from backend_lint.insight.routes import route_table
from tests.insight.projects import DJANGO, FASTAPI, FLASK
from tests.support import project_of


def table(files: Mapping[str, str], *, everything: bool = False) -> RouteTable:
    project = project_of(files)
    return route_table(project, project.files, everything=everything)


def by_way(files: Mapping[str, str]) -> dict[str, Route]:
    return {f"{'|'.join(route.methods)} {route.path}": route for route in table(files).routes}


class TestFastApi:
    def test_the_ways_in(self) -> None:
        found = by_way(FASTAPI)
        assert {way: route.function for way, route in found.items()} == {
            "POST /api/orders": "create",
            "PUT /api/orders/{order_id}": "replace",
            "GET /api/orders/{order_id}/rate": "rate",
        }
        assert {(route.framework, route.kind, route.is_complete) for route in found.values()} == {("fastapi", "request", True)}

    def test_why_and_through_what(self) -> None:
        route = by_way(FASTAPI)["POST /api/orders"]
        assert (route.why.text, route.why.place, route.place.line) == ('decorator @router.post("")', Place("app/routers/orders.py", 13), 14)
        (mount,) = route.mounts
        assert mount.text == 'app.include_router(orders.router, prefix="/api")'
        assert mount.place is not None
        assert (mount.place.path, mount.place.line) == ("app/main.py", 6)

    def test_inputs_and_whether_they_are_validated(self) -> None:
        found = by_way(FASTAPI)
        assert [(i.name, i.source, i.type, i.is_validated) for i in found["POST /api/orders"].inputs] == [
            ("payload", "body", "OrderIn", True)
        ]
        assert [(i.name, i.is_validated) for i in found["PUT /api/orders/{order_id}"].inputs] == [("order_id", True), ("payload", False)]

    def test_dependencies_database_and_effects(self) -> None:
        route = by_way(FASTAPI)["POST /api/orders"]
        (needed,) = route.dependencies
        assert (needed.parameter, needed.provider) == ("db", "get_db")
        assert needed.place is not None
        assert needed.place.path == "app/database.py"
        assert (route.database.libraries, route.database.reads, route.database.writes) == (("SQLAlchemy",), (), ("Order",))
        effects = {effect.kind: effect for effect in route.effects}
        assert list(effects) == ["writes", "commits"]
        assert [(step.place.path, step.place.line) for step in effects["commits"].steps if step.place] == [
            ("app/routers/orders.py", 15),
            ("app/services.py", 11),
        ]

    def test_dependencies_of_what_the_route_hangs_on(self) -> None:
        main = """\
from fastapi import Depends, FastAPI
from app.auth import current_user, limited
from app.routers import orders

app = FastAPI(dependencies=[Depends(limited)])
app.include_router(orders.router, dependencies=[Depends(current_user)])
"""
        auth = "def current_user():\n    return 1\n\ndef limited():\n    return 2\n"
        found = by_way({**FASTAPI, "app/main.py": main, "app/auth.py": auth})
        needed = [(each.parameter, each.provider, each.place) for each in found["POST /orders"].dependencies]
        assert needed == [
            ("db", "get_db", Place("app/database.py", 7)),
            ("", "limited", Place("app/auth.py", 4)),
            ("", "current_user", Place("app/auth.py", 1)),
        ]

    def test_only_what_runs_on_the_loop_blocks_it(self) -> None:
        found = by_way(FASTAPI)
        blocking = {way: effect.name for way, route in found.items() for effect in route.effects if effect.kind == "blocks"}
        assert blocking == {"GET /api/orders/{order_id}/rate": "requests.get"}
        assert [effect.kind for effect in found["GET /api/orders/{order_id}/rate"].effects] == ["outbound", "blocks"]

    def test_what_is_no_route_comes_on_request(self) -> None:
        kinds = {route.function: (route.kind, route.path) for route in table(FASTAPI, everything=True).routes}
        assert kinds["get_db"] == ("dependency", None)
        assert kinds["register.bad_value"] == ("error", None)
        (handler,) = (route for route in table(FASTAPI, everything=True).routes if route.kind == "error")
        assert [name.rpartition(".")[2] for name in handler.exceptions] == ["ValueError"]


class TestFlask:
    def test_a_view_class_is_told_by_its_methods(self) -> None:
        found = by_way(FLASK)
        assert set(found) == {"GET /shop/items/<number>", "POST /shop/items/<number>"}
        get, post = found["GET /shop/items/<number>"], found["POST /shop/items/<number>"]
        assert get.why.text == 'registered by bp.add_url_rule("/items/<number>", view_func=Items.as_view("items"))'
        assert get.database.libraries == ("sqlite3",)
        assert get.database.is_raw
        assert [(i.name, i.source, i.is_validated) for i in post.inputs] == [
            ("number", "path", False),
            ("request.form", "form", True),
            ("request.json", "body", False),
        ]


class TestDjango:
    def test_routes_with_prefixes_and_those_of_base_classes(self) -> None:
        found = by_way(DJANGO)
        assert {way: (route.function, route.is_inherited) for way, route in found.items()} == {
            "GET /api/products/": ("ProductViewSet.list", True),
            "GET /api/products/<pk>/": ("ProductViewSet.retrieve", True),
            "POST /api/products/<pk>/retire/": ("ProductViewSet.retire", False),
            "GET /store/list/": ("ProductList.get", True),
            "POST /store/rename/<int:pk>/": ("rename", False),
        }
        assert found["GET /api/products/"].database.reads == ("Product",)
        assert found["POST /store/rename/<int:pk>/"].why.text == 'line of the URL table path("rename/<int:pk>/", views.rename)'
        assert found["POST /api/products/<pk>/retire/"].why.text.startswith('router registration router.register("products"')

    def test_a_method_that_is_defined_again_is_no_inherited_one(self) -> None:
        own = DJANGO["store/views.py"] + "\n    def list(self, request):\n        return Response([])\n"
        found = by_way({**DJANGO, "store/views.py": own})
        assert not found["GET /api/products/"].is_inherited


@pytest.mark.parametrize("files", [FASTAPI, FLASK, DJANGO], ids=["fastapi", "flask", "django"])
def test_what_holds_for_every_table(files: Mapping[str, str]) -> None:
    project = project_of(files)
    found = route_table(project, project.files, everything=True)
    order = list(EFFECTS)
    for route in found.routes:
        assert [order.index(effect.kind) for effect in route.effects] == sorted(order.index(effect.kind) for effect in route.effects)
        for effect in route.effects:
            # The first step of the way stands in a function that runs for this route, the last names what is called in the end.
            if effect.steps:
                assert effect.steps[-1].text.endswith(effect.name)
        line = project.module(route.place.path).tree.text.splitlines()[route.place.line - 1]
        assert line.lstrip().startswith(("def ", "async def ", "class ", "@"))
    assert list(found.routes) == sorted(found.routes, key=lambda r: (r.path is None, r.path or "", r.methods, r.place.path, r.place.line))


def test_files_that_cannot_be_parsed_are_told() -> None:
    found = table({"a.py": "def (", "b.py": "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/')\ndef index(): ...\n"})
    assert [route.path for route in found.routes] == ["/"]
    (fact,) = found.left_out
    assert fact.place is not None
    assert (fact.place.path, fact.place.line) == ("a.py", 1)
    assert fact.text.startswith("cannot be parsed")


def test_tests_serve_nobody() -> None:
    files = {"tests/test_a.py": "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/')\ndef index(): ...\n"}
    assert table(files).routes == ()
