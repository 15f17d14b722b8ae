"""The second file of open orders: the lots of the kits that were handed over on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.flow.texts.lazy_text import Text, _l, listed
from app.models.master import Material, Product
from app.models.production.cut_over.kit import AT_LINE, FROM_STOCK, NewLot, Taken
from app.models.production.requirement import needs_of
from app.models.warehouse.counting.count_line import in_uom
from app.models.warehouse.stock import RELEASED, Lot
from app.plant.production.requirements import Requirement, bulk_mass
from app.plant.quality.verdict import expiry_date
from app.sheets.kinds.cut_over.carried import Carried
from app.sheets.kinds.cut_over.columns import KIT
from app.sheets.kinds.cut_over.there import lots_named
from app.sheets.kinds.listed import Pass
from app.sheets.reading.cells import Reader
from app.sheets.reading.plan import NEW, Plan, Planned
from app.sheets.reading.rows import Read, Sources, read_row

# Beyond such a difference what the kit has is told beside what the formula asks for.
TOLD_BEYOND = Decimal("0.05")


@dataclass
class Kits:
    """The kits of a file. ``held`` is what rows before have taken of a lot in a zone; ``came``
    the lots that no stock has.
    """

    at: Pass
    sources: Sources
    lots: dict[str, Lot]
    held: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    came: dict[str, Material] = field(default_factory=dict)

    def source(self, name: str) -> Any:
        return self.sources.by_field.get(name)

    def taken(self, read: Read, work: Carried) -> Taken | None:
        """What a row has taken for a card, or what is wrong with what it says."""
        said = read.values
        material: Any = self.at.known.coded(Material, said["material"])
        need = needs(self.at, work).get(material.code)
        lot_no = said.get("kit_lot") or ""
        if need is None:
            read.wrong(
                _l(
                    "%(product)s is not made of %(material)s.",
                    product=work.product,
                    material=material.code,
                ),
                self.source("material"),
            )
        elif material.untracked and lot_no:
            read.wrong(_l("This material is not kept in lots."), self.source("kit_lot"))
        elif material.untracked:
            return Taken(material, said["kit_quantity"])
        elif not lot_no:
            read.wrong(_l("Say which lot."), self.source("kit_lot"))
        elif lot_no in self.lots:
            return self.of_stock(read, material, need, self.lots[lot_no])
        else:
            return self.of_line(read, material, need, lot_no)
        return None

    def of_stock(self, read: Read, material: Material, need: Requirement, lot: Lot) -> Taken | None:
        """Of a lot that is there: booked out of its zone, or beside what stands there."""
        said = read.values
        source, held = said.get("source") or FROM_STOCK, {s.zone: s.quantity for s in lot.stocks}
        zones = [zone for zone, quantity in held.items() if quantity]
        zone = said.get("kit_zone") or (zones[0] if len(zones) == 1 else "")
        if source == AT_LINE:
            zone = zone or lot.zone or next(iter(held), "")
        left = held.get(zone, 0) - self.held[lot.lot_no, zone]
        if lot.material_id != material.id:
            read.wrong(
                _l("Lot %(lot)s is of another material.", lot=lot.lot_no), self.source("kit_lot")
            )
        elif lot.status != RELEASED:
            read.wrong(
                _l("Lot %(lot)s is not released: Quality decides first.", lot=lot.lot_no),
                self.source("kit_lot"),
            )
        elif need.nominal is not None and lot.assay is None:
            read.wrong(_l("It is charged by its assay: say that."), self.source("assay"))
        elif not zone:
            read.wrong(_l("Say out of which zone."), self.source("kit_zone"))
        elif source == FROM_STOCK and said["kit_quantity"] > left:
            read.wrong(
                _l(
                    "Zone %(zone)s holds only %(left)s of lot %(lot)s.",
                    zone=zone,
                    left=in_uom(max(0, left), material.uom),
                    lot=lot.lot_no,
                ),
                self.source("kit_quantity"),
            )
        else:
            if source == FROM_STOCK:
                self.held[lot.lot_no, zone] += said["kit_quantity"]
            return Taken(material, said["kit_quantity"], lot.lot_no, zone, source)
        return None

    def of_line(
        self, read: Read, material: Material, need: Requirement, lot_no: str
    ) -> Taken | None:
        """Of a lot that stands at the line and in no stock: it comes in with what is said of it."""
        said = read.values
        if said.get("source") != AT_LINE:
            read.wrong(
                _l(
                    "No stock has lot %(lot)s: bring the opening stock in first, or say that it "
                    "stands at the line.",
                    lot=lot_no,
                ),
                self.source("kit_lot"),
            )
        if self.came.setdefault(lot_no, material) is not material:
            read.wrong(
                _l("Lot %(lot)s is of another material.", lot=lot_no), self.source("kit_lot")
            )
        asked = {"kit_zone": True, "received": True, "assay": need.nominal is not None}
        for name in (n for n, wanted in asked.items() if wanted and said.get(n) is None):
            label = next(column.label for column in KIT if column.field.name == name)
            read.wrong(
                _l("A lot that no stock has needs: %(what)s.", what=label), self.source(name)
            )
        if read.faults:
            return None
        expiry = said.get("kit_expiry") or expiry_date(said["received"], material.shelf_life_days)
        new = NewLot(
            said["received"],
            expiry,
            said.get("assay"),
            said.get("supplier") or "",
            (said.get("supplier_lot") or "")[:40],
        )
        return Taken(material, said["kit_quantity"], lot_no, said["kit_zone"], AT_LINE, new)


def needs(at: Pass, work: Carried) -> dict[str, Requirement]:
    """What a card that was begun needs by the documents, by the code of the material."""
    key = f"needs {work.card_number}"
    if key not in at.more:
        product: Any = at.known.coded(Product, work.product)
        line = work.begun.line if work.begun else None
        rate = next(r for r in product.rates if line and r.active and r.line_id == line.id)
        mass = product.fill_mass_mg, rate.filling_loss_pct, rate.bulk_yield_pct
        found = needs_of(product, bulk_mass(work.left, *mass), work.left)
        at.more[key] = {need.material_code: need for need, _ in found}
    found_before: dict[str, Requirement] = at.more[key]
    return found_before


def read_kits(plan: Plan, at: Pass, unit: Any) -> Iterator[tuple[Planned, Read]]:
    """Read the rows of the second file into the plan, and yield them."""
    table = at.settings.lines
    if table is None:
        return
    sources = Sources.of(table, list(KIT), at.settings.line_columns, {})
    plan.hold_lines(table, sources)
    at.more["kits"] = Kits(at, sources, {})
    reader = Reader(at.known.find, at.settings.wishes.decimal, at.settings.shift)
    for number, cells in table.rows:
        read = read_row(number, cells, sources, reader, table, unit)
        for column in KIT:
            if column.needed and column.field.name not in sources.by_field:
                read.wrong(_l("No column of the file says “%(name)s”.", name=column.label))
        said = [read.values.get(name) for name in ("order_number", "line_no", "material")]
        title = " · ".join(str(part) for part in said if part)
        row = Planned(read.number, title, NEW, said=read.said, cells=read.row)
        row.faults = read.faults
        plan.rows.append(row)
        yield row, read


def look_up(at: Pass, reads: list[Read]) -> Kits:
    """The kits, with the lots that they name."""
    kits: Kits = at.more["kits"]
    kits.lots = lots_named({str(r.values["kit_lot"]) for r in reads if r.values.get("kit_lot")})
    return kits


def lacking(at: Pass, work: Carried, there: Collection[str]) -> Text | None:
    """The sentence that names what no row of a kit is about; ``there`` are the materials of its
    rows.
    """
    materials = needs(at, work)
    missing = [code for code in materials if code not in there and not is_untracked(at, code)]
    if not missing:
        return None
    return _l(
        "Nothing is said of %(materials)s: its lots stand in a second file, the kits.",
        materials=listed(missing),
    )


def unlike_formula(at: Pass, work: Carried, kit: Collection[Taken]) -> Iterator[Text]:
    """Say what the kit has much more or less of than the documents ask for."""
    for code, need in needs(at, work).items():
        held = sum(each.quantity for each in kit if each.material.code == code)
        if held and abs(held - need.quantity) > need.quantity * TOLD_BEYOND:
            yield _l(
                "%(material)s: %(held)s in the kit, %(asked)s by the documents",
                material=code,
                held=in_uom(held, need.uom),
                asked=in_uom(need.quantity, need.uom),
            )


def is_untracked(at: Pass, code: str) -> bool:
    material: Any = at.known.coded(Material, code)
    return bool(material.untracked)
