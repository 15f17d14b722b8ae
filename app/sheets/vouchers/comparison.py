"""Both stocks side by side: the bookkeeping's list and ours, in our unit, with what may explain
where they differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Material, Product
from app.models.master.voucher_map.codes import ITEM, WAREHOUSE
from app.models.vouchers.batch import VoucherBatch, VoucherLine
from app.models.vouchers.booked import booked_as
from app.models.vouchers.mapping import Mapping, Unmapped
from app.models.warehouse.stock import Lot, Stock, StockMovement
from app.models.warehouse.unsent import UnsentMovement
from app.plant.quantities import from_base
from app.sheets.reading.plan import WRONG, Plan

DIFFERS, EXPLAINED, UNKNOWN, SAME = "differs", "explained", "unknown", "same"
STATES: dict[str, Text] = {
    DIFFERS: _l("differs"),
    EXPLAINED: _l("explained"),
    UNKNOWN: _l("known to one only"),
    SAME: _l("the same"),
}
LATELY = 5  # sendings that may not be booked there yet
Key = tuple[str, str]  # our item, and the lot where their list tells lots
Sums = dict[Key, Decimal]


@dataclass
class Compared:
    """One item, or one lot of it; quantities in our unit, as texts that lose nothing."""

    state: str
    item: str
    theirs_called: str
    names: tuple[str, str]  # Chinese, English
    lot: str
    ours: str
    theirs: str
    difference: str
    unit: str
    why: list[Any] = field(default_factory=list)


class Comparison:
    """What a list comes to beside our stock; ``rows`` with what differs first."""

    def __init__(self, plan: Plan) -> None:
        self.mapping = Mapping.read()
        self.unknown: Sums = defaultdict(Decimal)
        self.elsewhere, self.unread = 0, sum(row.state == WRONG for row in plan.rows)
        self.by_lot: set[str] = set()
        self.items = items()
        self.theirs = self.listed([row.work for row in plan.rows if row.state != WRONG])
        self.ours = self.summed(db.session.execute(THERE))
        self.unsent = self.summed(db.session.execute(UNSENT))
        self.lately = [(b, self.summed(db.session.execute(sent(b)))) for b in recent()]
        self.rows = sorted(self.compared(), key=lambda row: list(STATES).index(row.state))

    def listed(self, rows: Iterable[dict[str, Any]]) -> Sums:
        """What their list says, by our codes and in our unit."""
        warehouses = {c.theirs for (kind, _), c in self.mapping.codes.items() if kind == WAREHOUSE}
        known = []
        for said in rows:
            if said.get("warehouse") and said["warehouse"] not in warehouses:
                self.elsewhere += 1
                continue
            ours = self.mapping.items.get(said["item"])
            if ours not in self.items:
                self.unknown[said["item"], said.get("batch") or ""] += said["quantity"]
                continue
            if said.get("batch"):
                self.by_lot.add(ours)
            known.append((ours, said.get("batch") or "", said["quantity"]))
        sums: Sums = defaultdict(Decimal)
        for ours, lot, quantity in known:
            sums[ours, lot if ours in self.by_lot else ""] += quantity * self.per(ours)
        return sums

    def per(self, item: str) -> Decimal:
        """How many of our units one of theirs is."""
        own = self.mapping.code(ITEM, item)
        if own.unit:
            return own.per or Decimal(1)
        try:
            return self.mapping.unit_of(item, uom_of(self.items[item]))[1]
        except Unmapped:
            return Decimal(1)

    def summed(self, found: Iterable[tuple[Lot, int]]) -> Sums:
        """Quantities of lots, by item, and by lot where their list tells lots."""
        rows = [(lot, quantity) for lot, quantity in found]
        wholes = booked_as({lot.id for lot, _ in rows})
        sums: Sums = defaultdict(Decimal)
        for lot, quantity in rows:
            item = lot.item.code
            name = wholes.get(lot.id, lot).lot_no if item in self.by_lot else ""
            sums[item, name] += from_base(quantity, lot.uom)
        return sums

    def compared(self) -> Iterable[Compared]:
        for key in sorted({*self.ours, *self.theirs}):
            yield self.one(key)
        for (code, lot), quantity in sorted(self.unknown.items()):
            why = _l("No item of ours has this code.")
            yield Compared(
                UNKNOWN, "", code, ("", ""), lot, "", f"{quantity:f}", "", "", [why.to_json()]
            )

    def one(self, key: Key) -> Compared:
        """One item or lot that we know."""
        item, lot = key
        row, ours, theirs = self.items[item], self.ours.get(key), self.theirs.get(key)
        code = self.mapping.codes.get((ITEM, item))
        difference = (ours or Decimal(0)) - (theirs or Decimal(0))
        state, why = (
            (UNKNOWN, [_l("It has no code there.")]) if code is None else self.why(key, difference)
        )
        return Compared(
            state,
            item,
            code.theirs if code else "",
            (row.name_zh, row.name_en),
            lot,
            "" if ours is None else f"{ours:f}",
            "" if theirs is None else f"{theirs:f}",
            f"{difference:f}",
            uom_of(row),
            [each.to_json() for each in why],
        )

    def why(self, key: Key, difference: Decimal) -> tuple[str, list[Text]]:
        """Whether something differs, and what explains it: what has not gone out, then what went
        lately and may not be booked there yet.
        """
        if not difference:
            return SAME, []
        left = difference - self.unsent.get(key, Decimal(0))
        told = []
        if left != difference:
            told.append(_l("%(amount)s has not gone out yet.", amount=f"{self.unsent[key]:+f}"))
        if not left:
            return EXPLAINED, told
        went, numbers = Decimal(0), list[str]()
        for number, sums in self.lately:
            if key in sums:
                went, numbers = went + sums[key], [*numbers, number]
                if went == left:
                    told.append(
                        _l(
                            "%(amount)s went with %(number)s: is that booked there?",
                            amount=f"{went:+f}",
                            number=", ".join(numbers),
                        )
                    )
                    return EXPLAINED, told
        return DIFFERS, told

    def to_json(self) -> dict[str, Any]:
        """The same, to be kept."""
        counts = {state: sum(row.state == state for row in self.rows) for state in STATES}
        return {
            "rows": [asdict(row) for row in self.rows],
            "counts": counts,
            "elsewhere": self.elsewhere,
            "unread_rows": self.unread,
        }


OF_LOT = (joinedload(Lot.material), joinedload(Lot.product))
THERE = select(Lot, Stock.quantity).join(Stock).where(Stock.is_there()).options(*OF_LOT)
UNSENT = (
    select(Lot, StockMovement.quantity)
    .join(StockMovement, StockMovement.lot_id == Lot.id)
    .join(UnsentMovement, UnsentMovement.movement_id == StockMovement.id)
    .where(UnsentMovement.waits())
    .options(*OF_LOT)
)


def sent(number: str) -> Any:
    """The lots and quantities that went out with a sending."""
    return (
        select(Lot, StockMovement.quantity)
        .join(StockMovement, StockMovement.lot_id == Lot.id)
        .join(VoucherLine, VoucherLine.movement_id == StockMovement.id)
        .join(VoucherBatch, VoucherBatch.id == VoucherLine.batch_id)
        .where(VoucherBatch.number == number)
        .options(*OF_LOT)
    )


def recent() -> list[str]:
    """The numbers of the last sendings, the latest first."""
    return [batch.number for batch in VoucherBatch.latest(LATELY)]


def items() -> dict[str, Material | Product]:
    """All materials and products, by their codes."""
    materials, products = select(Material), select(Product)
    found: dict[str, Material | Product] = {m.code: m for m in db.session.scalars(materials)}
    return found | {product.code: product for product in db.session.scalars(products)}


def uom_of(item: Material | Product) -> str:
    """The unit that people count an item in."""
    return item.uom if isinstance(item, Material) else "pcs"
