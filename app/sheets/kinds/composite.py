"""A spreadsheet of things made of lines: formulas with what they hold, instructions with their
steps. A file may hold the things alone, their lines alone, or both side by side; the lines of a
thing that a file holds are all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from app.content.tables import Table
from app.flow.texts.lazy_text import Text, _l
from app.models.master import editing
from app.models.master.base import Coded, Master
from app.models.master.dictionary.fields import TEXT
from app.required import required
from app.sheets.kinds.drafts import draft
from app.sheets.kinds.table_kind import TOLD, Key, TableKind, folded
from app.sheets.reading.cells import Reader
from app.sheets.reading.columns import Column
from app.sheets.reading.known import Known
from app.sheets.reading.plan import (
    CHANGED,
    NEW,
    SAME,
    WRONG,
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

STEP = 10  # lines without a number are numbered so


@dataclass
class Group:
    """A thing of a file: what it comes to itself, and each of its lines; ``gone`` are lines that
    the file no longer has.
    """

    code: str
    head: Planned
    old: Master | None = None
    said: dict[str, Any] = field(default_factory=dict)
    rows: list[Planned] = field(default_factory=list)
    lines: list[Planned] = field(default_factory=list)
    gone: list[Master] = field(default_factory=list)
    status: str | None = None
    waits: bool = False  # what it is to become waits for its lines


@dataclass
class Lines(TableKind):
    """Lines whose owner may be new in the same file."""

    owner: str = ""

    @cached_property
    def columns(self) -> list[Column]:
        """The owner is read as a code: it may be nobody's yet."""
        return [
            replace(c, field=replace(c.field, kind=TEXT)) if c.field.name == self.owner else c
            for c in (*super().columns,)
        ]

    def shown(self, row: Master, column: Column) -> Any:
        if column.field.name == self.owner:
            return getattr(row, self.owner).code
        return super().shown(row, column)


