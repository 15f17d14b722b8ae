"""The rows of a table as values of their columns, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.content.tables import Table, place
from app.content.tables.heads import Head, columns_named, key_of, known_as, label_of
from app.content.tables.sheet import Value, says
from app.flow.texts.lazy_text import Text, _l
from app.sheets.reading.cells import Cell, Reader, Wrong
from app.sheets.reading.columns import Column, by_keys, known_names
from app.sheets.reading.numbers import is_unit
from app.sheets.reading.plan import Fault

JOINED = ", "


@dataclass
class Source:
    """Where the values of a column come from: heads of the file, or one text for all rows."""

    column: Column
    heads: list[Head] = field(default_factory=list)
    constant: str = ""


@dataclass
class Read:
    """A row as it was read: ``values`` by the name of the field."""

    number: int
    row: list[Value]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    said: list[Text | str] = field(default_factory=list)

    def wrong(self, sentence: Text, at: Source | None = None) -> None:
        """Note what is wrong with it, at a column where it is one's."""
        head = at.heads[0] if at and at.heads else None
        self.faults.append(
            Fault(
                place(self.number - 1, head.place) if head else str(self.number),
                head.name if head else str(at.column.label) if at else "",
                sentence,
            )
        )


@dataclass
class Sources:
    """The columns of a kind that a table has, and its heads that are none."""

    by_field: dict[str, Source]
    unknown: list[str]
    taken: dict[str, str]

    @classmethod
    def of(
        cls, table: Table, columns: list[Column], said: dict[str, str], constants: dict[str, str]
    ) -> Sources:
        by_key = by_keys(columns)
        named = columns_named(
            [head for head in table.heads if head.name not in said], known_names(columns)
        )
        found: dict[str, Source] = {}
        unknown, taken = [], {}
        for head in table.heads:
            key = said.get(head.name)
            column = named.get(head.place) if key is None else by_key.get(key)
            if column is None:
                if key is None:
                    unknown.append(head.name)
                continue
            taken[head.name] = column.key
            found.setdefault(column.field.name, Source(column)).heads.append(head)
        for key, text in constants.items():
            column = by_key.get(key)
            if column and text and column.field.name not in found:
                found[column.field.name] = Source(column, constant=text)
        return cls(found, unknown, taken)

    @property
    def notes(self) -> list[Text]:
        if not self.unknown:
            return []
        return [
            _l(
                "These columns are known to nobody and were left out: %(names)s.",
                names=", ".join(self.unknown),
            )
        ]


def read_row(
    number: int, row: list[Value], sources: Sources, reader: Reader, table: Table, units: Any
) -> Read:
    """Read what can be read without knowing the row's own unit; ``units`` tells it then."""
    read = Read(number + 1, row)
    late = []
    for name, source in sources.by_field.items():
        if source.column.field.unit_from:
            late.append((name, source))
        else:
            take(read, name, source, reader, table, "")
    for name, source in late:
        take(read, name, source, reader, table, units(read, source.column.field))
    return read


def take(read: Read, name: str, source: Source, reader: Reader, table: Table, unit: str) -> None:
    """Read a column's cell of a row, or note why it cannot be read."""
    column = source.column
    cell = cell_of(read, source, table)
    if column.parts and says(cell.value):
        for part, text in column.parts(str(cell.value)).items():
            read.values[part] = text
        return
    try:
        value = reader.read(column.field, cell, unit)
    except Wrong as wrong:
        read.wrong(wrong.sentence, source)
        return
    read.values[name] = value
    head = source.heads[0] if source.heads else None
    for told in reader.understood:
        where = place(read.number - 1, head.place) if head else source.column.key
        read.said.append(f"{where}: {told}")


def cell_of(read: Read, source: Source, table: Table) -> Cell:
    """What stands in a column; several heads of it are joined."""
    if not source.heads:
        return Cell(source.constant)
    if len(source.heads) > 1:
        texts = [table.cell(read.row, head) for head in source.heads]
        words = [str(text).strip() for text in texts if says(text) and str(text) != "NULL"]
        return Cell(JOINED.join(words) or None)
    head = source.heads[0]
    at = (read.number - 1, head.place)
    return Cell(
        table.cell(read.row, head),
        head.unit if is_unit(head.unit) else "",
        percent=at in table.sheet.percents,
        uncounted=at in table.sheet.uncounted,
    )


def small_percents(table: Table, sources: Sources) -> Iterator[Text]:
    """Say of which percentages all are below 1: they may be fractions."""
    for source in sources.by_field.values():
        head = source.heads[0] if source.heads else None
        if head is None or source.column.field.unit != "%" or len(table.rows) < 2:
            continue
        numbers = []
        for at, row in table.rows:
            value = table.cell(row, head)
            try:
                if says(value) and (at, head.place) not in table.sheet.percents:
                    numbers.append(float(str(value)))
            except ValueError:
                break
        else:
            if numbers and all(0 <= n < 1 for n in numbers) and any(numbers):
                yield _l(
                    "All numbers of column %(column)s are below 1. They were read as percent: 0.12 "
                    "is 0.12 %%. Say so where they are fractions.",
                    column=label_of(head),
                )


__all__ = ["Read", "Source", "Sources", "key_of", "known_as", "read_row", "small_percents"]
