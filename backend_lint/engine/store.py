"""The cache's file: one SQLite database of blobs, each under a key, each sealed.

A cache must never be the reason why a run fails or is wrong. So nothing here raises: after the first fault (a full disk, a lock that is not
given up, a damaged or foreign file) a store holds nothing and keeps nothing, and `fault` says why. What is written is sealed with a keyed
hash over its place and its bytes; what does not bear the seal is not there, whoever wrote it and whatever happened to the file.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

if TYPE_CHECKING:
    import sqlite3

Table = Literal["trees", "runs", "states", "reports"]
_T = TypeVar("_T")

#: Says that a database is a cache of this tool ("BLnt"), https://www.sqlite.org/pragma.html#pragma_application_id.
APPLICATION = 0x424C6E74
#: Counted up when tables change. A file of an older number is begun anew, one of a newer number is left to whoever made it.
SCHEMA = 2

#: What was not used for so many days goes, and beyond so many bytes what was not used for longest. Results go sooner: each revision that is
#: looked at leaves one, and few are asked for again.
MOST_DAYS = {"trees": 30, "runs": 7, "states": 30, "reports": 30}
MOST_BYTES = 400 << 20
#: Seconds to wait for another run to finish reading or writing.
_PATIENCE = 1.0
_SEAL = 16
#: How many keys are asked for in one question; SQLite takes 999 or more.
_AT_ONCE = 500

_TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB)",
    *(f"CREATE TABLE IF NOT EXISTS {table} (key BLOB PRIMARY KEY, used INTEGER, data BLOB)" for table in get_args(Table)),
)
_NAMES: tuple[Table, ...] = get_args(Table)
_SIDE_FILES = ("", "-wal", "-shm", "-journal")


class Store:
    """The database in `file`, opened at the first question and made when it is not there.

    `secret` seals what is written. With `only_own`, a file that was not begun with the same secret is neither used nor written to. What is
    put is kept in memory until `commit`, so that no lock is held while something is worked out. A store belongs to the process and thread
    that asks it first; `close` it before forking.
    """

    def __init__(self, file: Path, secret: bytes = b"", *, only_own: bool = False) -> None:
        self.file = file
        self.fault: str | None = None
        self._secret = secret
        self._only_own = only_own
        self._connection: sqlite3.Connection | None = None
        self._today = int(time.time() // 86_400)
        self._new: dict[tuple[Table, bytes], bytes] = {}
        self._touched: dict[str, set[bytes]] = {}

    def get(self, table: Table, key: bytes) -> bytes | None:
        """What is kept under a key, None when nothing is. That it was used is noted at the next commit, once a day."""
        known = self._new.get((table, key))
        if known is not None:
            return known
        found = self._ask(lambda database: database.execute(f"SELECT used, data FROM {table} WHERE key = ?", (key,)).fetchone())
        if found is None:
            return None
        used, sealed = found
        data = self._opened(sealed, table, key)
        if data is not None and used != self._today:
            self.touch(table, key)
        return data

    def present(self, table: Table, keys: Sequence[bytes]) -> set[bytes]:
        """Those of some keys under which something is kept. Whether it can be used, `get` says."""

        def find(database: sqlite3.Connection) -> set[bytes]:
            found: set[bytes] = set()
            for begin in range(0, len(keys), _AT_ONCE):
                part = keys[begin : begin + _AT_ONCE]
                rows = database.execute(f"SELECT key FROM {table} WHERE key IN ({','.join('?' * len(part))})", part)
                found.update(key for (key,) in rows)
            return found

        return self._ask(find) or set()

    def put(self, table: Table, key: bytes, data: bytes) -> None:
        """Keep `data` under a key, in place of what is there, from the next commit on."""
        if self.fault is None:
            self._new[table, key] = data

    def touch(self, table: Table, *keys: bytes) -> None:
        """Note at the next commit that entries are in use."""
        self._touched.setdefault(table, set()).update(keys)

    def counts(self) -> dict[str, int]:
        """How many entries there are, by table; nothing where the file cannot be used."""

        def count(database: sqlite3.Connection) -> dict[str, int]:
            return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _NAMES}

        return self._ask(count) or {}

    @property
    def is_pending(self) -> bool:
        """Whether a commit would write anything."""
        return bool(self._new or self._touched)

    def commit(self) -> None:
        """Write what was put and touched, all or nothing; from time to time also clear away what is old. A write that cannot be done is
        lost."""
        new, touched = self._new, self._touched
        self._new, self._touched = {}, {}
        if new or touched:
            self._ask(lambda database: self._write(database, new, touched))

    def _write(self, database: sqlite3.Connection, new: dict[tuple[Table, bytes], bytes], touched: dict[str, set[bytes]]) -> None:
        with _transaction(database):
            for table, keys in touched.items():
                database.executemany(f"UPDATE {table} SET used = ? WHERE key = ?", [(self._today, key) for key in keys])
            for (table, key), data in new.items():
                row = (key, self._today, self._sealed(data, table, key))
                database.execute(f"INSERT OR REPLACE INTO {table} (key, used, data) VALUES (?, ?, ?)", row)
        self._sweep(database)

    def _sweep(self, database: sqlite3.Connection) -> None:
        """Delete what is old, once a day, and the oldest when the file has grown too large."""
        swept = database.execute("SELECT value FROM meta WHERE key = 'swept'").fetchone()
        is_large = _bytes_in_use(database) > MOST_BYTES
        if swept is not None and swept[0] == self._today and not is_large:
            return
        with _transaction(database):
            database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('swept', ?)", (self._today,))
            for table, days in MOST_DAYS.items():
                # What claims to be from the future would stay for ever.
                database.execute(f"DELETE FROM {table} WHERE used < ? OR used > ?", (self._today - days, self._today + 1))
            if is_large:
                _shrink(database, MOST_BYTES * 3 // 4)
        database.execute("PRAGMA incremental_vacuum").fetchall()

    def close(self) -> None:
        """Let go of the file. The next question opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()

    # --- the file

    def _ask(self, question: Callable[[sqlite3.Connection], _T]) -> _T | None:
        if self.fault is not None:
            return None
        try:
            import sqlite3
        except ImportError:
            self.fault = "this Python has no sqlite3"
            return None
        try:
            if self._connection is None:
                self._connection = self._connect()
            return question(self._connection)
        except _Refused as fault:
            self._give_up(str(fault))
        except sqlite3.OperationalError as fault:
            self._give_up(str(fault))
        except sqlite3.DatabaseError as fault:
            damaged = self._connection is not None
            self._give_up(str(fault))
            if damaged:
                # It was known for a cache of this tool's and of this user's before: the next run begins a new one.
                remove(self.file)
        except (sqlite3.Error, OSError, OverflowError, TypeError, ValueError) as fault:
            self._give_up(str(fault))
        return None

    def _give_up(self, reason: str) -> None:
        self.fault = reason
        self._new, self._touched = {}, {}
        self.close()

    def _connect(self) -> sqlite3.Connection:
        """An open connection to a file that is this tool's. Raises `_Refused`, `sqlite3.Error` and OSError."""
        import sqlite3

        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._only_own and self.file.exists():
            self._check_owner()
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        database = sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)
        try:
            # https://www.sqlite.org/security.html: nothing that a file's schema says is carried out.
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            application, schema = _identity(database)
            if (application, schema) != (APPLICATION, SCHEMA):
                self._begin(database)
            database.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            database.close()
            raise
        return database

    def _check_owner(self) -> None:
        """Raises `_Refused` for a file begun by somebody else, without writing to it or beside it."""
        import sqlite3

        quoted = self.file.absolute().as_uri()
        database = sqlite3.connect(f"{quoted}?mode=ro&immutable=1", uri=True, isolation_level=None)
        try:
            database.execute("PRAGMA trusted_schema = OFF")
            found = None
            if _identity(database)[0] == APPLICATION:
                found = database.execute("SELECT value FROM meta WHERE key = 'owner'").fetchone()
        except sqlite3.DatabaseError:
            found = None
        finally:
            database.close()
        if found is None or found[0] != self._owner:
            raise _Refused("it lies in the project and was not begun by this user")

    def _begin(self, database: sqlite3.Connection) -> None:
        """Make the tables, in a file that is new or of an older version; two processes may do it at once."""
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        # Not yet in WAL mode: the file itself, and not one beside it, says from its first moment what it is.
        with _transaction(database):
            application, schema = _identity(database)
            if application != APPLICATION:
                if application or schema or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise _Refused("it is no cache of backend-lint")
            elif schema > SCHEMA:
                raise _Refused("a newer version of backend-lint made it")
            elif schema < SCHEMA:
                for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    database.execute(f'DROP TABLE "{name}"')
            if schema != SCHEMA:
                for statement in _TABLES:
                    database.execute(statement)
                database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('owner', ?)", (self._owner,))
                database.execute(f"PRAGMA application_id = {APPLICATION}")
                database.execute(f"PRAGMA user_version = {SCHEMA}")
        database.execute("PRAGMA journal_mode = WAL").fetchall()

    # --- seals

    @property
    def _owner(self) -> bytes:
        """What a file bears that was begun with this secret; it does not give the secret away."""
        return blake2b(b"owner", key=self._secret, digest_size=_SEAL).digest()

    def _seal(self, data: bytes, *place: str | bytes) -> bytes:
        hashed = blake2b(key=self._secret, digest_size=_SEAL)
        for part in place:
            raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            hashed.update(len(raw).to_bytes(8, "little") + raw)
        hashed.update(data)
        return hashed.digest()

    def _sealed(self, data: bytes, *place: str | bytes) -> bytes:
        return self._seal(data, *place) + data

    def _opened(self, sealed: object, *place: str | bytes) -> bytes | None:
        if not isinstance(sealed, bytes):
            return None
        data = sealed[_SEAL:]
        return data if self._seal(data, *place) == sealed[:_SEAL] else None


