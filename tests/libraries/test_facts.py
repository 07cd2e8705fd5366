"""Well-known facts about libraries, as the registry tells them, and as inference uses them on code."""

from __future__ import annotations

import pytest

from backend_lint.libraries import registry
from backend_lint.semantics.calls import callee
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

REGISTRY = registry()

EFFECTS_OF_FUNCTIONS = {
    "time.sleep": "blocks",
    "requests.get": "blocks outbound waits url-sink",
    "subprocess.run": "blocks command-sink",
    "os.system": "blocks command-sink",
    "os.getenv": "",
    "open": "opens context blocks path-sink",
    "sqlite3.connect": "opens connects context-commits blocks",
    "psycopg2.connect": "opens connects context-commits blocks",
    "psycopg.connect": "opens connects context blocks",
    "asyncpg.connect": "opens connects coroutine",
    "aiosqlite.connect": "opens connects context coroutine",
    "sqlalchemy.create_engine": "per-request-costly",
    "sqlalchemy.text": "sql-text",
    "flask.jsonify": "response",
    "flask.abort": "aborts",
    "flask.flash": "flashes",
    "flask.redirect": "response",
    "django.shortcuts.get_object_or_404": "reads blocks not-found-404",
    "django.core.mail.send_mail": "email blocks outbound",
    "django.db.transaction.atomic": "begins context-commits",
    "traceback.format_exc": "traceback",
    "asyncio.to_thread": "coroutine offloads",
    "asyncio.sleep": "coroutine",
    "starlette.concurrency.run_in_threadpool": "coroutine offloads",
    "werkzeug.utils.secure_filename": "escapes",
    "jwt.decode": "verifies",
    "jsonschema.validate": "validates",
    "int": "converts",
}

EFFECTS_OF_MEMBERS = {
    "sqlalchemy.orm.Session.commit": "commits blocks breaks-transaction",
    "sqlalchemy.orm.Session.add": "writes needs-argument",
    "sqlalchemy.orm.Session.rollback": "rolls-back blocks",
    "sqlalchemy.orm.Session.begin": "begins context-commits",
    "sqlalchemy.orm.Query.first": "reads blocks may-be-none",
    "sqlalchemy.orm.Query.join": "builds-query aggregates",
    "sqlalchemy.ext.asyncio.AsyncSession.execute": "reads sql coroutine",
    "sqlalchemy.ext.asyncio.AsyncSession.add": "writes needs-argument",
    "sqlalchemy.orm.sessionmaker.__call__": "opens context",
    "flask_sqlalchemy.query.Query.first_or_404": "reads blocks not-found-404",
    "flask.wrappers.Request.get_json": "input-body",
    "flask.wrappers.Request.args": "input-query",
    "starlette.requests.Request.json": "coroutine input-body",
    "fastapi.UploadFile.read": "coroutine input-file",
    "fastapi.BackgroundTasks.add_task": "enqueues offloads",
    "django.http.HttpRequest.POST": "input-body",
    "django.db.models.Manager.get": "reads blocks raises-not-found",
    "django.db.models.QuerySet.aget": "reads coroutine raises-not-found",
    "django.forms.ModelForm.is_valid": "checks",
    "rest_framework.serializers.ModelSerializer.is_valid": "checks",
    "rest_framework.request.Request.data": "input-body",
    "flask_wtf.FlaskForm.validate_on_submit": "checks",
    "marshmallow.Schema.load": "validates",
    "pydantic.BaseModel.model_validate": "validates",
    "httpx.AsyncClient.get": "coroutine outbound url-sink",
    "sib_api_v3_sdk.TransactionalEmailsApi.send_transac_email": "email blocks outbound",
    "sib_api_v3_sdk.ContactsApi.create_contact": "blocks outbound",
    "psycopg2.pool.ThreadedConnectionPool.putconn": "closes-argument",
    "redis.asyncio.Redis.get": "coroutine",
    "celery.Task.delay": "enqueues blocks-briefly",
}

CONSTRUCTIONS = {
    "sqlalchemy.orm.Session": "opens context",
    "sqlmodel.Session": "opens context",
    "httpx.Client": "opens context per-request-costly",
    "starlette.responses.JSONResponse": "response",
    "fastapi.HTTPException": "response",
    "django.http.JsonResponse": "response",
    "rest_framework.exceptions.NotFound": "response",
    "werkzeug.exceptions.NotFound": "response",
    "pydantic_settings.BaseSettings": "validates",
    "smtplib.SMTP_SSL": "opens blocks outbound waits context",
    "sqlalchemy.orm.sessionmaker": "",
}

