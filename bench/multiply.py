"""Rows in bulk: what was lived (bench/life.py), again and again with new ids, numbers and days,
each chain sealed anew. Only a benchmark may write past ``perform``.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, func, select, text, update

from app import clock
from app.extensions import db
from app.jobs import leases
from app.models.records.event import FIRST, Event, digest
from app.models.records.number_series import Series
from app.models.records.papers.document import Job
from app.models.records.sealing import plant_chain
from app.models.records.search_index import in_postgresql
from app.models.warehouse.stock import StockMovement

from .template import CONSTANT, HEAD, NUMBER, PLANT_SEQ, TEXT, Ids, Row, Template, moved, numbered

# So many copies are sent at once.
AT_ONCE = 20
# Tables without ids of their own: the column that says whether a row is new, and of what.
BY_OTHERS = {"stock": ("lot_id", "lot"), "search_subject": ("entry_id", "search_entry")}
PLANT = plant_chain.FLOW, plant_chain.PLANT
EVENT, JOB = Event.__table__, Job.__table__
NAMES = tuple(column.name for column in EVENT.c)
BODY, PREVIOUS, HASH, FLOW, RECORD = map(
    NAMES.index, ("body", "previous", "hash", "flow", "record_id")
)


class Before:
    """What there is before the life that is to be multiplied."""

    def __init__(self) -> None:
        db.session.commit()
        self.day, self.tops, self.series = clock.today(), tops(), series()

    def template(self) -> Template:
        """What was added since; its jobs count as done, nothing is printed."""
        done_with_jobs()
        serials = {
            key: (self.series.get(key, 0), last)
            for key, last in series().items()
            if last != self.series.get(key)
        }
        rows = {
            table: list(added(table, self.tops))
            for table in db.metadata.sorted_tables
            if "id" in table.c or table.name in BY_OTHERS
        }
        moved = (row["lot_id"] for row in rows[StockMovement.__table__])
        if min(moved) <= self.tops["lot"]:
            raise ValueError("what is multiplied must bring all that it takes")
        return Template(rows, Ids(self.tops, tops()), serials, self.day)


def done_with_jobs() -> None:
    """Have no job wait: what the worker prints would take its share of what is measured."""
    db.session.execute(update(Job).values(state="done"))
    db.session.commit()


def series() -> dict[str, int]:
    return dict(db.session.execute(select(Series.key, Series.last)).tuples().all())


def tops() -> dict[str, int]:
    """The highest id of each table, and the number of the plant's last event."""
    found = {
        table.name: db.session.scalar(select(func.max(table.c.id))) or 0
        for table in db.metadata.sorted_tables
        if "id" in table.c
    }
    return found | {PLANT_SEQ: plant_chain.end()[0]}


def added(table: Table, before: dict[str, int]) -> Iterator[Row]:
    """Yield the rows that are new, as the driver gives them."""
    column, of = BY_OTHERS.get(table.name, ("id", table.name))
    order = ", ".join(key.name for key in table.primary_key)
    found = db.session.connection().exec_driver_sql(
        f'SELECT * FROM "{table.name}" WHERE {column} > {before[of]} ORDER BY {order}'
    )
    yield from (dict(row) for row in found.mappings())


def multiply(template: Template, copies: int) -> None:
    """Write so many copies, each a day after the one before; of the jobs those that are kept."""
    jumps = {name: top - template.ids.after[name] for name, top in tops().items()}
    plant, counters = plant_chain.end()[1], series()
    db.session.commit()
    with Writer(template.rows) as writer:
        for turn in range(1, copies + 1):
            for name, step in template.ids.steps.items():
                jumps[name] += step
            copy = Copy(template, jumps, timedelta(days=turn), counters, plant)
            writer.add(EVENT, copy.events(template.rows[EVENT]))  # first: records hold its heads
            for table, rows in template.rows.items():
                if table is not EVENT and (table is not JOB or turn > copies - leases.KEPT.days):
                    writer.add(table, map(copy.row, rows))
            plant = copy.heads[PLANT]
            if turn % AT_ONCE == 0:
                writer.send()
    settle(counters)


