"""A spreadsheet of what is no table of the data dictionary: people, lots, orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.content.tables import Table
from app.flow.texts.lazy_text import _l
from app.models.master import Material
from app.plant.quantities import UnknownUnit, base_uom
from app.sheets.reading.cells import Reader
from app.sheets.reading.columns import Column
from app.sheets.reading.known import Known
from app.sheets.reading.plan import NEW, SAME, WRONG, Kind, Plan, Planned, Settings, Tell, quiet
from app.sheets.reading.rows import Read, Sources, read_row

TOLD = 200


@dataclass
class Pass:
    """One reading of a file: what its rows may name, and which were seen."""

    table: Table
    settings: Settings
    sources: Sources
    known: Known
    seen: dict[Any, int] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def source(self, name: str) -> Any:
        return self.sources.by_field.get(name)


class Listed(Kind):
    """``own`` are its columns; each row is one thing. ``key_fields`` name it."""

    own: tuple[Column, ...] = ()
    key_fields: tuple[str, ...] = ()

    @property
    def columns(self) -> list[Column]:
        return list(self.own)

    def plan(self, table: Table, settings: Settings, tell: Tell = quiet) -> Plan:
        sources = Sources.of(table, list(self.own), settings.columns, settings.constants)
        at = Pass(table, settings, sources, Known())
        reader = Reader(at.known.find, settings.wishes.decimal, settings.shift, settings.fractions)
        plan = Plan.of(table, sources)
        self.prepare(at)
        for done, (number, cells) in enumerate(table.rows):
            read = read_row(number, cells, sources, reader, table, lambda r, f: self.unit(r, at))
            plan.rows.append(self.row(read, at))
            if done % TOLD == 0:
                tell(done, len(table.rows))
        self.close(plan, at)
        return plan

    def prepare(self, at: Pass) -> None:
        """Read what all rows are compared with."""

    def close(self, plan: Plan, at: Pass) -> None:
        """Look at all rows together."""

    def unit(self, read: Read, at: Pass) -> str:
        """The unit of a row's quantities: the one it says, if its material can be counted in it."""
        material = at.known.coded(Material, str(read.values.get("material") or ""))
        said = str(read.values.get("uom") or "")
        own = material.uom if isinstance(material, Material) else ""
        try:
            return said if base_uom(said) == base_uom(own) else own
        except UnknownUnit:
            return own

    def row(self, read: Read, at: Pass) -> Planned:
        """What a row comes to."""
        for column in self.own:
            if column.needed and column.field.name not in at.sources.by_field:
                read.wrong(_l("No column of the file says “%(name)s”.", name=column.label))
        key = tuple(read.values.get(name) for name in self.key_fields)
        title = " · ".join(str(part) for part in key if part not in (None, ""))
        planned = Planned(read.number, title, WRONG, said=read.said, cells=read.row)
        if key in at.seen and all(key):
            read.wrong(_l("Row %(row)s of the file is about the same.", row=at.seen[key]))
        at.seen[key] = read.number
        if not read.faults:
            self.compare(read, planned, at)
        planned.faults = read.faults
        if read.faults:
            planned.state = WRONG
        return planned

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        """Tell whether a row is new, changed or the same, or what is wrong with it."""
        planned.state = NEW


def differs(read: Read, what: str) -> None:
    """Note that a thing which is there is not as the file says, and cannot be made so by it."""
    read.wrong(
        _l("It is there already, and not so: %(what)s. Correct it where it stands.", what=what)
    )


__all__ = ["SAME", "Listed", "Pass", "differs"]
