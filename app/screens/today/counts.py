"""Counts of stock, first thing: what is being counted, and what waits for its signature."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.flow.rules.tags import COUNTED, TO_COUNT, Tag
from app.flow.texts.lazy_text import _l
from app.flow.warehouse.counts import APPROVE
from app.models.warehouse.counting.stock_count import StockCount
from app.screens.today.listing import Listing, Row


def counts(tag: Tag) -> Select[*tuple[Any, ...]]:
    """The counts that stand so, the oldest first."""
    return (
        select(StockCount)
        .where(StockCount.stands_in(StockCount.flow.tagged(tag)))
        .options(*StockCount.shown_with())
        .order_by(StockCount.since, StockCount.id)
    )


def count_row(count: StockCount) -> Row:
    return Row(count.ref, count.headline, count.party, count.amount, since=count.since)


UNDER_WAY = Listing(
    "counts",
    _l("Being counted"),
    _l("Nothing is being counted."),
    lambda: counts(TO_COUNT),
    count_row,
)
TO_APPROVE = Listing(
    "counts",
    _l("Counts to approve"),
    _l("No count waits for a signature."),
    lambda: counts(COUNTED),
    count_row,
    APPROVE.possible_roles,
)
