"""Database drivers with the interface of PEP 249, and their asynchronous relatives.

Sources: each driver's documentation and source. What `with connection` does differs: psycopg2, sqlite3, pyodbc and their like end the
transaction only; psycopg 3, PyMySQL 1, mysqlclient 2, mysql-connector, oracledb and pymssql close.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

#: The exceptions of PEP 249, which most drivers declare alike.
ERRORS = """
class Error < Exception
class InterfaceError DatabaseError < .Error
class DataError OperationalError IntegrityError InternalError ProgrammingError NotSupportedError < .DatabaseError
"""

_CONNECTION = """
    commit = commits blocks ! .Error
    rollback = rolls-back blocks
    close = closes
    ping = blocks
"""

_CURSOR = """
    execute executemany = sql blocks ! .Error
    callproc nextset = blocks
    fetchone = reads blocks may-be-none
    fetchall fetchmany = reads blocks -> list
    close = closes
    .rowcount .lastrowid .rownumber -> int
    .description
"""

SQLITE_ASYNC = table(
    "aiosqlite",
    """
alias aiosqlite.core = aiosqlite
alias aiosqlite.Row = sqlite3.Row
alias aiosqlite.Error = sqlite3.Error
alias aiosqlite.DatabaseError = sqlite3.DatabaseError
alias aiosqlite.IntegrityError = sqlite3.IntegrityError
alias aiosqlite.OperationalError = sqlite3.OperationalError

module aiosqlite
class Connection = context
    execute executemany executescript = sql coroutine -> .Cursor ! sqlite3.Error
    execute_insert = sql writes coroutine
    execute_fetchall = sql reads coroutine -> list[sqlite3.Row]
    cursor = opens coroutine -> .Cursor
    commit = commits coroutine ! sqlite3.Error
    rollback = rolls-back coroutine
    close = closes coroutine
    .row_factory
class Cursor = context
    execute executemany executescript = sql coroutine -> Self ! sqlite3.Error
    fetchone = reads coroutine may-be-none -> sqlite3.Row
    fetchall fetchmany = reads coroutine -> list[sqlite3.Row]
    close = closes coroutine
    .lastrowid .rowcount -> int
def connect = opens connects context coroutine -> .Connection ! sqlite3.Error
""",
)

MYSQL = table(
    "mysql drivers",
    f"""
alias pymysql.connections.Connection = pymysql.Connection
alias pymysql.Connect = pymysql.connect
alias pymysql.err = pymysql
alias MySQLdb.connections.Connection = MySQLdb.Connection
alias MySQLdb.Connect = MySQLdb.connect
alias MySQLdb._exceptions = MySQLdb
alias mysql.connector.errors = mysql.connector
alias mysql.connector.Connect = mysql.connector.connect
alias mysql.connector.MySQLConnection mysql.connector.connection_cext.CMySQLConnection = mysql.connector.connection.MySQLConnection
alias mysql.connector.cursor.MySQLCursorDict = mysql.connector.cursor.MySQLCursor
alias mysql.connector.pooling.PooledMySQLConnection = mysql.connector.connection.MySQLConnection

module pymysql
class MySQLError < Exception
{ERRORS.replace("class Error < Exception", "class Error < .MySQLError")}
class Connection = opens context blocks
{_CONNECTION}
    cursor = opens context -> .cursors.Cursor
    begin = begins blocks
    select_db autocommit = blocks
    .open -> bool
def connect = opens connects context blocks -> .Connection ! .OperationalError

module pymysql.cursors
class Cursor = context
{_CURSOR.replace(".Error", "pymysql.Error")}
    mogrify -> str
class DictCursor SSCursor SSDictCursor < .Cursor

module MySQLdb
class MySQLError < Exception
{ERRORS.replace("class Error < Exception", "class Error < .MySQLError")}
class Connection = context
{_CONNECTION}
    cursor = opens context -> .cursors.Cursor
    autocommit = blocks
def connect = opens connects context blocks -> .Connection ! .OperationalError

module MySQLdb.cursors
class Cursor = context
{_CURSOR.replace(".Error", "MySQLdb.Error")}
class DictCursor SSCursor SSDictCursor < .Cursor

module mysql.connector
{ERRORS}
class PoolError < .Error
def connect = opens connects context blocks -> .connection.MySQLConnection ! .Error

module mysql.connector.connection
class MySQLConnection = context
    commit = commits blocks ! mysql.connector.Error
    rollback = rolls-back blocks
    close disconnect = closes
    ping reconnect start_transaction cmd_query = blocks
    cursor = opens context -> mysql.connector.cursor.MySQLCursor
    is_connected = blocks -> bool
    .autocommit -> bool

module mysql.connector.cursor
class MySQLCursor = context
{_CURSOR.replace(".Error", "mysql.connector.Error")}

module mysql.connector.pooling
class MySQLConnectionPool = connects per-request-costly ! mysql.connector.Error
    get_connection = opens context blocks -> mysql.connector.connection.MySQLConnection ! mysql.connector.PoolError
    add_connection set_config

