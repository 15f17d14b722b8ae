"""Tables of pairs as the grids that they are: changeovers from family to family, classes that must
not meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Changeover, Incompatibility, WashLevel
from app.models.master.base import Coded
from app.models.master.dictionary import TABLES, Table
from app.models.master.dictionary.wording import words
from app.plant.production.incompatibility import FORBIDDEN_LEVEL, OK
from app.required import required
from app.web.sheets import Sheet

NEVER = _l("Never")
TOGETHER = _l("Together")


@dataclass(frozen=True)
class Shape:
    """How a table is laid out: the fields that name a pair, whether it holds both ways (and of
    nothing with itself), and what a cell asks for.
    """

    key: str
    row: str
    column: str
    both_ways: bool
    asked: tuple[str, ...]

    @property
    def table(self) -> Table:
        return TABLES[self.key]

    @property
    def axis(self) -> type[Coded]:
        return required(self.table.field(self.row).refers)


SHAPES = {
    shape.key: shape
    for shape in (
        Shape("changeover", "from_family", "to_family", False, ("wash_level", "minutes")),
        Shape(
            "incompatible",
            "class_a",
            "class_b",
            True,
            ("equipment_rule", "storage_rule", "loading_rule"),
        ),
    )
}


@dataclass(frozen=True)
class Cell:
    """A pair and its row, if it is stated; ``retired`` is a row that says nothing any more."""

    shape: Shape
    one: Any
    other: Any
    row: Any = None
    retired: Any = None

    @property
    def is_same(self) -> bool:
        return self.one.id == self.other.id

    @property
    def is_open(self) -> bool:
        """Whether there is anything to state."""
        return not (self.shape.both_ways and self.is_same)

    @property
    def name(self) -> str:
        return f"{self.one.code} {'×' if self.shape.both_ways else '→'} {self.other.code}"

    @property
    def lines(self) -> list[str | Text]:
        """What stands in it, the heaviest first; nothing where nothing is stated."""
        if not self.is_open:
            return [TOGETHER]
        if self.row is None:
            return []
        if isinstance(self.row, Changeover):
            return [self.time, _l("Level %(level)s", level=self.row.wash_level)]
        table, shape = self.shape.table, self.shape
        strict = [name for name in shape.asked if getattr(self.row, name) != OK]
        return [
            _l("%(what)s: %(value)s", what=table.field(n).label, value=words(table, self.row, n))
            for n in strict
        ] or [TOGETHER]

    @property
    def time(self) -> str | Text:
        minutes = self.row.minutes
        return NEVER if minutes is None else words(self.shape.table, self.row, "minutes")

    @property
    def weight(self) -> str:
        """How much it costs: 0 nothing, 1 to 3, X never; empty where nothing is stated."""
        if not self.is_open:
            return "0"
        if isinstance(self.row, Changeover):
            return self.row.wash_level
        if isinstance(self.row, Incompatibility):
            rule = self.row.equipment_rule
            strict = sum(getattr(self.row, name) != OK for name in self.shape.asked)
            return "X" if rule == "FORBID" else str(strict)
        return ""


@dataclass
class Grid:
    """All pairs of what is in use, row by row."""

    shape: Shape
    axis: list[Any]
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)

    @cached_property
    def cells(self) -> list[list[Cell]]:
        return [[self.cell(one, other) for other in self.axis] for one in self.axis]

    def cell(self, one: Any, other: Any) -> Cell:
        pairs = [(one.code, other.code)]
        if self.shape.both_ways:
            pairs.append((other.code, one.code))
        found = [row for pair in pairs if (row := self.rows.get(pair))]
        stated = next((row for row in found if row.active), None)
        return Cell(self.shape, one, other, stated, None if stated else next(iter(found), None))

    @property
    def not_stated(self) -> int:
        """How many pairs say nothing; one that holds both ways counts once."""
        missing = sum(cell.is_open and cell.row is None for row in self.cells for cell in row)
        return missing // 2 if self.shape.both_ways else missing

    @property
    def pairs(self) -> int:
        number = len(self.axis)
        return number * (number - 1) // 2 if self.shape.both_ways else number * number

    @property
    def levels(self) -> list[WashLevel]:
        """What the wash levels of the cells mean."""
        if self.shape.both_ways:
            return []
        query = select(WashLevel).where(WashLevel.active).order_by(WashLevel.code)
        return list(db.session.scalars(query))

    def sheets(self) -> Iterator[Sheet]:
        """The grid to take away: figures as figures; of changeovers the levels on a second
        sheet.
        """
        heads = [f"{self.shape.row} / {self.shape.column}", *(each.code for each in self.axis)]
        lines = zip(self.axis, self.cells, strict=True)
        rows = [(one.code, cells) for one, cells in lines]
        yield self.shape.key, heads, [[c, *(figure(each) for each in row)] for c, row in rows]
        if not self.shape.both_ways:
            levels = [[c, *(e.row and e.row.wash_level for e in row)] for c, row in rows]
            yield "wash_level", heads, levels


def figure(cell: Cell) -> Any:
    """What a cell is in a spreadsheet: minutes or X, else its words; empty is not stated."""
    if isinstance(cell.row, Changeover):
        return FORBIDDEN_LEVEL if cell.row.minutes is None else cell.row.minutes
    return "; ".join(str(line) for line in cell.lines)


def grid(shape: Shape) -> Grid:
    """Read a grid, in two statements however large it is."""
    axis = select(shape.axis).where(shape.axis.active).order_by(shape.axis.code)
    rows = db.session.scalars(select(shape.table.model))
    return Grid(
        shape,
        list(db.session.scalars(axis)),
        {(getattr(row, shape.row), getattr(row, shape.column)): row for row in rows},
    )
