"""The hand scanners' own database: one SQLite file, written by the scanner gateway."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

SCHEMA = "CREATE TABLE IF NOT EXISTS scans (sku TEXT, warehouse TEXT, scanned_at TEXT)"


@contextmanager
def scanner_cursor() -> Iterator[sqlite3.Cursor]:
    connection = sqlite3.connect(settings.SCANNER_DB)  # expect: BL601, BL903
    cursor = connection.cursor()
    cursor.execute(SCHEMA)
    yield cursor
    connection.close()


def last_scan(sku):  # expect: BL702
    with scanner_cursor() as cursor:
        cursor.execute("SELECT warehouse, scanned_at FROM scans WHERE sku = ? ORDER BY scanned_at DESC", (sku,))
        return cursor.fetchone()


def count_scans(sku: str) -> int:
    with sqlite3.connect(settings.SCANNER_DB) as connection:  # expect: BL601, BL902
        connection.execute(SCHEMA)
        return connection.execute("SELECT count(*) FROM scans WHERE sku = ?", (sku,)).fetchone()[0]
