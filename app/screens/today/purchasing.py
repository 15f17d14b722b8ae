"""Purchasing, first thing: what is short and by when, what to order, what is overdue, what waits
in quarantine.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app import clock
from app.flow.rules.tags import ON_ORDER, TO_ORDER, Tag
from app.flow.texts.lazy_text import _l
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample
from app.models.warehouse.stock import Lot
from app.required import required
from app.screens.today.kits import short, short_row
from app.screens.today.listing import Listing, Row, due_mark

UNDER_TEST = Sample.flow.open


def requisitions(tag: Tag) -> Select[Any]:
    return (
        select(Requisition)
        .where(Requisition.stands_in(Requisition.flow.tagged(tag)))
        .options(*Requisition.shown_with())
        .order_by(Requisition.due.is_(None), Requisition.due, Requisition.id)
    )


def to_order() -> Select[Any]:
    return requisitions(TO_ORDER)


def to_order_row(wanted: Requisition) -> Row:
    days = (wanted.needed_by - clock.today()).days
    return Row(wanted.ref, wanted.headline, wanted.amount, days=days, mark=due_mark(days))


def overdue() -> Select[Any]:
    return requisitions(ON_ORDER).where(Requisition.promised_date < clock.today())


def ordered_row(wanted: Requisition) -> Row:
    return Row(
        wanted.ref,
        wanted.headline,
        wanted.party,
        wanted.amount,
        days=(required(wanted.promised_date) - clock.today()).days,
    )


def in_quarantine() -> Select[Any]:
    """Incoming lots that Quality has not decided on."""
    return (
        select(Sample)
        .join(Sample.lot)
        .where(Sample.stands_in(UNDER_TEST), Lot.material_id.is_not(None))
        .options(
            joinedload(Sample.lot).joinedload(Lot.material),
            joinedload(Sample.lot).joinedload(Lot.supplier),
        )
        .order_by(Sample.created_at, Sample.id)
    )


def in_quarantine_row(sample: Sample) -> Row:
    supplier = sample.lot.supplier
    return Row(
        sample.ref,
        sample.headline,
        supplier.name if supplier else "",
        sample.current_stage.label,
        since=sample.created_at,
        label=sample.lot.lot_no,
    )


LISTS = (
    Listing(
        "shortages",
        _l("Shortages by start of the run"),
        _l("No run is short of material."),
        short,
        short_row,
    ),
    Listing(
        "to_order",
        _l("To order, by need date"),
        _l("Nothing is to be ordered."),
        to_order,
        to_order_row,
    ),
    Listing(
        "overdue", _l("Overdue deliveries"), _l("No delivery is overdue."), overdue, ordered_row
    ),
    Listing(
        "in_quarantine",
        _l("In quarantine"),
        _l("No incoming lot is in quarantine."),
        in_quarantine,
        in_quarantine_row,
    ),
)
