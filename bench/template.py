"""Rows as a template: what differs from copy to copy (ids, numbers, days, what is sealed of them)
is a slot.

Rows are what the database's own driver gives and takes, so that nothing is converted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table

from app.extensions import db
from app.models.records.column_types import Json, canonical
from app.models.records.kinds import KINDS
from app.models.records.sealing import plant_chain
from app.models.records.sealing.sealed_rows import key_of

# A number (R-2026-00042, a lot's L1-261130-01) or a day in a text.
SAID = re.compile(
    r"(?:[A-Za-z]+-)?\d{4}-\d{5}(?!\d)|[A-Za-z]\w*-\d{6}-\d{2}(?!\d)|\d{4}-\d{2}-\d{2}(?!\d)"
)
# What an event's data call a row's id, and its table.
NAMED = {
    "lot_id": "lot",
    "card_ids": "production_order",
    "pick": "pick",
    "result": "test_result",
}
# A slot on its way through JSON: a number, or a part of a text.
MARK = re.compile('"\ue000#(.*?)\ue001"|\ue000(.*?)\ue001')
PLANT_SEQ = "seq of the plant"  # counted like an id
CONSTANT, NUMBER, TEXT, MOMENT, HEAD = range(5)
Cell = tuple[int, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ids:
    """The highest id of each table before and after what is multiplied."""

    before: dict[str, int]
    after: dict[str, int]

    @property
    def steps(self) -> dict[str, int]:
        return {name: top - self.before[name] for name, top in self.after.items()}

    def are_new(self, table: str | None, value: Any) -> bool:
        return table is not None and isinstance(value, int) and value > self.before[table]


KINDS_BY_TABLE = {kind.__tablename__: flow for flow, kind in KINDS.items()}


def table_of(flow: str) -> str | None:
    """The table of a flow's records, or of what else stands in a column of that name."""
    return (
        KINDS[flow].__tablename__ if flow in KINDS else flow if flow in db.metadata.tables else None
    )


