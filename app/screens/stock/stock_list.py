"""What is in stock, by material and product or lot by lot: free, reserved, in quarantine,
rejected, expired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.extensions import db
from app.flow.rules.tags import HOLDS_STOCK
from app.flow.texts.lazy_text import _l
from app.models.master import Material, Product, StorageZone
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import Pick, Requirement
from app.models.records.column_types import normal
from app.models.records.paging import Paged
from app.models.warehouse.stock import RELEASED, Lot
from app.plant.quantities import from_base
from app.required import required

PAGE = 50
STATES = {
    "free": _l("Free to use"),
    "reserved": _l("Reserved"),
    "quarantine": _l("In quarantine"),
    "rejected": _l("Rejected"),
    "expired": _l("Expired"),
}
ITEMS = {"material": _l("Materials"), "product": _l("Products")}


@dataclass(frozen=True)
class Wanted:
    """What to look for; an empty field asks for nothing.

    ``item`` is the code of one material or product, ``zone`` of where any of a lot stands, ``by``
    is item or lot.
    """

    words: str = ""
    kind: str = ""
    state: str = ""
    item: str = ""
    zone: str = ""
    by: str = "item"
    page: int = 1


@dataclass
class Row:
    """A material or product, or one lot of it, with how much of it stands how, in base units."""

    item: Material | Product
    lot: Lot | None = None
    amounts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    lots: int = 0
    expiry: date | None = None

    @property
    def uom(self) -> str:
        return getattr(self.item, "uom", "pcs")

    @property
    def total(self) -> int:
        return sum(self.amounts.values())

    @property
    def is_low(self) -> bool:
        """Whether less is free and reserved than the safety stock."""
        return self.lot is None and self.amounts["free"] + self.amounts["reserved"] < getattr(
            self.item, "safety_stock", 0
        )

    def add(self, other: Row) -> None:
        self.lots += 1
        self.amounts = {
            state: amount + other.amounts[state] for state, amount in self.amounts.items()
        }
        self.expiry = min(filter(None, (self.expiry, other.expiry)), default=None)


def page_of(criteria: Wanted) -> Paged:
    """Return a page of the rows that are asked for."""
    found = rows(criteria)
    first = (criteria.page - 1) * PAGE
    return Paged(found[first : first + PAGE], len(found), criteria.page, PAGE)


def rows(criteria: Wanted) -> list[Row]:
    """Return all rows that are asked for: what is there, and of items also those of which
    nothing is.
    """
    lots = [
        row
        for row in lot_rows()
        if (criteria.by == "item" or holds(row, criteria.words)) and stands_in(row, criteria.zone)
    ]
    if criteria.by == "lot":
        return [row for row in lots if fits(row, criteria)]
    offered = [] if criteria.zone else all_items()
    items = {(item.__tablename__, item.id): Row(item) for item in offered}
    for row in lots:
        key = (row.item.__tablename__, row.item.id)
        items.setdefault(key, Row(row.item)).add(row)
    called = {(row.item.__tablename__, row.item.id) for row in lots if holds(row, criteria.words)}
    return [
        row
        for key, row in items.items()
        if fits(row, criteria) and (key in called or holds(row, criteria.words))
    ]


def fits(row: Row, criteria: Wanted) -> bool:
    return (
        (not criteria.kind or row.item.__tablename__ == criteria.kind)
        and (not criteria.item or row.item.code == criteria.item)
        and (not criteria.state or row.amounts[criteria.state] > 0)
    )


def stands_in(row: Row, zone: str) -> bool:
    """Whether any of a lot stands in a zone; in any where none is named."""
    return not zone or any(s.zone == zone and s.quantity for s in required(row.lot).stocks)


def holds(row: Row, words: str) -> bool:
    """Whether every word stands somewhere in what the item, or the lot, is called."""
    lot = (row.lot.lot_no, row.lot.supplier_lot) if row.lot else ()
    called = normal(" ".join((row.item.code, row.item.name_zh, row.item.name_en, *lot)))
    return all(word in called for word in normal(words).split()[:8])


def zones() -> dict[str, Any]:
    """The zones in use, by their codes."""
    found = select(StorageZone).where(StorageZone.active).order_by(StorageZone.code)
    return {zone.code: f"{zone.code} {zone.name}" for zone in db.session.scalars(found)}


def all_items() -> list[Material | Product]:
    materials = db.session.scalars(
        select(Material)
        .where(Material.active, Material.untracked.is_(False))
        .order_by(Material.code)
    ).all()
    return [
        *materials,
        *db.session.scalars(select(Product).where(Product.active).order_by(Product.code)),
    ]


def lot_rows() -> Iterator[Row]:
    """Yield every lot of which there is any, by what it is of and what expires first."""
    lots = db.session.scalars(
        select(Lot)
        .where(Lot.is_there())
        .options(
            joinedload(Lot.material),
            joinedload(Lot.product),
            joinedload(Lot.supplier),
            selectinload(Lot.stocks),
        )
    ).all()
    reserved_of, today = reserved(), clock.today()
    for lot in sorted(
        lots,
        key=lambda lot: (
            lot.product_id is not None,
            lot.item.code,
            lot.expiry or date.max,
            lot.lot_no,
        ),
    ):
        row, quantity = Row(lot.item, lot, expiry=lot.expiry, lots=1), lot.quantity
        if lot.expiry and lot.expiry < today:
            row.amounts["expired"] = quantity
        elif lot.status == RELEASED:
            row.amounts["reserved"] = min(quantity, reserved_of.get(lot.id, 0))
            row.amounts["free"] = quantity - row.amounts["reserved"]
        else:
            row.amounts[lot.status] = quantity
        yield row


def reserved() -> dict[int, int]:
    """How much of each lot somebody counts on: picked for a plan and not yet handed over, or
    made for an order and not yet shipped.
    """
    picked = db.session.execute(
        select(Pick.lot_id, func.sum(func.coalesce(Pick.prepared, Pick.proposed)))
        .join(Requirement)
        .where(Pick.is_waiting(), Pick.lot_id.is_not(None), Requirement.plan.has(withdrawn=False))
        .group_by(Pick.lot_id)
    )
    card = ProductionOrder
    ordered = db.session.execute(
        select(card.lot_id, func.sum(card.good))
        .where(
            card.lot_id.is_not(None),
            card.stands_in(card.flow.tagged(HOLDS_STOCK)),
            card.line_id.is_not(None),
        )
        .group_by(card.lot_id)
    )
    return {lot: int(quantity or 0) for lot, quantity in (*picked, *ordered)}


def sheet(criteria: Wanted) -> tuple[str, list[Any], list[list[Any]]]:
    """The list as it is asked for, all pages of it, to take away."""
    by_lot = criteria.by == "lot"
    heads = [
        _l("Code"),
        _l("Name"),
        *(
            [_l("Lot"), _l("Supplier"), _l("Supplier’s lot no."), _l("Zone")]
            if by_lot
            else [_l("Lots")]
        ),
        *STATES.values(),
        _l("In all"),
        _l("Unit"),
        _l("Expiry"),
    ]
    return (
        "stock",
        heads,
        [
            [
                row.item.code,
                row.item.name,
                *(of_lot(row) if by_lot else [row.lots]),
                *(from_base(amount, row.uom) for amount in row.amounts.values()),
                from_base(row.total, row.uom),
                row.uom,
                row.expiry,
            ]
            for row in rows(criteria)
        ],
    )


def of_lot(row: Row) -> list[Any]:
    lot = required(row.lot)
    return [
        lot.lot_no,
        lot.supplier.name if lot.supplier else "",
        lot.supplier_lot,
        " ".join(s.zone for s in lot.stocks if s.quantity),
    ]
