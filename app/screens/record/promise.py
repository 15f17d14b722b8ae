"""“Will it be on time?” in one sentence, of a card and of an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.models.records.rules.plant_settings import risk_span
from app.screens.record.fact import days_until
from app.screens.record.timeline import Timeline, behind, shipped_at, timeline_of_card

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import Order


@dataclass(frozen=True)
class Promise:
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


def of_card(card: ProductionOrder, timeline: Timeline) -> Promise | None:
    """What becomes of the promise; None where there is nothing any more to be on time."""
    shipped, due, days_left = shipped_at(card), card.due, days_until(card.due)
    if shipped and due:
        over = (clock.local(shipped).date() - due).days
        return left_on(over, clock.local(shipped).date(), due, card.ref)
    if card.current_stage.ends:
        return None
    if days_left is None:
        return Promise(
            "waiting", _l("Not promised yet"), _l("Nobody has named a date yet."), card.ref
        )
    if days_left < 0:
        return Promise("late", _l("Late"), too_late(card, -days_left), card.ref)
    if reason := at_risk(card, timeline):
        return Promise("risk", _l("At risk"), reason, card.ref)
    if card.promised_date is None:
        return Promise(
            "waiting",
            _l("Not promised yet"),
            _l(
                "Asked for by %(day)s, in %(n)s d; the promise comes with the plan.",
                day=due,
                n=days_left,
            ),
            card.ref,
        )
    return Promise(
        "", _l("On time"), _l("Promised for %(day)s, %(n)s d left.", day=due, n=days_left), card.ref
    )


def left_on(over: int, day: object, due: object, ref: str) -> Promise:
    if over > 0:
        return Promise(
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
    return Promise(
        "", _l("On time"), _l("Shipped on %(day)s; it was due on %(due)s.", day=day, due=due), ref
    )


def too_late(card: ProductionOrder, days: int) -> Text:
    if card.promised_date:
        return _l("Promised for %(day)s, %(n)s d ago.", day=card.due, n=days)
    return _l("Asked for by %(day)s, %(n)s d ago, and not promised yet.", day=card.due, n=days)


def at_risk(card: ProductionOrder, timeline: Timeline) -> Text | None:
    """Why it will probably not be on time, if so: the gravest reason first."""
    plan, days_left, stage = card.plan, days_until(card.due), card.current_stage
    if card.current_stage.ends or days_left is None:
        return None
    if stage.detour or stage.off_path:
        return _l("It stands in “%(stage)s”; due on %(day)s.", stage=stage.label, day=card.due)
    if plan and plan.end and card.due and clock.local(plan.end).date() > card.due and not card.good:
        return _l("The plan ends after the promised date.")
    if phase_span := behind(timeline.phases):
        return _l(
            "Behind the plan: “%(phase)s” was to be over by %(moment)s.",
            phase=phase_span.phase.label,
            moment=phase_span.by,
        )
    if plan and card.requested_date and plan.promised_date > card.requested_date:
        return _l(
            "Promised %(n)s d after the day the customer asked for.",
            n=(plan.promised_date - card.requested_date).days,
        )
    return (
        _l("Only %(n)s d left.", n=days_left)
        if 0 <= days_left <= risk_span().days and not card.good
        else None
    )


def of_order(order: Order) -> Promise | None:
    """The worst of its cards; before there are cards, the day that the customer asked for."""
    if order.cards:
        promises = [
            promise for card in order.cards if (promise := of_card(card, timeline_of_card(card)))
        ]
        return min(promises, key=lambda outlook: outlook.rank, default=None)
    days_left = days_until(order.due)
    if order.current_stage.ends or days_left is None:
        return None
    if days_left < 0:
        return Promise(
            "late",
            _l("Late"),
            _l(
                "Asked for by %(day)s, %(n)s d ago, and not promised yet.",
                day=order.due,
                n=-days_left,
            ),
        )
    return Promise(
        "waiting",
        _l("Not promised yet"),
        _l(
            "Asked for by %(day)s, in %(n)s d; the promise comes with the plan.",
            day=order.due,
            n=days_left,
        ),
    )
