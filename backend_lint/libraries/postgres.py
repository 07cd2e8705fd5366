"""PostgreSQL's drivers: psycopg2, psycopg 3 and asyncpg.

Sources: their documentation and source. psycopg2's `with connection` ends the transaction only, psycopg 3's closes the connection.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table
from backend_lint.libraries.sql_drivers import ERRORS

_SQLSTATES = """
class UniqueViolation ForeignKeyViolation NotNullViolation CheckViolation ExclusionViolation RestrictViolation < {module}.IntegrityError
class UndefinedTable UndefinedColumn SyntaxError DuplicateTable InsufficientPrivilege < {module}.ProgrammingError
class SerializationFailure DeadlockDetected LockNotAvailable QueryCanceled AdminShutdown TooManyConnections < {module}.OperationalError
class NumericValueOutOfRange StringDataRightTruncation InvalidTextRepresentation InvalidDatetimeFormat < {module}.DataError
class InFailedSqlTransaction ReadOnlySqlTransaction < {module}.InternalError
"""

PSYCOPG2 = table(
    "psycopg2",
    f"""
alias psycopg2._psycopg.connection = psycopg2.extensions.connection
alias psycopg2._psycopg.cursor = psycopg2.extensions.cursor
alias psycopg2.pool.AbstractConnectionPool = psycopg2.pool.SimpleConnectionPool
alias psycopg2.extensions.connect = psycopg2.connect

module psycopg2
{ERRORS}
class Warning < Exception
def connect = opens connects context-commits blocks -> .extensions.connection ! .OperationalError

module psycopg2.extensions
class connection = context-commits
    cursor = opens context -> .cursor
    commit = commits blocks ! psycopg2.Error
    rollback = rolls-back blocks
    close = closes
    cancel reset tpc_begin tpc_prepare = blocks
    set_isolation_level set_session set_client_encoding
    .autocommit -> bool
    .closed -> int
    .notices
class cursor = context
    execute executemany = sql blocks breaks-transaction ! psycopg2.Error
    callproc = blocks breaks-transaction ! psycopg2.Error
    nextset = blocks
    mogrify -> bytes
    copy_from copy_to copy_expert = writes blocks breaks-transaction ! psycopg2.Error
    fetchone = reads blocks may-be-none -> tuple
    fetchall fetchmany = reads blocks -> list[tuple]
    close = closes
    .rowcount .lastrowid .rownumber -> int
    .description
    .connection -> .connection
class TransactionRollbackError < psycopg2.OperationalError
class QueryCanceledError < psycopg2.OperationalError

module psycopg2.extras
class DictCursor RealDictCursor NamedTupleCursor < psycopg2.extensions.cursor
class DictConnection RealDictConnection NamedTupleConnection < psycopg2.extensions.connection
class Json
def execute_values = writes blocks ! psycopg2.Error
def execute_batch = writes blocks ! psycopg2.Error
def register_uuid register_default_jsonb

module psycopg2.sql
class SQL = sql-text
    format join -> .Composed
    as_string -> str
class Composed
    as_string -> str
class Identifier Literal Placeholder
    as_string -> str

module psycopg2.pool
class PoolError < psycopg2.Error
class SimpleConnectionPool ThreadedConnectionPool = connects per-request-costly blocks ! psycopg2.OperationalError
    getconn = opens blocks -> psycopg2.extensions.connection ! .PoolError
    putconn = closes-argument
    closeall = closes

module psycopg2.errors
{_SQLSTATES.format(module="psycopg2")}
def lookup
""",
)

PSYCOPG = table(
    "psycopg",
    f"""
alias psycopg.connection.Connection = psycopg.Connection
alias psycopg.connection_async.AsyncConnection = psycopg.AsyncConnection
alias psycopg_pool.pool.ConnectionPool psycopg_pool.NullConnectionPool = psycopg_pool.ConnectionPool
alias psycopg_pool.pool_async.AsyncConnectionPool psycopg_pool.AsyncNullConnectionPool = psycopg_pool.AsyncConnectionPool

module psycopg
{ERRORS}
class Warning < Exception
class Connection = context
    connect = opens connects context blocks -> .Connection ! .OperationalError
    cursor = opens context -> .Cursor
    execute = sql blocks breaks-transaction -> .Cursor ! .Error
    transaction = begins context-commits
    commit = commits blocks ! .Error
    rollback = rolls-back blocks
    close = closes
    .autocommit .closed .broken -> bool
class Cursor ClientCursor ServerCursor = context
    execute executemany = sql blocks breaks-transaction -> Self ! .Error
    copy = writes blocks
    fetchone = reads blocks may-be-none
    fetchall fetchmany = reads blocks -> list
    close = closes
    .rowcount -> int
    .description
class AsyncConnection = context
    connect = opens connects context coroutine -> .AsyncConnection ! .OperationalError
    cursor = opens context -> .AsyncCursor
    execute = sql coroutine breaks-transaction -> .AsyncCursor ! .Error
    transaction = begins context-commits
    commit = commits coroutine ! .Error
    rollback = rolls-back coroutine
    close = closes coroutine
