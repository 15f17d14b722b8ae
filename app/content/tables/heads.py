"""Where the head of a table stands in a sheet, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.content.tables.book import Book
from app.content.tables.sheet import Note, Sheet, Value, Wishes, letters, says
from app.flow.texts.lazy_text import _l
from app.plant import reading

DEEPEST = 60  # a head stands within so many rows
SUMS = frozenset(
    ("合计", "总计", "小计", "共计", "total", "totals", "sum", "subtotal", "grandtotal")
)
# A unit behind a name: 毛重(g), Net mass [kg], 单价/元.
UNIT = re.compile(
    r"^(.*?)\s*(?:[(\[（【]\s*([^()\[\]（）【】]{1,12})\s*[)\]）】]|[/／]\s*([^/]{1,8}))\s*\*?$"
)
APART = re.compile(r"[\s_\-.:：*＊·、/%％]+")


@dataclass(frozen=True)
class Head:
    """A column: ``name`` as its file writes it, ``unit`` where one stands behind the name."""

    place: int
    name: str
    unit: str = ""


@dataclass
class Table:
    """The rows under a head. ``rows`` are pairs of the place in the sheet and the cells."""

    sheet: Sheet
    head_row: int
    heads: list[Head]
    rows: list[tuple[int, list[Value]]]
    notes: list[Note] = field(default_factory=list)

    def cell(self, row: list[Value], head: Head) -> Value:
        return row[head.place] if head.place < len(row) else None


def key_of(name: str) -> str:
    """A name as names are compared: no case, no signs between its words."""
    return APART.sub("", reading.folded(name))


def parted(name: str) -> tuple[str, str]:
    """A column's name without the unit behind it, and the unit."""
    found = UNIT.match(name.strip())
    return (found[1], (found[2] or found[3]).strip()) if found and found[1] else (name, "")


def known_as(name: str, known: Collection[str]) -> str | None:
    """The key under which a column's name is known, with or without the unit behind it."""
    keys = (key_of(name), key_of(parted(name)[0]))
    return next((key for key in keys if key in known), None)


def find_table(book: Book, known: Collection[str], wishes: Wishes = Wishes()) -> Table:  # noqa: B008
    """The table that a file is about: in the sheet, and under the row, that says most of the
    ``known`` names of columns; else the first row of a sheet that says two things.
    """
    wished = [s for s in book.sheets if s.name == wishes.sheet]
    sheets = wished or [s for s in book.sheets if s.visible] or book.sheets
    scored = [(sheet, *head_of(sheet, known, wishes.head)) for sheet in sheets]
    sheet, row, _ = max(scored, key=lambda each: each[2])
    table = under(sheet, row)
    table.notes = [*book.notes, *about(book, sheet, row), *sheet.notes, *table.notes]
    return table


def head_of(sheet: Sheet, known: Collection[str], wished: int | None) -> tuple[int, int]:
    """The row of a sheet that is its head, and how many known names it says."""
    if wished and wished <= len(sheet.rows):
        return wished - 1, score(sheet.rows[wished - 1], known)
    rows = sheet.rows[:DEEPEST]
    best = max(range(len(rows)), key=lambda number: (score(rows[number], known), -number))
    if found := score(rows[best], known):
        return best, found
    wide = (number for number, row in enumerate(rows) if sum(map(says, row)) > 1)
    return next(wide, 0), 0


def score(row: list[Value], known: Collection[str]) -> int:
    return len({known_as(cell, known) for cell in row if isinstance(cell, str)} - {None})


def under(sheet: Sheet, head_row: int) -> Table:
    """The table under a row: what is empty, says the head again, or sums up is left out and
    named.
    """
    heads, seen = [], dict[str, int]()
    for place, cell in enumerate(sheet.rows[head_row]):
        if cell is not None and says(cell):
            name = " ".join(str(cell).split())
            seen[name] = seen.get(name, 0) + 1
            called = name if seen[name] == 1 else f"{name} {seen[name]}"
            heads.append(Head(place, called, parted(name)[1]))
    table = Table(sheet, head_row, heads, [])
    again, sums = [], []
    for number in range(head_row + 1, len(sheet.rows)):
        row = sheet.rows[number]
        if not any(says(value) for value in row) and not is_uncounted(sheet, number):
            continue
        if row[: len(sheet.rows[head_row])] == sheet.rows[head_row]:
            again.append(str(number + 1))
        elif is_sum(row):
            sums.append(str(number + 1))
        else:
            table.rows.append((number, row))
    if again:
        table.notes.append(_l("The head is repeated in row %(rows)s.", rows=", ".join(again)))
    if sums:
        table.notes.append(
            _l("Left out as a sum of the others: row %(rows)s.", rows=", ".join(sums))
        )
    return table


def is_uncounted(sheet: Sheet, row: int) -> bool:
    return any(place[0] == row for place in sheet.uncounted)


def is_sum(row: list[Value]) -> bool:
    first = next((value for value in row if value is not None and says(value)), None)
    return isinstance(first, str) and key_of(first) in SUMS


def about(book: Book, sheet: Sheet, head_row: int) -> list[Note]:
    """Which sheet and which row were taken."""
    notes = []
    if len(book.sheets) > 1:
        others = [each.name for each in book.sheets if each is not sheet]
        notes.append(
            _l(
                "Sheet “%(sheet)s” was read; not read: %(others)s.",
                sheet=sheet.name,
                others=", ".join(others),
            )
        )
    if head_row:
        notes.append(_l("The head was found in row %(row)s.", row=head_row + 1))
    return notes


def columns_named(heads: list[Head], known: Mapping[str, Any]) -> dict[int, Any]:
    """By place what each head is known as; the first of two that are known alike counts."""
    found: dict[int, Any] = {}
    for head in heads:
        key = known_as(head.name, known)
        if key is not None and known[key] not in found.values():
            found[head.place] = known[key]
    return found


def label_of(head: Head) -> str:
    """What a note calls a column: ``C 毛重(g)``."""
    return f"{letters(head.place)} {head.name}"
