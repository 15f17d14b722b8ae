"""A place on a line for a card: the plain proposal that the planner starts from (clause 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS, TAKES_LINE
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.master import CalendarEntry, Changeover, Line, LineRate, Product, ProductFamily
from app.models.master.plant import said_of_days
from app.models.production.plan import Plan
from app.models.records.kinds import kind_of
from app.plant.production.incompatibility import Changeover as PlantChangeover
from app.plant.production.incompatibility import Changeovers
from app.plant.production.requirements import Pots, pots
from app.plant.production.schedule import (
    EVERY_DAY,
    NoRoom,
    Occupied,
    WorkingHours,
    fill_minutes,
    mix_minutes,
    promise_date,
    propose,
)
from app.required import required

if TYPE_CHECKING:
    from app.models.production.card import Card
    from app.models.production.planning import Planning


@dataclass(frozen=True)
class Place:
    """A line, when the card could be made on it, by how many, and what can be promised then."""

    line: Line
    start: datetime
    end: datetime
    crew: int
    bulk: int
    pots: Pots
    promised_date: date
    wash_level: str
    previous_family: Both | None


def places_for(card: Planning, after: datetime) -> list[Place]:
    """Return a place on each line that makes the product, the one with the larger pot first."""
    rates = sorted((r for r in card.product.rates if r.active), key=lambda r: -r.max_batch_mg)
    begins = clock.local(after)
    entries = CalendarEntry.from_day(begins.date() - timedelta(days=1))  # a shift of the night
    hours = {rate.line_id: hours_of(rate.line, entries) for rate in rates}
    places = (place_on(card, rate, hours[rate.line_id], begins) for rate in rates)
    return [place for place in places if place]


def family_name(code: str | None) -> Both | None:
    family = ProductFamily.by_code(code) if code else None
    return family.name if family else None


def place_on(card: Planning, rate: LineRate, hours: WorkingHours, after: datetime) -> Place | None:
    """The earliest place on one line, or None where there is none within the horizon."""
    bulk = card.bulk_on(rate.line)
    charges = pots(bulk, rate.min_batch_mg, rate.max_batch_mg)
    address = card.order.address if card.order else None
    try:
        proposal = propose(
            hours,
            occupied(rate.line, card),
            after,
            card.product.family,
            mix_minutes(rate.mix_hours_per_batch, charges.count),
            fill_minutes(card.quantity, rate.units_per_hour),
            changeovers(),
            last_family(rate.line, after),
        )
    except NoRoom:
        return None
    if address:  # one that names no days receives on any
        days = frozenset(address.receiving_days) or EVERY_DAY
        promised = promise_date(proposal.end, address.transit_days, receiving_days=days)
    else:
        promised = promise_date(proposal.end, 0)
    return Place(
        rate.line,
        proposal.start,
        proposal.end,
        rate.crew,
        bulk,
        charges,
        promised,
        proposal.wash_level,
        family_name(proposal.previous_family),
    )


def hours_of(line: Line, entries: Iterable[CalendarEntry]) -> WorkingHours:
    """When a line works: its shift, its weekdays, and what the calendar says of single days."""
    said = said_of_days(entries, line.id)
    return WorkingHours(
        (line.shift,),
        frozenset(line.weekdays) or EVERY_DAY,
        frozenset(day for day, entry in said.items() if not entry.is_worked),
        frozenset(day for day, entry in said.items() if entry.is_worked),
    )


@dataclass(frozen=True)
class Conflict:
    """Another card's plan that takes the line at the same time."""

    ref: str
    line: str
    start: datetime
    end: datetime

    @property
    def sentence(self) -> Text:
        start, end = (
            clock.local(moment).strftime("%Y-%m-%d %H:%M") for moment in (self.start, self.end)
        )
        return _l(
            "%(line)s is planned for %(ref)s from %(start)s to %(end)s.",
            line=self.line,
            ref=self.ref,
            start=start,
            end=end,
        )


def conflicts(card: Card, line_id: int, start: datetime, end: datetime) -> list[Conflict]:
    """The plans of other cards that overlap a span on a line, the earliest first."""
    cards = kind_of(PRODUCTION_ORDERS)
    rows = db.session.execute(
        select(cards.number, Line.code, Plan.start, Plan.end)
        .select_from(Plan)
        .join(cards, cards.id == Plan.card_id)
        .join(Line, Line.id == Plan.line_id)
        .where(
            Plan.line_id == line_id,
            Plan.withdrawn.is_(False),
            cards.stands_in(TAKES_LINE),
            cards.id != card.id,
            Plan.start < end,
            Plan.end > start,
        )
        .order_by(Plan.start, Plan.id)
    )
    return [Conflict(*row) for row in rows]


def occupied(line: Line, but: Card) -> list[Occupied]:
    """The spans of a line that other cards' plans take."""
    cards = kind_of(PRODUCTION_ORDERS)
    rows = db.session.execute(
        select(Plan.start, Plan.end, Product.family)
        .select_from(Plan)
        .join(cards, cards.id == Plan.card_id)
        .join(Product, Product.id == cards.product_id)
        .where(
            Plan.line_id == line.id,
            Plan.withdrawn.is_(False),
            cards.stands_in(TAKES_LINE),
            cards.id != but.id,
        )
    )
    return [
        Occupied(clock.local(required(start)), clock.local(required(end)), family)
        for start, end, family in rows
    ]


def last_family(line: Line, before: datetime) -> str | None:
    """What the line made last."""
    cards = kind_of(PRODUCTION_ORDERS)
    return db.session.scalar(
        select(Product.family)
        .select_from(Plan)
        .join(cards, cards.id == Plan.card_id)
        .join(Product, Product.id == cards.product_id)
        .where(
            Plan.line_id == line.id,
            Plan.holds_or_held(),
            cards.started_at.is_not(None),
            Plan.end <= before,
        )
        .order_by(Plan.end.desc())
        .limit(1)
    )


def changeovers() -> Changeovers:
    return Changeovers(
        {
            (c.from_family, c.to_family): PlantChangeover(c.wash_level, c.minutes)
            for c in db.session.scalars(select(Changeover).where(Changeover.active))
        }
    )
