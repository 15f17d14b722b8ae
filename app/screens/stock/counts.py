"""All counts of stock, the newest first; the list to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.warehouse.counting.stock_count import StockCount

PAGE = 50
NEWEST = 2**63 - 1  # no id is larger


@dataclass(frozen=True)
class Page:
    """Some counts, and the id after which the next page begins, if there is one."""

    rows: list[StockCount]
    after: int | None


def counts(zone: str, after: int = NEWEST) -> Select[Any]:
    """The counts of a zone, or of all, newest first: those older than one."""
    query = select(StockCount).options(*StockCount.shown_with()).where(StockCount.id < after)
    query = query.order_by(StockCount.id.desc())
    return query.where(StockCount.zone == zone) if zone else query


def page_of(zone: str, after: int) -> Page:
    """Return a page of the counts of a zone, or of all: those older than one."""
    found = list(db.session.scalars(counts(zone, after).limit(PAGE + 1)))
    rows = found[:PAGE]
    return Page(rows, rows[-1].id if len(found) > PAGE else None)


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
