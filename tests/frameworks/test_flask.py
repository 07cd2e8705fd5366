"""Handlers of Flask and its extensions."""

from __future__ import annotations

from pathlib import Path

from backend_lint.frameworks import error_handlers, handler_of, handlers_in, view_classes
from backend_lint.semantics.project import Project
from tests.support import function_of, project_of


def kinds(project: Project, path: str) -> dict[str, str]:
    return {handler.function.qualname: handler.kind for handler in handlers_in(project.module(path))}


def paths(project: Project, path: str) -> dict[str, str | None]:
    return {handler.function.qualname: handler.path for handler in handlers_in(project.module(path))}


def test_app_and_blueprint_of_other_files() -> None:
    project = project_of(
        {
            "shop/__init__.py": """
            from flask import Flask

            def create_app():
                app = Flask(__name__)
                from shop.orders import bp
                app.register_blueprint(bp)

                @app.route("/health")
                def health():
                    return "ok"

                return app
            """,
            "shop/orders/__init__.py": """
            from flask import Blueprint
            bp = Blueprint("orders", __name__)
            from shop.orders import views
            """,
            "shop/orders/views.py": """
            from shop.orders import bp

            @bp.route("/orders/<int:order_id>", methods=["GET", "DELETE"])
            def order(order_id): ...

            @bp.post("/orders")
            def create(): ...

            def total(order): ...
            """,
            "wsgi.py": """
            from shop import create_app
            app = create_app()

            @app.get("/version")
            def version(): ...
            """,
        }
    )
    assert kinds(project, "shop/__init__.py") == {"create_app.health": "request"}
    assert kinds(project, "shop/orders/views.py") == {"order": "request", "create": "request"}
    assert kinds(project, "wsgi.py") == {"version": "request"}
    order = handler_of(function_of(project, "shop/orders/views.py", "order"))
    assert order is not None
    assert (order.framework, order.methods) == ("flask", ("GET", "DELETE"))


def test_views_inside_a_function_that_gets_the_app() -> None:
    project = project_of(
        {
            "routes.py": """
            from flask import request

            def init_routes(app):
                @app.route("/login", methods=["POST"])
                def login():
                    return request.form["user"]

                @app.errorhandler(404)
                def missing(error): ...
            """
        }
    )
    assert kinds(project, "routes.py") == {"init_routes.login": "request", "init_routes.missing": "error"}


def test_url_rules_and_method_views() -> None:
    project = project_of(
        {
            "views.py": """
            from flask.views import MethodView, View

            def index(): ...
            def orphan(): ...

            class Base(MethodView):
                def options(self): ...

            class Users(Base):
                def get(self, user_id): ...
                def post(self): ...
                def _find(self, user_id): ...

            class Report(View):
                def dispatch_request(self): ...
            """,
            "app.py": """
            from flask import Flask
            import views
            from views import Users

            app = Flask(__name__)
            app.add_url_rule("/", "index", views.index)
            app.add_url_rule("/users/<int:user_id>", view_func=Users.as_view("users"), methods=["GET"])
            app.add_url_rule("/report", view_func=views.Report.as_view("report"))
            """,
        }
    )
    assert paths(project, "views.py") == {
        "index": "/",
        "Base.options": "/users/<int:user_id>",
        "Users.get": "/users/<int:user_id>",
        "Users.post": "/users/<int:user_id>",
        "Report.dispatch_request": "/report",
    }
    assert [cls.node.name for cls in view_classes(project.module("views.py"))] == ["Base", "Users", "Report"]
    get = handler_of(function_of(project, "views.py", "Users.get"))
    assert get is not None
    assert get.methods == ("GET",)
    assert [(i.kind, i.is_validated) for i in get.inputs] == [("path", True)]


def test_restful_resources_and_wrappers_of_add_resource() -> None:
    project = project_of(
        {
            "base.py": """
            from flask_restful import Api, Resource

            class BaseResource(Resource):
                method_decorators = [login_required]

                def record(self, event): ...

            class OrgApi(Api):
                def add_org_resource(self, resource, *urls, **kwargs):
                    return self.add_resource(resource, *urls, **kwargs)

            api = OrgApi()
            """,
            "alerts.py": """
            from base import BaseResource

            class Alerts(BaseResource):
                def get(self, alert_id): ...
                def delete(self, alert_id): ...
                def _notify(self): ...
            """,
            "api.py": """
            from base import api
            from alerts import Alerts
            api.add_org_resource(Alerts, "/api/alerts/<alert_id>", endpoint="alert")
            """,
        }
    )
    assert paths(project, "alerts.py") == {"Alerts.get": "/api/alerts/<alert_id>", "Alerts.delete": "/api/alerts/<alert_id>"}
    get = handlers_in(project.module("alerts.py"))[0]
    assert get.framework == "flask-restful"
    assert get.decorators == ("login_required",)
    assert [(i.name, i.kind, i.is_validated) for i in get.inputs] == [("alert_id", "path", False)]


def test_restx_namespaces_and_smorest_blueprints() -> None:
    project = project_of(
        {
            "teams.py": """
            from flask_restx import Namespace, Resource
            ns = Namespace("teams")

            @ns.route("/<team_id>")
            @ns.param("team_id", "the team")
            class Team(Resource):
                @ns.doc("read")
                def get(self, team_id): ...

            @ns.errorhandler(KeyError)
            def broken(error): ...
            """,
            "pets.py": """
            from flask.views import MethodView
            from flask_smorest import Blueprint
            blp = Blueprint("pets", "pets")

            @blp.route("/pets")
            class Pets(MethodView):
                @blp.arguments(PetSchema)
                @blp.response(201, PetSchema)
                def post(self, data): ...
            """,
        }
    )
    assert kinds(project, "teams.py") == {"Team.get": "request", "broken": "error"}
    assert paths(project, "teams.py")["Team.get"] == "/<team_id>"
    (post,) = handlers_in(project.module("pets.py"))
    assert (post.path, post.inputs[0].kind, post.inputs[0].is_validated) == ("/pets", "body", True)