class AsyncCursor AsyncClientCursor AsyncServerCursor = context
    execute executemany = sql coroutine breaks-transaction -> Self ! .Error
    copy = writes
    fetchone = reads coroutine may-be-none
    fetchall fetchmany = reads coroutine -> list
    close = closes coroutine
    .rowcount -> int
def connect = opens connects context blocks -> .Connection ! .OperationalError

module psycopg.sql
class SQL = sql-text
    format join -> .Composed
class Composed Identifier Literal Placeholder
    as_string -> str

module psycopg.errors
{_SQLSTATES.format(module="psycopg")}

module psycopg_pool
class PoolTimeout PoolClosed TooManyRequests < psycopg.OperationalError
class ConnectionPool = context per-request-costly
    connection = opens context blocks -> contextlib.ContextManager[psycopg.Connection] ! .PoolTimeout
    getconn = opens blocks -> psycopg.Connection ! .PoolTimeout
    putconn = closes-argument
    open wait = blocks
    close = closes
class AsyncConnectionPool = context per-request-costly
    connection = opens context -> contextlib.ContextManager[psycopg.AsyncConnection] ! .PoolTimeout
    getconn = opens coroutine -> psycopg.AsyncConnection ! .PoolTimeout
    putconn = closes-argument coroutine
    open wait = coroutine
    close = closes coroutine
""",
)

ASYNCPG = table(
    "asyncpg",
    """
alias asyncpg.connection = asyncpg
alias asyncpg.pool.Pool asyncpg.pool.PoolAcquireContext = asyncpg.Pool
alias asyncpg.pool.create_pool = asyncpg.create_pool
alias asyncpg.PostgresError = asyncpg.exceptions.PostgresError
alias asyncpg.InterfaceError = asyncpg.exceptions.InterfaceError
alias asyncpg.UniqueViolationError = asyncpg.exceptions.UniqueViolationError
alias asyncpg.ForeignKeyViolationError = asyncpg.exceptions.ForeignKeyViolationError
alias asyncpg.pool.PoolConnectionProxy = asyncpg.Connection

module asyncpg
class Connection
    execute executemany = sql coroutine ! .exceptions.PostgresError
    fetch = reads sql coroutine -> list[.Record] ! .exceptions.PostgresError
    fetchrow = reads sql coroutine may-be-none -> .Record ! .exceptions.PostgresError
    fetchval = reads sql coroutine may-be-none ! .exceptions.PostgresError
    prepare = sql coroutine
    cursor = sql
    copy_records_to_table copy_to_table = writes coroutine
    transaction = begins context-commits -> .Transaction
    close = closes coroutine
    terminate = closes
    set_type_codec add_listener remove_listener reload_schema_state = coroutine
    is_closed is_in_transaction -> bool
class Pool = per-request-costly context
    acquire = opens context coroutine -> .Connection
    release = closes-argument coroutine
    execute executemany = sql coroutine ! .exceptions.PostgresError
    fetch = reads sql coroutine -> list[.Record] ! .exceptions.PostgresError
    fetchrow = reads sql coroutine may-be-none -> .Record ! .exceptions.PostgresError
    fetchval = reads sql coroutine may-be-none ! .exceptions.PostgresError
    close = closes coroutine
    terminate = closes
class Transaction
    start = begins coroutine
    commit = commits coroutine
    rollback = rolls-back coroutine
class Record
    get __getitem__
    keys values items -> list
def connect = opens connects coroutine -> .Connection ! OSError .exceptions.PostgresError
def create_pool = connects per-request-costly context coroutine -> .Pool ! OSError .exceptions.PostgresError

module asyncpg.exceptions
class InternalClientError < Exception
class InterfaceError PostgresError < Exception
class IntegrityConstraintViolationError DataError SyntaxOrAccessError PostgresConnectionError TransactionRollbackError < .PostgresError
class InvalidTransactionStateError OperatorInterventionError InsufficientResourcesError InvalidCatalogNameError < .PostgresError
class InvalidAuthorizationSpecificationError < .PostgresError
class InvalidPasswordError < .InvalidAuthorizationSpecificationError
class UniqueViolationError ForeignKeyViolationError NotNullViolationError < .IntegrityConstraintViolationError
class CheckViolationError ExclusionViolationError RestrictViolationError < .IntegrityConstraintViolationError
class UndefinedTableError UndefinedColumnError PostgresSyntaxError DuplicateTableError InsufficientPrivilegeError < .SyntaxOrAccessError
class SerializationError DeadlockDetectedError < .TransactionRollbackError
class ConnectionDoesNotExistError ConnectionFailureError < .PostgresConnectionError
class TooManyConnectionsError < .InsufficientResourcesError
class CannotConnectNowError QueryCanceledError < .OperatorInterventionError
""",
)

LIBRARIES = (PSYCOPG2, PSYCOPG, ASYNCPG)
