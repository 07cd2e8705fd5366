"""What looks like a handler and is none."""

from __future__ import annotations

import pytest

from backend_lint.frameworks import handlers_in, is_handler, view_classes
from tests.support import function_of, project_of


@pytest.mark.parametrize(
    "source",
    [
        # Slack: commands and events come through a socket or one route that the library owns
        """
        from slack_bolt import App
        import fastapi
        app = App()

        @app.event("message")
        def on_message(event): ...

        @app.command("/deploy")
        def deploy(ack): ...
        """,
        # queue consumers and schedulers
        """
        from celery import Celery
        from faststream.rabbit import RabbitBroker
        import flask
        celery, broker = Celery("x"), RabbitBroker()

        @celery.task
        def work(): ...

        @broker.subscriber("/orders")
        async def order(message): ...

        @celery.on_after_configure.connect
        def setup(sender, **kwargs): ...
        """,
        # other web frameworks' route tables
        """
        import fastapi
        from aiohttp import web
        routes = web.RouteTableDef()

        @routes.get("/x")
        async def x(request): ...
        """,
        # HTTP mocks and clients that decorate
        """
        import fastapi
        import respx, responses

        @respx.get("/x")
        def a(): ...

        @responses.post("/x")
        def b(): ...

        def use(client, http_session):
            @client.get("/x")
            def c(): ...

            @http_session.get("/y")
            def d(): ...
        """,
        # a registry's `get`, a dict, a decorator of the project's own
        """
        import flask
        class Registry:
            def get(self, name): ...
            def register(self, name): ...

        registry = Registry()
        plugins = {}

        @registry.register("/x")
        def a(): ...

        @plugins.get("x")
        def b(): ...

        @registry.get("name")
        def c(): ...
        """,
        # command-line programs
        """
        import click
        import flask

        @click.group()
        def cli(): ...

        @cli.command("/x")
        def run(): ...
        """,
        # properties, and functions that merely take a request
        """
        from django.http import HttpRequest

        class Service:
            @property
            def get(self): ...
            def post(self, request): ...
            def list(self, request): ...

        def client_ip(request): ...
        """,
    ],
    ids=["slack", "queues", "aiohttp", "mocks", "registries", "commands", "services"],
)
def test_no_handlers(source: str) -> None:
    assert handlers_in(project_of({"module.py": source}).module("module.py")) == []


def test_repositories_and_ui_classes_are_no_views() -> None:
    project = project_of(
        {
            "repo.py": """
            from sqlalchemy.orm import Session
            import discord
            import flask

            class Repo:
                def get(self, key): ...
                def post(self, data): ...
                def delete(self, key): ...

            class UserRepo(Repo):
                def get(self, key): ...

            class Buttons(discord.ui.View):
                def get(self): ...

            class Model(Session):
                def delete(self, x): ...
            """
        }
    )
    assert handlers_in(project.module("repo.py")) == []
    assert view_classes(project.module("repo.py")) == []


def test_admin_is_no_view() -> None:
    project = project_of(
        {
            "app/admin.py": """
            from django.contrib import admin
            from django.urls import path
            from app.models import Item

            @admin.register(Item)
            class ItemAdmin(admin.ModelAdmin):
                def get_queryset(self, request): ...
                def save_model(self, request, obj, form, change): ...
            """,
            "app/models.py": "from django.db import models\nclass Item(models.Model):\n    def delete(self): ...\n",
        }
    )
    assert handlers_in(project.module("app/admin.py")) == []
    assert handlers_in(project.module("app/models.py")) == []


def test_tests_route_nothing_in_the_application() -> None:
    project = project_of(
        {
            "app/views.py": "import fastapi\ndef view(): ...\n",
            "tests/test_app.py": """
            from fastapi import FastAPI
            from app.views import view
            app = FastAPI()
            app.add_api_route("/x", view)

            @app.get("/y")
            def inline(): ...
            """,
        }
    )
    assert not is_handler(function_of(project, "app/views.py", "view"))
    assert is_handler(function_of(project, "tests/test_app.py", "inline"))


def test_a_broken_neighbour_file_is_survived() -> None:
    project = project_of(
        {
            "main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home(): ...\n",
            "broken.py": "from fastapi import\ndef add_api_route(:\n",
        }
    )
    assert [h.function.qualname for h in handlers_in(project.module("main.py"))] == ["home"]


def test_circular_imports_and_self_reference() -> None:
    project = project_of(
        {
            "a.py": "from flask import Flask\nfrom b import app\n@app.route('/a')\ndef a(): ...\n",
            "b.py": "from a import app\n@app.route('/b')\ndef b(): ...\n",
            "c.py": "import flask\nbp = bp\n@bp.route('/c')\ndef c(): ...\n",
        }
    )
    for path in ("a.py", "b.py", "c.py"):
        assert [h.path for h in handlers_in(project.module(path))] == [f"/{path[0]}"]