@dataclass
class Composite(Kind):
    """``head`` and ``lines`` are the tables, ``number`` the field that counts lines; ``of_lines``
    says that a file of this key is about lines of things that there are.
    """

    key: str
    file: str
    label: Text
    head: TableKind
    lines: Lines
    number: str
    of_lines: bool = False

    @property
    def takes_lines(self) -> bool:
        return not self.of_lines

    @property
    def keepers(self) -> frozenset[str]:
        return self.head.keepers

    @cached_property
    def columns(self) -> list[Column]:
        owner = next(c for c in self.lines.columns if c.field.name == self.lines.owner)
        named = (*owner.names, owner.label)
        return [
            *(
                replace(c, names=(*c.names, *named)) if c.field.name == "code" else c
                for c in self.head.columns
            ),
            *(c for c in self.lines.columns if c.field.name != self.lines.owner),
        ]

    def is_named_in(self, columns: dict[int, Column]) -> bool:
        """Whether a table says in each row which thing it is about."""
        return any(column.field.name == "code" for column in columns.values())

    # What a file comes to

    def plan(self, table: Table, settings: Settings, tell: Tell = quiet) -> Plan:
        known = Known()
        reader = Reader(known.find, settings.wishes.decimal, settings.shift, settings.fractions)
        sources = Sources.of(table, self.columns, settings.columns, settings.constants)
        plan = Plan.of(table, sources)
        groups = self.grouped(table, sources, reader, known, plan, tell)
        if settings.lines:
            second = settings.lines
            of_lines = Sources.of(second, self.columns, settings.line_columns, {})
            plan.hold_lines(second, of_lines)
            self.grouped(second, of_lines, reader, known, plan, tell, groups)
            plan.notes += small_percents(second, of_lines)
        plan.notes += small_percents(table, sources)
        for group in groups.values():
            self.close(group, known)
        plan.more = list(groups.values())
        return plan

    def grouped(
        self,
        table: Table,
        sources: Sources,
        reader: Reader,
        known: Known,
        plan: Plan,
        tell: Tell,
        groups: dict[str, Group] | None = None,
    ) -> dict[str, Group]:
        """Read the rows of a table into things and lines."""
        found = groups if groups is not None else {}
        heads, lines = self.head.existing(), self.lines.existing()
        known.alike = {folded(key): key for key in heads}
        of_head = {f.name for f in self.head.fields}
        has_lines = any(n in sources.by_field for n in self.line_names)
        seen: dict[Key, int] = {}
        owner = Sources({n: s for n, s in sources.by_field.items() if n in of_head}, [], {})
        own = Sources({n: s for n, s in sources.by_field.items() if n not in of_head}, [], {})
        own.by_field[self.lines.owner] = own.by_field.get(
            self.number, next(iter(own.by_field.values()), next(iter(owner.by_field.values())))
        )
        for done, (at, cells) in enumerate(table.rows):
            read = read_row(at, cells, sources, reader, table, lambda _r, _f: "")
            code = str(read.values.get("code", ""))
            row = Planned(read.number, code, SAME, said=read.said, cells=read.row)
            plan.rows.append(row)
            group = found.get(code) if code else None
            if group is None:
                group = self.group(read, row, owner, heads, known, of_head)
                if code:
                    found[code] = group
            else:
                self.agree(read, group, of_head, owner)
            group.rows.append(row)
            if has_lines:
                self.line(read, row, own, group, lines, seen, known)
            if read.faults:
                row.state, row.faults = WRONG, read.faults
            if done % TOLD == 0:
                tell(done, len(table.rows))
        return found

    @cached_property
    def line_names(self) -> list[str]:
        return [f.name for f in self.lines.fields if f.name != self.lines.owner]

    def group(
        self,
        read: Read,
        row: Planned,
        sources: Sources,
        heads: dict[Key, Master],
        known: Known,
        of_head: set[str],
    ) -> Group:
        """A thing at its first row."""
        mine = Read(read.number, read.row)
        mine.values = {n: v for n, v in read.values.items() if n in of_head}
        mine.faults = [f for f in read.faults if f.head in heads_of(sources)]
        code = read.values.get("code", "")
        old = heads.get((code,))
        if self.of_lines and code and old is None:
            mine.wrong(_l("There is none of this name yet."), sources.by_field.get("code"))
        group = Group(code, Planned(read.number, code, SAME), old, dict(mine.values))
        self.begin(group, mine)
        group.head = head = self.head.planned(mine, sources, heads, {}, known)
        read.faults += [f for f in mine.faults if f not in read.faults]
        read.said += [said for said in mine.said if said not in read.said]
        row.said = read.said
        row.changes, row.state = head.changes, head.state if head.state != WRONG else SAME
        return group

    def begin(self, group: Group, read: Read) -> None:
        """Look at what a thing says of itself before it is compared."""

    def stand_in(self, code: str) -> Any:
        """An owner for the lines of a thing that is about to be written."""
        return self.head.table.model(code=code)

    def agree(self, read: Read, group: Group, of_head: set[str], sources: Sources) -> None:
        """Every row of a thing says the same of it."""
        for name in of_head & group.said.keys() & read.values.keys():
            if read.values[name] not in (None, "", [], group.said[name]):
                read.wrong(
                    _l("Row %(row)s says something else of it.", row=group.head.number),
                    sources.by_field.get(name),
                )

    def line(
        self,
        read: Read,
        row: Planned,
        sources: Sources,
        group: Group,
        lines: dict[Key, Master],
        seen: dict[Key, int],
        known: Known,
    ) -> None:
        """A line of a thing."""
        mine = Read(read.number, read.row)
        mine.values = {n: v for n, v in read.values.items() if n in self.line_names}
        mine.values[self.lines.owner] = group.code
        if mine.values.get(self.number) is None and self.number not in sources.by_field:
            mine.values[self.number] = STEP * (len(group.lines) + 1)
        mine.faults = [f for f in read.faults if f.head in heads_of(sources)]
        before = list(mine.faults)
        planned = self.lines.planned(mine, sources, lines, seen, Standing(known, self))
        read.faults += [f for f in mine.faults if f not in before and f not in read.faults]
        group.lines.append(planned)
        row.title = planned.title or row.title
        row.changes = [*row.changes, *planned.changes]
        if NEW in (row.state, planned.state):
            row.state = NEW
        elif CHANGED in (row.state, planned.state):
            row.state = CHANGED

    def close(self, group: Group, known: Known) -> None:
        """What can be said of a thing once all its lines are known."""
        if group.lines:
            numbers = {p.work[1][self.number] for p in group.lines if p.work} | {
                p.title.rpartition(" · ")[2] for p in group.lines
            }
            said = {str(number) for number in numbers}
            group.gone = [
                line
                for (owner, number), line in self.lines.existing().items()
                if owner == group.code and line.active and str(number) not in said
            ]
        if not any(row.faults for row in group.rows) and (wrong := self.fault(group)):
            at = Read(group.rows[-1].number, group.rows[-1].cells)
            at.wrong(wrong)
            group.rows[-1].faults += at.faults
        if any(row.faults for row in group.rows):
            self.refuse(group)
        elif group.gone and all(row.state == SAME for row in group.rows):
            group.rows[0].state = CHANGED
        if group.gone:
            gone = ", ".join(self.lines.table.title(line) for line in group.gone)
            group.rows[0].said.append(_l("No longer among them: %(lines)s.", lines=gone))

    def fault(self, group: Group) -> Text | None:
        """What is wrong with a whole thing."""
        return None

    def refuse(self, group: Group) -> None:
        """A thing comes in whole or not at all."""
        for row in group.rows:
            row.state = WRONG
            if not row.faults:
                at = Read(row.number, row.cells)
                at.wrong(_l("Another row of %(code)s is wrong.", code=group.code))
                row.faults = at.faults

    # Writing

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        wanted = {id(row) for row in rows}
        known = Known()
        for group in plan.more:
            if any(id(row) in wanted for row in group.rows):
                self.write(group, known, by)

    def write(self, group: Group, known: Known, by: User | None) -> None:
        if layout := editing.controlled(self.lines.table):
            head = group.head.work[1] if group.head.work else None
            lines = [planned.work[1] for planned in group.lines if planned.work]
            source, gone = str(self.label), group.gone
            draft(layout, group.code, lines, head=head, gone=gone, by=by, source=source)
            return
        row, said = self.owner_of(group, known, by), str(self.label)
        for line in group.gone:
            editing.set_active(
                self.lines.table, line, False, by=by, revision=line.revision, reason=said
            )
        for planned in group.lines:
            if planned.work is None:
                continue
            old, values, revision = planned.work
            if old is None:
                editing.create(self.lines.table, values, by=by, find=known.coded)
                continue
            if not old.active:
                editing.set_active(
                    self.lines.table, old, True, by=by, revision=old.revision, reason=said
                )
                revision = old.revision
            editing.change(
                self.lines.table, old, values, by=by, revision=revision, find=known.coded
            )
        self.finish(group, row, by)

    def owner_of(self, group: Group, known: Known, by: User | None) -> Master:
        """The row of a thing, written as far as it can be before its lines."""
        if group.head.work is None:
            return required(known.coded(cast("Any", self.head.table.model), group.code))
        row, values, revision = group.head.work
        if row is None:
            row = editing.create(self.head.table, values, by=by, find=known.coded)
            known.learn(cast("Coded", row))
        else:
            editing.change(self.head.table, row, values, by=by, revision=revision, find=known.coded)
        return row

    def finish(self, group: Group, row: Master, by: User | None) -> None:
        """What can be written only once all lines are."""

    # Export

    @property
    def own_columns(self) -> list[Column]:
        return (self.lines if self.of_lines else self.head).own_columns

    def exported(self) -> Iterator[Sequence[Any]]:
        return (self.lines if self.of_lines else self.head).exported()


@dataclass
class Standing(Known):
    """Lines are checked beside an owner that stands in for the one that is about to be."""

    def __init__(self, known: Known, kind: Composite) -> None:
        self.known, self.kind = known, kind

    def coded(self, model: type[Coded], code: str) -> Coded | None:
        if model is self.kind.head.table.model:
            return self.kind.stand_in(code)
        return self.known.coded(model, code)


def heads_of(sources: Sources) -> set[str]:
    return {head.name for source in sources.by_field.values() for head in source.heads} | {
        str(source.column.label) for source in sources.by_field.values()
    }
