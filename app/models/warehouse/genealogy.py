"""Where a lot came from and where it went, both ways to the end: supplier – material lot – card –
finished lot – shipment – customer.

Read from the ledger of movements, which nobody can rewrite; a fixed number of statements for each
generation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.flow.production import GONE
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.disposition import Disposition
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Lot, StockMovement
from app.required import required

SUPPLIER = "supplier"
LOT = "lot"
CARD = "card"
SHIPMENT = "shipment"
CUSTOMER = "customer"
PROMISED = "promised"
Key = tuple[str, int]
FLOW = ProductionOrder.flow.key
DIVIDING = (FLOW, Disposition.flow.key)  # whose records make a lot of its own of a part


@dataclass(frozen=True)
class Edge:
    """So much of a lot went from one to the next, the last of it at a moment; ``goods`` is the
    lot whose unit counts.
    """

    source: Key
    target: Key
    goods: Lot | None = None
    quantity: int | None = None
    at: datetime | None = None


@dataclass
class Genealogy:
    """``things`` are the rows by key: suppliers, lots, cards, shipments, customers.

    ``up`` and ``down`` lead away from the lot.
    """

    lot: Lot
    things: dict[Key, Any] = field(default_factory=dict)
    up: list[Edge] = field(default_factory=list)
    down: list[Edge] = field(default_factory=list)

    @property
    def focus(self) -> Key:
        return LOT, self.lot.id

    @property
    def customers(self) -> list[Any]:
        """To whom it went, each once."""
        return [thing for (kind, _), thing in self.things.items() if kind == CUSTOMER]


def genealogy(lot: Lot) -> Genealogy:
    """Return where a lot came from and where it went."""
    tree = Genealogy(lot)
    up, down = list(upwards({lot.id})), list(downwards({lot.id}))
    keys = {tree.focus, *(key for edge in (*up, *down) for key in edge[:2])}
    keys |= {(LOT, edge[2]) for edge in (*up, *down)}
    lots = rows(
        select(Lot).options(
            joinedload(Lot.material),
            joinedload(Lot.product),
            joinedload(Lot.supplier),
            selectinload(Lot.stocks),
        ),
        Lot,
        ids(keys, LOT),
    )
    cards = rows(CARDS, ProductionOrder, ids(keys, CARD) | ids(keys, PROMISED))
    ships = rows(
        select(Shipment).options(joinedload(Shipment.customer)),
        Shipment,
        {c.shipment_id for c in cards.values() if c.shipment_id},
    )
    tree.things = {
        key: {LOT: lots}.get(key[0], cards)[key[1]]
        for key in keys
        if key[0] in (LOT, CARD, PROMISED)
    }
    tree.up = [Edge(*edge[:2], lots[edge[2]], *edge[3:]) for edge in up]
    tree.up += list(bought(tree))
    tree.down = list(delivered(tree, down, lots, cards, ships))
    return tree


CARDS = select(ProductionOrder).options(
    joinedload(ProductionOrder.product),
    joinedload(ProductionOrder.line).joinedload(OrderLine.order).joinedload(Order.customer),
)
Raw = tuple[Key, Key, int, int, datetime | None]  # source, target, lot, quantity, moment


def ids(keys: Iterable[Key], kind: str) -> set[int]:
    return {number for found, number in keys if found == kind}


def rows(query: Select[Any], model: Any, wanted: Collection[int]) -> dict[int, Any]:
    """The rows of some ids, by id."""
    return (
        {row.id: row for row in db.session.scalars(query.where(model.id.in_(wanted))).unique()}
        if wanted
        else {}
    )


# The generations


def upwards(lots: set[int]) -> Iterator[Raw]:
    """Yield what led to some lots, generation by generation: the runs that made them, what the
    runs took, the lots they were part of.
    """
    seen = set(lots)
    while lots:
        productions = list(booked(("production",), lots=lots))
        parts = [part for part in divided(lots) if part[1] in lots]
        yield from (
            ((CARD, card), (LOT, lot), lot, quantity, at) for lot, card, quantity, at in productions
        )
        yield from (
            ((LOT, whole), (LOT, part), part, quantity, at) for whole, part, quantity, at in parts
        )
        issues = (
            list(booked(("issue", "return"), cards={card for _, card, _, _ in productions}))
            if productions
            else []
        )
        yield from (
            ((LOT, lot), (CARD, card), lot, -quantity, at)
            for lot, card, quantity, at in issues
            if quantity < 0
        )
        lots = (
            {lot for lot, _, quantity, _ in issues if quantity < 0} | {whole for whole, *_ in parts}
        ) - seen
        seen |= lots


def downwards(lots: set[int]) -> Iterator[Raw]:
    """Yield what came of some lots: runs that took them, lots those made, parts of them, what
    was shipped and what is promised.
    """
    seen = set(lots)
    while lots:
        issues = [each for each in booked(("issue", "return"), lots=lots) if each[2] < 0]
        productions = (
            list(booked(("production",), cards={card for _, card, _, _ in issues}))
            if issues
            else []
        )
        parts = [part for part in divided(lots) if part[0] in lots]
        yield from (
            ((LOT, lot), (CARD, card), lot, -quantity, at) for lot, card, quantity, at in issues
        )
        yield from (
            ((CARD, card), (LOT, lot), lot, quantity, at) for lot, card, quantity, at in productions
        )
        yield from (
            ((LOT, whole), (LOT, part), part, quantity, at) for whole, part, quantity, at in parts
        )
        yield from (
            ((LOT, lot), (SHIPMENT, card), lot, -quantity, at)
            for lot, card, quantity, at in booked(("shipment",), lots=lots)
        )
        yield from (
            ((LOT, lot), (PROMISED, card), lot, good, None) for lot, card, good in promised(lots)
        )
        lots = ({lot for lot, *_ in productions} | {part for _, part, _, _ in parts}) - seen
        seen |= lots


def booked(
    kinds: Collection[str], *, lots: Collection[int] = (), cards: Collection[int] = ()
) -> Iterator[tuple[int, int, int, datetime]]:
    """Yield lot, card, sum and last moment of the cards' movements of some kinds."""
    move = StockMovement
    where = move.lot_id.in_(lots) if lots else move.record_id.in_(cards)
    query = (
        select(move.lot_id, move.record_id, func.sum(move.quantity), func.max(move.at))
        .where(where, move.flow == FLOW, move.kind.in_(kinds))
        .group_by(move.lot_id, move.record_id)
        .order_by(func.max(move.id))
    )
    for lot, card, quantity, at in db.session.execute(query):
        yield lot, required(card), int(quantity), at


