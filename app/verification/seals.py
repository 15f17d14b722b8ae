"""Whether every row still says what the event that wrote it last sealed.

Reads only; what is sealed is laid out on disk, not in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pysqlite3
from sqlalchemy import Column, Table, select

from app.extensions import db
from app.models.records.column_types import canonical
from app.models.records.event import Event
from app.models.records.sealing import plant_chain
from app.models.records.sealing.erasable_words import PrivateWord
from app.models.records.sealing.sealed_rows import (
    form,
    keeps_seals,
    key_of,
    latest,
    sealed_columns,
    short,
)

# In the place of a column: whether the row is there at all.
ROW, HERE, GONE = "", "here", "gone"


class Seals:
    """Compares each row with its seals and counts what it compared."""

    def __init__(self) -> None:
        self.rows = self.values = self.older = self.unsealed = self.erased = 0
        self.sealed = pysqlite3.connect("")  # a file that vanishes with the connection
        self.sealed.execute(
            "CREATE TABLE cell (tab, key, col, value, event, PRIMARY KEY (tab, key, col)) WITHOUT "
            "ROWID"
        )
        self.before = plant_chain.older()

    @property
    def told(self) -> str:
        """What was compared."""
        more = f"; {self.older} rows are older than the seals" if self.older else ""
        more += (
            f"; {self.unsealed} values were not written since they are sealed"
            if self.unsealed
            else ""
        )
        more += (
            f"; {self.erased} values cannot be compared, because the words were erased"
            if self.erased
            else ""
        )
        return (
            f"{self.rows} rows of {len(self.tables)} tables, {self.values} values: each as the "
            f"event that wrote it last sealed it{more}"
        )

    @property
    def tables(self) -> list[Table]:
        return [table for table in db.metadata.sorted_tables if keeps_seals(table)]

    def faults(self) -> Iterator[str]:
        self.lay_out()
        for table in self.tables:
            yield from self.compare(table)
        self.sealed.close()

    def lay_out(self) -> None:
        """Keep of every value the last that an event sealed."""
        put = self.sealed.execute
        events = (
            select(Event.id, Event.body)
            .where(Event.body.contains(',"wrote":{'))
            .order_by(Event.id)
            .execution_options(yield_per=1000)
        )
        for number, body in db.session.execute(events):
            for table, rows in json.loads(body).get("wrote", {}).items():
                for key, values in rows.items():
                    if values is None:
                        put("DELETE FROM cell WHERE tab = ? AND key = ?", (table, key))
                    put(
                        "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?)",
                        (table, key, ROW, GONE if values is None else HERE, number),
                    )
                    for column, value in (values or {}).items():
                        put(
                            "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?)",
                            (table, key, column, canonical(value), number),
                        )

    def compare(self, table: Table) -> Iterator[str]:
        """Yield what is wrong with the rows of a table."""
        names, columns = list(table.primary_key.columns), sealed_columns(table)
        seen = 0
        for row in db.session.execute(
            select(*names, *columns).order_by(*names).execution_options(yield_per=1000)
        ):
            key = key_of(row[: len(names)])
            cells = {
                col: (value, event)
                for col, value, event in self.sealed.execute(
                    "SELECT col, value, event FROM cell WHERE tab = ? AND key = ?",
                    (table.name, key),
                )
            }
            self.rows += 1
            state, event = cells.get(ROW, (None, 0))
            seen += state == HERE
            if state == HERE:
                yield from self.differences(
                    table, key, dict(zip(columns, row[len(names) :], strict=True)), cells
                )
            elif state == GONE:
                yield f"{table.name} {key}: is there, but {sealed_words(event)} took it away"
            elif plant_chain.is_older(self.before, table.name, key):
                self.older += 1
            else:
                yield f"{table.name} {key}: no event wrote it"
        if (
            seen
            != self.sealed.execute(
                "SELECT count(*) FROM cell WHERE tab = ? AND col = ? AND value = ?",
                (table.name, ROW, HERE),
            ).fetchone()[0]
        ):
            yield from self.missing(table, names)

    def differences(
        self, table: Table, key: str, row: dict[Column[Any], Any], cells: dict[str, tuple[str, int]]
    ) -> Iterator[str]:
        for column, value in row.items():
            if column.name not in cells:
                self.unsealed += 1
                continue
            text, event = cells[column.name]
            sealed, now = json.loads(text), form(column, value)
            if isinstance(sealed, dict) and sealed.keys() == {"word"}:
                sealed = self.word(event, sealed["word"])
                if sealed is None:
                    self.erased += 1
                    continue
                is_same = now == sealed
            else:
                is_same = canonical(short(column, now)) == text
            self.values += 1
            if not is_same:
                yield f"{table.name} {key}: {column.name} is not what {sealed_words(event)} wrote"

    def word(self, event: int, field: str) -> Any:
        """The words that an event keeps apart, None where they were erased."""
        found = db.session.scalar(
            select(PrivateWord.value).where(
                PrivateWord.event_id == event, PrivateWord.field == field
            )
        )
        return None if found is None else latest(json.loads(found))

    def missing(self, table: Table, names: list[Column[Any]]) -> Iterator[str]:
        """Yield the rows that were written and are not there."""
        present = {key_of(row) for row in db.session.execute(select(*names))}
        for key, event in self.sealed.execute(
            "SELECT key, event FROM cell WHERE tab = ? AND col = ? AND value = ?",
            (table.name, ROW, HERE),
        ):
            if key not in present:
                yield f"{table.name} {key}: is gone, but {sealed_words(event)} wrote it"


def sealed_words(event: int) -> str:
    """Which event, as a person finds it."""
    found = db.session.execute(
        select(Event.flow, Event.record_id, Event.seq).where(Event.id == event)
    ).first()
    return f"event {found.seq} of {found.flow} {found.record_id}" if found else f"event {event}"
