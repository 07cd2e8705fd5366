"""What a change causes in other places, and the cause that the review names."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of

ROUTES = """
    from fastapi import APIRouter

    from shop.rates import fetch

    router = APIRouter()


    @router.get("/rates")
    def rates():
        return fetch("EUR")
"""
RATES = """
    import requests


    def fetch(currency):
        response = requests.get(f"https://rates.example.com/{currency}", timeout=5)
        return response.json()
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/__init__.py": "", "shop/routes.py": ROUTES, "shop/rates.py": RATES})
    return found


def reviewed(repo: Repo, rule: str) -> Review:
    return repo.review(commit="HEAD", select=[rule])


def test_function_that_becomes_async_above_a_blocking_helper(repo: Repo) -> None:
    repo.commit({"shop/routes.py": ROUTES.replace("def rates", "async def rates")})
    found = reviewed(repo, "BL801")
    (new,) = found.new
    assert new.cause.kind in ("line", "trace", "function")
    assert (new.cause.path, new.cause.line) in (("shop/routes.py", 9), ("shop/routes.py", 10))
    assert found.verdict == "fail"


def test_helper_that_begins_to_block_below_an_async_function(repo: Repo) -> None:
    calm = "def fetch(currency):\n    return {'EUR': 1}[currency]\n"
    repo.commit({"shop/routes.py": ROUTES.replace("def rates", "async def rates"), "shop/rates.py": calm})
    repo.commit({"shop/rates.py": RATES})
    (new,) = reviewed(repo, "BL801").new
    assert new.cause.path == "shop/rates.py"


def test_new_call_of_an_old_blocking_helper(repo: Repo) -> None:
    more = '\n\n@router.get("/more")\nasync def more():\n    return fetch("USD")\n'
    repo.commit({"shop/routes.py": "\n".join(line[4:] for line in ROUTES.splitlines()).lstrip() + more})
    found = reviewed(repo, "BL801")
    (new,) = found.new
    assert new.finding.function == "more" or any(step.path == "shop/routes.py" for step in new.finding.trace)
    assert new.cause.path == "shop/routes.py"


def test_second_async_caller_of_a_blocking_helper_is_new(repo: Repo) -> None:
    first = ROUTES.replace("def rates", "async def rates")
    repo.commit({"shop/routes.py": first})
    text = (repo.folder / "shop/routes.py").read_text()
    repo.commit({"shop/routes.py": text + '\n\n@router.get("/more")\nasync def more():\n    return fetch("USD")\n'})
    found = reviewed(repo, "BL801")
    assert [new.finding.function for new in found.new] == ["more"]
    assert len(found.existing) == 1


SAVING = """
    from contextlib import closing

    import pymysql
    from flask import Blueprint, current_app, jsonify

    bp = Blueprint("orders", __name__)


    @bp.get("/orders")
    def orders():
        with closing(pymysql.connect(host=current_app.config["HOST"])) as connection:
            return jsonify(connection.query("select count(*) from orders"))
"""
GUARDED_APP = """
    import pymysql
    from flask import Flask, jsonify

    from shop.saving import bp

    app = Flask(__name__)
    app.register_blueprint(bp)


    @app.errorhandler(pymysql.MySQLError)
    def database_failed(error):
        app.logger.exception("database")
        return jsonify(error="try again"), 503
"""
BARE_APP = """
    from flask import Flask, jsonify

    from shop.saving import bp

    app = Flask(__name__)
    app.register_blueprint(bp)
"""


def test_deleted_error_handler(repo: Repo) -> None:
    repo.commit({"shop/saving.py": SAVING, "shop/app.py": GUARDED_APP})
    assert reviewed(repo, "BL601").new == []
    repo.commit({"shop/app.py": BARE_APP})
    found = reviewed(repo, "BL601")
    assert [new.finding.path for new in found.new] == ["shop/saving.py"]
    (new,) = found.new
    assert (new.cause.path, new.cause.kind) == ("shop/app.py", "removed")
    assert found.verdict == "fail"


