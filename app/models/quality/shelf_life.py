"""The shelf life that a customer wants left on arrival, which gates ask cards and shipments for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.production.card import Card
from app.models.production.plan import STOCK
from app.models.warehouse.stock import Lot
from app.plant.quality.verdict import last_day_with
from app.required import required


def too_old(card: Card, lot: Lot | None, day: date) -> Text | None:
    """The sentence about a lot with less of its shelf life left on a day than the card's
    customer wants.
    """
    if card.order is None or lot is None or lot.expiry is None:
        return None
    demanded_pct = required(card.order.customer).min_remaining_shelf_life_pct
    last = last_day_with(lot.expiry, card.product.shelf_life_days, demanded_pct)
    if day <= last:
        return None
    return _l(
        "Lot %(lot)s: %(customer)s wants %(wanted)s %% of the shelf life left on arrival; the last "
        "day for that is %(last)s, delivery is on "
        "%(day)s. Sales can ask the customer, the planner can choose another lot.",
        lot=lot.lot_no,
        customer=required(card.order.customer).code,
        wanted=f"{demanded_pct.normalize():f}",
        last=last.isoformat(),
        day=day.isoformat(),
    )


class GatedCard(Card):
    """What the gates ask a card."""

    __abstract__ = True

    def too_old_on_arrival(self, entered: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        plan = self.plan
        if "lot_id" in entered:
            lot, day = db.session.get(Lot, entered["lot_id"]), entered["promised_date"]
        elif plan and plan.supply == STOCK:
            lot, day = plan.source_lot, plan.promised_date
        else:
            return
        if sentence := too_old(self, lot, day):
            yield "", sentence


def too_old_on(cards: Iterable[Card], day: date) -> Iterator[tuple[str, Text]]:
    """What the gates ask a shipment, card by card, each for the line that made its lot."""
    for card in cards:
        if sentence := too_old(card, card.lot, day):
            yield card.plan.line.code if card.plan and card.plan.line else "", sentence
