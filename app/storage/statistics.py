"""What the database knows of its tables: how many rows they have, and how many are alike. By it
the way of each statement is chosen.
"""

from __future__ import annotations

from typing import Any

from app.extensions import db

# SQLite looks at so many rows of an index and no more: moments, however large the plant.
ROWS = 1000


def gather() -> None:
    """Count everything, after many rows have come at once."""
    if db.engine.dialect.name == "sqlite":
        send(f"PRAGMA analysis_limit={ROWS}", "ANALYZE")
    else:
        send("SET statement_timeout = 0", "ANALYZE")


def refresh() -> None:
    """Count again what has grown much since; PostgreSQL does so by itself."""
    if db.engine.dialect.name == "sqlite":
        # 0x10000: also tables that this very connection has not asked.
        send(f"PRAGMA analysis_limit={ROWS}", "PRAGMA optimize(0x10002)")


def send(*statements: str) -> None:
    """Carry out statements on a connection of their own, each by itself."""
    connection = db.engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name != "sqlite":  # whose connections begin nothing unasked
            driver.autocommit = True
        for statement in statements:
            driver.execute(statement)
    finally:
        connection.invalidate()  # what was set on it is for nobody else