def test_admin_views_and_classful_views() -> None:
    project = project_of(
        {
            "admin.py": """
            from flask_admin import BaseView, expose
            from flask_classful import FlaskView

            class Jobs(BaseView):
                @expose("/")
                def index(self): ...

                @expose("/run", methods=["POST"])
                def run(self): ...

                def _queue(self): ...

            class Quotes(FlaskView):
                def index(self): ...
                def _pick(self): ...
            """
        }
    )
    assert kinds(project, "admin.py") == {"Jobs.index": "request", "Jobs.run": "request", "Quotes.index": "request"}


def test_error_handlers_and_hooks() -> None:
    project = project_of(
        {
            "errors.py": """
            from flask import Blueprint
            from werkzeug.exceptions import HTTPException
            bp = Blueprint("errors", __name__)

            class Problem(Exception): ...

            @bp.app_errorhandler(500)
            def crash(error): ...

            @bp.errorhandler(Problem)
            @bp.errorhandler(HTTPException)
            def problem(error): ...

            @bp.before_request
            def check(): ...

            def on_value(error): ...
            def tag(response): ...
            """,
            "app.py": """
            from flask import Flask
            from errors import on_value, tag
            app = Flask(__name__)
            app.register_error_handler(ValueError, on_value)
            app.after_request(tag)
            """,
        }
    )
    assert kinds(project, "errors.py") == {
        "crash": "error",
        "problem": "error",
        "check": "middleware",
        "on_value": "error",
        "tag": "middleware",
    }
    found = {h.function.node.name: h.exceptions for h in error_handlers(project)}
    assert found["crash"] == ("500",)
    assert set(found["problem"]) == {"errors.Problem", "werkzeug.exceptions.HTTPException"}
    assert found["on_value"] == ("ValueError",)


def test_socket_events() -> None:
    project = project_of(
        {
            "live.py": """
            from flask_socketio import Namespace, SocketIO
            socketio = SocketIO()

            @socketio.on("join")
            def join(data): ...

            class Room(Namespace):
                def on_message(self, data): ...
                def store(self, data): ...

            def ping(data): ...

            socketio.on_event("ping", ping)
            """
        }
    )
    assert kinds(project, "live.py") == {"join": "event", "Room.on_message": "event", "ping": "event"}


def test_classes_routed_by_a_projects_own_blueprint() -> None:
    project = project_of(
        {
            "rh.py": """
            class RH:
                def process(self):
                    return self._process()

                def _process(self): ...

            class RHEvent(RH):
                def _process(self): ...
                def _check(self): ...

            class RHUnrouted:
                def _process(self): ...
            """,
            "blueprint.py": """
            from flask import Blueprint
            from rh import RHEvent

            class AppBlueprint(Blueprint):
                def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
                    super().add_url_rule(rule, endpoint, make_view_func(view_func), **options)

            _bp = AppBlueprint("events", __name__)
            _bp.add_url_rule("/event/<int:event_id>", "event", RHEvent)
            """,
        }
    )
    assert kinds(project, "rh.py") == {"RH._process": "request", "RHEvent._process": "request"}


def test_connexion_operations(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "openapi.yml").write_text(
        """
paths:
  /books:
    get:
      operationId: api_views.books.get_all
    post:
      x-openapi-router-controller: api_views.books
      operationId: "add"
"""
    )
    project = project_of(
        {
            "app.py": "import connexion\napp = connexion.App(__name__)\napp.add_api('specs/openapi.yml')\n",
            "api_views/books.py": """
            def get_all(): ...
            def add(body): ...
            def validate(token): ...
            """,
        },
        tmp_path,
    )
    assert kinds(project, "api_views/books.py") == {"get_all": "request", "add": "request"}


def test_error_handlers_registered_in_loops() -> None:
    project = project_of(
        {
            "app.py": """
            from flask import Flask
            from werkzeug.exceptions import default_exceptions
            app = Flask(__name__)

            def some(error): ...
            def every(error): ...

            def init():
                for code in (400, 404):
                    app.register_error_handler(code, some)
                for ex in default_exceptions:
                    app.register_error_handler(ex, every)
            """
        }
    )
    assert {h.function.node.name: h.exceptions for h in error_handlers(project)} == {
        "some": ("400", "404"),
        "every": ("werkzeug.exceptions.HTTPException",),
    }


def test_a_view_that_its_wrapper_takes_the_place_of_stays_the_handler() -> None:
    project = project_of(
        {
            "shop/guards.py": """
            from functools import wraps

            def admins_only(view):
                @wraps(view)
                def guarded(*args, **kwargs):
                    return view(*args, **kwargs)

                return guarded
            """,
            "shop/files.py": """
            from flask import send_file
            from shop.guards import admins_only

            def serve(app, path, is_private):
                def asset():
                    return send_file(path)

                if is_private:
                    asset = admins_only(asset)
                app.add_url_rule(f"/{path}", view_func=asset)
            """,
            "app.py": """
            from flask import Flask
            from shop.files import serve

            app = Flask(__name__)
            serve(app, "logo.png", False)
            """,
        }
    )
    assert list(kinds(project, "shop/files.py")) == ["serve.asset"]
    assert kinds(project, "shop/guards.py") == {}
