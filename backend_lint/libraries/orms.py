"""Peewee, Tortoise ORM and other object mappers."""

from __future__ import annotations

from backend_lint.libraries.notation import table

PEEWEE = table(
    "peewee",
    """
alias playhouse.pool.PooledPostgresqlDatabase playhouse.pool.PooledPostgresqlExtDatabase = peewee.PostgresqlDatabase
alias playhouse.pool.PooledMySQLDatabase = peewee.MySQLDatabase
alias playhouse.pool.PooledSqliteDatabase playhouse.sqlite_ext.SqliteExtDatabase = peewee.SqliteDatabase
alias playhouse.postgres_ext.PostgresqlExtDatabase = peewee.PostgresqlDatabase

module peewee
class Model
    select = builds-query -> .ModelSelect[Class]
    get = reads blocks raises-not-found -> Class ! .DoesNotExist
    get_by_id = reads blocks raises-not-found -> Class ! .DoesNotExist
    get_or_none = reads blocks may-be-none -> Class
    get_or_create = reads writes blocks -> tuple[Class,bool] ! .IntegrityError
    create = writes blocks -> Class ! .IntegrityError
    insert insert_many replace replace_many update raw = builds-query -> .ModelWrite
    delete = builds-query -> .ModelWrite
    bulk_create bulk_update set_by_id delete_by_id = writes blocks
    save delete_instance = writes blocks -> int ! .IntegrityError
    create_table drop_table = blocks
    .DoesNotExist -> type:.DoesNotExist
    ._meta
class ModelSelect
    where order_by limit offset distinct paginate alias filter select prefetch for_update dicts tuples = builds-query -> Self
    namedtuples objects = builds-query -> Self
    join left_outer_join group_by having switch join_from union = builds-query aggregates -> Self
    get = reads blocks raises-not-found -> Elem ! .DoesNotExist
    get_or_none first = reads blocks may-be-none -> Elem
    scalar = reads blocks may-be-none
    count = reads blocks -> int
    exists = reads blocks -> bool
    execute iterator = reads blocks
    __iter__ __getitem__ -> Elem
class ModelWrite
    where on_conflict on_conflict_ignore on_conflict_replace returning = builds-query -> Self
    execute = writes blocks -> int ! .IntegrityError
class Database = per-request-costly
    connect = opens blocks ! .OperationalError
    close = closes
    atomic transaction savepoint = begins context-commits
    connection_context = opens context blocks
    execute_sql execute = sql blocks
    create_tables drop_tables = blocks
    begin = begins blocks
    commit = commits blocks
    rollback = rolls-back blocks
    is_closed -> bool
    bind bind_ctx init
class SqliteDatabase PostgresqlDatabase MySQLDatabase < .Database
class DatabaseProxy Proxy < .Database
    initialize
class Field CharField TextField IntegerField BigIntegerField FloatField DecimalField BooleanField DateField DateTimeField
class TimeField UUIDField ForeignKeyField AutoField BlobField ManyToManyField
class SQL = sql-text
class fn
class PeeweeException DoesNotExist < Exception
class DatabaseError ImproperlyConfigured InterfaceError < .PeeweeException
class DataError IntegrityError InternalError NotSupportedError OperationalError ProgrammingError < .DatabaseError
def prefetch = reads blocks
""",
)

TORTOISE = table(
    "tortoise",
    """
alias tortoise.Model = tortoise.models.Model
alias tortoise.contrib.pydantic.creator.pydantic_model_creator = tortoise.contrib.pydantic.pydantic_model_creator

module tortoise
class Tortoise
    init generate_schemas = coroutine
    close_connections = closes coroutine
    get_connection
def run_async = blocks

module tortoise.models
class Model
    save delete = writes coroutine ! tortoise.exceptions.IntegrityError
    create = writes coroutine -> Class ! tortoise.exceptions.IntegrityError
    bulk_create bulk_update = writes coroutine
    get_or_create update_or_create = reads writes coroutine -> tuple[Class,bool]
    get = reads coroutine raises-not-found -> Class ! tortoise.exceptions.DoesNotExist
    get_or_none first = reads coroutine may-be-none -> Class
    filter exclude all annotate raw = builds-query -> tortoise.queryset.QuerySet[Class]
    exists = reads coroutine -> bool
    refresh_from_db fetch_related = reads coroutine
    update_from_dict -> Self
    in_bulk = reads coroutine -> dict
    .pk

module tortoise.queryset
class QuerySet
    filter exclude all order_by limit offset distinct prefetch_related select_related only using_db select_for_update = builds-query -> Self
    annotate group_by = builds-query aggregates -> Self
    values values_list = builds-query
    get = reads coroutine raises-not-found -> Elem ! tortoise.exceptions.DoesNotExist
    get_or_none first = reads coroutine may-be-none -> Elem
    count = reads coroutine -> int
    exists = reads coroutine -> bool
    update delete = writes coroutine -> int
    __iter__ -> Elem

module tortoise.transactions
def in_transaction = begins context-commits
# A decorator only.
def atomic = begins

module tortoise.fields
class Field
class IntField BigIntField CharField TextField BooleanField DecimalField DatetimeField DateField FloatField JSONField UUIDField < .Field
def ForeignKeyField ManyToManyField OneToOneField

module tortoise.contrib.fastapi
def register_tortoise

module tortoise.contrib.pydantic
class PydanticModel < pydantic.BaseModel
    from_tortoise_orm from_queryset_single = reads coroutine -> Class
    from_queryset = reads coroutine -> list[Class]
def pydantic_model_creator pydantic_queryset_creator -> type:.PydanticModel

module tortoise.exceptions
class BaseORMException < Exception
class ConfigurationError FieldError OperationalError ParamsError TransactionManagementError ValidationError < .BaseORMException
class IncompleteInstanceError IntegrityError NoValuesFetched NotExistOrMultiple < .OperationalError
class DBConnectionError < .BaseORMException ConnectionError
class DoesNotExist MultipleObjectsReturned < .NotExistOrMultiple
""",
)

OTHERS = table(
    "other object mappers",
    """
module pony.orm
def db_session = begins context-commits
def select = reads blocks
def commit = commits blocks
def rollback = rolls-back blocks
def flush = flushes blocks

module ormar
class Model < pydantic.BaseModel
    save update upsert delete = writes coroutine -> Self
    load = reads coroutine
    .objects -> .QuerySet[Class]
class QuerySet
    filter exclude select_related prefetch_related order_by limit offset = builds-query -> Self
    get = reads coroutine raises-not-found -> Elem ! .NoMatch
    get_or_none first_or_none = reads coroutine may-be-none -> Elem
    first = reads coroutine raises-not-found -> Elem ! .NoMatch
    all = reads coroutine -> list[Elem]
    count = reads coroutine -> int
    exists = reads coroutine -> bool
    create = writes coroutine -> Elem
    update delete bulk_create bulk_update = writes coroutine
    get_or_create update_or_create = reads writes coroutine -> tuple[Elem,bool]
class NoMatch MultipleMatches < Exception

module pynamodb.models
class Model
    save delete update = writes blocks
    get = reads blocks raises-not-found -> Class
    query scan = reads blocks -> list[Class]
    exists = blocks -> bool
    count = reads blocks -> int
    DoesNotExist
""",
)

LIBRARIES = (PEEWEE, TORTOISE, OTHERS)