class Template:
    """Rows with slots, by table.

    ``serials`` are the series that went on: key to the number before and after.
    """

    def __init__(
        self,
        rows: dict[Table, list[Row]],
        ids: Ids,
        serials: dict[str, tuple[int, int]],
        day: date,
    ):
        self.ids, self.serials, self.day = ids, serials, day
        self.numbers = {
            numbered(key, serial): (key, serial)
            for key, (before, last) in serials.items()
            for serial in range(before + 1, last + 1)
        }
        self.slots: dict[str, tuple[str, Any]] = {}  # name: kind, and what it is made of
        self.final = {
            (table.name, key_of(row[c.name] for c in table.primary_key)): row
            for table, found in rows.items()
            for row in found
        }
        self.rows = {
            table: [[self.cell(column, row) for column in table.c] for row in found]
            for table, found in rows.items()
        }

    # Cells

    def cell(self, column: Column[Any], row: Row) -> Cell:
        """What a column of a row is in every copy."""
        value, table = row[column.name], column.table.name
        if table == "event" and column.name == "body":
            return TEXT, self.text(self.body(json.loads(value)))
        if table == "event" and column.name == "seq" and row["flow"] == plant_chain.FLOW:
            return NUMBER, (value, PLANT_SEQ)
        if column.name == "head":
            return HEAD, (KINDS_BY_TABLE[table], row["id"], table)
        if table == "job" and column.name == "payload":
            payload = {key: self.mark(key, each) for key, each in json.loads(value).items()}
            return TEXT, self.text(canonical(payload))
        if isinstance(value, str) and table != "private_word":
            filled = self.text(value)
            return (TEXT, filled) if filled != value.replace("%", "%%") else (CONSTANT, value)
        if isinstance(value, date):
            return MOMENT, value
        refers = self.refers(column, row)
        return (NUMBER, (value, refers)) if self.ids.are_new(refers, value) else (CONSTANT, value)

    def refers(self, column: Column[Any], row: Row) -> str | None:
        """The table whose id stands in a column."""
        if column.name == "id":
            return column.table.name
        if column.name == "record_id":
            return table_of(row["flow"]) if row["flow"] else None
        keys = [key.column for key in column.foreign_keys if key.column.name == "id"]
        return keys[0].table.name if keys else None

    # Texts

    def text(self, words: str) -> str:
        """Words as what ``%`` fills."""
        parts, end = [], 0
        for found in SAID.finditer(words):
            parts += [words[end : found.start()].replace("%", "%%"), self.said(found[0])]
            end = found.end()
        plain = "".join([*parts, words[end:].replace("%", "%%")])
        return MARK.sub(lambda mark: f"%({mark[1] or mark[2]})s", plain)

    def said(self, words: str) -> str:
        """The slot of a number or a day; anything else stays."""
        if known := self.numbers.get(words.upper()):
            kind = "lower" if words.islower() else "number"
            self.slots[f"{kind} {words}"] = kind, known
            return f"%({kind} {words})s"
        try:
            day = date.fromisoformat(words)
        except ValueError:
            return words
        self.slots[words] = "day", day
        return f"%({words})s"

    def mark(self, name: str, value: Any) -> Any:
        """A value of an event's data, or of a job, with marks where it holds ids."""
        if isinstance(value, dict):
            return {key: self.mark(key, each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.mark(name, each) for each in value]
        table = NAMED.get(name, "document" if name == "document" else None)
        return self.number(table, value) if self.ids.are_new(table, value) else value

    def number(self, table: str, value: int, sign: str = "#") -> str:
        name = f"{table} {value}"
        self.slots[name] = "id", (table, value)
        return f"\ue000{sign}{name}\ue001"

    def body(self, body: dict[str, Any]) -> str:
        """The body of an event with marks."""
        if body["flow"] == plant_chain.FLOW:
            body["seq"] = self.number(PLANT_SEQ, body["seq"])
        else:
            body["record"] = self.number(table_of(body["flow"]), body["record"])
        body["data"] = self.mark("", body["data"])
        if "wrote" in body:
            body["wrote"] = {
                name: dict(
                    self.wrote(db.metadata.tables[name], key, row) for key, row in rows.items()
                )
                for name, rows in body["wrote"].items()
            }
        return canonical(body)

    def wrote(self, table: Table, key: str, row: Row) -> tuple[str, Any]:
        """A sealed row with marks: its key, and its columns."""
        if table.name == "series":
            name = f"last {key} {row['last']}"
            self.slots |= {name: ("last", (key, row["last"])), f"key {key}": ("key", key)}
            return f"\ue000key {key}\ue001", {"last": f"\ue000#{name}\ue001"}
        final = self.final.get((table.name, key))
        parts = zip(table.primary_key, key.split(","), strict=True)
        marked = ",".join(self.part(column, part) for column, part in parts)
        return marked, row and {
            name: self.sealed(table.c[name], value, final or row) for name, value in row.items()
        }

    def part(self, column: Column[Any], value: str) -> str:
        refers = self.refers(column, {})
        is_new = value.isdigit() and self.ids.are_new(refers, int(value))
        return self.number(refers, int(value), "") if is_new else value

    def sealed(self, column: Column[Any], value: Any, final: Row) -> Any:
        refers = self.refers(column, final)
        if self.ids.are_new(refers, value):
            return self.number(refers, value)
        if isinstance(value, dict) and value.keys() == {"digest"}:
            return {"digest": self.digest(column, value["digest"], final.get(column.name))}
        return value

    def digest(self, column: Column[Any], value: str, final: Any) -> str:
        """What is sealed by its hash: hashed anew where something in it differs, and it is the
        value that stayed.
        """
        text = final if isinstance(column.type, Json) else canonical(final)
        if not isinstance(final, str) or hashlib.sha256(text.encode()).hexdigest() != value:
            return value
        filled = self.text(text)
        if filled == text.replace("%", "%%"):
            return value
        self.slots[f"digest {value}"] = "digest", filled
        return f"\ue000digest {value}\ue001"


def numbered(key: str, serial: int) -> str:
    """A number of a series as people read it."""
    if key.startswith("lot "):
        return f"{key[4:].replace(' ', '-')}-{serial:02d}"
    return f"{key}-{serial:05d}"


def moved(key: str, days: timedelta, first: date) -> str:
    """The series that counts so many days later, where the template begins on a day."""
    if key.startswith("lot "):
        _, line, day = key.split()
        return f"lot {line} {datetime.strptime(day, '%y%m%d') + days:%y%m%d}"
    return key.replace(str(first.year), str((first + days).year))
