"""Cards whose blocker lies outside them: they are looked at again when that changes.

A card that another transaction holds cannot be waited for: that could deadlock. It looks at itself
when that transaction settles, but without seeing what is not committed here yet, so the worker
looks at it once more afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.extensions import db
from app.flow.documents import DocumentType
from app.flow.production import PRODUCTION_ORDERS, SIGN_STEP, START, START_PREPARING
from app.flow.rules.tags import IN_STOCK, TO_PLAN


def refresh_cards_waiting_for(materials: Mapping[int, int | None]) -> None:
    """Look again at the cards whose materials became more or fewer: ``{material id: what is
    left}``.

    Where it is told what is left, only cards that might not find enough are asked (a weak lot
    counts for half at worst).
    """
    from app.models.production.plan import Plan
    from app.models.production.production_order import ProductionOrder
    from app.models.production.requirement import Requirement

    touched = [
        Requirement.material_id == key
        if left is None
        else and_(Requirement.material_id == key, Requirement.quantity * 2 > left)
        for key, left in materials.items()
    ]
    if not touched:
        return
    waiting = select(Plan.card_id).join(Requirement).where(or_(*touched), Plan.withdrawn.is_(False))
    refresh(
        select(ProductionOrder).where(
            ProductionOrder.stage.in_(START_PREPARING.sources), ProductionOrder.id.in_(waiting)
        )
    )


def refresh_cards_on(line_id: int) -> None:
    """Look again at the cards that wait for a line: it became free or was taken.

    Parts of lots have their plan from the whole.
    """
    from app.models.production.production_order import ProductionOrder

    refresh(
        select(ProductionOrder).where(
            ProductionOrder.stage.in_(START.sources), ProductionOrder.may_be_made_on(line_id)
        )
    )


def refresh_signatures() -> None:
    """Look again at the runs, of which some wait for a second signature: people or their roles
    have changed.
    """
    from app.models.production.production_order import ProductionOrder

    refresh(
        select(ProductionOrder)
        .where(ProductionOrder.stage.in_(SIGN_STEP.sources))
        .order_by(ProductionOrder.id)
    )


def refresh_paid(order: Any) -> None:
    """Look again at the cards and shipments of an order that was paid."""
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import OrderLine
    from app.models.warehouse.shipment import Shipment

    cards = select(ProductionOrder.id).join(OrderLine).where(OrderLine.order_id == order.id)
    refresh(
        select(ProductionOrder).where(ProductionOrder.id.in_(cards)).order_by(ProductionOrder.id)
    )
    refresh(
        select(Shipment)
        .where(Shipment.cards.any(ProductionOrder.id.in_(cards)))
        .order_by(Shipment.id)
    )


def refresh_cards_of_order(order: Any, paper: DocumentType) -> None:
    """Look again at the cards of an order whose words changed, as ``renew`` does."""
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import OrderLine

    cards = select(ProductionOrder.id).join(OrderLine).where(OrderLine.order_id == order.id)
    refresh(
        select(ProductionOrder).where(ProductionOrder.id.in_(cards)).order_by(ProductionOrder.id),
        paper,
    )


def renew(record: Any, paper: DocumentType) -> None:
    """Have a record found by its new words; where it is under way and has such a paper, that is
    printed once more.
    """
    from app.models.records.papers.document import Document
    from app.models.records.search_index import note

    note(record)
    if not record.stands.ends and Document.exists(record, paper):
        record.produce(paper)


def refresh_shipment(card: Any) -> None:
    """Look again at the shipment of a card of which nothing is missing any more."""
    from app.models.warehouse.shipment import Shipment

    if card.shipment_id:
        refresh(select(Shipment).where(Shipment.id == card.shipment_id))


def refresh_cards_of_product(card: Any) -> None:
    """Look again at the cards that could be supplied from stock, and at what was made for stock:
    there is more or less of their product since this card moved.
    """
    refresh_cards_supplied_with(card.product_id, card.id)


def refresh_cards_supplied_with(product_id: int, but: int | None = None) -> None:
    """The same, of a product, ``but`` one card that has just moved itself."""
    from app.models.production.production_order import ProductionOrder

    stock = and_(
        ProductionOrder.stage.in_(PRODUCTION_ORDERS.tagged(IN_STOCK)),
        ProductionOrder.line_id.is_(None),
        ProductionOrder.id != (but or 0),
    )
    to_plan = ProductionOrder.stage.in_(PRODUCTION_ORDERS.tagged(TO_PLAN))
    refresh(
        select(ProductionOrder).where(ProductionOrder.product_id == product_id, or_(to_plan, stock))
    )


def refresh_gated(gate: Any) -> None:
    """Look again at the open records of which an action asks a gate that was turned."""
    from app.models.records.kinds import KINDS

    for kind in KINDS.values():
        stages = {
            source
            for action in kind.flow.actions
            if gate in action.gates
            for source in action.sources
        }
        if stages:
            refresh(select(kind).where(kind.stage.in_(stages)).order_by(kind.id))


def refresh(records: Any, paper: DocumentType | None = None) -> None:
    """Touch the records of a SELECT, and renew a paper of theirs; now or, where they are held,
    by the worker.
    """
    from app.models.records.papers.document import Job

    near = list(db.session.scalars(records.with_for_update(skip_locked=True)))
    if db.session.get_bind().dialect.name != "sqlite":  # whose only writer this is
        kind = records.column_descriptions[0]["entity"]
        held = set(db.session.scalars(records.with_only_columns(kind.id))) - {
            record.id for record in near
        }
        db.session.add_all(
            Job(
                kind="look_again",
                payload={"flow": kind.flow.key, "record": number, "paper": paper and paper.key},
                due=datetime.now(UTC),
            )
            for number in held
        )
    for record in near:
        record.touch()
        if paper:
            renew(record, paper)
