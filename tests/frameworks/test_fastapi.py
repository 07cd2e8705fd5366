"""Handlers of FastAPI and Starlette, made in every way the frameworks know."""

from __future__ import annotations

import pytest

from backend_lint.frameworks import error_handlers, frameworks_of, handler_of, handlers_in, request_handlers_in
from backend_lint.frameworks.model import Handler
from backend_lint.semantics.project import Project
from tests.support import function_of, project_of


def names(project: Project, path: str) -> list[str]:
    return [handler.function.qualname for handler in handlers_in(project.module(path))]


def only(project: Project, path: str) -> Handler:
    (found,) = handlers_in(project.module(path))
    return found


def test_router_made_in_the_same_file() -> None:
    project = project_of(
        {
            "app/items.py": """
            from fastapi import APIRouter

            router = APIRouter(prefix="/items")

            @router.get("/{item_id}", response_model=dict)
            async def read_item(item_id: int): ...

            def helper(): ...
            """
        }
    )
    handler = only(project, "app/items.py")
    assert (handler.framework, handler.kind, handler.methods, handler.path) == ("fastapi", "request", ("GET",), "/{item_id}")
    assert handler.response_model
    assert handler.registered is not None
    assert handler.registered[0].path == "app/items.py"
    assert frameworks_of(project) == {"fastapi"}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options", "trace"])
def test_each_method(method: str) -> None:
    project = project_of({"main.py": f'from fastapi import FastAPI\napp = FastAPI()\n@app.{method}("/x")\ndef view(): ...\n'})
    assert only(project, "main.py").methods == (method.upper(),)


def test_api_route_and_stacked_decorators_join_their_methods() -> None:
    project = project_of(
        {
            "main.py": """
            import fastapi
            app = fastapi.FastAPI()

            @app.api_route("/a", methods=["GET", "post"])
            def a(): ...

            @app.get("/b")
            @app.head("/b")
            def b(): ...
            """
        }
    )
    a, b = handlers_in(project.module("main.py"))
    assert a.methods == ("GET", "POST")
    assert set(b.methods) == {"GET", "HEAD"}


def test_router_made_elsewhere_by_factory_subclass_or_third_party() -> None:
    project = project_of(
        {
            "core/routing.py": """
            from fastapi import APIRouter

            class UserAPIRouter(APIRouter):
                def __init__(self, **kwargs):
                    super().__init__(**kwargs)

            def make_router(tag) -> APIRouter:
                return APIRouter(tags=[tag])

            def untyped(tag):
                router = APIRouter(tags=[tag])
                return router
            """,
            "core/app.py": "from fastapi import FastAPI\napp = FastAPI()\n",
            "api/a.py": """
            from core.app import app
            from core import routing
            from core.routing import UserAPIRouter, make_router
            from fastapi_utils.inferring_router import InferringRouter

            users, tags, more, inferring = UserAPIRouter(), make_router("x"), routing.untyped("y"), InferringRouter()

            @app.get("/a")
            def a(): ...

            @users.get("/b")
            def b(): ...

            @tags.get("/c")
            def c(): ...

            @more.post("/d")
            def d(): ...

            @inferring.get("/e")
            def e(): ...
            """,
        }
    )
    assert names(project, "api/a.py") == ["a", "b", "c", "d", "e"]
    assert {handler.framework for handler in handlers_in(project.module("api/a.py"))} == {"fastapi"}


def test_controller_classes_keep_their_class() -> None:
    project = project_of(
        {
            "ctl.py": """
            from fastapi import APIRouter, Depends
            from fastapi_utils.cbv import cbv

            router = APIRouter()

            def session(): ...

            @cbv(router)
            class Users:
                db = Depends(session)

                @router.get("/users")
                def list(self, limit: int = 10): ...

                def _query(self): ...
            """
        }
    )
    (handler,) = request_handlers_in(project.module("ctl.py"))
    assert handler.cls is not None
    assert handler.cls.node.name == "Users"
    assert [i.name for i in handler.inputs] == ["limit"]
    dependency = handler_of(function_of(project, "ctl.py", "session"))
    assert dependency is not None
    assert dependency.kind == "dependency"


