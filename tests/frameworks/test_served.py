"""Under which full paths handlers are served: routers in routers, blueprints in blueprints, includes in includes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend_lint.frameworks import handlers_in
from backend_lint.frameworks.served import served
from tests.support import project_of


def routes(files: Mapping[str, str]) -> dict[str, list[str]]:
    """The routes of all handlers of some files, `METHOD|METHOD path`, by the handler's name."""
    project = project_of(files)
    found: dict[str, list[str]] = {}
    for path in project.files:
        for handler in handlers_in(project.module(path)):
            if handler.kind in ("request", "websocket"):
                told = [f"{'|'.join(route.methods)} {route.path}" for route in served(handler)]
                found.setdefault(handler.function.qualname, []).extend(told)
    return found


SHOP = {
    "app/main.py": """
        from fastapi import FastAPI
        from app import api, health
        from app.config import settings
        from app.admin import admin_app

        app = FastAPI()
        app.include_router(api.router, prefix=settings.API_PREFIX)
        for module in (health,):
            app.include_router(module.router)
        app.mount("/admin", admin_app)

        @app.get("/")
        def index(): ...
        """,
    "app/config.py": """
        class Settings:
            API_PREFIX: str = "/api/v1"

        settings = Settings()
        """,
    "app/__init__.py": "",
    "app/api.py": """
        from fastapi import APIRouter
        from app.orders import router as orders

        router = APIRouter()
        router.include_router(orders, prefix="/orders", tags=["orders"])
        """,
    "app/orders.py": """
        from fastapi import APIRouter

        router = APIRouter()
        ITEM = "/{order_id}"

        @router.get("")
        @router.get("/all")
        def list_orders(): ...

        @router.delete(ITEM)
        def delete_order(order_id: int): ...

        @router.websocket("/track")
        async def track(websocket): ...

        def added(): ...

        router.add_api_route(f"{ITEM}/close", added, methods=["POST", "PUT"])
        """,
    "app/health.py": """
        from fastapi import APIRouter

        router = APIRouter(prefix="/health")

        @router.get("/live")
        def live(): ...
        """,
    "app/admin.py": """
        from fastapi import FastAPI

        admin_app = FastAPI()

        @admin_app.post("/purge")
        def purge(): ...
        """,
    "app/lost.py": """
        from fastapi import APIRouter

        router = APIRouter(prefix="/lost")

        @router.get("/x")
        def lost(): ...
        """,
}


class TestFastApi:
    def test_prefixes_of_routers_settings_and_mounts(self) -> None:
        assert routes(SHOP) == {
            "index": ["GET /"],
            "list_orders": ["GET /api/v1/orders", "GET /api/v1/orders/all"],
            "delete_order": ["DELETE /api/v1/orders/{order_id}"],
            "track": [" /api/v1/orders/track"],
            "added": ["POST|PUT /api/v1/orders/{order_id}/close"],
            "live": ["GET /health/live"],
            "purge": ["POST /admin/purge"],
            # Nobody is seen to include this router: what comes before is not known.
            "lost": ["GET …/lost/x"],
        }

    def test_a_router_included_twice_has_two_paths(self) -> None:
        again = SHOP["app/api.py"].rstrip(" ") + '        router.include_router(orders, prefix="/purchases")\n'
        assert routes({**SHOP, "app/api.py": again})["delete_order"] == [
            "DELETE /api/v1/orders/{order_id}",
            "DELETE /api/v1/purchases/{order_id}",
        ]

    def test_routers_that_include_each_other_end(self) -> None:
        files = {
            "a.py": """
                from fastapi import APIRouter
                first = APIRouter(prefix="/a")
                second = APIRouter(prefix="/b")
                first.include_router(second)
                second.include_router(first)

                @first.get("/x")
                def view(): ...
                """
        }
        (path,) = routes(files)["view"]
        assert path.startswith("GET …")
        assert path.endswith("/a/x")

    def test_starlette_mounts(self) -> None:
        files = {
            "app.py": """
                from starlette.applications import Starlette
                from starlette.routing import Mount, Route

                async def users(request): ...
                async def home(request): ...

                app = Starlette(routes=[Route("/", home), Mount("/api", routes=[Route("/users", users, methods=["GET"])])])
                """
        }
        assert routes(files) == {"users": ["GET /api/users"], "home": ["GET /"]}


