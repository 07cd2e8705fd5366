"""Invoices of the system before this one, in a SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from billing.errors import NotFound, Unavailable

SCHEMA = "CREATE TABLE IF NOT EXISTS invoices (number TEXT PRIMARY KEY, customer TEXT, total TEXT, locked INTEGER)"


@dataclass(frozen=True)
class ArchivedInvoice:
    number: str
    customer: str
    total: str


class Archive:
    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One transaction on a connection that is closed whatever happens."""
        try:
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.execute(SCHEMA)
                yield connection
        except sqlite3.Error as error:
            raise Unavailable("The archive cannot be read at the moment") from error

    def find(self, number: str) -> ArchivedInvoice:
        with self._connection() as connection:
            row = connection.execute("SELECT number, customer, total FROM invoices WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise NotFound("Invoice not found")
        return ArchivedInvoice(*row)

    def lock(self, number: str) -> None:
        with self._connection() as connection:
            changed = connection.execute("UPDATE invoices SET locked = 1 WHERE number = ?", (number,)).rowcount
        if not changed:
            raise NotFound("Invoice not found")
