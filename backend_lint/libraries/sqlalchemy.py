"""SQLAlchemy 1.4 and 2.

Sources: the classes' reference documentation and source of SQLAlchemy 1.4, 2.0 and 2.1. `execute` is declared to read, which is what it
mostly does; it is "sql" as well, so look at its first argument to tell.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

CORE = table(
    "sqlalchemy",
    """
alias sqlalchemy.sql sqlalchemy.sql.expression sqlalchemy.sql.selectable sqlalchemy.sql.dml sqlalchemy.future = sqlalchemy
alias sqlalchemy.sql.elements sqlalchemy.sql.schema sqlalchemy.schema sqlalchemy.types sqlalchemy.sql.sqltypes = sqlalchemy
alias sqlalchemy.sql.functions = sqlalchemy.func
alias sqlalchemy.sql.functions.func sqlalchemy.sql.expression.func sqlalchemy.sql.func sqlalchemy.future.func = sqlalchemy.func
alias sqlalchemy.Engine sqlalchemy.engine.base.Engine sqlalchemy.future.Engine sqlalchemy.future.engine.Engine = sqlalchemy.engine.Engine
alias sqlalchemy.Connection sqlalchemy.engine.base.Connection sqlalchemy.future.Connection = sqlalchemy.engine.Connection
alias sqlalchemy.Transaction sqlalchemy.engine.base.Transaction = sqlalchemy.engine.Transaction
alias sqlalchemy.Result sqlalchemy.engine.result.Result sqlalchemy.CursorResult = sqlalchemy.engine.Result
alias sqlalchemy.engine.cursor.CursorResult = sqlalchemy.engine.Result
alias sqlalchemy.engine.CursorResult sqlalchemy.engine.LegacyCursorResult sqlalchemy.engine.ResultProxy = sqlalchemy.engine.Result
alias sqlalchemy.engine.result.ResultProxy sqlalchemy.engine.ChunkedIteratorResult = sqlalchemy.engine.Result
alias sqlalchemy.ScalarResult sqlalchemy.engine.result.ScalarResult = sqlalchemy.engine.ScalarResult
alias sqlalchemy.MappingResult sqlalchemy.engine.result.MappingResult = sqlalchemy.engine.MappingResult
alias sqlalchemy.Row sqlalchemy.engine.row.Row sqlalchemy.engine.RowProxy sqlalchemy.engine.result.RowProxy = sqlalchemy.engine.Row
alias sqlalchemy.RowMapping sqlalchemy.engine.row.RowMapping = sqlalchemy.engine.RowMapping
alias sqlalchemy.engine.url.URL sqlalchemy.URL = sqlalchemy.engine.URL
alias sqlalchemy.engine.url.make_url sqlalchemy.make_url = sqlalchemy.engine.make_url
alias sqlalchemy.engine.create_engine sqlalchemy.future.create_engine = sqlalchemy.create_engine
alias sqlalchemy.engine.create.create_engine = sqlalchemy.create_engine
alias sqlalchemy.dialects.postgresql.insert sqlalchemy.dialects.sqlite.insert sqlalchemy.dialects.mysql.insert = sqlalchemy.insert
alias sqlalchemy.dialects.postgresql.dml.insert = sqlalchemy.insert

module sqlalchemy.engine
class Engine
    connect = opens connects context blocks -> .Connection ! sqlalchemy.exc.OperationalError
    begin = opens connects begins context blocks -> contextlib.ContextManager[.Connection] ! sqlalchemy.exc.OperationalError
    raw_connection = opens connects blocks -> sqlalchemy.pool.PoolProxiedConnection ! sqlalchemy.exc.OperationalError
    execute = reads sql blocks -> .Result
    scalar = reads sql blocks may-be-none
    dispose = closes
    execution_options -> Self
    has_table = blocks -> bool
    .url -> .URL
