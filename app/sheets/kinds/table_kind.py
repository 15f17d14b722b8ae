"""A spreadsheet of one table of the data dictionary: columns, checks and export come from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from app.content.tables import Table
from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import editing
from app.models.master.base import Master
from app.models.master.dictionary import Field, keepers_of
from app.models.master.dictionary import Table as Dictionary
from app.models.master.dictionary.fields import (
    CODE_OF,
    CODES_OF,
    LONG,
    OF_WEEKDAYS,
    ONE_LANGUAGE,
    QUANTITY,
    ROW_OF,
    TEXT,
    YES,
    Options,
)
from app.models.spreadsheets.many_rows import Wanted, write
from app.plant import reading
from app.plant.quantities import from_base
from app.sheets.kinds.drafts import draft_each
from app.sheets.reading.cells import NEEDED, Reader, Wrong, nothing
from app.sheets.reading.columns import Column, of_fields
from app.sheets.reading.known import Known
from app.sheets.reading.plan import (
    CHANGED,
    NEW,
    SAME,
    WRONG,
    Change,
    Kind,
    Plan,
    Planned,
    Settings,
    Tell,
    quiet,
)
from app.sheets.reading.rows import Read, Sources, read_row, small_percents

if TYPE_CHECKING:
    from app.models.people.user import User

Key = tuple[Any, ...]
TOLD = 500  # progress is told after so many rows


@dataclass
class TableKind(Kind):
    """``called`` are the keys of columns that are not called like their field, ``names`` what else
    a column is called, ``parts`` columns that stand for several fields, ``only`` the fields that
    it has, where that is not all; then it adds no rows. ``means`` are more words for its
    choices. ``defaults`` stand where a new row says nothing.
    """

    key: str
    file: str
    table: Dictionary
    label: Text
    called: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[Column, ...] = ()
    means: dict[str, Options] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)
    revives: bool = False  # what was retired comes back where a file has it again

    @property
    def keepers(self) -> frozenset[str]:
        return keepers_of(self.table.key)

    @cached_property
    def fields(self) -> list[Field]:
        return [f for f in self.table.fields if not self.only or f.fixed or f.name in self.only]

    @cached_property
    def columns(self) -> list[Column]:
        fields = (
            replace(f, options=(*f.options, *self.means.get(f.name, ()))) for f in self.fields
        )
        return [*of_fields(fields, self.called, self.names), *self.parts]

    @property
    def keys(self) -> list[Field]:
        """The fields that name a row."""
        return [f for f in self.table.fields if f.fixed and f.name != "uom"]

    def key_of(self, values: dict[str, Any]) -> Key:
        return tuple(values.get(f.name) for f in self.keys)

    def existing(self) -> dict[Key, Master]:
        """All rows there are, by what names them."""
        query = select(self.table.model)
        for each in self.table.fields:
            if each.kind == ROW_OF:
                query = query.options(joinedload(getattr(self.table.model, each.name)))
        return {
            tuple(editing.shown(row, f) for f in self.keys): row
            for row in db.session.scalars(query).unique()
        }

    # What a file comes to

    def plan(self, table: Table, settings: Settings, tell: Tell = quiet) -> Plan:
        sources = Sources.of(table, self.columns, settings.columns, settings.constants)
        known = Known()
        reader = Reader(known.find, settings.wishes.decimal, settings.shift, settings.fractions)
        plan = Plan([], [head.name for head in table.heads], [*table.notes, *sources.notes])
        plan.unknown, plan.taken = sources.unknown, sources.taken
        plan.notes += small_percents(table, sources)
        rows, seen = self.existing(), dict[Key, int]()
        known.alike = {folded(key): key for key in rows}
        for done, (number, cells) in enumerate(table.rows):
            read = self.read(number, cells, sources, reader, table, rows, known)
            plan.rows.append(self.planned(read, sources, rows, seen, known))
            if done % TOLD == 0:
                tell(done, len(table.rows))
        return plan

    def read(
        self,
        number: int,
        cells: list[Any],
        sources: Sources,
        reader: Reader,
        table: Table,
        rows: dict[Key, Master],
        known: Known,
    ) -> Read:
        known.kept = frozenset()
        read = read_row(number, cells, sources, reader, table, lambda r, f: self.unit(r, f, rows))
        if not any(self.names_retired(fault) for fault in read.faults):
            return read
        if row := rows.get(self.key_of(read.values)):  # what it named before it may name again
            known.kept = frozenset(self.codes_in(row))
            remembered, reader.kept = reader.kept, None
            read = read_row(
                number, cells, sources, reader, table, lambda r, f: self.unit(r, f, rows)
            )
            reader.kept = remembered
        return read

    @staticmethod
    def names_retired(fault: Any) -> bool:
        return bool("code" in fault.sentence.args)

    def codes_in(self, row: Master) -> Iterator[str]:
        for each in self.table.fields:
            if each.kind in (CODE_OF, ROW_OF, CODES_OF):
                value = editing.shown(row, each)
                yield from value if isinstance(value, list) else [value] if value else []

    def unit(self, read: Read, of: Field, rows: dict[Key, Master]) -> str:
        """The unit of a row's quantity: what it says, else what it was."""
        said = read.values.get(of.unit_from)
        row = rows.get(self.key_of(read.values))
        return str(said or (getattr(row, of.unit_from) if row else ""))

    def planned(
        self,
        read: Read,
        sources: Sources,
        rows: dict[Key, Master],
        seen: dict[Key, int],
        known: Known,
    ) -> Planned:
        """What a row comes to."""
        key = self.key_of(read.values)
        row = rows.get(key)
        title = " · ".join(str(part) for part in key if part not in (None, ""))
        planned = Planned(read.number, title, WRONG, said=read.said, cells=read.row)
        if self.is_keyed(read, sources, row, known):
            self.twice(read, key, seen)
            old = editing.values_of(self.table, row) if row else {}
            self.complete(read, sources, old)
            if not read.faults:
                self.compare(read, planned, sources, row, old, known)
        planned.faults = read.faults
        if read.faults:
            planned.state = WRONG
        return planned

    def is_keyed(self, read: Read, sources: Sources, row: Master | None, known: Known) -> bool:
        """Whether it is said which row it is; what is missing is noted."""
        for each in self.keys:
            if each.name not in sources.by_field and read.values.get(each.name) is None:
                read.wrong(_l("No column of the file says “%(name)s”.", name=each.label))
        if row is not None and not row.active and not self.revives:
            read.wrong(_l("It is retired. Bring it back before it is changed."))
        twin = known.alike.get(folded(self.key_of(read.values))) if row is None else None
        if twin is not None and not read.faults:
            name = " · ".join(map(str, twin))
            read.wrong(_l("There is “%(code)s”, written otherwise.", code=name))
        if row is None and self.only and not read.faults:
            read.wrong(_l("There is none of this name yet."))
        return not read.faults or all(each.name in read.values for each in self.keys)

    def twice(self, read: Read, key: Key, seen: dict[Key, int]) -> None:
        if key in seen:
            read.wrong(_l("Row %(row)s of the file is about the same.", row=seen[key]))
        else:
            seen[key] = read.number

    def complete(self, read: Read, sources: Sources, old: dict[str, Any]) -> None:
        """Put beside what a row says what stands for what it does not say."""
        for each in self.fields:
            self.in_one_language(read, each, sources, old)
            if each.name in read.values or old:
                continue
            if not any(self.is_of(fault, sources, each) for fault in read.faults):
                self.default(read, each)

    def in_one_language(self, read: Read, of: Field, sources: Sources, old: dict[str, Any]) -> None:
        """Where a name stands in one language, it may stay empty in the other."""
        beside = self.table.other_language(of)
        other = beside and read.values.get(beside.name)
        kept = old.get(of.name) and of.name not in sources.by_field
        if beside and not other:
            read.faults = [
                replace(fault, sentence=ONE_LANGUAGE)
                if self.is_needed(fault, sources, of)
                else fault
                for fault in read.faults
            ]
        if not of.required or not other or kept or read.values.get(of.name):
            return
        read.values[of.name] = ""
        read.faults = [fault for fault in read.faults if not self.is_needed(fault, sources, of)]

    def is_needed(self, fault: Any, sources: Sources, of: Field) -> bool:
        return bool(fault.sentence == NEEDED and self.is_of(fault, sources, of))

    def is_of(self, fault: Any, sources: Sources, of: Field) -> bool:
        source = sources.by_field.get(of.name)
        return bool(source) and fault.head in [
            *(head.name for head in cast("Any", source).heads),
            str(of.label),
        ]

    def default(self, read: Read, of: Field) -> None:
        """What stands in a new row where the file has no such column."""
        if of.name in self.defaults:
            said = self.defaults[of.name]
            read.values[of.name] = said(read.values) if callable(said) else said
            return
        column = inspect(self.table.model).columns.get(of.name)
        if column is not None and column.default is not None and column.default.is_scalar:
            read.values[of.name] = cast("Any", column.default).arg
            return
        try:
            read.values[of.name] = nothing(of)
        except Wrong:
            read.wrong(_l("No column of the file says “%(name)s”.", name=of.label))

    def compare(
        self,
        read: Read,
        planned: Planned,
        sources: Sources,
        row: Master | None,
        old: dict[str, Any],
        known: Known,
    ) -> None:
        """Tell what differs, and what is wrong with the whole."""
        values = {f.name: read.values[f.name] for f in self.fields if f.name in read.values}
        self.fit(read, values, sources, old)
        differing = [f for f in self.fields if f.name in values and not same(f, old, values)]
        fixed = [f for f in differing if f.fixed and row is not None]
        for each in fixed:
            read.wrong(_l("It is set once and never changed."), sources.by_field.get(each.name))
        is_same = row is not None and row.active and not differing
        planned.state = SAME if is_same else CHANGED if row else NEW
        if read.faults or planned.state == SAME:
            return
        if wrong := self.fault({**old, **values}, known):
            read.wrong(wrong[1], sources.by_field.get(wrong[0]))
            return
        unit = {**old, **values}
        planned.changes = [
            Change(f.name, old.get(f.name), values[f.name], unit.get(f.unit_from, f.unit))
            for f in differing
        ]
        planned.work = (row, values, row.revision if row else 0)

    def fault(self, values: dict[str, Any], known: Known) -> Any:
        """The field and the sentence of what is wrong with a whole row."""
        return editing.wrong_with(self.table, values, known.coded)

    def fit(
        self, read: Read, values: dict[str, Any], sources: Sources, old: dict[str, Any]
    ) -> None:
        """Keep what a spreadsheet only wrote otherwise: 1.0 as 1; note what is too long."""
        columns = inspect(self.table.model).columns
        for each in self.fields:
            value = values.get(each.name)
            column = columns.get(each.name)
            if value == "" and column is not None and column.nullable:
                values[each.name] = None
            if each.name in OF_WEEKDAYS and value:
                values[each.name] = sorted(int(day) for day in value)
            if not isinstance(value, str) or each.kind not in (TEXT, LONG):
                continue
            before = old.get(each.name)
            if isinstance(before, str) and value != before and alike(value, before):
                values[each.name] = before
            size = self.table.size(each)
            if size and len(value) > size:
                read.wrong(_l("At most %(n)s characters.", n=size), sources.by_field.get(each.name))

    # Writing

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        wanted = [Wanted(*each.work) for each in rows]
        if layout := editing.controlled(self.table):
            draft_each(layout, [each.values for each in wanted], by=by, source=str(self.label))
            return
        if prices := editing.repriced(self.table, wanted):
            draft_each(editing.PRICE_LIST, prices, by=by, source=str(self.label))
        write(self.table, wanted, by=by, find=Known().coded)

    # Export

    def exported(self) -> Iterator[Sequence[Any]]:
        for _, row in sorted(self.existing().items(), key=lambda each: str(each[0])):
            if row.active:
                yield [self.shown(row, column) for column in self.own_columns]

    @property
    def own_columns(self) -> list[Column]:
        """The columns of an export: those of a field each."""
        return [column for column in self.columns if column not in self.parts]

    def shown(self, row: Master, column: Column) -> Any:
        """A value as an export holds it and an import reads it again."""
        of = column.field
        value = editing.shown(row, of)
        if of.kind == YES:
            return "Y" if value else "N"
        if isinstance(value, list):
            return "|".join(str(each) for each in value)
        if of.kind == QUANTITY and value is not None:
            return from_base(value, getattr(row, of.unit_from) if of.unit_from else of.unit)
        return value


def folded(key: Key) -> Key:
    """What names a row, whatever its case and width."""
    return tuple(reading.folded(part) if isinstance(part, str) else part for part in key)


def same(of: Field, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a field is as it was."""
    if of.name not in old:
        return False
    before, after = old[of.name], new[of.name]
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(str, before)) == sorted(map(str, after))
    if of.kind in (TEXT, LONG) and isinstance(after, str):
        return bool((before or "") == (reading.read(after) or ""))
    return bool(before == after)


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same number, written otherwise: 1 and 1.0."""
    try:
        return reading.number(one) == reading.number(other)
    except ValueError:
        return False