class TestFlask:
    def test_blueprints_registered_in_a_factory(self) -> None:
        files = {
            "shop/__init__.py": """
                from flask import Flask

                def create_app():
                    app = Flask(__name__)
                    from shop.views import bp
                    from . import api
                    app.register_blueprint(bp)
                    app.register_blueprint(api.bp, url_prefix="/v2")
                    return app
                """,
            "shop/views.py": """
                from flask import Blueprint

                bp = Blueprint("shop", __name__, url_prefix="/shop/")

                @bp.route("/items/<int:item_id>", methods=["GET", "POST"])
                @bp.route("/item/<int:item_id>")
                def item(item_id): ...
                """,
            "shop/api.py": """
                from flask import Blueprint
                from flask.views import MethodView
                from shop.nested import inner

                bp = Blueprint("api", __name__, url_prefix="/v1")
                bp.register_blueprint(inner)

                class Users(MethodView):
                    def get(self, user_id=None): ...
                    def post(self): ...

                users = Users.as_view("users")
                bp.add_url_rule("/users", view_func=users, methods=["GET", "POST"])
                bp.add_url_rule("/users/<int:user_id>", view_func=users, methods=["GET"])
                """,
            "shop/nested.py": """
                from flask import Blueprint

                inner = Blueprint("inner", __name__, url_prefix="/inner")

                @inner.get("/ping")
                def ping(): ...
                """,
        }
        assert routes(files) == {
            "item": ["GET|POST /shop/items/<int:item_id>", "GET /shop/item/<int:item_id>"],
            # The prefix of the registration stands for that of the blueprint.
            "Users.get": ["GET /v2/users", "GET /v2/users/<int:user_id>"],
            "Users.post": ["POST /v2/users"],
            "ping": ["GET /v2/inner/ping"],
        }

    def test_an_import_that_may_fail(self) -> None:
        files = {
            "main.py": """
                from flask import Flask

                def main():
                    app = Flask(__name__)
                    try:
                        from extra import bp
                    except ImportError:
                        bp = None
                    if bp:
                        app.register_blueprint(bp)
                """,
            "extra.py": """
                from flask import Blueprint
                bp = Blueprint("extra", __name__, url_prefix="/extra")

                @bp.post("/run")
                def run(): ...
                """,
        }
        assert routes(files) == {"run": ["POST /extra/run"]}

    def test_paths_that_are_put_together(self) -> None:
        files = {
            "app.py": """
                import os
                from flask import Flask

                app = Flask(__name__)
                prefix = "/v1"
                if "PREFIX" in os.environ:
                    prefix = os.environ["PREFIX"]

                @app.route(prefix + "/a")
                def usual(): ...

                @app.route("/{}/b".format(os.environ["PLACE"]))
                def unknown(): ...

                def looped(): ...

                for word in os.listdir():
                    app.add_url_rule(f"/{word}/c", view_func=looped)
                """
        }
        assert routes(files) == {"usual": ["GET /v1/a"], "unknown": ["GET /…/b"], "looped": ["GET /…/c"]}

    def test_namespaces_of_restx(self) -> None:
        files = {
            "api.py": """
                from flask import Blueprint, Flask
                from flask_restx import Api, Namespace, Resource

                app = Flask(__name__)
                bp = Blueprint("api", __name__, url_prefix="/api")
                api = Api(bp, version="v1")
                users = Namespace("users")
                teams = Namespace("teams")
                api.add_namespace(users)
                api.add_namespace(teams, "/groups")
                app.register_blueprint(bp)

                @users.route("")
                @users.route("/all", "/every")
                class Users(Resource):
                    def get(self): ...

                @teams.route("/<int:team_id>")
                class Team(Resource):
                    def delete(self, team_id): ...
                """
        }
        assert routes(files) == {
            "Users.get": ["GET /api/users", "GET /api/users/all", "GET /api/users/every"],
            "Team.delete": ["DELETE /api/groups/<int:team_id>"],
        }

    def test_resources_with_several_paths(self) -> None:
        files = {
            "api.py": """
                from flask import Flask
                from flask_restful import Api, Resource

                app = Flask(__name__)
                api = Api(app, prefix="/v1")

                class Todo(Resource):
                    def put(self, todo_id): ...

                api.add_resource(Todo, "/todos/<todo_id>", "/todo/<todo_id>")
                """
        }
        assert routes(files) == {"Todo.put": ["PUT /v1/todos/<todo_id>", "PUT /v1/todo/<todo_id>"]}


