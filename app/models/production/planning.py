"""Planning the card (clauses 2.1 to 2.3): what it does and is asked while it is planned."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, or_, select

from app import clock
from app.extensions import db
from app.flow.departments import PURCHASING, WAREHOUSE
from app.flow.roles import ROLES
from app.flow.rules.gates import REFUSES, SHELF_LIFE
from app.flow.rules.tags import IN_STOCK
from app.flow.texts.lazy_text import Text, _l
from app.models.controlled.revision import Revision
from app.models.master import Line, LineRate
from app.models.production.card import ON_THE_LINE
from app.models.production.plan import (
    MAKE,
    RECEIVERS,
    REWORK,
    STOCK,
    Plan,
    PlanReceipt,
    SupplyAnswer,
    free_stock,
)
from app.models.production.requirement import Requirement, needs_of
from app.models.production.rework import Rework
from app.models.production.scheduling import conflicts
from app.models.quality.shelf_life import too_old
from app.models.records.errors import Blocked
from app.models.records.number_series import next_serial
from app.models.records.rules.gate_setting import mode_of
from app.models.records.rules.plant_settings import plant_setting
from app.models.warehouse.stock import Lot, usable_lots
from app.plant.production.requirements import bulk_mass
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User


class Planning(Rework):
    """What the card does while it is planned."""

    __abstract__ = True

    def rate_on(self, line: Line) -> LineRate | None:
        return next((r for r in self.product.rates if r.line_id == line.id), None)

    def bulk_on(self, line: Line) -> int:
        """The bulk (mg) that the card's quantity needs on a line."""
        rate = required(self.rate_on(line))
        return bulk_mass(
            self.quantity, self.product.fill_mass_mg, rate.filling_loss_pct, rate.bulk_yield_pct
        )

    # Effects

    def draw_up(
        self,
        by: User,
        *,
        line_id: int,
        start: datetime,
        end: datetime,
        crew: int,
        crew_names: str = "",
        promised_date: date,
        note: str = "",
        materials: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Plan the run: where, when, by how many, from what.

        A rework needs the ``materials`` that are said, if any.
        """
        line = db.session.get_one(Line, line_id)
        plan = self.new_plan(by, REWORK if self.in_rework else MAKE, promised_date, note)
        plan.line, plan.formula, plan.start, plan.end = line, self.product.formula, start, end
        beside = conflicts(self, line_id, start, end)
        plan.crew, plan.crew_names = crew, crew_names
        if self.in_rework:
            plan.lot_no, plan.bulk = (
                required(self.lot).lot_no,
                required(self.nonconformance).quantity * self.product.fill_mass_mg,
            )
            plan.requirements = self.needs_of_rework(materials or [])
        else:
            plan.bulk = self.bulk_on(line)
            plan.requirements = [
                Requirement.of(position, *need)
                for position, need in enumerate(needs_of(self.product, plan.bulk, self.quantity), 1)
            ]
        return {
            "revision": plan.revision,
            "line": line.code,
            "start": start,
            "end": end,
            "crew": crew,
            "crew_names": crew_names,
            "bulk_mg": plan.bulk,
            "promised_date": promised_date,
            "note": note,
            **(
                {"materials": [[r.material.code, r.quantity] for r in plan.requirements]}
                if plan.supply == REWORK
                else {}
            ),
            **({"beside": [[c.ref, c.start, c.end] for c in beside]} if beside else {}),
        }

    def supply_from_stock(
        self, by: User, *, lot_id: int, promised_date: date, note: str = ""
    ) -> dict[str, Any]:
        """Plan to deliver a finished lot that is already there."""
        lot = db.session.get_one(Lot, lot_id)
        if refusal := lot.not_usable_on(promised_date):
            raise Blocked(refusal)
        plan = self.new_plan(by, STOCK, promised_date, note)
        plan.source_lot = lot
        return {
            "revision": plan.revision,
            "lot": plan.source_lot.lot_no,
            "promised_date": promised_date,
            "note": note,
        }

    def answer_warehouse(self, by: User, **answer: Any) -> None:
        self.answer(by, WAREHOUSE.key, **answer)

    def answer_purchasing(self, by: User, **answer: Any) -> None:
        self.answer(by, PURCHASING.key, **answer)

    def answer(
        self,
        by: User,
        department: str,
        *,
        in_time: bool,
        promised_date: date | None = None,
        note: str = "",
    ) -> None:
        required(self.plan).answers.append(
            SupplyAnswer(
                department=department,
                in_time=in_time,
                promised_date=promised_date,
                note=note,
                by=by,
                at=clock.happened(),
            )
        )

    def issue_plan(self, by: User) -> dict[str, Any]:
        """Issue the plan: the promise stands, the lot has its number; one that is reworked keeps
        its own.
        """
        plan = required(self.plan)
        plan.issued_by, plan.issued_at = by, clock.happened()
        self.promised_date = self.due = plan.promised_date
        if plan.supply == STOCK:
            lot = required(plan.source_lot)
            plan.lot_no, self.lot, self.good = lot.lot_no, lot, self.quantity
            self.require_free_stock(lot)
        elif plan.supply != REWORK:
            plan.lot_no = self.new_lot_number(plan)
        return {"revision": plan.revision, "lot": plan.lot_no, "promised_date": plan.promised_date}

    def told_of_revision(self, by: User | None, *, document: Text, edition: str) -> dict[str, Any]:
        """Its plan, not issued yet, goes by a revision that was superseded just now."""
        return {"document": document, "revision": edition}

    def acknowledge_plan(self, by: User) -> dict[str, Any]:
        """Receipt of the plan by every department of the person that has not given it yet."""
        departments = [
            d
            for d in self.departments_to_acknowledge()
            if by.has_role({r.key for r in RECEIVERS[d]})
        ]
        for department in departments:
            required(self.plan).receipts.append(
                PlanReceipt(department=department, by=by, at=clock.happened())
            )
        return {"departments": departments}

    def owe_receipts(self) -> None:
        """What was acknowledged along with the action that is taken back is to be acknowledged
        again.
        """
        plan = required(self.plan)
        for department in self.last_deed.data["departments"]:
            db.session.delete(plan.receipt_of(department))
        db.session.flush()
        db.session.expire(plan, ["receipts"])

    # Targets and roles found at run time

    def after_answers(self) -> str:
        return "plan_review" if len(required(self.plan).answers) == 2 else "consulting"

    def after_approval(self) -> str:
        plan = required(self.plan)
        if plan.supply == REWORK and not plan.requirements:
            return "ready"
        return "in_stock" if plan.supply == STOCK else "to_prepare"

    @property
    def is_carried_out(self) -> bool:
        """Whether nobody waits for the receipt of its plan any more: the goods are made and in
        stock, or what was supplied from there is on its way.
        """
        stage = self.current_stage
        made = required(self.plan).supply != STOCK and stage.has(IN_STOCK)
        return made or stage.ends or stage.carried

    def departments_to_acknowledge(self) -> list[str]:
        plan = self.plan
        if plan is None or plan.withdrawn or not plan.issued_at or self.is_carried_out:
            return []
        if plan.on_paper:  # so is its receipt
            return []
        return [d for d in RECEIVERS if not plan.receipt_of(d)]

    def roles_to_acknowledge(self) -> set[str]:
        return {
            role.key
            for d in self.departments_to_acknowledge()
            for role in RECEIVERS[d]
            if role.key in ROLES
        }

    # What guards ask

    def covering_lots(self, day: date | None = None) -> list[Lot]:
        """Released finished lots whose free stock covers the card, and which last until a day:
        the one asked for.
        """
        day = max(day or self.requested_date or clock.today(), clock.today())
        lots = [
            lot for lot in usable_lots(self.product, day) if free_stock(lot, self) >= self.quantity
        ]
        return [
            lot for lot in lots if mode_of(SHELF_LIFE, "") != REFUSES or not too_old(self, lot, day)
        ]

    @classmethod
    def may_be_made_on(cls, line_id: Any) -> Any:
        """The condition that a card may be of a line: its plans name it, or it is a part of a
        lot, made by the plan of the whole.
        """
        planned = exists().where(
            Plan.card_id == cls.id, Plan.line_id == line_id, Plan.withdrawn.is_(False)
        )
        return or_(planned, and_(cls.parent_id.is_not(None), cls.lot_id.is_not(None)))

    def running_on_my_line(self) -> str | None:
        """The number of another card that runs, or stands halted, on this card's line."""
        line = self.plan and self.plan.line_id
        if not line:
            return None
        others = db.session.execute(
            self.others_on_the_line(), {"line": line, "mine": self.id}
        ).all()
        return next(
            (other.number for other in others if other.own or self.is_made_on(line, other.id)), None
        )

    @classmethod
    def is_made_on(cls, line_id: int, card_id: int) -> bool:
        plan = db.session.get_one(cls, card_id).plan
        return plan is not None and plan.line_id == line_id

    @classmethod
    @cache
    def others_on_the_line(cls) -> Any:
        """The SELECT of the cards besides ``mine`` that run, or stand halted, and may be of a
        ``line``: id, number, whether by a plan of their own (a part of a lot may be of another).
        """
        own = exists().where(
            Plan.card_id == cls.id, Plan.line_id == bindparam("line"), Plan.withdrawn.is_(False)
        )
        return (
            select(cls.id, cls.number, own.label("own"))
            .where(
                cls.stands_in(ON_THE_LINE),
                cls.id != bindparam("mine"),
                cls.may_be_made_on(bindparam("line")),
            )
            .order_by(cls.id)
        )

    # Parts

    def new_plan(self, by: User, supply: str, promised_date: date, note: str) -> Plan:
        """A plan by the documents that are in force now."""
        Revision.put_due_in_force()
        plan = Plan(
            revision=len(self.plans) + 1,
            supply=supply,
            instruction=self.product.instruction,
            specification_version=self.product.specification_version if self.product.tests else "",
            packaging_version=self.product.packaging_version if self.product.packaging else "",
            promised_date=promised_date,
            note=note,
            author=by,
            drawn_up_at=clock.happened(),
            withdrawn=False,
        )
        self.plans.append(plan)
        return plan

    def new_lot_number(self, plan: Plan) -> str:
        """The number printed on the packs: line, day of the plan, serial of the day.

        A re-plan takes a new one.
        """
        day = clock.local(required(plan.start)).strftime("%y%m%d")
        line = required(plan.line).code
        number = f"{line}-{day}-{next_serial(f'lot {line} {day}'):02d}"
        return "-".join(filter(None, (plant_setting("prefix_lots"), number)))

    def require_free_stock(self, lot: Lot) -> None:
        db.session.execute(select(Lot.id).where(Lot.id == lot.id).with_for_update())
        db.session.refresh(lot)
        if refusal := lot.not_usable_on(required(self.plan).promised_date):
            raise Blocked(refusal)
        if free_stock(lot, self) < self.quantity:
            raise Blocked(
                _l(
                    "Lot %(lot)s no longer holds %(quantity)s free units; the planner must choose "
                    "another.",
                    lot=lot.lot_no,
                    quantity=self.quantity,
                )
            )
