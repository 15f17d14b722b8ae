"""Stock that belongs to no card and what Quality decides on it (clause 5.3): set aside, or come
back from a customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.dispositions import DISPOSITIONS
from app.flow.production import GONE, REWORK, REWORK_RETURNED
from app.flow.roles import INSPECTOR, QUALITY_HEAD
from app.flow.rules.blockers import GOODS, LOT, STOCK, Topic
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import unit
from app.models.master.plant import zone_for
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import Pick, Requirement
from app.models.quality.sample import Sample
from app.models.records.column_types import Quantity
from app.models.records.errors import Blocked
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.parts import divide, part_like
from app.models.warehouse.stock import (
    QUARANTINE,
    REJECTED,
    RELEASED,
    Lot,
    Stock,
    move,
    relocate,
    take_in,
)
from app.plant.quantities import from_base
from app.plant.scans import read
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.warehouse.complaint import Complaint
    from app.models.warehouse.shipment import Shipment


class Disposition(Record):
    """So much of a lot that stands apart until Quality has decided; what was part of a lot is
    one of its own by then.
    """

    __tablename__ = "disposition"
    __table_args__ = (Index("ix_disposition_board", "stage", "due"),)
    flow = DISPOSITIONS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    reason: Mapped[str] = mapped_column(String(400))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("production_order.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    looked_at: Mapped[int | None]
    faulty: Mapped[int | None]
    findings: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    witness: Mapped[str] = mapped_column(String(80), default="")

    lot: Mapped[Lot] = relationship()
    card: Mapped[ProductionOrder | None] = relationship()
    shipment: Mapped[Shipment | None] = relationship(back_populates="returns")
    complaint: Mapped[Complaint | None] = relationship(back_populates="returns")

    @property
    def headline(self) -> Any:
        return self.lot.item.name

    @property
    def amount(self) -> Any:
        return in_words(self.lot, self.quantity)

    @property
    def party(self) -> Any:
        return self.lot.lot_no

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (
            joinedload(cls.lot).joinedload(Lot.material),
            joinedload(cls.lot).joinedload(Lot.product),
        )

    def search_words(self) -> list[str]:
        card, ship = self.card, self.shipment
        return [
            self.number,
            self.lot.lot_no,
            card.number if card else "",
            ship.number if ship else "",
        ]

    def search_subjects(self) -> list[Any]:
        return [self.lot.item, *([self.shipment.customer] if self.shipment else [])]

    @classmethod
    def affected(cls, topic: Topic, key: Any) -> Any:
        return cls.lot_id == key if topic is LOT else super().affected(topic, key)

    # Effects

    def set_aside(self, by: User, *, lot_id: int, quantity: int, reason: str) -> dict[str, Any]:
        """Take free stock out of use: all of a lot as it is, a part of it as a lot of its own."""
        whole = db.session.scalars(select(Lot).where(Lot.id == lot_id).with_for_update()).one()
        self.open(reason)
        free = unbound(whole)
        if not 0 < quantity <= free:
            raise Blocked(
                _l(
                    "Of lot %(lot)s %(free)s are free: belong to no card and wait for no decision.",
                    lot=whole.lot_no,
                    free=in_words(whole, free),
                )
            )
        self.lot, self.quantity = whole, quantity
        db.session.add(self)
        db.session.flush()
        apart = "nonconforming" if whole.status == REJECTED else "quarantine"
        zone = zone_for(apart, whole.item.incompat_class)
        status = QUARANTINE if whole.status == RELEASED else whole.status
        if quantity == whole.quantity:
            whole.status = status
            relocate(whole, zone, by=by, record=self)
        else:
            self.lot = divide(whole, quantity, zone, status, by=by, record=self)
        reevaluate(LOT, lot_id)
        self.tell_planners()
        return {
            "number": self.number,
            "lot": self.lot.lot_no,
            "of": whole.lot_no,
            **counted(whole, quantity),
            "zone": zone,
            "reason": reason,
        }

    def come_back(
        self,
        by: User,
        *,
        shipment: Shipment,
        card: ProductionOrder,
        quantity: int,
        reason: str,
        complaint: Complaint | None = None,
    ) -> dict[str, Any]:
        """Goods come back from a customer: into quarantine, as a lot of their own."""
        self.open(reason)
        lot = required(card.lot)
        self.lot, self.quantity, self.card, self.shipment = lot, quantity, card, shipment
        self.complaint = complaint
        db.session.add(self)
        db.session.flush()
        zone = zone_for("quarantine", card.product.incompat_class)
        move(lot, zone, quantity, "return", by=by, record=self)
        move(lot, zone, -quantity, "transfer", by=by, record=self)
        part = part_like(lot, QUARANTINE)
        self.lot = take_in(part, zone, quantity, "transfer", by=by, record=self)
        return {
            "number": self.number,
            "shipment": shipment.number,
            "card": card.number,
            "lot": self.lot.lot_no,
            "of": lot.lot_no,
            "quantity": quantity,
            "zone": zone,
            "complaint": complaint and complaint.number,
            "reason": reason,
        }

    def roles_to_inspect(self) -> set[str]:
        """Only what came back is inspected here; other stock by its samples."""
        return {INSPECTOR.key, QUALITY_HEAD.key} if self.shipment else set()

    def roles_to_rework(self) -> set[str]:
        return {QUALITY_HEAD.key} if self.shipment else set()

    def inspect(self, by: User, *, looked_at: int, faulty: int, findings: str) -> None:
        """What was found on the goods, by which they are decided on."""
        self.looked_at, self.faulty, self.findings = looked_at, faulty, findings

    def rework(self, by: User, *, reason: str, instructions: str) -> dict[str, Any]:
        """To be planned once more, by a card of their own that makes stock of them."""
        card = ProductionOrder.create(
            REWORK_RETURNED.key,
            by=by,
            parent=required(self.card),
            lot=self.lot,
            quantity=self.quantity,
            reason=reason,
        )
        card.perform(REWORK.key, by=by, reason=reason, instructions=instructions)
        return {
            "lot": self.lot.lot_no,
            **counted(self.lot, self.quantity),
            "instructions": instructions,
            "rework_card": card.ref,
        }

    def back_to_stock(self, by: User, *, reason: str) -> dict[str, Any]:
        """Back to stock: free for whoever needs it."""
        lot = self.lot
        zone = (
            lot.material.storage_zone
            if lot.material
            else zone_for("finished", lot.item.incompat_class)
        )
        relocate(self.lot, zone, by=by, record=self)
        self.lot.status = RELEASED
        reevaluate(LOT, self.lot_id)
        self.tell_planners()
        return {"lot": self.lot.lot_no, **counted(self.lot, self.quantity), "zone": zone}

    def scrap(self, by: User, *, reason: str, witness: str) -> dict[str, Any]:
        """Destroyed before a witness."""
        for stock in list(self.lot.stocks):
            if stock.quantity:
                move(self.lot, stock.zone, -stock.quantity, "scrap", by=by, record=self)
        self.lot.status, self.witness = REJECTED, witness
        return {"lot": self.lot.lot_no, **counted(self.lot, self.quantity), "witness": witness}

    # Parts

    def open(self, reason: str) -> None:
        self.number, self.reason, self.due = next_number("SD"), reason, clock.today()

    def tell_planners(self) -> None:
        """There is more or less free stock: cards that wait for it look again."""
        if self.lot.material_id:
            reevaluate(STOCK, {self.lot.material_id: None})
        else:
            reevaluate(GOODS, self.lot.product_id)


def counted(lot: Lot, quantity: int) -> dict[str, Any]:
    """A quantity for an event, in the unit that people count the lot in."""
    uom = lot.material.uom if lot.material else "pcs"
    return {"quantity": from_base(quantity, uom) if lot.material else quantity, "unit": uom}


def in_words(lot: Lot, quantity: int) -> Any:
    """A quantity of a lot in the unit that people count it in."""
    if lot.product:
        return _l("%(quantity)s units", quantity=f"{quantity:,}")
    uom = required(lot.material).uom
    return f"{from_base(quantity, uom).normalize():,f} {unit(uom)}"


def open_decision(lot: Lot) -> Disposition | None:
    """The decision that a lot waits for."""
    return db.session.scalar(
        select(Disposition).where(
            Disposition.lot_id == lot.id, Disposition.stage.in_(Disposition.flow.open)
        )
    )


def unbound(lot: Lot) -> int:
    """What of a lot belongs to no card and waits for no decision, in base units."""
    tested = select(Sample.id).where(Sample.lot_id == lot.id, Sample.stage.in_(Sample.flow.open))
    if open_decision(lot) or db.session.scalar(tested.limit(1)):
        return 0
    if lot.material_id:
        bound = (
            select(func.coalesce(func.sum(func.coalesce(Pick.prepared, Pick.proposed)), 0))
            .join(Requirement)
            .where(
                Pick.lot_id == lot.id, Pick.issued.is_(False), Requirement.plan.has(withdrawn=False)
            )
        )
    else:
        bound = select(func.coalesce(func.sum(ProductionOrder.good), 0)).where(
            ProductionOrder.lot_id == lot.id, ProductionOrder.stage.not_in(GONE)
        )
    return max(0, lot.quantity - int(db.session.scalar(bound) or 0))


@dataclass(frozen=True)
class FreeLot:
    """A lot with what of it belongs to no card: in base units, and in words."""

    lot_id: int
    uom: str
    free: int
    words: Any


def free_lot(code: str) -> FreeLot | None:
    """The lot in stock that a scanned or typed code means, the plant's own number before the
    supplier's.
    """
    scan = read(code)
    for number in filter(None, scan.numbers):
        for column in (Lot.lot_no, Lot.supplier_lot):
            named = select(Lot).where(
                column.in_({number, number.upper()}), Lot.stocks.any(Stock.quantity > 0)
            )
            lots = db.session.scalars(
                named.where(Lot.id == scan.lot_id) if scan.lot_id else named
            ).first()
            if lots:
                free = unbound(lots)
                uom = lots.material.uom if lots.material else "pcs"
                return FreeLot(lots.id, uom, free, in_words(lots, free))
    return None
