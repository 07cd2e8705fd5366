"""Invoices of the system before this one, in a SQLite file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

ARCHIVE_PATH = os.environ.get("ARCHIVE_PATH", "archive.db")
SCHEMA = "CREATE TABLE IF NOT EXISTS invoices (number TEXT PRIMARY KEY, customer TEXT, total TEXT, locked INTEGER)"


@contextmanager
def archive_connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(ARCHIVE_PATH)  # expect: BL903
    yield connection
    connection.close()


def find_archived(number: str) -> dict | None:
    connection = sqlite3.connect(ARCHIVE_PATH)  # expect: BL902
    connection.execute(SCHEMA)
    row = connection.execute("SELECT number, customer, total FROM invoices WHERE number = ?", (number,)).fetchone()
    if row is None:
        return None
    connection.close()
    return {"number": row[0], "customer": row[1], "total": row[2]}


def lock_archived(number: str) -> None:
    with archive_connection() as connection:
        connection.execute("UPDATE invoices SET locked = 1 WHERE number = ?", (number,))
        connection.commit()
