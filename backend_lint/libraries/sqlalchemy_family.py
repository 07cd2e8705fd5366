"""What builds on SQLAlchemy: Flask-SQLAlchemy 2 and 3, SQLModel, databases, fastapi-sqlalchemy."""

from __future__ import annotations

from backend_lint.libraries.notation import table

FLASK_SQLALCHEMY = table(
    "flask_sqlalchemy",
    """
alias flask_sqlalchemy.extension.SQLAlchemy flask.ext.sqlalchemy.SQLAlchemy flask_sqlalchemy_lite.SQLAlchemy = flask_sqlalchemy.SQLAlchemy
alias flask_sqlalchemy.BaseQuery flask_sqlalchemy.Query = flask_sqlalchemy.query.Query
alias flask_sqlalchemy.Model = flask_sqlalchemy.model.Model
alias flask_sqlalchemy.Pagination = flask_sqlalchemy.pagination.Pagination
alias flask_sqlalchemy.SignallingSession flask_sqlalchemy.SignallingSession = flask_sqlalchemy.session.Session

module flask_sqlalchemy
class SQLAlchemy
    # The session belongs to the application context: an extension's teardown removes it.
    .session -> sqlalchemy.orm.scoped_session[.session.Session]
    .Model -> type:.model.Model
    .Query -> type:.query.Query
    .engine -> sqlalchemy.engine.Engine
    .engines .metadatas -> dict
    .metadata -> sqlalchemy.MetaData
    get_engine -> sqlalchemy.engine.Engine
    create_all drop_all reflect = writes blocks
    init_app make_declarative_base create_scoped_session
    get_or_404 = reads blocks not-found-404 -> Arg0
    first_or_404 one_or_404 = reads blocks not-found-404 -> ArgElem
    paginate = reads blocks -> .pagination.Pagination[ArgElem]
    # All of sqlalchemy's and sqlalchemy.orm's names are attributes.
    .text -> fn:sqlalchemy.text
    .literal_column -> fn:sqlalchemy.literal_column
    .func -> fn:sqlalchemy.func
    .select -> fn:sqlalchemy.select
    .insert -> fn:sqlalchemy.insert
    .update -> fn:sqlalchemy.update
    .delete -> fn:sqlalchemy.delete
    .union -> fn:sqlalchemy.union
    .union_all -> fn:sqlalchemy.union_all
    .and_ -> fn:sqlalchemy.and_
    .or_ -> fn:sqlalchemy.or_
    .not_ -> fn:sqlalchemy.not_
    .case -> fn:sqlalchemy.case
    .cast -> fn:sqlalchemy.cast
    .desc -> fn:sqlalchemy.desc
    .asc -> fn:sqlalchemy.asc
    .exists -> fn:sqlalchemy.exists
    .aliased -> fn:sqlalchemy.orm.aliased
    .joinedload -> fn:sqlalchemy.orm.joinedload
    .relationship -> fn:sqlalchemy.orm.relationship
    .backref -> fn:sqlalchemy.orm.backref
    .mapped_column -> fn:sqlalchemy.orm.mapped_column
    .create_engine -> fn:sqlalchemy.create_engine
    .Column -> type:sqlalchemy.Column
    .Table -> type:sqlalchemy.Table
    .ForeignKey -> type:sqlalchemy.ForeignKey
    .Index -> type:sqlalchemy.Index
    .UniqueConstraint -> type:sqlalchemy.UniqueConstraint
    .CheckConstraint -> type:sqlalchemy.CheckConstraint
    .Integer -> type:sqlalchemy.Integer
    .BigInteger -> type:sqlalchemy.BigInteger
    .String -> type:sqlalchemy.String
    .Text -> type:sqlalchemy.Text
    .Boolean -> type:sqlalchemy.Boolean
    .Date -> type:sqlalchemy.Date
    .DateTime -> type:sqlalchemy.DateTime
    .Numeric -> type:sqlalchemy.Numeric
    .Float -> type:sqlalchemy.Float
    .Enum -> type:sqlalchemy.Enum
    .JSON -> type:sqlalchemy.JSON

module flask_sqlalchemy.model
# Its metaclass makes a declarative base of it.
class Model < sqlalchemy.orm.DeclarativeBase
    .query -> flask_sqlalchemy.query.Query[Class]

module flask_sqlalchemy.session
class Session < sqlalchemy.orm.Session

module flask_sqlalchemy.query
class Query < sqlalchemy.orm.Query
    get_or_404 first_or_404 one_or_404 = reads blocks not-found-404 -> Elem
    paginate = reads blocks -> flask_sqlalchemy.pagination.Pagination[Elem]

module flask_sqlalchemy.pagination
class Pagination
    next prev = reads blocks -> Self
    iter_pages
    .items -> list[Elem]
    .total .pages .page .per_page .next_num .prev_num .first .last -> int
    .has_next .has_prev -> bool
    __iter__ -> Elem
class SelectPagination QueryPagination < .Pagination
""",
)

