import sqlite3

from app.config import settings

SCHEMA = """
CREATE TABLE IF NOT EXISTS movements (sku TEXT, quantity INTEGER, reason TEXT);
CREATE TABLE IF NOT EXISTS balances (sku TEXT PRIMARY KEY, quantity INTEGER NOT NULL DEFAULT 0);
"""


def record_movement(sku: str, quantity: int, reason: str) -> None:
    """Book a stock movement in the ledger that accounting reads."""
    with sqlite3.connect(settings.ledger_path, isolation_level=None) as ledger:  # expect: BL601, BL902
        ledger.executescript(SCHEMA)
        ledger.execute("INSERT INTO movements (sku, quantity, reason) VALUES (?, ?, ?)", (sku, quantity, reason))
        ledger.execute("INSERT OR IGNORE INTO balances (sku) VALUES (?)", (sku,))  # expect: BL401
        ledger.execute("UPDATE balances SET quantity = quantity + ? WHERE sku = ?", (quantity, sku))