SPELLINGS = {
    "fastapi.Request": "starlette.requests.Request",
    "fastapi.responses.JSONResponse": "starlette.responses.JSONResponse",
    "fastapi.exceptions.HTTPException": "fastapi.HTTPException",
    "fastapi.params.Depends": "fastapi.Depends",
    "flask.globals.request": "flask.request",
    "flask.Request": "flask.wrappers.Request",
    "flask.json.jsonify": "flask.jsonify",
    "flask.json.loads": "json.loads",
    "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
    "sqlalchemy.future.select": "sqlalchemy.select",
    "sqlalchemy.Engine": "sqlalchemy.engine.Engine",
    "sqlalchemy.orm.exc.NoResultFound": "sqlalchemy.exc.NoResultFound",
    "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.declarative_base",
    "django.views.View": "django.views.generic.View",
    "django.views.generic.edit.CreateView": "django.views.generic.CreateView",
    "django.db.utils.IntegrityError": "django.db.IntegrityError",
    "rest_framework.serializers.ValidationError": "rest_framework.exceptions.ValidationError",
    "pydantic.v1.BaseModel": "pydantic.BaseModel",
    "pydantic.BaseSettings": "pydantic_settings.BaseSettings",
    "flask_restplus.Resource": "flask_restx.Resource",
    "typing_extensions.Annotated": "typing.Annotated",
    "collections.abc.Generator": "typing.Generator",
    "builtins.ValueError": "ValueError",
    "socket.timeout": "TimeoutError",
    "cx_Oracle.connect": "oracledb.connect",
    "brevo_python.TransactionalEmailsApi": "sib_api_v3_sdk.TransactionalEmailsApi",
    "brevo_python.rest.ApiException": "sib_api_v3_sdk.rest.ApiException",
    "brevo_python.api.contacts_api.ContactsApi": "sib_api_v3_sdk.ContactsApi",
}

ANCESTORS = {
    "requests.exceptions.ConnectTimeout": "requests.exceptions.Timeout requests.exceptions.RequestException OSError Exception",
    "sqlalchemy.exc.IntegrityError": "sqlalchemy.exc.DBAPIError sqlalchemy.exc.SQLAlchemyError Exception",
    "json.JSONDecodeError": "ValueError",
    "pydantic.ValidationError": "ValueError",
    "fastapi.HTTPException": "starlette.exceptions.HTTPException Exception",
    "fastapi.FastAPI": "starlette.applications.Starlette",
    "django.views.generic.UpdateView": "django.views.generic.View django.views.generic.SingleObjectMixin",
    "rest_framework.viewsets.ModelViewSet": "rest_framework.generics.GenericAPIView rest_framework.views.APIView django.views.generic.View",
    "flask_restful.Resource": "flask.views.MethodView flask.views.View",
    "django.contrib.auth.models.User": "django.db.models.Model",
    "flask_sqlalchemy.model.Model": "sqlalchemy.orm.DeclarativeBase",
    "subprocess.TimeoutExpired": "subprocess.SubprocessError",
    "UnicodeDecodeError": "ValueError",
}


@pytest.mark.parametrize(("name", "effects"), EFFECTS_OF_FUNCTIONS.items())
def test_effects_of_functions(name: str, effects: str) -> None:
    assert REGISTRY.functions[name].effects == set(effects.split())


@pytest.mark.parametrize(("name", "effects"), EFFECTS_OF_MEMBERS.items())
def test_effects_of_members(name: str, effects: str) -> None:
    owner, _, attribute = name.rpartition(".")
    found = REGISTRY.member(owner, attribute)
    assert found is not None
    assert found[1].effects == set(effects.split())


@pytest.mark.parametrize(("name", "effects"), CONSTRUCTIONS.items())
def test_effects_of_constructing(name: str, effects: str) -> None:
    assert REGISTRY.is_class(name)
    assert REGISTRY.construction(name) == set(effects.split())


@pytest.mark.parametrize(("spelling", "name"), SPELLINGS.items())
def test_spellings(spelling: str, name: str) -> None:
    assert REGISTRY.canonical(spelling) == name


@pytest.mark.parametrize(("name", "ancestors"), ANCESTORS.items())
def test_ancestors(name: str, ancestors: str) -> None:
    assert set(ancestors.split()) <= set(REGISTRY.ancestors(name))


@pytest.mark.parametrize(("owner", "method"), [("django.views.generic.View", "get"), ("rest_framework.views.APIView", "post")])
def test_views_define_no_handlers_of_their_own(owner: str, method: str) -> None:
    assert REGISTRY.member(owner, method) is None


