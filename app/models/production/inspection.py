"""Inspecting the card (clauses 5.1 to 5.3), and what becomes of a lot that failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app import clock
from app.extensions import Model
from app.flow.documents import QUALITY_REPORT
from app.flow.production import CANCEL, CONCEDE, WITHHOLD
from app.flow.rules.blockers import GOODS, LOT
from app.flow.rules.tags import IN_STOCK, PASSED
from app.flow.samples import DRAW_FINISHED, SAMPLES
from app.models.master.plant import zone_for
from app.models.production.card import Card
from app.models.production.plan import free_stock
from app.models.records.column_types import Key, Moment
from app.models.records.kinds import kind_of
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.parts import part_like
from app.models.warehouse.stock import QUARANTINE, REJECTED, RELEASED, Lot, move, relocate, take_in
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder
    from app.models.quality.sample import Sample


class Nonconformance(Model):
    """A failed lot and its disposition: reinspect, rework, concession or scrap, with reason and
    who decided.
    """

    __tablename__ = "nonconformance"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("production_order.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(
        ForeignKey("sample.id")
    )  # none: the run was given up
    description: Mapped[str] = mapped_column(String(1000))
    defect_class: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    zone: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    disposition: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    instructions: Mapped[str] = mapped_column(String(1000), default="")
    witness: Mapped[str] = mapped_column(String(80), default="")
    consent: Mapped[str] = mapped_column(String(400), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    card: Mapped[ProductionOrder] = relationship(back_populates="nonconformances")
    sample: Mapped[Sample | None] = relationship()
    raised_by: Mapped[User] = relationship(foreign_keys=[raised_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Inspection(Card):
    """What the card does while Quality has it."""

    __abstract__ = True

    @declared_attr
    def samples(cls) -> Mapped[list[Sample]]:
        return relationship("Sample", back_populates="card", order_by="Sample.id")

    @declared_attr
    def nonconformances(cls) -> Mapped[list[Nonconformance]]:
        return relationship(Nonconformance, order_by=Nonconformance.id, back_populates="card")

    @property
    def sample(self) -> Sample | None:
        """The latest sample."""
        return self.samples[-1] if self.samples else None

    @property
    def nonconformance(self) -> Nonconformance | None:
        """The latest nonconformance."""
        return self.nonconformances[-1] if self.nonconformances else None

    @property
    def sample_it_went_by(self) -> Sample | None:
        """The sample that the lot passed, or was conceded on; a part's may be its parent's.

        None where nothing decided yet.
        """
        nonconformance = self.nonconformance
        if nonconformance and nonconformance.disposition == "concession":
            return nonconformance.sample
        passed = [sample for sample in self.samples if sample.current_stage.has(PASSED)]
        return (
            passed[-1] if passed else None if self.parent is None else self.parent.sample_it_went_by
        )

    def has_failed_before(self) -> bool:
        """Whether a nonconformance is on record for it, which a pass closes."""
        return bool(self.nonconformances)

    # Effects

    def draw_sample(self, by: User, *, size: int, place: str) -> dict[str, Any]:
        sample = kind_of(SAMPLES).create(
            DRAW_FINISHED.key, by=by, card=self, size=size, place=place
        )
        return {"sample": sample.ref, "size": size, "place": place}

    def release_lot(self, by: User) -> dict[str, Any]:
        """Passed: the lot waits in quarantine until the warehouse stocks it in."""
        return {"lot": required(self.lot).lot_no}

    def reject_lot(self, by: User, *, reason: str, containment: str = "") -> dict[str, Any]:
        """Failed: the lot goes to the nonconforming zone, and a nonconformance is open."""
        zone = self.set_apart(
            by,
            description=f"{required(self.sample).failures} {containment}".strip(),
            reason=reason,
            sample=self.sample,
        )
        return {"lot": required(self.lot).lot_no, "zone": zone, "quantity": self.good}

    def set_apart(
        self, by: User, *, description: str, reason: str, sample: Sample | None = None
    ) -> str:
        """Open a nonconformance, its lot rejected and in the nonconforming zone, whose code
        comes back.
        """
        zone = zone_for("nonconforming", self.product.incompat_class)
        if self.lot:
            self.relocate(by, zone)
            self.lot.status = REJECTED
        self.nonconformances.append(
            Nonconformance(
                sample=sample,
                description=description,
                quantity=self.good,
                zone=zone,
                reason=reason,
                raised_by=by,
                raised_at=clock.happened(),
                defect_class=sample.worst_class if sample else "major",
            )
        )
        return zone

    def reinspect(self, by: User, *, reason: str) -> dict[str, Any]:
        """Sorted on the spot: back to quarantine and to a new sample."""
        self.decide(by, "reinspect", reason)
        self.back_to_quarantine(by)
        return {"quantity": self.good}

    def withhold(self, by: User, *, reason: str) -> dict[str, Any]:
        """Out of the finished goods: expired, damaged or in doubt.

        What shares the lot with others becomes a lot of its own.
        """
        lot, self.good = required(self.lot), self.own_units
        if lot.quantity != self.good:
            lot = self.lot = self.part_of(lot, self.good, by, len(self.children))
        zone = self.set_apart(by, description=reason, reason=reason)
        return {"lot": lot.lot_no, "zone": zone, "quantity": self.good}

    def concede(self, by: User, *, reason: str, consent: str) -> dict[str, Any]:
        """Accepted as it is, with the customer's consent."""
        self.decide(by, "concession", reason, consent=consent)
        self.back_to_quarantine(by)
        return {"consent": consent, "quantity": self.good}

    def scrap(self, by: User, *, reason: str, witness: str) -> dict[str, Any]:
        """Destroyed before a witness; a new card replaces this one."""
        self.decide(by, "scrap", reason, witness=witness)
        self.empty(by, "scrap")
        successor = type(self).create("replace", by=by, scrapped=self)
        return {"witness": witness, "quantity": self.good, "replaced_by": successor.ref}

    def stock_in(self, by: User, *, zone: str) -> dict[str, Any]:
        """Into the finished goods store: the lot is released stock from now on."""
        lot = required(self.lot)
        self.relocate(by, zone)
        lot.status = RELEASED
        return {"lot": lot.lot_no, "zone": zone, "quantity": self.good}

    def has_moved(self, source: str | None) -> None:
        """A lot that nobody ordered becomes free stock, or one in stock is promised or set
        apart: cards to plan may be supplied from it.
        """
        if CONCEDE.leads(source, self.stage):  # the report that goes with the goods says so
            sample = required(required(self.nonconformance).sample)
            sample.lock()
            sample.produce(QUALITY_REPORT)
        given_up = self.stage in CANCEL.targets and self.lot
        if (
            given_up
            or WITHHOLD.leads(source, self.stage)
            or (
                self.current_stage.has(IN_STOCK)
                and (self.line_id is None or (self.plan and self.plan.source_lot_id))
            )
        ):
            reevaluate(GOODS, self.product_id)
            reevaluate(LOT, self.lot_id)
        super().has_moved(source)

    # Parts

    @property
    def own_units(self) -> int:
        """The units of its lot that are this card's: of what was made for stock only those that
        no other card counts on.
        """
        return (
            self.good
            if self.line_id
            else min(self.good, free_stock(self.lot, self))
            if self.lot
            else 0
        )

    def decide(self, by: User, disposition: str, reason: str, **more: str) -> None:
        nonconformance = required(self.nonconformance)
        (
            nonconformance.disposition,
            nonconformance.reason,
            nonconformance.decided_by,
            nonconformance.decided_at,
        ) = (
            disposition,
            reason,
            by,
            clock.happened(),
        )
        for name, value in more.items():
            setattr(nonconformance, name, value)

    def inherit_nonconformance(self, nonconformance: Nonconformance) -> None:
        """A part of a failed lot failed for the same reason; what becomes of it is decided by
        itself.
        """
        nonconformance.quantity -= self.good
        self.nonconformances.append(
            Nonconformance(
                sample=nonconformance.sample,
                description=nonconformance.description,
                quantity=self.good,
                zone=nonconformance.zone,
                reason=nonconformance.reason,
                defect_class=nonconformance.defect_class,
                raised_at=nonconformance.raised_at,
                raised_by=nonconformance.raised_by,
            )
        )

    def part_of(self, lot: Lot, quantity: int, by: User, place: int) -> Lot:
        """A lot of its own for a part, so that it can pass or fail alone; it takes the letter of
        this place, or the next that is free.
        """
        zone, part = required(lot.zone), part_like(lot, lot.status, place)
        move(lot, zone, -quantity, "transfer", by=by, record=self)
        return take_in(part, zone, quantity, "transfer", by=by, record=self)

    def back_to_quarantine(self, by: User) -> None:
        self.relocate(by, zone_for("quarantine", self.product.incompat_class))
        required(self.lot).status = QUARANTINE

    def relocate(self, by: User, zone: str) -> None:
        """Move all of the lot into one zone."""
        relocate(required(self.lot), zone, by=by, record=self)

    def empty(self, by: User, kind: str) -> None:
        """Take all of the lot out of stock."""
        if self.lot is None:
            return
        for stock in list(self.lot.stocks):
            if stock.quantity:
                move(self.lot, stock.zone, -stock.quantity, kind, by=by, record=self)
