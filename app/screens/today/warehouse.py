"""The warehouse, first thing: kits by start, lots about to expire, what comes in, what goes out
when, what is not confirmed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.flow.rules.tags import KIT, ON_ORDER, TO_CONFIRM, TO_LEAVE, Tag
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import unit
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.warehouse.lots import address
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import REJECTED, Lot, Stock
from app.plant.quantities import from_base
from app.required import required
from app.screens.record.fact import Mark
from app.screens.today import counts
from app.screens.today.kits import kit_row, planned
from app.screens.today.listing import Listing, Row, due_mark
from app.screens.today.purchasing import ordered_row, requisitions

EXPIRES = timedelta(days=7)


def kits() -> Select[*tuple[Any, ...]]:
    return planned(ProductionOrder.flow.tagged(KIT))


def expiring() -> Select[*tuple[Any, ...]]:
    """Lots in stock, not rejected, that expire within seven days or have; with how much there is
    and the record that tells of them.
    """
    there = select(func.sum(Stock.quantity)).where(Stock.lot_id == Lot.id).scalar_subquery()
    card = (
        select(func.min(ProductionOrder.number))
        .where(ProductionOrder.lot_id == Lot.id)
        .scalar_subquery()
    )
    sample = select(func.min(Sample.number)).where(Sample.lot_id == Lot.id).scalar_subquery()
    return (
        select(Lot, there, func.coalesce(card, sample))
        .where(Lot.expiry <= clock.today() + EXPIRES, Lot.status != REJECTED, Lot.is_there())
        .options(joinedload(Lot.material), joinedload(Lot.product))
        .order_by(Lot.expiry, Lot.lot_no)
    )


def expiring_row(lot: Lot, there: int, ref: str | None) -> Row:
    expired = Mark("failed", _l("Expired")) if required(lot.expiry) < clock.today() else None
    return Row(
        ref or "",
        lot.item.name,
        amount(lot, int(there)),
        at=lot.expiry,
        mark=expired,
        label=lot.lot_no,
        url=address(lot),
    )


def amount(lot: Lot, quantity: int) -> Any:
    if lot.product:
        return _l("%(quantity)s units", quantity=f"{quantity:,}")
    uom = required(lot.material).uom
    return f"{round(from_base(quantity, uom), 1):,f} {unit(uom)}"


def incoming() -> Select[*tuple[Any, ...]]:
    return requisitions(ON_ORDER)


def shipments(tag: Tag) -> Select[*tuple[Any, ...]]:
    return (
        select(Shipment)
        .where(Shipment.stands_in(Shipment.flow.tagged(tag)))
        .options(joinedload(Shipment.customer), joinedload(Shipment.address))
    )


def vehicles() -> Select[*tuple[Any, ...]]:
    """What leaves, by the day and the hours that the customer confirmed."""
    return shipments(TO_LEAVE).order_by(Shipment.delivery_on, Shipment.window, Shipment.id)


def vehicle_row(shipment: Shipment) -> Row:
    packages = _l("%(count)s packages", count=shipment.packages) if shipment.packages else ""
    return Row(shipment.ref, shipment.headline, shipment.window, packages, at=shipment.delivery_on)


def unconfirmed() -> Select[*tuple[Any, ...]]:
    return shipments(TO_CONFIRM).order_by(Shipment.due.is_(None), Shipment.due, Shipment.id)


def unconfirmed_row(shipment: Shipment) -> Row:
    days = (shipment.due - clock.today()).days if shipment.due else None
    return Row(
        shipment.ref, shipment.headline, shipment.address.address, days=days, mark=due_mark(days)
    )


LISTS = (
    Listing("kits", _l("Kits by start of the run"), _l("No kit is to be prepared."), kits, kit_row),
    Listing(
        "expiring",
        _l("Expires within 7 days"),
        _l("No lot expires within 7 days."),
        expiring,
        expiring_row,
    ),
    Listing("incoming", _l("Incoming"), _l("Nothing is on order."), incoming, ordered_row),
    Listing("vehicles", _l("Vehicles by hour"), _l("No vehicle is due."), vehicles, vehicle_row),
    Listing(
        "unconfirmed",
        _l("Addresses to confirm"),
        _l("Every address is confirmed."),
        unconfirmed,
        unconfirmed_row,
    ),
    counts.UNDER_WAY,
)
