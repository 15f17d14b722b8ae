"""Quality, first thing: which line waits for a signature or a sample, what came in, what waits
for release, what failed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.flow import roles
from app.flow.departments import QUALITY
from app.flow.production import (
    COUNTERSIGN_STEP,
    PRODUCTION_ORDERS,
    SIGN_STEP,
    TO_MAKE,
)
from app.flow.rules.blockers import KIT_SHORT
from app.flow.rules.tags import NONCONFORMING, ON_HOLD, TO_RELEASE, TO_SAMPLE, Tag
from app.flow.texts.lazy_text import _l, as_signed
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.records.event import Event
from app.models.records.rules.availability import KnownBlocker
from app.models.warehouse.disposition import Disposition, in_words
from app.models.warehouse.lots import address
from app.models.warehouse.stock import REJECTED, Lot, Stock
from app.screens.blocked import named_for, waits_for
from app.screens.record.fact import Mark
from app.screens.today import complaints, documents
from app.screens.today.listing import Listing, Row, due_mark
from app.screens.today.purchasing import UNDER_TEST

OURS = [role.key for role in roles.ROLES.values() if role.department is QUALITY]
# Where a card has a rejected lot in hand: to be decided on, or in rework.
IN_HAND = (*PRODUCTION_ORDERS.tagged(NONCONFORMING, ON_HOLD), *TO_MAKE)
# Who may sign or countersign the open step comes from its work instruction.
TO_SIGN = named_for(ProductionOrder, (SIGN_STEP.key, COUNTERSIGN_STEP.key), OURS)


def signatures() -> Select[*tuple[Any, ...]]:
    """Runs whose next step Quality must sign, by how long they have waited: since the last thing
    that happened to the card.
    """
    last = (
        select(func.max(Event.at))
        .where(Event.flow == ProductionOrder.flow.key, Event.record_id == ProductionOrder.id)
        .scalar_subquery()
    )
    return (
        select(ProductionOrder, last)
        .where(ProductionOrder.stands_in(SIGN_STEP.sources), TO_SIGN)
        .options(joinedload(ProductionOrder.product))
        .order_by(last, ProductionOrder.id)
    )


def signature_row(card: ProductionOrder, since: datetime) -> Row:
    return Row(card.ref, card.headline, "", _l("A step waits for Quality’s signature"), since=since)


def waited_for() -> Select[*tuple[Any, ...]]:
    """Incoming lots under test that a kit is short of, by the start of the run that waits."""
    start = (
        select(func.min(Plan.start))
        .join(KnownBlocker, KnownBlocker.record_id == Plan.card_id)
        .where(waits_for(ProductionOrder, KIT_SHORT, Lot.material_id), Plan.withdrawn.is_(False))
        .correlate(Lot)
        .scalar_subquery()
    )
    return (
        select(Sample, start)
        .join(Sample.lot)
        .where(Sample.stands_in(UNDER_TEST), start.is_not(None))
        .options(*shown())
        .order_by(start, Sample.id)
    )


def waited_for_row(sample: Sample, start: datetime) -> Row:
    overdue = start < clock.now()
    return Row(
        sample.ref,
        sample.headline,
        sample.party,
        sample.current_stage.label,
        since=start if overdue else None,
        at=None if overdue else start,
        mark=Mark("waiting", _l("A line waits")) if overdue else None,
    )


def shown() -> tuple[Any, ...]:
    return (
        joinedload(Sample.lot).joinedload(Lot.material),
        joinedload(Sample.lot).joinedload(Lot.product),
    )


def samples(tag: Tag) -> Select[*tuple[Any, ...]]:
    return (
        select(Sample)
        .where(Sample.stands_in(Sample.flow.tagged(tag)))
        .options(*shown())
        .order_by(Sample.since, Sample.id)
    )


def incoming() -> Select[*tuple[Any, ...]]:
    return samples(TO_SAMPLE)


def to_release() -> Select[*tuple[Any, ...]]:
    return samples(TO_RELEASE)


def sample_row(sample: Sample) -> Row:
    return Row(sample.ref, sample.headline, sample.party, since=sample.since)


def nonconforming() -> Select[*tuple[Any, ...]]:
    return (
        select(ProductionOrder)
        .where(ProductionOrder.stands_in(PRODUCTION_ORDERS.tagged(NONCONFORMING)))
        .options(*ProductionOrder.shown_with())
        .order_by(ProductionOrder.since, ProductionOrder.id)
    )


def nonconforming_row(card: ProductionOrder) -> Row:
    days = (card.due - clock.today()).days if card.due else None
    return Row(card.ref, card.headline, card.party, since=card.since, mark=due_mark(days))


def to_decide() -> Select[*tuple[Any, ...]]:
    return (
        select(Disposition)
        .where(Disposition.stands_in(Disposition.flow.open))
        .options(*Disposition.shown_with())
        .order_by(Disposition.since, Disposition.id)
    )


def to_decide_row(nonconformance: Disposition) -> Row:
    return Row(
        nonconformance.ref,
        nonconformance.headline,
        nonconformance.amount,
        as_signed(nonconformance.reason),
        since=nonconformance.since,
    )


def blocked() -> Select[*tuple[Any, ...]]:
    """Rejected lots in stock that no card and no decision has in hand."""
    there = select(func.sum(Stock.quantity)).where(Stock.lot_id == Lot.id).scalar_subquery()
    card = (
        select(ProductionOrder.id)
        .where(ProductionOrder.lot_id == Lot.id, ProductionOrder.stage.in_(IN_HAND))
        .exists()
    )
    decided = (
        select(Disposition.id)
        .where(Disposition.lot_id == Lot.id, Disposition.stage.in_(Disposition.flow.open))
        .exists()
    )
    return (
        select(Lot, there)
        .where(Lot.is_there(), Lot.status == REJECTED, ~card, ~decided)
        .options(joinedload(Lot.material), joinedload(Lot.product))
        .order_by(Lot.made_on, Lot.lot_no)
    )


def blocked_row(lot: Lot, there: int) -> Row:
    return Row("", lot.item.name, in_words(lot, int(there)), label=lot.lot_no, url=address(lot))


LISTS = (
    documents.OF_QUALITY,
    Listing(
        "signatures",
        _l("Runs that wait for a signature"),
        _l("No run waits for Quality."),
        signatures,
        signature_row,
    ),
    Listing(
        "waited_for",
        _l("Samples a line waits for"),
        _l("No line waits for a sample."),
        waited_for,
        waited_for_row,
    ),
    Listing(
        "incoming",
        _l("Incoming lots"),
        _l("No incoming lot is to be sampled."),
        incoming,
        sample_row,
    ),
    Listing(
        "to_release", _l("Awaiting release"), _l("Nothing awaits release."), to_release, sample_row
    ),
    Listing(
        "nonconforming",
        _l("Nonconforming lots"),
        _l("No lot is nonconforming."),
        nonconforming,
        nonconforming_row,
    ),
    Listing(
        "to_decide",
        _l("Stock to decide on"),
        _l("No stock waits for a decision."),
        to_decide,
        to_decide_row,
    ),
    Listing(
        "blocked",
        _l("Blocked stock of no card"),
        _l("No blocked stock lies about."),
        blocked,
        blocked_row,
    ),
    complaints.OF_QUALITY,
    complaints.COUNTED,
)