SQLMODEL = table(
    "sqlmodel",
    """
alias sqlmodel.main.SQLModel = sqlmodel.SQLModel
alias sqlmodel.main.Field = sqlmodel.Field
alias sqlmodel.main.Relationship = sqlmodel.Relationship
alias sqlmodel.orm.session.Session = sqlmodel.Session
alias sqlmodel.create_engine = sqlalchemy.create_engine
alias sqlmodel.insert = sqlalchemy.insert
alias sqlmodel.update = sqlalchemy.update
alias sqlmodel.delete = sqlalchemy.delete
alias sqlmodel.text = sqlalchemy.text
alias sqlmodel.func = sqlalchemy.func
alias sqlmodel.and_ = sqlalchemy.and_
alias sqlmodel.or_ = sqlalchemy.or_
alias sqlmodel.not_ = sqlalchemy.not_
alias sqlmodel.desc = sqlalchemy.desc
alias sqlmodel.asc = sqlalchemy.asc
alias sqlmodel.case = sqlalchemy.case
alias sqlmodel.cast = sqlalchemy.cast
alias sqlmodel.Column = sqlalchemy.Column
alias sqlmodel.Integer = sqlalchemy.Integer
alias sqlmodel.String = sqlalchemy.String
alias sqlmodel.MetaData = sqlalchemy.MetaData
alias sqlmodel.sql.expression.select sqlmodel.sql.expression.Select sqlmodel.select = sqlalchemy.select
alias sqlmodel.sql.expression.SelectOfScalar = sqlalchemy.Select
alias sqlmodel.sql.expression.col = sqlmodel.col

module sqlmodel
class SQLModel < pydantic.BaseModel
    .metadata -> sqlalchemy.MetaData
    sqlmodel_update -> Self
class Session < sqlalchemy.orm.Session
    exec = reads sql blocks -> sqlalchemy.engine.ScalarResult[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
def Field Relationship
def col -> sqlalchemy.ColumnElement

module sqlmodel.ext.asyncio.session
class AsyncSession < sqlalchemy.ext.asyncio.AsyncSession
    exec = reads sql coroutine -> sqlalchemy.engine.ScalarResult[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
""",
)

OTHERS = table(
    "databases and fastapi-sqlalchemy",
    """
alias databases.core.Database = databases.Database
alias fastapi_async_sqlalchemy.db = fastapi_async_sqlalchemy.middleware.db

module databases
class Database = context
    connect = opens coroutine
    disconnect = closes coroutine
    fetch_all = reads sql coroutine -> list[.Record]
    fetch_one = reads sql coroutine may-be-none -> .Record
    fetch_val = reads sql coroutine may-be-none
    iterate = reads sql -> list[.Record]
    execute execute_many = sql coroutine
    transaction = begins context-commits -> .Transaction
    connection = opens context -> .Connection
    .is_connected -> bool
class Connection = context
    fetch_all = reads sql coroutine -> list[.Record]
    fetch_one = reads sql coroutine may-be-none -> .Record
    fetch_val = reads sql coroutine may-be-none
    execute execute_many = sql coroutine
    transaction = begins context-commits -> .Transaction
class Transaction = context-commits
    start = begins coroutine
    commit = commits coroutine
    rollback = rolls-back coroutine
class Record < dict

module fastapi_sqlalchemy
class DBSession
    .session -> sqlalchemy.orm.Session
object db -> .DBSession

module fastapi_async_sqlalchemy.middleware
class DBSession
    .session -> sqlalchemy.ext.asyncio.AsyncSession
object db -> .DBSession
""",
)

LIBRARIES = (FLASK_SQLALCHEMY, SQLMODEL, OTHERS)
