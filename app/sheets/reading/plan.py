"""What importing and exporting need to know of a kind of spreadsheet, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from app.content.tables import Note, Table, Wishes
from app.flow.texts.lazy_text import Text
from app.sheets.reading.columns import Column

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.sheets.reading.rows import Sources

NEW, CHANGED, SAME, WRONG = STATES = ("new", "changed", "same", "wrong")
Tell = Callable[[int, int], None]


def quiet(_done: int, _of: int) -> None:
    """For whoever does not wait."""


@dataclass
class Settings:
    """How a file is to be read: ``columns`` says what each of its heads is (empty: it is left
    out), ``constants`` what stands in columns that it does not have; heads not named here are known
    by their names.
    """

    wishes: Wishes = field(default_factory=Wishes)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    fractions: frozenset[str] = frozenset()
    shift: timedelta = timedelta(0)
    lines: Table | None = None  # of a second file
    line_columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What differs in one field, as plain values."""

    field: str
    old: Any
    new: Any
    unit: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: in which cell, under which head, and why."""

    cell: str
    head: str
    sentence: Text


@dataclass
class Planned:
    """What a row of a file comes to. ``said`` are cells as they were understood; ``work`` is what
    writing it needs.
    """

    number: int
    title: str
    state: str
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    said: list[Text | str] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)
    work: Any = None


@dataclass
class Plan:
    """What a file comes to, before anything is written."""

    rows: list[Planned]
    heads: list[str]
    notes: list[Note] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)  # head → the key of its column
    line_heads: list[str] = field(default_factory=list)  # the same of a second file
    line_taken: dict[str, str] = field(default_factory=dict)
    second_from: int | None = None  # the place of the first row that is of a second file
    more: Any = None  # what else its kind needs to write it
    source: str = ""  # the file's name

    @classmethod
    def of(cls, table: Table, sources: Sources) -> Self:
        """One that is to be filled, with what was understood of the file's columns."""
        plan = cls([], [head.name for head in table.heads], [*table.notes, *sources.notes])
        plan.unknown, plan.taken = sources.unknown, sources.taken
        return plan

    def hold_lines(self, table: Table, sources: Sources) -> None:
        """The same of a second file, with the lines."""
        self.notes += [*table.notes, *sources.notes]
        self.line_heads = [head.name for head in table.heads]
        self.line_taken = sources.taken
        self.second_from = len(self.rows)

    def parts(self) -> tuple[list[Planned], list[Planned]]:
        """The rows of the file, and those of a second one."""
        first = len(self.rows) if self.second_from is None else self.second_from
        return self.rows[:first], self.rows[first:]

    @property
    def counts(self) -> dict[str, int]:
        return {state: sum(row.state == state for row in self.rows) for state in STATES}


class Kind:
    """One kind of spreadsheet. ``file`` is what the demo's file is called; ``keepers`` are the keys
    of the roles that may import it.
    """

    key: str
    file: str
    label: Text
    # A second file that has columns of its own: what it is called, and they.
    second: tuple[str, Sequence[Column]] | None = None

    @property
    def keepers(self) -> frozenset[str]:
        raise LookupError(self.key)

    @property
    def takes_lines(self) -> bool:
        """Whether a second file may hold its lines."""
        return False

    @property
    def columns(self) -> list[Column]:
        raise LookupError(self.key)

    @property
    def own_columns(self) -> list[Column]:
        """The columns of an export."""
        return self.columns

    def plan(self, table: Table, settings: Settings, tell: Tell = quiet) -> Plan:
        """Say what a table comes to. Reads only."""
        raise LookupError(self.key)

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        """Write some rows of a plan. Raises Refused; the caller commits."""
        raise LookupError(self.key)

    def exported(self) -> Iterable[Sequence[Any]]:
        """The rows of what there is, as values of the columns."""
        raise LookupError(self.key)