class _Refused(Exception):
    """A file that is not to be used; the text says why."""


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        # A full disk has ended the transaction already.
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _identity(database: sqlite3.Connection) -> tuple[int, int]:
    """Whose database it is, and of which version; zeros for an empty one."""
    return database.execute("PRAGMA application_id").fetchone()[0], database.execute("PRAGMA user_version").fetchone()[0]


def _bytes_in_use(database: sqlite3.Connection) -> int:
    pages, free, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    return int((pages - free) * size)


def _shrink(database: sqlite3.Connection, limit: int) -> None:
    """Delete what was used longest ago, until what is left is no more than `limit` bytes."""
    parts = " UNION ALL ".join(f"SELECT '{table}', rowid, used, length(data) FROM {table}" for table in _NAMES)
    rows = database.execute(f"SELECT * FROM ({parts}) ORDER BY 3 DESC").fetchall()
    total = 0
    for table, row, _, size in rows:
        total += size
        if total > limit:
            database.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


def is_store(file: Path) -> bool:
    """Whether a file is a cache of this tool's, of whatever version."""
    try:
        with open(file, "rb") as opened:
            head = opened.read(100)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION.to_bytes(4, "big")


def size(file: Path) -> int:
    """How many bytes a database takes, with what SQLite keeps beside it."""
    found = 0
    for suffix in _SIDE_FILES:
        with contextlib.suppress(OSError):
            found += os.stat(f"{file}{suffix}").st_size
    return found


def remove(file: Path) -> None:
    """Delete a database with what SQLite keeps beside it. Where that cannot be done, it stays."""
    for suffix in _SIDE_FILES:
        with contextlib.suppress(OSError):
            os.unlink(f"{file}{suffix}")
