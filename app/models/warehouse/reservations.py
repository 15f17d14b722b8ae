"""Who counts on a lot: cards for which it is picked and not handed over yet, and orders for which
it was made and not shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.rules.tags import HOLDS_STOCK
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import Pick, Requirement
from app.required import required

SOME = 500  # lots that are asked about at once


@dataclass(frozen=True)
class Claim:
    """So much of a lot, in base units, on which a card counts; ``prepared``: weighed or counted
    out for it, and still in the book.
    """

    ref: str
    quantity: int
    prepared: bool = False


Claims = dict[int, list[Claim]]


def claims_on(lots: Collection[int]) -> Claims:
    """The claims on each of some lots, by their ids; of a lot on which nobody counts none."""
    found: Claims = defaultdict(list)
    ids = sorted(lots)
    for first in range(0, len(ids), SOME):
        some = ids[first : first + SOME]
        for lot, claim in (*picked(some), *held(some)):
            found[lot].append(claim)
    return found


def picked(lots: list[int]) -> Iterator[tuple[int, Claim]]:
    """What is picked of them and not handed over."""
    query = (
        select(Pick.lot_id, Pick.proposed, Pick.prepared, ProductionOrder.number)
        .join(Requirement, Requirement.id == Pick.requirement_id)
        .join(Plan, Plan.id == Requirement.plan_id)
        .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
        .where(Pick.lot_id.in_(lots), Pick.is_waiting(), Plan.withdrawn.is_(False))
        .order_by(Pick.id)
    )
    for lot, proposed, prepared, ref in db.session.execute(query):
        quantity = proposed if prepared is None else prepared
        yield required(lot), Claim(ref, quantity, prepared is not None)


def held(lots: list[int]) -> Iterator[tuple[int, Claim]]:
    """What was made for an order, or supplies one, and has not left."""
    card: Any = ProductionOrder
    query = (
        select(card.lot_id, card.good, card.number)
        .where(
            card.lot_id.in_(lots),
            card.stands_in(card.flow.tagged(HOLDS_STOCK)),
            card.line_id.is_not(None),
        )
        .order_by(card.id)
    )
    for lot, good, ref in db.session.execute(query):
        yield lot, Claim(ref, good or 0)
