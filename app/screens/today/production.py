"""Production, first thing.

The planner: short kits and plans nobody has acknowledged, beside the picture of the lines; the
supervisor: what is wrong, what starts, or why not, and what the last shift left.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.flow import roles
from app.flow.departments import DEPARTMENTS
from app.flow.production import ISSUED, START, TO_MAKE
from app.flow.rules.tags import NEW
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.floor.anomaly import Anomaly
from app.models.floor.handover import Handover
from app.models.production.plan import RECEIVERS, Plan
from app.models.production.production_order import ProductionOrder
from app.required import required
from app.screens.blocked import stuck_of
from app.screens.record.fact import Mark
from app.screens.today import counts, documents
from app.screens.today.kits import missing, planned, short, short_row
from app.screens.today.listing import Listing, Row
from app.screens.today.plan_receipts import unacknowledged

SOON = timedelta(hours=24)
PLANS = frozenset({roles.PLANNER, roles.PRODUCTION_HEAD})
FLOOR = frozenset({roles.SUPERVISOR, roles.OPERATOR})


def receipts() -> Select[*tuple[Any, ...]]:
    """Issued plans that a department has not acknowledged."""
    return unacknowledged(RECEIVERS).options(
        joinedload(ProductionOrder.product),
        selectinload(ProductionOrder.plans).selectinload(Plan.receipts),
    )


def receipt_row(card: ProductionOrder) -> Row:
    owed = listed(DEPARTMENTS[key].label for key in card.departments_to_acknowledge())
    return Row(
        card.ref,
        card.headline,
        "",
        _l("Not yet: %(departments)s", departments=owed),
        since=required(card.plan).issued_at,
    )


def starting() -> Select[*tuple[Any, ...]]:
    """What should start within a day, and what should have started."""
    stuck = stuck_of(ProductionOrder)
    return planned(ISSUED).add_columns(stuck).where(Plan.start <= clock.now() + SOON)


def starting_row(
    card: ProductionOrder, start: datetime, line: str | None, lacking: Any, stuck: Any
) -> Row:
    overdue = start < clock.now()
    return Row(
        card.ref,
        card.headline,
        line or "",
        why_not(card, lacking, stuck),
        at=start,
        mark=Mark("late", _l("Not started")) if overdue else None,
    )


def why_not(card: ProductionOrder, lacking: Any, stuck: Any) -> Any:
    """What keeps a card from starting: the material it lacks, the stage it is still in, or the
    sentence of what blocks it.
    """
    if card.stage not in START.sources:
        return missing(lacking) or card.current_stage.label
    return Text.from_json(stuck) if stuck else _l("Ready to start")


def anomalies() -> Select[*tuple[Any, ...]]:
    """What is wrong, first what nobody has acknowledged."""
    new = Anomaly.stage.in_(Anomaly.flow.tagged(NEW))
    return (
        select(Anomaly)
        .where(Anomaly.stands_in(Anomaly.flow.open))
        .options(*Anomaly.shown_with())
        .order_by(case((new, 0), else_=1), Anomaly.created_at, Anomaly.id)
    )


def anomaly_row(anomaly: Anomaly) -> Row:
    return Row(
        anomaly.ref,
        anomaly.headline,
        anomaly.party,
        anomaly.current_stage.label,
        since=anomaly.created_at,
        mark=Mark("halted", _l("Stops the card")) if anomaly.stops and anomaly.card else None,
    )


def handovers() -> Select[*tuple[Any, ...]]:
    return (
        select(Handover)
        .where(Handover.stands_in(Handover.flow.open))
        .options(*Handover.shown_with())
        .order_by(Handover.created_at.desc(), Handover.id.desc())
    )


def handover_row(note: Handover) -> Row:
    return Row(
        note.ref,
        note.text,
        _l("%(shift)s, %(who)s", shift=note.amount, who=note.party),
        note.headline,
        since=note.created_at,
    )


def fewer() -> Select[*tuple[Any, ...]]:
    """Runs that gave fewer than the customer ordered, as long as nobody has decided what becomes
    of the rest.
    """
    # What is reworked is counted again.
    decided = [stage for stage in ProductionOrder.flow.open if stage not in TO_MAKE]
    return (
        select(ProductionOrder)
        .where(
            ProductionOrder.line_id.is_not(None),
            ProductionOrder.good > 0,
            ProductionOrder.good < ProductionOrder.quantity,
            ProductionOrder.stands_in(decided),
        )
        .options(*ProductionOrder.shown_with())
        .order_by(ProductionOrder.due.is_(None), ProductionOrder.due, ProductionOrder.id)
    )


def fewer_row(card: ProductionOrder) -> Row:
    return Row(
        card.ref,
        card.headline,
        card.party,
        _l("%(count)s units fewer than ordered", count=f"{card.missing:,}"),
        at=card.due,
    )


LISTS = (
    documents.OF_PRODUCTION,
    counts.TO_APPROVE,
    Listing(
        "behind",
        _l("Plans by an older document"),
        _l("Every plan goes by the documents in force."),
        documents.behind,
        documents.behind_row,
        PLANS,
    ),
    Listing("short_kits", _l("Short kits"), _l("Every kit is complete."), short, short_row, PLANS),
    Listing(
        "unacknowledged",
        _l("Plans not acknowledged"),
        _l("Every department has its plans."),
        receipts,
        receipt_row,
        PLANS,
    ),
    Listing(
        "fewer",
        _l("Fewer than ordered"),
        _l("No run gave fewer than ordered."),
        fewer,
        fewer_row,
        PLANS,
    ),
    Listing(
        "anomalies", _l("Open anomalies"), _l("Nothing is wrong."), anomalies, anomaly_row, FLOOR
    ),
    Listing(
        "starting",
        _l("Starts within a day"),
        _l("Nothing is to start within a day."),
        starting,
        starting_row,
        FLOOR,
    ),
    Listing(
        "handovers",
        _l("From the last shift"),
        _l("No note waits to be read."),
        handovers,
        handover_row,
        FLOOR,
    ),
)
