"""Where a lot came from: the cards that made what another card is supplied with from stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models.production.plan import REWORK, STOCK
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.records.record import Record
from app.models.sales.order import Order
from app.models.warehouse.complaint import complaints_of
from app.required import required

WITH = (selectinload(ProductionOrder.plans), selectinload(ProductionOrder.samples))


def makers_of(cards: Iterable[ProductionOrder]) -> dict[int, list[ProductionOrder]]:
    """Return, by the id of each card supplied from stock, the cards that made its lot; nothing
    for lots bought or taken over.
    """
    supplied = [
        card for card in cards if card.lot_id and (not card.started_at or came_from_stock(card))
    ]
    if not supplied:
        return {}
    ran: dict[int, list[ProductionOrder]] = defaultdict(list)
    query = select(ProductionOrder).where(
        ProductionOrder.lot_id.in_({card.lot_id for card in supplied}),
        ProductionOrder.started_at.is_not(None),
    )
    for card in db.session.scalars(query.order_by(ProductionOrder.id).options(*WITH)):
        ran[required(card.lot_id)].append(card)
    return {
        card.id: list(
            dict.fromkeys(
                each for maker in planned(ran[required(card.lot_id)]) for each in upwards(maker)
            )
        )
        for card in supplied
    }


def planned(cards: list[ProductionOrder]) -> list[ProductionOrder]:
    """Those that ran by a plan of their own; where there is none, parts of a lot that was made
    as a whole.
    """
    return [card for card in cards if has_its_own(card)] or cards


def has_its_own(card: ProductionOrder) -> bool:
    """Whether it was planned itself; the rework of a part of a lot made nothing."""
    return any(plan.supply != REWORK for plan in card.plans)


def came_from_stock(card: ProductionOrder) -> bool:
    """Whether it was supplied with a lot, although that was reworked since."""
    return bool(card.reworked and card.made_by and card.made_by.supply == STOCK)


def upwards(card: ProductionOrder) -> Iterator[ProductionOrder]:
    """A card and those it was split off from, up to the one that was planned."""
    yield card
    if not has_its_own(card) and card.parent:
        yield from upwards(card.parent)


def all_cards(cards: list[ProductionOrder]) -> list[ProductionOrder]:
    """The cards and those that made their lots, each once."""
    return list(
        dict.fromkeys([*cards, *(maker for made in makers_of(cards).values() for maker in made)])
    )


def belonging_to(cards: list[ProductionOrder]) -> Iterator[Record]:
    """What was bought for the cards, went wrong with them and was tested of them; shipments are
    the order's own affair.
    """
    if cards:
        yield from db.session.scalars(
            select(Requisition).where(Requisition.card_id.in_([card.id for card in cards]))
        )
    yield from (anomaly for card in cards for anomaly in card.anomalies)
    yield from (sample for card in cards for sample in card.samples)


def records_of(order: Order) -> list[Record]:
    """The order and every record that came of it, or of the making of a lot it got from stock;
    each once, in the procedure's order.
    """
    cards = all_cards(order.cards)
    ships = [card.shipment for card in order.cards if card.shipment]
    back = [
        each for ship in dict.fromkeys(ships) for each in ship.returns if each.card in order.cards
    ]
    complaints = complaints_of(order.cards)
    return list(dict.fromkeys([order, *cards, *belonging_to(cards), *ships, *back, *complaints]))