class Connection = context
    execute exec_driver_sql = reads sql blocks -> .Result[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
    scalar = reads sql blocks may-be-none -> ArgElem ! sqlalchemy.exc.SQLAlchemyError
    scalars = reads sql blocks -> .ScalarResult[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
    begin begin_nested begin_twophase = begins context-commits -> .Transaction
    commit = commits blocks ! sqlalchemy.exc.SQLAlchemyError
    rollback = rolls-back blocks
    close invalidate detach = closes
    execution_options -> Self
    in_transaction in_nested_transaction -> bool
    .engine -> .Engine
    .closed .invalidated -> bool
class Transaction = context-commits
    commit = commits blocks ! sqlalchemy.exc.SQLAlchemyError
    rollback = rolls-back blocks
    close = rolls-back
    .is_active -> bool
class Result
    all fetchall fetchmany -> list[.Row]
    first one_or_none fetchone = may-be-none -> .Row
    one = raises-not-found -> .Row ! sqlalchemy.exc.NoResultFound sqlalchemy.exc.MultipleResultsFound
    scalar scalar_one_or_none = may-be-none -> Elem
    scalar_one = raises-not-found -> Elem ! sqlalchemy.exc.NoResultFound sqlalchemy.exc.MultipleResultsFound
    scalars -> .ScalarResult[Elem]
    mappings -> .MappingResult
    unique columns tuples yield_per freeze -> Self
    close = closes
    keys -> list[str]
    partitions -> list[.Row]
    __iter__ -> .Row
    .rowcount .lastrowid -> int
    .inserted_primary_key -> tuple
class ScalarResult
    all fetchall fetchmany -> list[Elem]
    first one_or_none = may-be-none -> Elem
    one = raises-not-found -> Elem ! sqlalchemy.exc.NoResultFound sqlalchemy.exc.MultipleResultsFound
    unique yield_per -> Self
    __iter__ -> Elem
    close = closes
class MappingResult
    all fetchall fetchmany -> list[.RowMapping]
    first one_or_none fetchone = may-be-none -> .RowMapping
    one = raises-not-found -> .RowMapping ! sqlalchemy.exc.NoResultFound sqlalchemy.exc.MultipleResultsFound
    unique yield_per columns -> Self
    __iter__ -> .RowMapping
class Row
    _asdict -> dict
    ._mapping -> .RowMapping
class RowMapping
    get __getitem__
    keys values items -> list
class URL
    create set update_query_dict -> .URL
    render_as_string -> str
    .drivername .username .password .host .database -> str
    .port -> int
def make_url -> .URL

module sqlalchemy.pool
class Pool QueuePool NullPool StaticPool SingletonThreadPool AsyncAdaptedQueuePool
    connect = opens blocks -> .PoolProxiedConnection
    dispose = closes
class PoolProxiedConnection
    cursor = opens
    commit = commits blocks
    rollback = rolls-back blocks
    close invalidate = closes

module sqlalchemy
class ClauseElement
class ColumnElement < .ClauseElement
    label asc desc is_ is_not isnot in_ not_in notin_ like ilike contains startswith endswith between cast op any has -> .ColumnElement
class Column < .ColumnElement
    .type .key .default .server_default
    .name -> str
class Table < .ClauseElement
    select -> .Select
    insert -> .Insert
    update -> .Update
    delete -> .Delete
    create drop = writes blocks
    join outerjoin = aggregates
    .c .columns
class MetaData
    create_all drop_all = writes connects blocks ! sqlalchemy.exc.OperationalError
    reflect = reads connects blocks ! sqlalchemy.exc.OperationalError
class TextClause < .ClauseElement
    bindparams columns -> Self
class FunctionElement < .ColumnElement
    over filter label -> Self
class CompoundSelect < .ClauseElement
    order_by limit offset group_by execution_options with_for_update = builds-query -> Self
    subquery cte alias = builds-query
class Select < .ClauseElement
    where filter filter_by order_by limit offset distinct options with_for_update execution_options params = builds-query -> Self
    select_from add_columns with_only_columns prefix_with correlate slice fetch from_statement = builds-query -> Self
    join outerjoin join_from outerjoin_from group_by having union union_all intersect except_ = builds-query aggregates -> Self
    subquery cte alias exists scalar_subquery as_scalar label lateral = builds-query
    compile
class Insert Update Delete < .ClauseElement
    values where filter filter_by returning execution_options prefix_with from_select = builds-query -> Self
    on_conflict_do_update on_conflict_do_nothing on_duplicate_key_update ordered_values = builds-query -> Self
    compile
class TypeEngine
class Integer BigInteger SmallInteger String Text Unicode UnicodeText Boolean Date DateTime Time Interval Numeric Float < .TypeEngine
class Enum JSON LargeBinary PickleType Uuid UUID ARRAY TypeDecorator < .TypeEngine
class ForeignKey Sequence Identity Computed Index Constraint UniqueConstraint CheckConstraint PrimaryKeyConstraint ForeignKeyConstraint
def create_engine engine_from_config = per-request-costly -> .engine.Engine
def create_mock_engine -> .engine.Engine
def select = builds-query -> .Select[Arg0]
def insert = builds-query -> .Insert[Arg0]
def update = builds-query -> .Update[Arg0]
def delete = builds-query -> .Delete[Arg0]
def union union_all intersect except_ = builds-query aggregates -> .CompoundSelect
def text literal_column = sql-text -> .TextClause
def and_ or_ not_ case cast type_coerce desc asc nulls_first nulls_last nullsfirst nullslast distinct extract bindparam -> .ColumnElement
def literal null true false tuple_ column over within_group exists -> .ColumnElement
def join outerjoin = aggregates
def func.count func.sum func.avg func.max func.min func.array_agg func.string_agg func.group_concat = aggregates -> .FunctionElement
def func.now func.lower func.upper func.coalesce func.length func.date func.random func.current_timestamp -> .FunctionElement
def inspect

module sqlalchemy.exc
class SQLAlchemyError EmulatedDBAPIException < Exception
class ArgumentError CircularDependencyError CompileError DisconnectionError IdentifierError InvalidRequestError < .SQLAlchemyError
class StatementError TimeoutError < .SQLAlchemyError
class AmbiguousColumnError AwaitRequired IllegalStateChangeError MissingGreenlet MultipleResultsFound < .InvalidRequestError
class NoInspectionAvailable NoReferenceError NoResultFound NoSuchTableError PendingRollbackError < .InvalidRequestError
class ResourceClosedError UnboundExecutionError UnreflectableTableError < .InvalidRequestError
class AmbiguousForeignKeysError ConstraintColumnNotFoundError DuplicateColumnError NoForeignKeysError NoSuchModuleError < .ArgumentError
class ObjectNotExecutableError < .ArgumentError
class DBAPIError < .StatementError
class InvalidatePoolError < .DisconnectionError
class SADeprecationWarning < DeprecationWarning
class SAWarning < RuntimeWarning
class UnsupportedCompilationError < .CompileError
class DatabaseError InterfaceError < .DBAPIError
class NoReferencedColumnError NoReferencedTableError < .NoReferenceError
class DataError IntegrityError InternalError NotSupportedError OperationalError ProgrammingError < .DatabaseError
class NoSuchColumnError < .InvalidRequestError KeyError
""",
)

ORM = table(
    "sqlalchemy.orm",
    """
alias sqlalchemy.orm.session sqlalchemy.orm.query sqlalchemy.orm.scoping sqlalchemy.orm.decl_api sqlalchemy.orm.base = sqlalchemy.orm
alias sqlalchemy.ext.declarative sqlalchemy.ext.declarative.api sqlalchemy.orm.attributes = sqlalchemy.orm
alias sqlalchemy.orm.exc.NoResultFound = sqlalchemy.exc.NoResultFound
alias sqlalchemy.orm.exc.MultipleResultsFound = sqlalchemy.exc.MultipleResultsFound
alias sqlalchemy.ext.asyncio.session sqlalchemy.ext.asyncio.engine sqlalchemy.ext.asyncio.scoping = sqlalchemy.ext.asyncio
alias sqlalchemy.ext.asyncio.result = sqlalchemy.ext.asyncio

module sqlalchemy.orm
class Session = opens context
    close close_all = closes
    __enter__ -> Self
class scoped_session
    __new__ -> .scoped_session[ArgElem]
    __call__ -> Elem|.Session
    remove = closes
    close = closes
    query_property
    registry
more Session scoped_session
    query = builds-query -> .Query[Arg0]
    execute = reads sql blocks -> sqlalchemy.engine.Result[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
    scalars = reads sql blocks -> sqlalchemy.engine.ScalarResult[ArgElem] ! sqlalchemy.exc.SQLAlchemyError
    scalar = reads sql blocks may-be-none -> ArgElem ! sqlalchemy.exc.SQLAlchemyError
    get = reads blocks may-be-none -> Arg0 ! sqlalchemy.exc.SQLAlchemyError
    get_one = reads blocks raises-not-found -> Arg0 ! sqlalchemy.exc.NoResultFound
    add delete = writes needs-argument
    add_all delete_all = writes
    merge merge_all = reads writes blocks needs-argument -> Arg0
    bulk_save_objects bulk_insert_mappings bulk_update_mappings = writes blocks breaks-transaction ! sqlalchemy.exc.SQLAlchemyError
    flush = flushes blocks breaks-transaction ! sqlalchemy.exc.SQLAlchemyError
    commit = commits blocks breaks-transaction ! sqlalchemy.exc.SQLAlchemyError
    rollback = rolls-back blocks
    invalidate reset = closes
    refresh = reads blocks needs-argument ! sqlalchemy.exc.InvalidRequestError
    expire expire_all expunge expunge_all enable_relationship_loading
    begin begin_nested = begins context-commits -> .SessionTransaction
    connection = blocks -> sqlalchemy.engine.Connection
    get_bind -> sqlalchemy.engine.Engine
    in_transaction in_nested_transaction is_modified -> bool
    .bind -> sqlalchemy.engine.Engine
    .is_active -> bool
    .new .dirty .deleted .identity_map .no_autoflush
    .info -> dict
class SessionTransaction = context-commits
    commit = commits blocks ! sqlalchemy.exc.SQLAlchemyError
    rollback = rolls-back blocks
    close = rolls-back
    .session -> .Session
class sessionmaker
    __new__ -> .sessionmaker[Arg:class_|.Session]
    __call__ = opens context -> Elem
    begin = opens begins context -> contextlib.ContextManager[Elem]
    configure
class Query
    filter filter_by where order_by limit offset options distinct with_for_update params slice select_from yield_per = builds-query -> Self
    execution_options populate_existing enable_eagerloads autoflush with_session prefix_with correlate tuples = builds-query -> Self
    from_statement with_hint with_labels reset_joinpoint enable_assertions from_self with_parent = builds-query -> Self
    add_columns add_column add_entity with_entities = builds-query -> .Query
    join outerjoin group_by having union union_all intersect except_ = builds-query aggregates -> Self
    subquery cte label scalar_subquery as_scalar exists = builds-query
    all = reads blocks -> list[Elem]
    first one_or_none = reads blocks may-be-none -> Elem
    get = reads blocks may-be-none -> Elem
    one = reads blocks raises-not-found -> Elem ! sqlalchemy.exc.NoResultFound sqlalchemy.exc.MultipleResultsFound
    scalar = reads blocks may-be-none
    values value = reads blocks
    count = reads blocks -> int
    update delete = writes blocks -> int ! sqlalchemy.exc.SQLAlchemyError
    __iter__ __getitem__ -> Elem
    .session -> .Session
    .statement .column_descriptions .whereclause
class DeclarativeBase DeclarativeBaseNoMeta
    .metadata -> sqlalchemy.MetaData
    .registry -> .registry
class MappedAsDataclass DeclarativeMeta
class Mapped
class QueryableAttribute < .Mapped
class InstrumentedAttribute < .QueryableAttribute
class registry
    generate_base -> type:.DeclarativeBase
    .metadata -> sqlalchemy.MetaData
def declarative_base automap_base -> type:.DeclarativeBase
def column_property relationship backref deferred synonym composite mapped_column query_expression
def joinedload selectinload subqueryload lazyload raiseload contains_eager load_only defer undefer noload defaultload with_polymorphic
def aliased -> Arg0
def object_session = may-be-none -> .Session
def make_transient make_transient_to_detached configure_mappers
def close_all_sessions = closes

module sqlalchemy.ext.automap
def automap_base -> type:sqlalchemy.orm.DeclarativeBase

module sqlalchemy.orm.exc
class StaleDataError DetachedInstanceError FlushError ObjectDereferencedError < sqlalchemy.exc.SQLAlchemyError
class LoaderStrategyException ObjectDeletedError UnmappedColumnError UnmappedError < sqlalchemy.exc.InvalidRequestError
class MappedAnnotationError < sqlalchemy.exc.ArgumentError
class UnmappedClassError UnmappedInstanceError < .UnmappedError

module sqlalchemy.ext.asyncio
class AsyncSession = opens context
    delete delete_all = writes coroutine
    close aclose close_all invalidate reset = closes coroutine
    begin begin_nested = begins context-commits -> .AsyncSessionTransaction
    connection = coroutine -> .AsyncConnection
    stream = reads sql coroutine -> .AsyncResult[ArgElem]
    stream_scalars = reads sql coroutine -> .AsyncScalarResult[ArgElem]
    run_sync = coroutine offloads
    .bind -> .AsyncEngine
    .sync_session -> sqlalchemy.orm.Session
    __aenter__ -> Self
class async_scoped_session
    __new__ -> .async_scoped_session[ArgElem]
    __call__ -> Elem|.AsyncSession
    remove close aclose close_all invalidate reset = closes coroutine
    delete delete_all = writes coroutine
    begin begin_nested = begins context-commits -> .AsyncSessionTransaction
    connection = coroutine -> .AsyncConnection
    run_sync = coroutine offloads
class AsyncSessionTransaction = context-commits
    commit = commits coroutine
    rollback = rolls-back coroutine
class async_sessionmaker
    __new__ -> .async_sessionmaker[Arg:class_|.AsyncSession]
    __call__ = opens context -> Elem|.AsyncSession
    begin = opens begins context -> contextlib.ContextManager[Elem|.AsyncSession]
    configure
class AsyncEngine
    connect = opens connects context coroutine -> .AsyncConnection ! sqlalchemy.exc.OperationalError
    begin = opens connects begins context -> contextlib.ContextManager[.AsyncConnection] ! sqlalchemy.exc.OperationalError
    raw_connection = opens connects coroutine ! sqlalchemy.exc.OperationalError
    dispose = closes coroutine
    execution_options -> Self
    .sync_engine -> sqlalchemy.engine.Engine
    .url -> sqlalchemy.engine.URL
class AsyncConnection = context
    execute exec_driver_sql = reads sql coroutine -> sqlalchemy.engine.Result[ArgElem]
    scalar = reads sql coroutine may-be-none -> ArgElem
    scalars = reads sql coroutine -> sqlalchemy.engine.ScalarResult[ArgElem]
    stream = reads sql coroutine -> .AsyncResult[ArgElem]
    begin begin_nested = begins context-commits -> .AsyncTransaction
    commit = commits coroutine
    rollback = rolls-back coroutine
    close aclose invalidate = closes coroutine
    run_sync = coroutine offloads
    execution_options get_raw_connection = coroutine
class AsyncTransaction = context-commits
    commit = commits coroutine
    rollback close = rolls-back coroutine
class AsyncResult
    all fetchall fetchmany = coroutine -> list[sqlalchemy.engine.Row]
    first one_or_none fetchone = coroutine may-be-none -> sqlalchemy.engine.Row
    one = coroutine raises-not-found -> sqlalchemy.engine.Row
    scalar scalar_one_or_none = coroutine may-be-none -> Elem
    scalar_one = coroutine raises-not-found -> Elem
    scalars -> .AsyncScalarResult[Elem]
    unique yield_per -> Self
    __iter__ -> sqlalchemy.engine.Row
class AsyncScalarResult
    all fetchall = coroutine -> list[Elem]
    first one_or_none = coroutine may-be-none -> Elem
    one = coroutine raises-not-found -> Elem
    unique yield_per -> Self
    __iter__ -> Elem
class AsyncAttrs
    .awaitable_attrs
def create_async_engine async_engine_from_config = per-request-costly -> .AsyncEngine
def async_object_session = may-be-none -> .AsyncSession
""",
    copies={
        "sqlalchemy.ext.asyncio.AsyncSession": "sqlalchemy.orm.Session",
        "sqlalchemy.ext.asyncio.async_scoped_session": "sqlalchemy.orm.Session",
    },
)

LIBRARIES = (CORE, ORM)