class TestDjango:
    VIEWS = """
        from django.views import View
        from django.views.decorators.http import require_POST
        from rest_framework.decorators import action, api_view
        from rest_framework.viewsets import ModelViewSet

        def index(request): ...

        @require_POST
        def save(request, pk): ...

        @api_view(["GET", "PUT"])
        def level(request): ...

        class Base(View):
            def get(self, request): ...

        class Left(Base): ...

        class Right(Base):
            def post(self, request): ...

        class OrderViewSet(ModelViewSet):
            lookup_field = "number"
            def list(self, request): ...
            def retrieve(self, request, number): ...
            @action(detail=True, methods=["post"], url_path="close-now")
            def close(self, request, number): ...
            @action(detail=False)
            def recent(self, request): ...
        """

    def files(self, urls: str) -> dict[str, str]:
        root = """
            from django.urls import include, path
            urlpatterns = [path("shop/", include("shop.urls")), path("mirror/", include("shop.urls"))]
            """
        return {"config/urls.py": root, "shop/__init__.py": "", "shop/views.py": self.VIEWS, "shop/urls.py": urls}

    def test_includes_lead_to_several_paths(self) -> None:
        found = routes(
            self.files("""
                from django.urls import path, re_path
                from shop import views
                inner = [path("save/<int:pk>/", views.save)]
                urlpatterns = [
                    path("", views.index),
                    path("level/", views.level),
                    path("left/", views.Left.as_view()),
                    re_path(r"^right/(?P<slug>[a-z]+)/$", views.Right.as_view()),
                    path("inner/", include(inner)),
                ]
                """)
        )
        assert found["index"] == ["* /shop/", "* /mirror/"]
        assert found["save"] == ["POST /shop/inner/save/<int:pk>/", "POST /mirror/inner/save/<int:pk>/"]
        assert found["level"] == ["GET|PUT /shop/level/", "GET|PUT /mirror/level/"]
        # A method of a base class answers for all classes that inherit it.
        assert found["Base.get"] == ["GET /shop/left/", "GET /mirror/left/", "GET /shop/right/<slug>/", "GET /mirror/right/<slug>/"]
        assert found["Right.post"] == ["POST /shop/right/<slug>/", "POST /mirror/right/<slug>/"]

    @pytest.mark.parametrize(
        ("made", "end"), [("DefaultRouter()", "/"), ("SimpleRouter(trailing_slash=False)", "")], ids=["usual", "without slash"]
    )
    def test_routers_make_a_path_for_each_action(self, made: str, end: str) -> None:
        files = self.files(f"""
            from django.urls import include, path
            from rest_framework.routers import DefaultRouter, SimpleRouter
            from shop.views import OrderViewSet
            router = {made}
            router.register("orders", OrderViewSet)
            urlpatterns = [path("api/", include(router.urls))]
            """)
        files["config/urls.py"] = files["config/urls.py"].replace(', path("mirror/", include("shop.urls"))', "")
        found = routes(files)
        assert {name: found[f"OrderViewSet.{name}"] for name in ("list", "retrieve", "close", "recent")} == {
            "list": [f"GET /shop/api/orders{end}"],
            "retrieve": [f"GET /shop/api/orders/<number>{end}"],
            "close": [f"POST /shop/api/orders/<number>/close-now{end}"],
            "recent": [f"GET /shop/api/orders/recent{end}"],
        }

    def test_a_view_that_says_which_method_does_what(self) -> None:
        found = routes(
            self.files("""
                from django.urls import path
                from shop.views import OrderViewSet
                urlpatterns = [
                    path("orders/", OrderViewSet.as_view({"get": "list"})),
                    path("orders/<number>/", OrderViewSet.as_view({"get": "retrieve", "head": "retrieve"})),
                ]
                """)
        )
        assert found["OrderViewSet.list"] == ["GET /shop/orders/", "GET /mirror/orders/"]
        assert found["OrderViewSet.retrieve"] == ["GET|HEAD /shop/orders/<number>/", "GET|HEAD /mirror/orders/<number>/"]

    def test_ninja_apis_are_mounted_in_urls(self) -> None:
        files = {
            "config/urls.py": """
                from django.urls import path
                from shop.api import api
                urlpatterns = [path("api/", api.urls)]
                """,
            "shop/api.py": """
                from ninja import NinjaAPI
                api = NinjaAPI()
                api.add_router("/orders/", "shop.orders.router")

                @api.get("/ping")
                def ping(request): ...
                """,
            "shop/orders.py": """
                from ninja import Router
                router = Router()

                @router.get("/{order_id}")
                def order(request, order_id: int): ...
                """,
        }
        assert routes(files) == {"ping": ["GET /api/ping"], "order": ["GET /api/orders/{order_id}"]}
