"""All counts of stock, the newest first; the list to take away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.records.paging import Paged
from app.models.warehouse.stock_count import StockCount

PAGE = 50


def counts(zone: str) -> Select[Any]:
    """The counts of a zone, or of all, newest first."""
    query = select(StockCount).options(*StockCount.shown_with()).order_by(StockCount.id.desc())
    return query.where(StockCount.zone == zone) if zone else query


def page_of(zone: str, page: int) -> Paged:
    """Return a page of the counts of a zone, or of all; how many there are in all nobody counts."""
    first = (page - 1) * PAGE
    found = list(db.session.scalars(counts(zone).offset(first).limit(PAGE + 1)))
    return Paged(found[:PAGE], first + len(found[:PAGE]), page, PAGE, len(found) > PAGE)


def sheet(zone: str) -> tuple[str, list[Any], list[list[Any]]]:
    """The whole list to take away."""
    heads = [_l("Number"), _l("Zone"), _l("Lot"), _l("Begun at"), _l("Lots"), _l("Counted")]
    rows = [
        [
            count.ref,
            count.zone,
            count.lot.lot_no if count.lot else "",
            count.created_at,
            count.lots,
            count.counted,
            count.current_stage.label,
            count.since,
        ]
        for count in db.session.scalars(counts(zone))
    ]
    return "counts", [*heads, _l("Stage"), _l("Since")], rows
