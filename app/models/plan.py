"""Planning the card (clauses 2.1 to 2.3): each revision of its plan, the departments' answers and receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, selectinload

from app import clock
from app.extensions import db
from app.flow import roles
from app.flow.departments import PURCHASING, WAREHOUSE
from app.flow.roles import ROLES
from app.flow.words import _l
from app.plant.requirements import bulk_mass

from .execution import ON_THE_LINE
from .master import Formula, Line, LineRate
from .requirement import Requirement, needs_of
from .series import next_serial
from .stock import Lot, free_stock, usable_lots
from .types import Key, Moment, Quantity

if TYPE_CHECKING:
    from .people import User

MAKE, STOCK = "make", "stock"
# Who receives the plan (2.3): one person of each of these departments.
RECEIVERS = {"warehouse": (roles.STOREKEEPER,), "purchasing": (roles.BUYER,),
             "production": (roles.OPERATOR, roles.SUPERVISOR), "quality": (roles.INSPECTOR, roles.QUALITY_HEAD)}  # fmt: skip


class Plan(db.Model):
    """One revision of a card's plan: made on a line between two moments, or supplied from a lot in stock."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("card_id", "revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("production_order.id"))
    revision: Mapped[int]
    supply: Mapped[str] = mapped_column(String(10))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("line.id"))
    formula_id: Mapped[int | None] = mapped_column(ForeignKey("formula.id"))
    source_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    start: Mapped[datetime | None] = mapped_column(Moment)
    end: Mapped[datetime | None] = mapped_column(Moment)
    crew: Mapped[int | None]
    crew_names: Mapped[str] = mapped_column(String(200), default="")
    bulk: Mapped[int | None] = mapped_column(Quantity)
    lot_no: Mapped[str | None] = mapped_column(String(30))
    promised_date: Mapped[date]
    note: Mapped[str] = mapped_column(String(400), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    drawn_up_at: Mapped[datetime] = mapped_column(Moment)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn: Mapped[bool] = mapped_column(default=False)

    line: Mapped[Line | None] = relationship()
    formula: Mapped[Formula | None] = relationship()
    source_lot: Mapped[Lot | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    issued_by: Mapped[User | None] = relationship(foreign_keys=[issued_by_id])
    requirements: Mapped[list[Requirement]] = relationship(back_populates="plan", order_by="Requirement.position")
    answers: Mapped[list[SupplyAnswer]] = relationship(order_by="SupplyAnswer.id")
    receipts: Mapped[list[PlanReceipt]] = relationship(order_by="PlanReceipt.id")

    def answer_of(self, department: str) -> SupplyAnswer | None:
        return next((a for a in self.answers if a.department == department), None)

    def receipt_of(self, department: str) -> PlanReceipt | None:
        return next((r for r in self.receipts if r.department == department), None)


class SupplyAnswer(db.Model):
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


class PlanReceipt(db.Model):
    """A department's acknowledgement of an issued plan."""

    __tablename__ = "plan_receipt"
    __table_args__ = (UniqueConstraint("plan_id", "department"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    department: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    by: Mapped[User] = relationship()


class Planning:
    """What the card does while it is planned."""

    @declared_attr
    def plans(cls) -> Mapped[list[Plan]]:
        return relationship(Plan, order_by=Plan.revision)

    @property
    def plan(self) -> Plan | None:
        """The plan in force: the latest revision that was not withdrawn; for a part of a lot the one it was made by."""
        own = next((p for p in reversed(self.plans) if not p.withdrawn), None)
        return own or (self.parent.plan if self.parent and self.lot else None)

    @property
    def lot_no(self) -> str | None:
        return self.plan.lot_no if self.plan else None

    def rate_on(self, line: Line) -> LineRate | None:
        return next((r for r in self.product.rates if r.line_id == line.id), None)

    def bulk_on(self, line: Line) -> int:
        """The bulk (mg) that the card's quantity needs on a line."""
        rate = self.rate_on(line)
        return bulk_mass(self.quantity, self.product.fill_mass_mg, rate.filling_loss_pct, rate.bulk_yield_pct)

    # Effects

    def draw_up(self, by: User, *, line_id: int, start: datetime, end: datetime, crew: int, crew_names: str = "",
                promised_date: date, note: str = "") -> dict[str, Any]:  # fmt: skip
        """Plan the run: where, when, by how many, from what."""
        line = db.session.get_one(Line, line_id)
        plan = self.new_plan(by, MAKE, promised_date, note)
        plan.line, plan.formula, plan.start, plan.end = line, self.product.formula, start, end
        plan.crew, plan.crew_names, plan.bulk = crew, crew_names, self.bulk_on(line)
        plan.requirements = [Requirement.of(position, need) for position, need in enumerate(needs_of(self.product, plan.bulk, self.quantity), 1)]
        return {"revision": plan.revision, "line": line.code, "start": start, "end": end, "crew": crew,
                "bulk_mg": plan.bulk, "promised_date": promised_date, "note": note}  # fmt: skip

    def supply_from_stock(self, by: User, *, lot_id: int, promised_date: date, note: str = "") -> dict[str, Any]:
        """Plan to deliver a finished lot that is already there."""
        plan = self.new_plan(by, STOCK, promised_date, note)
        plan.source_lot = db.session.get_one(Lot, lot_id)
        return {"revision": plan.revision, "lot": plan.source_lot.lot_no, "promised_date": promised_date}

    def answer_warehouse(self, by: User, **answer: Any) -> None:
        self.answer(by, WAREHOUSE.key, **answer)

    def answer_purchasing(self, by: User, **answer: Any) -> None:
        self.answer(by, PURCHASING.key, **answer)

    def answer(self, by: User, department: str, *, in_time: bool, promised_date: date | None = None, note: str = "") -> None:
        self.plan.answers.append(SupplyAnswer(department=department, in_time=in_time, promised_date=promised_date,
                                              note=note, by=by, at=clock.now()))  # fmt: skip

    def issue_plan(self, by: User) -> dict[str, Any]:
        """Issue the plan: the promise stands, the lot has its number."""
        plan = self.plan
        plan.issued_by, plan.issued_at = by, clock.now()
        plan.lot_no = plan.source_lot.lot_no if plan.supply == STOCK else self.new_lot_number(plan)
        self.promised_date = self.due = plan.promised_date
        if plan.supply == STOCK:
            self.lot, self.good = plan.source_lot, self.quantity
            self.require_free_stock(plan.source_lot)
        return {"revision": plan.revision, "lot": plan.lot_no, "promised_date": plan.promised_date}

    def withdraw_plan(self, by: User, *, reason: str = "") -> dict[str, Any]:
        """Take the plan back; what was prepared or issued for it returns to its bins."""
        returned = self.return_materials(by)
        self.plan.withdrawn = True
        return {"returned": returned}

    def acknowledge_plan(self, by: User) -> dict[str, Any]:
        """Receipt of the plan by every department of the person that has not given it yet."""
        departments = [d for d in self.departments_to_acknowledge() if by.has_role({r.key for r in RECEIVERS[d]})]
        for department in departments:
            self.plan.receipts.append(PlanReceipt(department=department, by=by, at=clock.now()))
        return {"departments": departments}

    def owe_receipts(self) -> None:
        """What was acknowledged along with the action that is taken back is to be acknowledged again."""
        for department in self.last_deed.data["departments"]:
            db.session.delete(self.plan.receipt_of(department))
        db.session.flush()
        db.session.expire(self.plan, ["receipts"])

    # Targets and roles found at run time

    def after_answers(self) -> str:
        return "plan_review" if len(self.plan.answers) == 2 else "consulting"

    def after_approval(self) -> str:
        return "in_stock" if self.plan.supply == STOCK else "to_prepare"

    def departments_to_acknowledge(self) -> list[str]:
        plan = self.plan
        over = plan is None or not plan.issued_at or (plan.supply == MAKE and self.stage == "in_stock")
        return [] if over else [d for d in RECEIVERS if not plan.receipt_of(d)]

    def roles_to_acknowledge(self) -> set[str]:
        return {role.key for d in self.departments_to_acknowledge() for role in RECEIVERS[d] if role.key in ROLES}

    # What guards ask

    def covering_lots(self) -> list[Lot]:
        """Released finished lots whose free stock covers the card."""
        return [lot for lot in usable_lots(self.product, clock.today()) if free_stock(lot, self) >= self.quantity]

    def running_on_my_line(self) -> Any:
        """Another card that runs, or stands halted, on this card's line; a part of a lot runs by the plan of the whole."""
        cls, line = type(self), self.plan and self.plan.line_id
        others = select(cls).where(cls.stage.in_(ON_THE_LINE), cls.id != self.id).options(selectinload(cls.plans)).order_by(cls.id)
        return next((card for card in db.session.scalars(others) if line and card.plan and card.plan.line_id == line), None)

    # Parts

    def new_plan(self, by: User, supply: str, promised_date: date, note: str) -> Plan:
        plan = Plan(revision=len(self.plans) + 1, supply=supply, promised_date=promised_date, note=note, author=by,
                    drawn_up_at=clock.now(), withdrawn=False)  # fmt: skip
        self.plans.append(plan)
        return plan

    def new_lot_number(self, plan: Plan) -> str:
        """The number printed on the packs: line, day of the plan, serial of the day. A re-plan takes a new one."""
        day = clock.local(plan.start).strftime("%y%m%d")
        return f"{plan.line.code}-{day}-{next_serial(f'lot {plan.line.code} {day}'):02d}"

    def require_free_stock(self, lot: Lot) -> None:
        from .refusals import Blocked

        db.session.execute(select(Lot.id).where(Lot.id == lot.id).with_for_update())
        db.session.expire(lot, ["stocks"])
        if free_stock(lot, self) < self.quantity:
            raise Blocked(_l("Lot %(lot)s no longer holds %(quantity)s free units; the planner must choose another.",
                             lot=lot.lot_no, quantity=self.quantity))  # fmt: skip
