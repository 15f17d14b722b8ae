"""“Will it be on time?” in one sentence, of a card and of an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.screens.record.fact import days_until
from app.screens.record.timeline import Way, behind, shipped_at, way_of_card

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import Order

SOON = 2  # days


@dataclass(frozen=True)
class Outlook:
    """``kind`` is late, risk, or nothing where all is well; ``word`` says it in short,
    ``sentence`` why. ``ref`` is the card it is about.
    """

    kind: str
    word: Text
    sentence: Text
    ref: str = ""

    @property
    def rank(self) -> int:
        return ("late", "risk", "waiting", "").index(self.kind)


def of_card(card: ProductionOrder, way: Way) -> Outlook | None:
    """What becomes of the promise; None where there is nothing any more to be on time."""
    shipped, due, left = shipped_at(card), card.due, days_until(card.due)
    if shipped and due:
        over = (clock.local(shipped).date() - due).days
        return left_on(over, clock.local(shipped).date(), due, card.ref)
    if card.stands.ends:
        return None
    if left is None:
        return Outlook(
            "waiting", _l("Not promised yet"), _l("Nobody has named a date yet."), card.ref
        )
    if left < 0:
        return Outlook("late", _l("Late"), too_late(card, -left), card.ref)
    if reason := at_risk(card, way):
        return Outlook("risk", _l("At risk"), reason, card.ref)
    if card.promised_date is None:
        return Outlook(
            "waiting",
            _l("Not promised yet"),
            _l(
                "Asked for by %(day)s, in %(n)s d; the promise comes with the plan.",
                day=due,
                n=left,
            ),
            card.ref,
        )
    return Outlook(
        "", _l("On time"), _l("Promised for %(day)s, %(n)s d left.", day=due, n=left), card.ref
    )


def left_on(over: int, day: object, due: object, ref: str) -> Outlook:
    if over > 0:
        return Outlook(
            "late",
            _l("Late"),
            _l(
                "Shipped on %(day)s, %(n)s d after the day it was due, %(due)s.",
                day=day,
                n=over,
                due=due,
            ),
            ref,
        )
    return Outlook(
        "", _l("On time"), _l("Shipped on %(day)s; it was due on %(due)s.", day=day, due=due), ref
    )


def too_late(card: ProductionOrder, days: int) -> Text:
    if card.promised_date:
        return _l("Promised for %(day)s, %(n)s d ago.", day=card.due, n=days)
    return _l("Asked for by %(day)s, %(n)s d ago, and not promised yet.", day=card.due, n=days)


def at_risk(card: ProductionOrder, way: Way) -> Text | None:
    """Why it will probably not be on time, if so: the gravest reason first."""
    plan, left, stage = card.plan, days_until(card.due), card.stands
    if card.stands.ends or left is None:
        return None
    if stage.detour or stage.apart:
        return _l("It stands in “%(stage)s”; due on %(day)s.", stage=stage.label, day=card.due)
    if plan and plan.end and plan.end.date() > card.due and not card.good:
        return _l("The plan ends after the promised date.")
    if leg := behind(way.legs):
        return _l(
            "Behind the plan: “%(phase)s” was to be over by %(moment)s.",
            phase=leg.phase.label,
            moment=leg.by,
        )
    if plan and card.requested_date and plan.promised_date > card.requested_date:
        return _l(
            "Promised %(n)s d after the day the customer asked for.",
            n=(plan.promised_date - card.requested_date).days,
        )
    return _l("Only %(n)s d left.", n=left) if 0 <= left <= SOON and not card.good else None


def of_order(order: Order) -> Outlook | None:
    """The worst of its cards; before there are cards, the day that the customer asked for."""
    if order.cards:
        found = [outlook for card in order.cards if (outlook := of_card(card, way_of_card(card)))]
        return min(found, key=lambda outlook: outlook.rank, default=None)
    left = days_until(order.due)
    if order.stands.ends or left is None:
        return None
    if left < 0:
        return Outlook(
            "late",
            _l("Late"),
            _l("Asked for by %(day)s, %(n)s d ago, and not promised yet.", day=order.due, n=-left),
        )
    return Outlook(
        "waiting",
        _l("Not promised yet"),
        _l(
            "Asked for by %(day)s, in %(n)s d; the promise comes with the plan.",
            day=order.due,
            n=left,
        ),
    )