def test_deleted_file_with_the_error_handler(repo: Repo) -> None:
    handlers = """
        from flask import jsonify
        import pymysql


        def install(app):
            @app.errorhandler(pymysql.MySQLError)
            def database_failed(error):
                return jsonify(error="try again"), 503
    """
    app = "from flask import Flask\n\nfrom shop.handlers import install\nfrom shop.saving import bp\n\napp = Flask(__name__)\n"
    app += "app.register_blueprint(bp)\ninstall(app)\n"
    repo.commit({"shop/saving.py": SAVING, "shop/handlers.py": handlers, "shop/app.py": app})
    assert reviewed(repo, "BL601").new == []
    repo.write({"shop/handlers.py": None})
    repo.commit({"shop/app.py": BARE_APP})
    found = reviewed(repo, "BL601")
    assert [new.finding.path for new in found.new] == ["shop/saving.py"]
    assert found.new[0].cause.kind == "removed"


VIEWS = """
    from django.http import JsonResponse


    def orders(request):
        try:
            return JsonResponse({"orders": 1})
        except Exception as error:
            return JsonResponse({"error": str(error)})


    def internal(number):
        try:
            return JsonResponse({"number": number})
        except Exception as error:
            return JsonResponse({"error": str(error)})
"""
URLS = """
    from django.urls import path

    from shop import views

    urlpatterns = [path("orders", views.orders), path("internal/<int:number>", views.internal)]
"""


def test_deleted_route(repo: Repo) -> None:
    """A function that answers requests no more has what it had, as far as a finding needs a handler: nothing is new."""
    repo.commit({"shop/views.py": VIEWS, "shop/urls.py": URLS})
    repo.commit({"shop/urls.py": URLS.replace(', path("internal/<int:number>", views.internal)', "")})
    assert reviewed(repo, "BL301").new == []


def test_new_route_for_an_old_function(repo: Repo) -> None:
    plain = """
        from django.http import JsonResponse


        def convert(number):
            try:
                return JsonResponse({"number": number})
            except Exception as error:
                return JsonResponse({"error": str(error)})
    """
    repo.commit({"shop/views.py": plain, "shop/urls.py": "urlpatterns = []\n"})
    before = reviewed(repo, "BL301").new
    urls = "from django.urls import path\n\nfrom shop import views\n\nurlpatterns = [path('<int:number>', views.convert)]\n"
    repo.commit({"shop/urls.py": urls})
    found = reviewed(repo, "BL301")
    assert len(before) + len(found.new) == 1
    assert all(new.cause.path == "shop/urls.py" for new in found.new)


def test_deleted_handler_file(repo: Repo) -> None:
    repo.commit({"shop/views.py": VIEWS, "shop/urls.py": URLS})
    number = len(reviewed(repo, "BL301").new)
    assert number
    repo.write({"shop/views.py": None})
    repo.commit({"shop/urls.py": "urlpatterns = []\n"})
    found = reviewed(repo, "BL301")
    assert (found.verdict, len(found.new), len(found.fixed), len(found.existing)) == ("pass", 0, number, 0)


def test_cleaning_up_is_taken_away(repo: Repo) -> None:
    used = """
        import sqlite3

        from flask import Flask

        app = Flask(__name__)


        @app.get("/count")
        def count():
            connection = sqlite3.connect("shop.db")
            try:
                return str(connection.execute("select count(*) from orders").fetchone()[0])
            finally:
                connection.close()
    """
    repo.commit({"shop/count.py": used})
    assert reviewed(repo, "BL101").new == []
    leaky = used.replace("            try:\n                return", "            return").replace(
        "            finally:\n                connection.close()\n", ""
    )
    repo.commit({"shop/count.py": leaky})
    found = repo.review(commit="HEAD", select=["lifecycle"])
    assert rules_of(found)
    assert {new.cause.kind for new in found.new} <= {"line", "trace", "removed"}
