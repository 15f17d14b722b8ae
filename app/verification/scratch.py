"""What ``verify`` must look up again: laid out on disk, so that its memory does not grow with the
record.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3

# So many rows are read, asked for or written at once.
BATCH = 500
TABLES = (
    # What an event wrote into a row: JSON of the values, or NULL for one that is gone.
    "written (tab, key, event, said, PRIMARY KEY (tab, key, event)) WITHOUT ROWID",
    # What an event says of a file that it put on record.
    "filing (event, action, name, flow, record, seq, data)",
    # Where files lie, until somebody is found who names them.
    "place (path PRIMARY KEY) WITHOUT ROWID",
    # Every head of a chain that the witness saw; ``given`` where a verify found it well.
    "head (flow, record, seq, hash, given, PRIMARY KEY (flow, record, seq)) WITHOUT ROWID",
)


class Scratch:
    """A database of its own, in a file that vanishes with the connection: it has no name any more
    once it is open.
    """

    def __init__(self, folder: Path) -> None:
        # SQLite's own temporary databases are in memory, as pysqlite3 is built; so are its sorts.
        handle, name = tempfile.mkstemp(dir=folder, prefix=".verify-")
        os.close(handle)
        self.connection = pysqlite3.connect(name, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8000"):
            self.connection.execute(f"PRAGMA {pragma}")
        for table in TABLES:
            self.connection.execute(f"CREATE TABLE {table}")
        for index in (
            "filing_name ON filing (action, name)",
            "filing_event ON filing (action, event)",
        ):
            self.connection.execute(f"CREATE INDEX {index}")
        self.connection.execute("BEGIN")  # one for all: nothing here is kept
        Path(name).unlink()

    def put(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.connection.executemany(statement, rows)

    def ask(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement, values)

    def one(self, statement: str, *values: Any) -> Any:
        """The single value that a statement finds."""
        return self.ask(statement, *values).fetchone()[0]

    def pages(self, statement: str, *values: Any) -> Iterator[list[tuple[Any, ...]]]:
        """What a statement finds, a batch at a time."""
        found = self.ask(statement, *values)
        while page := found.fetchmany(BATCH):
            yield page

    def close(self) -> None:
        self.connection.close()
