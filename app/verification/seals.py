"""Whether every row still says what the event that wrote it last sealed. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Column, Integer, Table, select

from app.extensions import db
from app.models.records.column_types import Json, canonical
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
from app.progress import Progress
from app.verification.chains import count
from app.verification.scratch import BATCH, Scratch

# In the place of a column: whether the row is there at all.
ROW, HERE, GONE = "", "here", "gone"
# What was written last of each row.
LAST = (
    "SELECT key, max(event) AS event, said IS NOT NULL AS here FROM written WHERE tab = ? "
    "GROUP BY key"
)
Cells = dict[str, tuple[Any, int]]
# Key, column and value of a row; event and field of the words that it should repeat.
Word = tuple[str, str, Any, int, str]


class Seals:
    """Lays out what events wrote into rows, then compares each row with it and counts what it
    compared; ``whole`` where it is given all events: a row that none of them wrote is a fault.
    """

    def __init__(self, scratch: Scratch, *, whole: bool, progress: Progress) -> None:
        self.scratch, self.whole, self.progress = scratch, whole, progress
        self.rows = self.values = self.older = self.unsealed = self.erased = 0
        self.waiting: list[tuple[Any, ...]] = []
        self.before = plant_chain.older()

    @property
    def what(self) -> str:
        """What was compared."""
        more = f"; {self.older} rows are older than the seals" if self.older else ""
        more += (
            f"; {self.unsealed} values were not written since they are sealed"
            if self.unsealed and self.whole
            else ""
        )
        more += (
            f"; {self.erased} values cannot be compared, because the words were erased"
            if self.erased
            else ""
        )
        which = f"of {len(self.tables)} tables" if self.whole else "that events since then wrote"
        return (
            f"{self.rows} rows {which}, {self.values} values: each as the event that wrote it last "
            f"sealed it{more}"
        )

    @property
    def tables(self) -> list[Table]:
        return [table for table in db.metadata.sorted_tables if keeps_seals(table)]

    # While the events are read

    def add(self, event: Any, wrote: dict[str, dict[str, Any]]) -> None:
        for table, rows in wrote.items():
            for key, values in rows.items():
                said = None if values is None else json.dumps(values)
                self.waiting.append((table, place_of(key), event.id, said))
        if len(self.waiting) >= BATCH:
            self.lay_out()

    def lay_out(self) -> None:
        rows, self.waiting = self.waiting, []
        self.scratch.put("INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?)", rows)

    def end(self) -> None:
        self.lay_out()

    # When all are read

    def faults(self) -> Iterator[str]:
        total = sum(map(count, self.tables)) if self.whole else 0
        for table in self.tables:
            here, rows = 0, self.rows_of(table)
            while page := list(islice(rows, BATCH)):
                words: list[Word] = []
                for row in page:
                    cells = self.cells(table, row)
                    here += cells.get(ROW, (GONE, 0))[0] is HERE
                    yield from self.compare(table, row, cells, words)
                yield from self.compare_words(table, words)
                self.progress("rows", self.rows, total)
            if here != self.scratch.one(f"SELECT count(*) FROM ({LAST}) WHERE here", table.name):
                yield from self.missing(table)

    def rows_of(self, table: Table) -> Iterator[Any]:
        """The rows of a table that are compared: all, or where not all events were read those
        that the read ones wrote.
        """
        key = list(table.primary_key.columns)
        rows = select(*key, *sealed_columns(table)).order_by(*key)
        if self.whole or not is_numbered(table):
            yield from db.session.execute(rows.execution_options(yield_per=BATCH))
            return
        for numbers in self.numbers(table):
            yield from db.session.execute(rows.where(key[0].in_(numbers)))

    def numbers(self, table: Table) -> Iterator[list[int]]:
        """The numbers of the rows that events wrote, a batch at a time."""
        for page in self.scratch.pages(f"SELECT key FROM ({LAST})", table.name):
            yield [key for (key,) in page if isinstance(key, int)]

    def cells(self, table: Table, row: Any) -> Cells:
        """What was written last into each column of a row, and by which event."""
        cells: Cells = {}
        key = place_of(key_of(row[: len(table.primary_key.columns)]))
        for event, said in self.scratch.ask(
            "SELECT event, said FROM written WHERE tab = ? AND key = ? ORDER BY event",
            table.name,
            key,
        ):
            if said is None:
                cells = {ROW: (GONE, event)}
            else:
                cells[ROW] = (HERE, event)
                for column, value in json.loads(said).items():
                    cells[column] = (value, event)
        return cells

    def compare(self, table: Table, row: Any, cells: Cells, words: list[Word]) -> Iterator[str]:
        """Yield what is wrong with a row; what it says about people is left in ``words``."""
        if not (cells or self.whole):
            return  # a short table is read whole
        self.rows += 1
        width = len(table.primary_key.columns)
        key, (state, event) = key_of(row[:width]), cells.get(ROW, (None, 0))
        if state is HERE:
            for column, value in zip(sealed_columns(table), row[width:], strict=True):
                if column.name not in cells:
                    self.unsealed += 1
                    continue
                sealed, event = cells[column.name]
                now = form(column, value)
                if isinstance(sealed, dict) and sealed.keys() == {"word"}:
                    words.append((key, column.name, now, event, sealed["word"]))
                    continue
                self.values += 1
                if not is_same(column, now, sealed):
                    yield differs(table, key, column.name, event)
        elif state is GONE:
            yield f"{table.name} {key}: is there, but {sealed_words(event)} took it away"
        elif plant_chain.is_older(self.before, table.name, key):
            self.older += 1
        else:
            yield f"{table.name} {key}: no event wrote it"

    def compare_words(self, table: Table, words: list[Word]) -> Iterator[str]:
        """Compare what rows say about people with the words that their events keep apart."""
        kept = {
            (word.event_id, word.field): word.value
            for word in db.session.execute(
                select(PrivateWord.event_id, PrivateWord.field, PrivateWord.value).where(
                    PrivateWord.event_id.in_({event for *_, event, _ in words})
                )
            )
        }
        for key, column, now, event, field in words:
            value = kept.get((event, field))
            if value is None:
                self.erased += 1
                continue
            self.values += 1
            if now != latest(json.loads(value)):
                yield differs(table, key, column, event)

    def missing(self, table: Table) -> Iterator[str]:
        """Yield the rows that were written and are not there."""
        key = list(table.primary_key.columns)
        rows, numbered = select(*key), is_numbered(table)
        for page in self.scratch.pages(f"SELECT key, event FROM ({LAST}) WHERE here", table.name):
            some = key[0].in_([key for key, _ in page if isinstance(key, int)])
            found = db.session.execute(rows.where(some) if numbered else rows)
            present = {key_of(row) for row in found}
            for written, event in page:
                if str(written) not in present:
                    yield f"{table.name} {written}: is gone, but {sealed_words(event)} wrote it"


def is_numbered(table: Table) -> bool:
    """Whether a table's rows are named by a number; the others are short tables."""
    key = list(table.primary_key.columns)
    return len(key) == 1 and isinstance(key[0].type, Integer)


def place_of(key: str) -> int | str:
    """The name of a row as it is sorted: as a number where it is one."""
    return int(key) if key.isascii() and key.isdecimal() and str(int(key)) == key else key


def is_same(column: Column[Any], now: Any, sealed: Any) -> bool:
    """Whether a value is what was sealed, to the last byte of its JSON."""
    if isinstance(sealed, dict) or isinstance(column.type, Json):
        return canonical(short(column, now)) == canonical(sealed)
    return type(now) is type(sealed) and now == sealed


def differs(table: Table, key: str, column: str, event: int) -> str:
    return f"{table.name} {key}: {column} is not what {sealed_words(event)} wrote"


def sealed_words(event: int) -> str:
    """Which event, as a person finds it."""
    found = db.session.execute(
        select(Event.flow, Event.record_id, Event.seq).where(Event.id == event)
    ).first()
    return f"event {found.seq} of {found.flow} {found.record_id}" if found else f"event {event}"