HEADER = """
    from contextlib import closing
    import sqlite3
    from celery import shared_task
    from django.contrib.auth.models import User as Account
    from flask import request
    from flask_sqlalchemy import SQLAlchemy
    from pydantic import BaseModel
    from pymongo import MongoClient
    from sqlalchemy import create_engine, select
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
    from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

    db = SQLAlchemy()
    engine = create_engine("sqlite://")
    SessionLocal = sessionmaker(bind=engine)
    AsyncLocal = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    Maker = async_sessionmaker(engine)
    scoped = scoped_session(SessionLocal)
    client = MongoClient()

    class Base(DeclarativeBase): ...
    class User(Base): ...
    class Post(db.Model): ...
    class UserIn(BaseModel): ...

    @shared_task
    def mail(user_id): ...
"""

#: An expression -> the class of its value.
VALUES = {
    "SessionLocal()": "sqlalchemy.orm.Session",
    "AsyncLocal()": "sqlalchemy.ext.asyncio.AsyncSession",
    "Maker()": "sqlalchemy.ext.asyncio.AsyncSession",
    "scoped()": "sqlalchemy.orm.Session",
    "SessionLocal().query(User).filter(1).first()": "app.User",
    "SessionLocal().get(User, 1)": "app.User",
    "SessionLocal().scalars(select(User).where(1)).first()": "app.User",
    "AsyncLocal().execute(select(User)).scalar_one_or_none()": "app.User",
    "db.session": "sqlalchemy.orm.scoped_session",
    "Post.query.filter_by(id=1).first_or_404()": "app.Post",
    "Post.query.paginate()": "flask_sqlalchemy.pagination.Pagination",
    "Account.objects.filter(id=1)": "django.db.models.QuerySet",
    "Account.objects.get(id=1)": "django.contrib.auth.models.User",
    "UserIn.model_validate({})": "app.UserIn",
    "request.args": "werkzeug.datastructures.MultiDict",
    "client.shop.orders": "pymongo.collection.Collection",
    "sqlite3.connect('x').cursor()": "sqlite3.Cursor",
}

#: A call -> an effect it has.
CALLS = {
    "db.session.execute(select(User))": "reads",
    "client['shop'].orders.find_one({})": "may-be-none",
    "mail.delay(1)": "enqueues",
    "request.get_json()": "input-body",
    "UserIn(name=1)": "validates",
    "db.text('select 1')": "sql-text",
    "engine.connect()": "opens",
    "db.session.commit()": "commits",
}


def returned(text: str) -> tuple[n.Expr, Function]:
    """The expression at the end of a function that stands below the header, and the function."""
    function = function_of(project_of({"app.py": f"{HEADER}\n    def f():\n        return {text}\n"}), "app.py", "f")
    (statement,) = function.node.body
    assert isinstance(statement, n.Return)
    assert statement.value is not None
    return statement.value, function


@pytest.mark.parametrize(("text", "name"), VALUES.items())
def test_values_of_code(text: str, name: str) -> None:
    value, function = returned(text)
    found = function.project.inference.value(value, function.module, function)
    assert found is not None
    assert (found.kind, found.name) == ("instance", name)


@pytest.mark.parametrize(("text", "effect"), CALLS.items())
def test_effects_of_code(text: str, effect: str) -> None:
    call, function = returned(text)
    assert isinstance(call, n.Call)
    assert effect in callee(call, function.module, function).effects


def test_a_session_of_flask_sqlalchemy_is_told_from_others() -> None:
    found = REGISTRY.member("flask_sqlalchemy.SQLAlchemy", "session")
    assert found is not None
    assert found[1].returns == "sqlalchemy.orm.scoped_session[flask_sqlalchemy.session.Session]"


@pytest.mark.parametrize(
    ("name", "method", "is_defined"),
    [
        ("sqlalchemy.types.TypeDecorator", "process_bind_param", True),
        ("django.views.View", "dispatch", True),
        ("django.views.View", "get", False),
        ("django.core.management.base.BaseCommand", "handle", True),
        ("fastapi.staticfiles.StaticFiles", "get_response", True),
        ("rest_framework.views.APIView", "post", False),
        ("rest_framework.viewsets.ModelViewSet", "list", True),
    ],
)
def test_methods_to_override_are_known_under_any_spelling_of_the_class(name: str, method: str, is_defined: bool) -> None:
    assert REGISTRY.defines(REGISTRY.canonical(name), method) is is_defined
