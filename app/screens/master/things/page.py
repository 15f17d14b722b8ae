"""The page of a thing, made from its declaration (app/models/master/dictionary/things.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.master.revisions import KINDS
from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.master.dictionary import TABLES, Table
from app.models.master.dictionary import things as t
from app.models.master.dictionary.controlled import OF_TABLE, PRICES
from app.models.master.dictionary.fields import ROW_OF
from app.models.master.dictionary.wording import words
from app.models.master.editing import controlled, works
from app.models.master.incomplete import lacking
from app.models.people.user import User
from app.models.records.event import Event
from app.plant.production.formula_sum import told
from app.screens.master.documents import Standing
from app.screens.master.list_view import ListView
from app.screens.master.listing import in_order, rows_of, value
from app.screens.master.things import customers, lines, materials, products
from app.screens.master.things.listed import Cell, Listed

MOST_ROWS, MOST_CHANGES = 500, 20
LISTS: dict[tuple[str, str], Callable[[Any, User], Listed]] = {
    ("customer", "open_orders"): customers.open_orders,
    ("customer", "last_orders"): customers.last_orders,
    ("line", "calendar"): lines.calendar,
    ("line", "planned"): lines.planned,
    ("material", "lots"): materials.lots,
    ("material", "suppliers"): materials.suppliers,
    ("product", "runs"): products.runs,
}


@dataclass
class Part:
    """One section of the page."""

    kind: str
    thing: Any
    section: Any
    by: User

    @property
    def key(self) -> str:
        return self.section.key

    @property
    def shape(self) -> str:
        """own, rows or beside: how it is laid out."""
        return type(self.section).__name__.lower()

    @cached_property
    def table(self) -> Table:
        """Whose rows stand here."""
        return TABLES[self.section.table if self.shape == "rows" else self.kind]

    # Fields of the thing itself

    @property
    def facts(self) -> list[tuple[Text, Cell]]:
        names = self.section.fields if self.shape == "own" else ()
        return [(self.table.field(n).label, self.cell(self.thing, n)) for n in names]

    # Rows of a table

    @cached_property
    def owner(self) -> Any:
        """What the rows hang on: the thing, or what it goes by; None where there is none."""
        return getattr(self.thing, self.section.by) if self.section.by else self.thing

    @property
    def columns(self) -> list[str]:
        columns = self.section.shows or self.table.columns
        return [name for name in columns if name != self.section.owner]

    @cached_property
    def rows(self) -> list[Any]:
        if self.shape != "rows" or self.owner is None:
            return []
        model = self.table.model
        mine = select(model.id).where(
            model.active, getattr(model, self.section.owner) == self.owner
        )
        numbers = db.session.scalars(in_order(ListView(self.table), mine).limit(MOST_ROWS))
        return rows_of(self.table, list(numbers))

    @property
    def sum(self) -> Text | None:
        """What its lines add up to, where they must to a whole."""
        name = self.summed
        return told(getattr(row, name) for row in self.rows) if name and self.rows else None

    @property
    def summed(self) -> str:
        layout = OF_TABLE.get(self.table.key) if self.shape == "rows" else None
        return layout.sums if layout and self.section.adds else ""

    def cell(self, row: Master, name: str) -> Cell:
        field = next((f for f in self.table.fields if f.name == name), None)
        if field is None or field.kind != ROW_OF or getattr(row, name) is None:
            return Cell(value(self.table, row, name), words=words(self.table, row, name))
        other = getattr(row, name)
        called = other.title if hasattr(other, "title") else other.name
        return Cell(other.code, leads_to(other), f"{other.code} {called}")

    def title(self, row: Master) -> str:
        return self.table.title(row)

    # What other records say

    @cached_property
    def listed(self) -> Listed:
        return LISTS[self.kind, self.key](self.thing, self.by)

    # Who may change it

    @cached_property
    def document(self) -> Standing | None:
        """The controlled document that stands here."""
        if self.shape == "rows" and self.section.adds and self.table.key in OF_TABLE:
            kind = OF_TABLE[self.table.key].kind
            return Standing(kind, self.owner.code) if self.owner is not None else None
        kind_of_own = getattr(self.section, "document", "")
        return Standing(KINDS[kind_of_own], PRICES) if kind_of_own else None

    @cached_property
    def by_revision(self) -> bool:
        """Whether it changes by revisions only."""
        return (self.document is not None and works()) or bool(
            self.shape == "rows" and controlled(self.table)
        )

    @property
    def adds(self) -> bool:
        return self.shape == "rows" and self.section.adds and self.owner is not None

    def sheet(self) -> tuple[str, list[Any], list[list[Any]]]:
        """The section as a list to take away."""
        if self.shape == "own":
            return self.key, [_l("What"), _l("Value")], [[n, c.value] for n, c in self.facts]
        if self.shape == "rows":
            heads = [self.table.heading(name) for name in self.columns]
            rows = [[self.cell(row, n).value for n in self.columns] for row in self.rows]
            return self.key, heads, rows
        return self.key, [*self.listed.heads], [[c.value for c in r] for r in self.listed.rows]


class ThingPage:
    """All that is shown of a thing, in the order of its declaration."""

    def __init__(self, kind: str, thing: Any, by: User) -> None:
        self.kind, self.thing, self.table = kind, thing, TABLES[kind]
        self.parts = [Part(kind, thing, section, by) for section in t.THINGS[kind]]

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def gaps(self) -> list[tuple[Part, Text]]:
        """What is missing, each with the section that mends it."""
        gaps = lacking(self.kind, [self.thing]).get(self.thing.id, [])
        found = ((self.part(gap.part), gap.hinders or gap.sentence) for gap in gaps)
        return [(part, sentence) for part, sentence in found if part]

    def changes(self) -> list[tuple[Table, Any, Event]]:
        """The last changes of the thing and of the rows that hang on it, the latest first; a
        document's lines change by its revisions, which have a history of their own.
        """
        kept: dict[str, tuple[Table, dict[int, Any]]] = {
            self.table.flow: (self.table, {self.thing.id: self.thing})
        }
        for part in self.parts:
            if part.adds and part.document is None and part.rows:
                kept[part.table.flow] = (part.table, {row.id: row for row in part.rows})
        events: list[Event] = []
        for flow, (_, rows) in kept.items():
            own = select(Event).where(Event.flow == flow, Event.record_id.in_(list(rows)))
            events += db.session.scalars(own.order_by(Event.id.desc()).limit(MOST_CHANGES))
        latest = sorted(events, key=lambda event: event.id, reverse=True)[:MOST_CHANGES]
        return [(kept[e.flow][0], kept[e.flow][1][e.record_id], e) for e in latest]

    def sheets(self) -> Iterator[tuple[str, list[Any], list[list[Any]]]]:
        return (part.sheet() for part in self.parts if part.shape != "own" or part.facts)


def leads_to(row: Master) -> str:
    """The page of what a row names: the thing's, else that of its own row."""
    table = next((key for key, each in TABLES.items() if each.model is type(row)), "")
    return t.address(row) or f"/admin/master/{table}/{row.id}"