def test_routes_added_by_calls_in_another_file() -> None:
    project = project_of(
        {
            "views.py": """
            async def listing(): ...
            async def detail(item_id: int): ...
            async def feed(websocket): ...
            async def ping(): ...
            async def unrouted(): ...

            class Board:
                async def show(self, board_id: int): ...
                async def _load(self): ...
            """,
            "main.py": """
            from fastapi import FastAPI
            import views
            from views import Board, detail

            app = FastAPI()
            app.add_api_route("/items", views.listing, methods=["GET"])
            app.add_api_route(path="/items/{item_id}", endpoint=detail, methods=["GET", "PUT"])
            app.add_api_websocket_route("/feed", views.feed)
            app.get("/ping")(views.ping)
            board = Board()
            app.add_api_route("/boards/{board_id}", board.show)
            """,
        }
    )
    assert names(project, "views.py") == ["listing", "detail", "feed", "ping", "Board.show"]
    listing, detail, feed, ping, _ = handlers_in(project.module("views.py"))
    assert (listing.path, listing.methods) == ("/items", ("GET",))
    assert (detail.path, detail.methods, detail.inputs[0].kind) == ("/items/{item_id}", ("GET", "PUT"), "path")
    assert feed.kind == "websocket"
    assert (ping.path, ping.methods) == ("/ping", ("GET",))
    assert listing.registered is not None
    assert listing.registered[0].path == "main.py"


def test_routes_added_in_a_loop_over_a_table() -> None:
    project = project_of(
        {
            "main.py": """
            from fastapi import APIRouter
            router = APIRouter()

            def a(): ...
            def b(): ...
            def c(): ...

            ROUTES = [("/a", a), ("/b", b)]
            for path, view in ROUTES:
                router.add_api_route(path, view)
            for view in {"/c": c}.values():
                router.add_api_route("/c", view)
            """
        }
    )
    assert names(project, "main.py") == ["a", "b", "c"]


def test_controller_that_adds_its_own_routes() -> None:
    project = project_of(
        {
            "ctl.py": """
            from fastapi import APIRouter

            class Orders:
                def __init__(self):
                    self.router = APIRouter()
                    self.router.add_api_route("/orders", self.create, methods=["POST"])

                async def create(self, data: dict): ...
                async def audit(self, data: dict): ...
            """
        }
    )
    assert names(project, "ctl.py") == ["Orders.create"]


def test_starlette_routes_endpoints_and_middleware() -> None:
    project = project_of(
        {
            "app.py": """
            from starlette.applications import Starlette
            from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
            from starlette.middleware.base import BaseHTTPMiddleware
            from starlette.routing import Mount, Route, WebSocketRoute

            async def home(request): ...
            async def stream(websocket): ...

            class Users(HTTPEndpoint):
                async def get(self, request): ...
                async def post(self, request): ...
                def shape(self, user): ...

            class Echo(WebSocketEndpoint):
                async def on_receive(self, websocket, data): ...

            class Timing(BaseHTTPMiddleware):
                async def dispatch(self, request, call_next): ...

            class Plain:
                def __init__(self, app):
                    self.app = app

                async def __call__(self, scope, receive, send): ...

            routes = [
                Route("/", endpoint=home),
                Mount("/v1", routes=[Route("/users", Users), WebSocketRoute("/stream", stream)]),
            ]
            app = Starlette(routes=routes)
            """
        }
    )
    kinds = {h.function.qualname: h.kind for h in handlers_in(project.module("app.py"))}
    assert kinds == {
        "home": "request",
        "stream": "websocket",
        "Users.get": "request",
        "Users.post": "request",
        "Echo.on_receive": "websocket",
        "Timing.dispatch": "middleware",
        "Plain.__call__": "middleware",
    }
    assert all(h.framework == "starlette" for h in handlers_in(project.module("app.py")))