def divided(lots: Collection[int]) -> Iterator[tuple[int, int, int, datetime]]:
    """Yield whole, part, quantity and moment where a part of one lot became, or joined, another:
    what left the one is written just before what came to the other.
    """
    move = StockMovement
    for flow in DIVIDING:
        records = select(move.record_id).where(
            move.lot_id.in_(lots), move.kind == "transfer", move.flow == flow
        )
        query = (
            select(move)
            .where(move.flow == flow, move.record_id.in_(records), move.kind == "transfer")
            .order_by(move.id)
        )
        lines = db.session.scalars(query).all()
        for parent_line, came in pairwise(lines):
            if (
                parent_line.quantity < 0
                and parent_line.lot_id != came.lot_id
                and (parent_line.record_id, parent_line.quantity)
                == (came.record_id, -came.quantity)
            ):
                yield parent_line.lot_id, came.lot_id, came.quantity, came.at


def promised(lots: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Yield lot, card and units of what an order counts on and nobody has shipped yet."""
    card = ProductionOrder
    rows = db.session.execute(
        select(card.lot_id, card.id, card.good)
        .where(
            card.lot_id.in_(lots),
            card.line_id.is_not(None),
            card.good > 0,
            card.stage.not_in(GONE),
        )
        .order_by(card.id)
    )
    for lot, number, good in rows:
        yield required(lot), number, good


# The two ends


def bought(tree: Genealogy) -> Iterator[Edge]:
    """The suppliers of the material lots, with what their receipts brought."""
    above = dict.fromkeys([tree.focus, *(edge.source for edge in tree.up if edge.source[0] == LOT)])
    lots = [lot for key in above if (lot := tree.things[key]).supplier]
    move = StockMovement
    came = {
        lot: (int(quantity), at)
        for lot, quantity, at in db.session.execute(
            select(move.lot_id, func.sum(move.quantity), func.max(move.at))
            .where(move.lot_id.in_([lot.id for lot in lots]), move.kind.in_(("receipt", "opening")))
            .group_by(move.lot_id)
        )
    }
    for lot in lots:
        tree.things[SUPPLIER, lot.supplier_id] = lot.supplier
        yield Edge((SUPPLIER, lot.supplier_id), (LOT, lot.id), lot, *came.get(lot.id, (None, None)))


def delivered(
    tree: Genealogy,
    down: list[Raw],
    lots: dict[int, Lot],
    cards: dict[int, Any],
    ships: dict[int, Shipment],
) -> Iterator[Edge]:
    """The edges down; of what was shipped the shipment and its customer."""
    shipped_cards = rows(CARDS, ProductionOrder, ids((edge[1] for edge in down), SHIPMENT))
    ships |= rows(
        select(Shipment).options(joinedload(Shipment.customer)),
        Shipment,
        {c.shipment_id for c in shipped_cards.values()} - {None} - set(ships),
    )
    for source, target, lot, quantity, at in down:
        ship = ships.get(shipped_cards[target[1]].shipment_id) if target[0] == SHIPMENT else None
        if target[0] != SHIPMENT:
            yield Edge(source, target, lots[lot], quantity, at)
        elif ship:
            tree.things |= {(SHIPMENT, ship.id): ship, (CUSTOMER, ship.customer_id): ship.customer}
            yield Edge(source, (SHIPMENT, ship.id), lots[lot], quantity, at)
            yield Edge(
                (SHIPMENT, ship.id),
                (CUSTOMER, ship.customer_id),
                lots[lot],
                quantity,
                ship.shipped_at,
            )


def receipts_of(lot: Lot) -> list[Requisition]:
    """The purchases that brought a lot."""
    return list(
        db.session.scalars(
            select(Requisition).where(Requisition.lot_id == lot.id).order_by(Requisition.id)
        )
    )