class Copy:
    """The template filled once: ids further by ``jumps``, days by ``days``, numbers from
    ``counters`` on. ``plant`` is the head of the plant's own chain.
    """

    def __init__(
        self,
        template: Template,
        jumps: dict[str, int],
        days: timedelta,
        counters: dict[str, int],
        plant: str,
    ):
        self.jumps, self.days = jumps, days
        self.heads: dict[tuple[str, int], str] = defaultdict(lambda: FIRST)
        self.heads[PLANT] = plant
        keys, offset = {}, {}
        for key, (before, last) in template.serials.items():
            keys[key] = moved(key, days, template.day)
            offset[key] = counters.get(keys[key], 0) - before
            counters[keys[key]] = last + offset[key]
        said: dict[str, Any] = {}
        digests = []
        for name, (kind, made_of) in template.slots.items():
            if kind == "id":
                said[name] = made_of[1] + jumps[made_of[0]]
            elif kind == "day":
                said[name] = (made_of + days).isoformat()
            elif kind == "key":
                said[name] = keys[made_of]
            elif kind == "digest":
                digests.append((name, made_of))
            else:
                key, serial = made_of[0], made_of[1] + offset[made_of[0]]
                number = numbered(keys[key], serial)
                said[name] = (
                    serial if kind == "last" else number if kind == "number" else number.lower()
                )
        for name, text_of in digests:
            said[name] = hashlib.sha256((text_of % said).encode()).hexdigest()
        self.said = said

    def row(self, cells: list[tuple[int, Any]]) -> list[Any]:
        return [
            value
            if kind == CONSTANT
            else value[0] + self.jumps[value[1]]
            if kind == NUMBER
            else value % self.said
            if kind == TEXT
            else self.heads[value[0], value[1] + self.jumps[value[2]]]
            if kind == HEAD
            else value + self.days
            for kind, value in cells
        ]

    def events(self, rows: list[list[tuple[int, Any]]]) -> Iterator[list[Any]]:
        """Yield the events, each sealed over the one before of its chain."""
        for cells in rows:
            event = self.row(cells)
            chain = event[FLOW], event[RECORD]
            event[PREVIOUS] = self.heads[chain]
            self.heads[chain] = event[HASH] = digest(event[PREVIOUS], event[BODY])
            yield event


class Writer:
    """Sends rows in bulk over a connection of its own, which checks no keys and waits for no
    disk. The grams of PostgreSQL are made at the end: one by one they cost more than the rest.
    """

    def __init__(self, tables: Iterable[Table]):
        self.is_sqlite = db.engine.dialect.name == "sqlite"
        self.connection = db.engine.raw_connection()
        self.cursor = self.connection.cursor()
        self.waiting: dict[Table, list[list[Any]]] = {table: [] for table in tables}

    def __enter__(self) -> Writer:
        settings = (
            ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-200000")
            if self.is_sqlite
            else (
                "SET session_replication_role = replica",
                "SET statement_timeout = 0",
                "SET maintenance_work_mem = '256MB'",
                f"DROP INDEX {in_postgresql.INDEX}",
            )
        )
        for setting in settings:
            self.cursor.execute(setting)
        return self

    def __exit__(self, *_: object) -> None:
        self.send()
        if not self.is_sqlite:
            self.cursor.execute(in_postgresql.MADE[in_postgresql.INDEX])
            self.connection.commit()
        self.connection.invalidate()  # its settings are for nobody else

    def add(self, table: Table, rows: Iterable[list[Any]]) -> None:
        self.waiting[table] += rows

    def send(self) -> None:
        if self.is_sqlite:
            self.cursor.execute("BEGIN IMMEDIATE")
        for table, rows in self.waiting.items():
            columns = ", ".join(f'"{column.name}"' for column in table.c)
            if self.is_sqlite:
                values = ", ".join("?" for _ in table.c)
                self.cursor.executemany(
                    f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})', rows
                )
            elif rows:
                with self.cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            rows.clear()
        self.connection.commit()


def settle(counters: dict[str, int]) -> None:
    """Bring what is counted up to date: the series, and on PostgreSQL the next ids."""
    known = series()
    table = Series.__table__
    for key, last in counters.items():
        if key in known:
            db.session.execute(update(table).where(table.c.key == key).values(last=last))
        else:
            db.session.execute(table.insert().values(key=key, last=last))
    if db.engine.dialect.name == "postgresql":
        for name, top in tops().items():
            if name != PLANT_SEQ and top:
                db.session.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :top)"),
                    {"name": f'"{name}"', "top": top},
                )
    db.session.commit()
