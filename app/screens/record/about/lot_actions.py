"""What a person may do with a lot that belongs to no card: have Quality decide on it, count it, or
give it to a card.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.departments import QUALITY, SALES, WAREHOUSE
from app.flow.dispositions import DISPOSITIONS, SET_ASIDE
from app.flow.production import PRODUCTION_ORDERS, SUPPLY_FROM_STOCK
from app.flow.sales.complaints import COMPLAIN, COMPLAINTS
from app.flow.texts.lazy_text import _l
from app.flow.warehouse.counts import ADJUST_LOT, COUNTS
from app.models.people.user import User
from app.models.production.plan import free_stock
from app.models.production.production_order import ProductionOrder
from app.models.warehouse.complaint import GOT
from app.models.warehouse.counting.stock_count import count_of
from app.models.warehouse.disposition import open_decision, unbound
from app.models.warehouse.stock import Lot

SUPPLIED = 5  # cards that a lot is offered to, the first due first


def actions_on(lot: Lot, user: User) -> list[tuple[str, Any]]:
    """Address and label of each thing this person may do with the lot now."""
    actions: list[tuple[str, Any]] = []
    if decision := open_decision(lot):
        actions.append(
            (f"/{QUALITY.key}/{decision.ref}", f"{decision.ref} {decision.current_stage.label}")
        )
    if user.may(SET_ASIDE, DISPOSITIONS.stage(SET_ASIDE.targets[0])) and unbound(lot):
        place = QUALITY if WAREHOUSE not in (role.department for role in user.roles) else WAREHOUSE
        actions.append(
            (
                f"/{place.key}/new/{DISPOSITIONS.key}/{SET_ASIDE.key}"
                f"?lot={quote(lot.lot_no, safe='')}",
                SET_ASIDE.label,
            )
        )
    return [*actions, *corrections(lot, user), *complaining(lot, user), *supplies(lot, user)]


def complaining(lot: Lot, user: User) -> list[tuple[str, Any]]:
    """To take down what a customer says of the lot, where one has got of it."""
    got = select(ProductionOrder.id).where(
        ProductionOrder.lot_id == lot.id,
        ProductionOrder.stage.in_(GOT),
        ProductionOrder.shipment_id.is_not(None),
    )
    if not user.may(COMPLAIN, COMPLAINTS.stage(COMPLAIN.targets[0])) or not db.session.scalar(
        got.limit(1)
    ):
        return []
    address = f"/{SALES.key}/new/{COMPLAINTS.key}/{COMPLAIN.key}?of={quote(lot.lot_no, safe='')}"
    return [(address, COMPLAIN.label)]


def corrections(lot: Lot, user: User) -> list[tuple[str, Any]]:
    """The count that has the lot on its sheet, for everybody; else to count this lot alone."""
    if count := count_of(lot):
        return [(f"/{WAREHOUSE.key}/{count.ref}", f"{count.ref} {count.current_stage.label}")]
    if not user.may(ADJUST_LOT, COUNTS.stage(ADJUST_LOT.targets[0])):
        return []
    asked = quote(lot.lot_no, safe="")
    address = f"/{WAREHOUSE.key}/new/{COUNTS.key}/{ADJUST_LOT.key}?lot={asked}"
    return [(address, ADJUST_LOT.label)]


def supplies(lot: Lot, user: User) -> list[tuple[str, Any]]:
    """The cards to plan that the lot covers, for who plans them."""
    stages = SUPPLY_FROM_STOCK.sources
    if (
        not lot.product_id
        or not lot.is_usable(clock.today())
        or not user.may(SUPPLY_FROM_STOCK, PRODUCTION_ORDERS.stage(stages[0]))
    ):
        return []
    cards = db.session.scalars(
        select(ProductionOrder)
        .where(
            ProductionOrder.stands_in(stages),
            ProductionOrder.product_id == lot.product_id,
            ProductionOrder.quantity <= max(0, free_stock(lot)),
        )
        .order_by(ProductionOrder.due.is_(None), ProductionOrder.due, ProductionOrder.id)
        .limit(SUPPLIED)
    )
    return [
        (
            f"/production/{card.ref}/{SUPPLY_FROM_STOCK.key}?lot={lot.id}",
            _l("Supply %(ref)s from it", ref=card.ref),
        )
        for card in cards
    ]
