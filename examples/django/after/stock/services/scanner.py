"""The hand scanners' own database: one SQLite file, written by the scanner gateway."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from django.conf import settings

from stock.exceptions import NotFound, Unavailable

SCHEMA = "CREATE TABLE IF NOT EXISTS scans (sku TEXT, warehouse TEXT, scanned_at TEXT)"


@dataclass(frozen=True)
class Scan:
    warehouse: str
    at: str
    scans: int


@contextmanager
def scanner_cursor() -> Iterator[sqlite3.Cursor]:
    """A cursor on a connection that is closed whatever happens. Raises Unavailable."""
    try:
        with closing(sqlite3.connect(settings.SCANNER_DB)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(SCHEMA)
            yield cursor
    except sqlite3.Error as exc:
        raise Unavailable("The scans cannot be read at the moment.") from exc


def last_scan(sku: str) -> Scan:
    with scanner_cursor() as cursor:
        cursor.execute("SELECT warehouse, max(scanned_at), count(*) FROM scans WHERE sku = ?", (sku,))
        warehouse, scanned_at, count = cursor.fetchone()
    if not count:
        raise NotFound("Never scanned.")
    return Scan(warehouse=warehouse, at=scanned_at, scans=count)
