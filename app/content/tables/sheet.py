"""A sheet of cells as it was read from a file, with what a reader must know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.flow.texts.lazy_text import Text

# What a cell can hold.
Value = str | Decimal | bool | datetime | date | time | None
Note = Text


@dataclass(frozen=True)
class Wishes:
    """What somebody said of a file; an empty field leaves it to the file.

    ``head`` counts rows from 1; ``decimal`` is point or comma.
    """

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    head: int | None = None
    decimal: str = ""

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Wishes:
        return cls(**{name: said[name] for name in cls.__dataclass_fields__ if said.get(name)})

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass
class Sheet:
    """Rows of cells, counted from 0 as all places here are.

    ``percents`` are the cells that the file shows as a percentage, ``uncounted`` the formulas that
    nobody has had calculated, ``merged`` areas as (first row, first column, last row, last column).
    """

    name: str
    rows: list[list[Value]]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    uncounted: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    notes: list[Note] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(any(says(value) for value in row) for row in self.rows)


def says(value: Value) -> bool:
    """Whether a cell says anything."""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name


def place(row: int, column: int) -> str:
    """What people call a cell: ``C5``."""
    return f"{letters(column)}{row + 1}"
