"""The tables of planning (clauses 2.1 to 2.3): each revision of a card's plan, the departments'
answers and receipts.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model, db
from app.flow import roles
from app.flow.production import PRODUCTION_ORDERS
from app.flow.rules.tags import HOLDS_STOCK
from app.models.master import Formula, Line, WorkInstruction
from app.models.production.requirement import Requirement
from app.models.records.column_types import Key, Moment, Quantity
from app.models.records.kinds import kind_of
from app.models.warehouse.stock import Lot

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.card import Card

MAKE, STOCK, REWORK = "make", "stock", "rework"
# Who receives the plan (2.3): one person of each of these departments.
RECEIVERS = {
    "warehouse": (roles.STOREKEEPER,),
    "purchasing": (roles.BUYER,),
    "production": (roles.OPERATOR, roles.SUPERVISOR),
    "quality": (roles.INSPECTOR, roles.QUALITY_HEAD),
}


class Plan(Model):
    """One revision of a card's plan: made, or its lot reworked, on a line between two moments, or
    supplied from a lot in stock.

    ``reworked_at``: when what came of it went into rework; it is withdrawn since, but was carried
    out.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("card_id", "revision"),
        Index("ix_plan_line_end", "line_id", "end"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("production_order.id"))
    revision: Mapped[int]
    supply: Mapped[str] = mapped_column(String(10))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("line.id"))
    formula_id: Mapped[int | None] = mapped_column(ForeignKey("formula.id"))
    # The revisions of its other documents that it goes by, whatever is in force later; nothing of
    # what the product did not have.
    instruction_id: Mapped[int | None] = mapped_column(ForeignKey("work_instruction.id"))
    specification_version: Mapped[str] = mapped_column(String(10), default="1")
    packaging_version: Mapped[str] = mapped_column(String(10), default="1")
    source_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    start: Mapped[datetime | None] = mapped_column(Moment)
    end: Mapped[datetime | None] = mapped_column(Moment)
    crew: Mapped[int | None]
    crew_names: Mapped[str] = mapped_column(String(200), default="")
    bulk: Mapped[int | None] = mapped_column(Quantity)
    lot_no: Mapped[str | None] = mapped_column(String(30), index=True)
    promised_date: Mapped[date]
    note: Mapped[str] = mapped_column(String(400), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    drawn_up_at: Mapped[datetime] = mapped_column(Moment)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    reworked_at: Mapped[datetime | None] = mapped_column(Moment)

    line: Mapped[Line | None] = relationship()
    formula: Mapped[Formula | None] = relationship()
    instruction: Mapped[WorkInstruction | None] = relationship()
    source_lot: Mapped[Lot | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    issued_by: Mapped[User | None] = relationship(foreign_keys=[issued_by_id])
    requirements: Mapped[list[Requirement]] = relationship(
        back_populates="plan", order_by="Requirement.position"
    )
    answers: Mapped[list[SupplyAnswer]] = relationship(order_by="SupplyAnswer.id")
    receipts: Mapped[list[PlanReceipt]] = relationship(order_by="PlanReceipt.id")

    @property
    def on_paper(self) -> bool:
        """Whether it was issued on paper, before the cut-over: ``author`` then vouches for it."""
        return self.issued_at is not None and self.issued_by_id is None

    @property
    def is_rework(self) -> bool:
        return self.supply == REWORK

    @classmethod
    def holds_or_held(cls) -> Any:
        """The condition that a plan is in force, or was carried out before its lot went into
        rework.
        """
        return or_(cls.withdrawn.is_(False), cls.reworked_at.is_not(None))

    def answer_of(self, department: str) -> SupplyAnswer | None:
        return next((a for a in self.answers if a.department == department), None)

    def receipt_of(self, department: str) -> PlanReceipt | None:
        return next((r for r in self.receipts if r.department == department), None)


class SupplyAnswer(Model):
    """What a department answered on supply: in time, or short until a promised date."""

    __tablename__ = "supply_answer"
    __table_args__ = (UniqueConstraint("plan_id", "department"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    department: Mapped[str] = mapped_column(String(20))
    in_time: Mapped[bool]
    promised_date: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    by: Mapped[User] = relationship()


class PlanReceipt(Model):
    """A department's acknowledgement of an issued plan."""

    __tablename__ = "plan_receipt"
    __table_args__ = (UniqueConstraint("plan_id", "department"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    department: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    by: Mapped[User] = relationship()


# What a plan may count on


def free_stock(lot: Lot, card: Card | None = None) -> int:
    """What of a finished lot no other card counts on."""
    cards = kind_of(PRODUCTION_ORDERS)
    others = select(func.coalesce(func.sum(cards.good), 0)).where(
        cards.lot_id == lot.id,
        cards.stands_in(PRODUCTION_ORDERS.tagged(HOLDS_STOCK)),
        cards.line_id.is_not(None),
        cards.id != (card.id if card else -1),
    )
    return lot.quantity - db.session.scalar(others)
