"""Issued plans whose receipt a department still owes (clause 2.3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select

from app.extensions import db
from app.flow.production import ACKNOWLEDGE_PLAN, PRODUCTION_ORDERS
from app.flow.rules.tags import IN_STOCK
from app.models.people.user import User
from app.models.production.plan import RECEIVERS, STOCK, Plan, PlanReceipt
from app.models.production.production_order import ProductionOrder

SHOWN = 20


@dataclass(frozen=True)
class Owed:
    """The first cards whose plan is to be acknowledged, and how many there are in all."""

    count: int
    cards: list[ProductionOrder]


def receives(user: User) -> list[str]:
    """The departments for which a person may acknowledge plans."""
    return [
        department
        for department, roles in RECEIVERS.items()
        if user.has_role({role.key for role in roles})
    ]


def unacknowledged(departments: Collection[str]) -> Select[ProductionOrder]:
    """The cards whose issued plan one of the departments has not acknowledged, the plan issued
    first at the head.
    """
    missing = or_(
        *(
            ~exists().where(PlanReceipt.plan_id == Plan.id, PlanReceipt.department == d)
            for d in departments
        )
    )
    return (
        select(ProductionOrder)
        .join(Plan, Plan.card_id == ProductionOrder.id)
        .where(
            ProductionOrder.stands_in(ACKNOWLEDGE_PLAN.sources),
            Plan.issued_by_id.is_not(None),  # on paper it was received on paper
            Plan.withdrawn.is_(False),
            missing,
            or_(
                ProductionOrder.stage.not_in(PRODUCTION_ORDERS.tagged(IN_STOCK)),
                Plan.supply == STOCK,
            ),
        )
        .order_by(Plan.issued_at, Plan.id)
    )


def owed_by(departments: Collection[str]) -> Owed:
    """What any of the departments has not acknowledged yet, the plan issued first at the head;
    two statements.
    """
    if not departments:
        return Owed(0, [])
    owed = unacknowledged(departments)
    count = db.session.scalar(
        select(func.count()).select_from(
            owed.order_by(None).with_only_columns(ProductionOrder.id).subquery()
        )
    )
    if not count:
        return Owed(0, [])
    cards = db.session.scalars(owed.limit(SHOWN).options(*ProductionOrder.shown_with()))
    return Owed(count, list(cards))