module aiomysql
class Connection = context
    cursor = opens context coroutine -> .Cursor
    commit = commits coroutine
    rollback = rolls-back coroutine
    begin = begins coroutine
    ping select_db autocommit = coroutine
    close = closes
    ensure_closed = closes coroutine
class Pool = context
    acquire = opens context coroutine -> .Connection
    release = closes-argument
    close terminate = closes
    wait_closed clear = coroutine
class Cursor = context
    execute executemany = sql coroutine ! pymysql.Error
    fetchone = reads coroutine may-be-none
    fetchall fetchmany = reads coroutine -> list
    close = closes coroutine
    .rowcount .lastrowid -> int
class DictCursor SSCursor SSDictCursor < .Cursor
def connect = opens connects context coroutine -> .Connection ! pymysql.OperationalError
def create_pool = connects per-request-costly context coroutine -> .Pool ! pymysql.OperationalError
""",
)

OTHERS = table(
    "other SQL drivers",
    f"""
alias cx_Oracle = oracledb
alias asyncmy.create_pool = aiomysql.create_pool
alias asyncmy.connect = aiomysql.connect

module oracledb
{ERRORS}
class Connection = opens context
{_CONNECTION}
    cursor = opens context -> .Cursor
class Cursor = context
{_CURSOR}
    var setinputsizes
class ConnectionPool = per-request-costly
    acquire = opens context blocks -> .Connection
    release = closes-argument
    close = closes
class SessionPool < .ConnectionPool
class AsyncConnection = context
    cursor = opens context -> .AsyncCursor
    execute = sql coroutine
    fetchall = sql reads coroutine -> list
    fetchone = sql reads coroutine may-be-none
    commit = commits coroutine
    rollback = rolls-back coroutine
    close = closes coroutine
class AsyncCursor = context
    execute executemany = sql coroutine
    fetchone = reads coroutine may-be-none
    fetchall fetchmany = reads coroutine -> list
    close = closes
def connect = opens connects context blocks -> .Connection ! .DatabaseError
def connect_async = opens connects context coroutine -> .AsyncConnection ! .DatabaseError
def create_pool = per-request-costly -> .ConnectionPool

module pyodbc
{ERRORS}
class Connection = context-commits
{_CONNECTION}
    cursor = opens context-commits -> .Cursor
    execute = sql blocks -> .Cursor ! .Error
    .autocommit -> bool
class Cursor = context-commits
{_CURSOR}
    fetchval = reads blocks may-be-none
    commit = commits blocks
class Row < tuple
def connect = opens connects context-commits blocks -> .Connection ! .OperationalError

module pymssql
{ERRORS}
class Connection = context
{_CONNECTION}
    cursor = opens context -> .Cursor
class Cursor = context
{_CURSOR}
def connect = opens connects context blocks -> .Connection ! .OperationalError

module snowflake.connector
{ERRORS}
class SnowflakeConnection = context
{_CONNECTION}
    cursor = opens context -> .SnowflakeCursor
class SnowflakeCursor = context
{_CURSOR}
def connect = opens connects context blocks -> .SnowflakeConnection ! .DatabaseError

module duckdb
class Error < Exception
class DuckDBPyConnection = context
    execute executemany sql query = sql blocks -> Self ! .Error
    fetchone = reads blocks may-be-none -> tuple
    fetchall fetchmany = reads blocks -> list[tuple]
    fetchdf df = reads blocks
    cursor = opens -> Self
    begin = begins blocks
    commit = commits blocks
    rollback = rolls-back blocks
    close = closes
def connect = opens connects context blocks -> .DuckDBPyConnection ! .Error

module clickhouse_driver
class Client = per-request-costly context
    execute execute_iter query_dataframe = sql reads blocks
    insert_dataframe = writes blocks
    disconnect = closes

module clickhouse_driver.errors
class Error < Exception
class NetworkError ServerException < .Error

module clickhouse_connect.driver.client
class Client = context
    query query_df command = sql reads blocks
    insert insert_df = writes blocks
    close = closes

module clickhouse_connect
def get_client = connects per-request-costly context blocks -> .driver.client.Client ! .driver.exceptions.ClickHouseError

module clickhouse_connect.driver.exceptions
class ClickHouseError < Exception
class Error < .ClickHouseError
class DatabaseError InterfaceError < .Error
class OperationalError < .DatabaseError
""",
)

#: Drivers of which only the standard interface matters.
_PLAIN = (
    "databend_sqlalchemy.connector firebird.driver fdb hdbcli.dbapi ibm_db_dbi impala.dbapi jaydebeapi nzpy pg8000 pg8000.dbapi phoenixdb "
    "prestodb.dbapi pyathena pyhive.hive pyhive.presto pyhive.trino teradatasql trino.dbapi vertica_python"
)
PLAIN = table(
    "drivers with the standard interface",
    "".join(
        f"""
module {module}
{ERRORS}
class Connection = context
{_CONNECTION}
    cursor = opens context -> .Cursor
class Cursor = context
{_CURSOR}
def connect = opens connects context blocks -> .Connection ! .Error
"""
        for module in _PLAIN.split()
    ),
)

LIBRARIES = (SQLITE_ASYNC, MYSQL, OTHERS, PLAIN)