def test_error_handlers_by_decorator_call_and_dict() -> None:
    project = project_of(
        {
            "errors.py": """
            from sqlalchemy.exc import IntegrityError

            class Missing(Exception): ...

            async def conflict(request, exc): ...
            async def crash(request, exc): ...
            async def missing(request, exc): ...
            async def not_registered(request, exc): ...
            """,
            "main.py": """
            from fastapi import FastAPI, Request
            from sqlalchemy.exc import IntegrityError
            import errors

            app = FastAPI(exception_handlers={errors.Missing: errors.missing})
            app.add_exception_handler(500, errors.crash)
            app.add_exception_handler(IntegrityError, errors.conflict)

            @app.exception_handler(ValueError)
            async def bad_value(request: Request, exc: ValueError): ...
            """,
        }
    )
    found = {h.function.qualname: h.exceptions for h in error_handlers(project)}
    assert found == {
        "conflict": ("sqlalchemy.exc.IntegrityError",),
        "crash": ("500",),
        "missing": ("errors.Missing",),
        "bad_value": ("ValueError",),
    }
    assert [i.kind for i in error_handlers(project)[-1].inputs] == ["request", "other"]


def test_middleware_and_lifecycle_hooks() -> None:
    project = project_of(
        {
            "main.py": """
            from contextlib import asynccontextmanager
            from fastapi import FastAPI
            from starlette.middleware.base import BaseHTTPMiddleware

            @asynccontextmanager
            async def lifespan(app):
                yield

            app = FastAPI(lifespan=lifespan)

            @app.on_event("startup")
            async def start(): ...

            @app.middleware("http")
            async def tag(request, call_next): ...

            async def timing(request, call_next): ...

            app.add_middleware(BaseHTTPMiddleware, dispatch=timing)
            """
        }
    )
    assert {h.function.qualname: h.kind for h in handlers_in(project.module("main.py"))} == {"tag": "middleware", "timing": "middleware"}


def test_dependencies_are_found_where_they_are_used() -> None:
    project = project_of(
        {
            "deps.py": """
            from typing import Annotated
            from fastapi import Depends, Security

            def get_db():
                yield 1

            def current_user(db=Depends(get_db)): ...

            class RoleChecker:
                def __init__(self, role): self.role = role
                def __call__(self, user=Depends(current_user)): ...

            class Paging:
                def __init__(self, limit: int = 10): ...

            def require(role):
                def check(user=Security(current_user)): ...
                return check

            def unused(): ...
            admin_only = RoleChecker("admin")
            """,
            "api.py": """
            import deps
            from fastapi import APIRouter, Depends
            router = APIRouter(dependencies=[Depends(deps.admin_only)])

            @router.get("/", dependencies=[Depends(deps.require("x"))])
            def view(paging: deps.Paging = Depends(deps.Paging)): ...
            """,
        }
    )
    assert {h.function.qualname: h.kind for h in handlers_in(project.module("deps.py"))} == dict.fromkeys(
        ["get_db", "current_user", "RoleChecker.__call__", "Paging.__init__", "require.check"], "dependency"
    )
    assert [h.function.qualname for h in request_handlers_in(project.module("api.py"))] == ["view"]
    assert request_handlers_in(project.module("deps.py")) == []


def test_router_parameter_without_annotation_is_told_by_its_path() -> None:
    project = project_of(
        {
            "api.py": """
            from fastapi import Request

            def register(app, prefix):
                @app.get("/health")
                async def health(): ...

                @app.post(f"{prefix}/users")
                async def create(request: Request): ...

                @app.get(prefix)
                async def not_clear(): ...
            """
        }
    )
    assert names(project, "api.py") == ["register.health", "register.create"]


def test_own_decorator_around_a_router() -> None:
    project = project_of(
        {
            "routing.py": """
            from fastapi import APIRouter
            router = APIRouter()

            def endpoint(path, **options):
                def wrap(fn):
                    router.add_api_route(path, fn, **options)
                    return fn
                return wrap

            def cached(path):
                return lambda fn: fn
            """,
            "api.py": """
            from routing import cached, endpoint

            @endpoint("/reports")
            def reports(): ...

            @cached("/tmp/reports")
            def load(): ...
            """,
        }
    )
    assert names(project, "api.py") == ["reports"]


def test_socket_io_events() -> None:
    project = project_of(
        {
            "chat.py": """
            import socketio
            sio = socketio.AsyncServer(async_mode="asgi")

            @sio.event
            async def connect(sid, environ): ...

            @sio.on("message")
            async def message(sid, data): ...
            """
        }
    )
    assert {h.function.qualname: h.kind for h in handlers_in(project.module("chat.py"))} == {"connect": "event", "message": "event"}
