"""Complaints (clause 6.3): what a customer says of goods that they got, what Quality found, what
they were answered.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import db
from app.flow.documents import DOSSIER
from app.flow.production import PRODUCTION_ORDERS, SEND_ANEW
from app.flow.rules.tags import LEFT
from app.flow.sales.complaints import COMPLAINTS
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Customer
from app.models.master.quality import DefectCode
from app.models.production.production_order import ProductionOrder
from app.models.records.errors import Blocked
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.sales.order import Order
from app.models.warehouse.disposition import Disposition
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Lot
from app.required import required

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.models.people.user import User

# Where a card stands whose goods a customer has got.
GOT = tuple(stage.key for stage in PRODUCTION_ORDERS.stages if stage.has(LEFT) or stage.completes)


class Complaint(Record):
    """What is wrong with the goods of one card, as the customer says it."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_board", "stage", "due"),
        Index("ix_complaint_heard_on", "heard_on"),
    )
    flow = COMPLAINTS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("production_order.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    defect_id: Mapped[int] = mapped_column(ForeignKey("defect_code.id"))
    quantity: Mapped[int | None]
    heard_on: Mapped[date]
    said_by: Mapped[str] = mapped_column(String(80), default="")
    words: Mapped[str] = mapped_column(String(2000), default="")
    cause: Mapped[str] = mapped_column(String(1000), default="")
    containment: Mapped[str] = mapped_column(String(1000), default="")
    measures: Mapped[str] = mapped_column(String(1000), default="")
    customer_answer: Mapped[str] = mapped_column(String(2000), default="")
    last_words: Mapped[str] = mapped_column(String(1000), default="")
    replacement_id: Mapped[int | None] = mapped_column(
        ForeignKey("production_order.id"), index=True
    )

    customer: Mapped[Customer] = relationship()
    order: Mapped[Order] = relationship()
    card: Mapped[ProductionOrder] = relationship(foreign_keys=[card_id])
    lot: Mapped[Lot] = relationship()
    shipment: Mapped[Shipment] = relationship(back_populates="complaints")
    defect: Mapped[DefectCode] = relationship()
    returns: Mapped[list[Disposition]] = relationship(
        back_populates="complaint", order_by="Disposition.id"
    )
    replacement: Mapped[ProductionOrder | None] = relationship(foreign_keys=[replacement_id])

    @property
    def headline(self) -> Any:
        return self.defect.name

    @property
    def amount(self) -> Text | str:
        return _l("%(quantity)s units", quantity=f"{self.quantity:,}") if self.quantity else ""

    @property
    def party(self) -> Any:
        return self.customer.name

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.customer), joinedload(cls.defect))

    def search_words(self) -> list[str]:
        return [
            self.number,
            self.card.number,
            self.shipment.number,
            self.lot.lot_no,
            self.order.customer_po,
        ]

    def search_subjects(self) -> list[Any]:
        return [self.customer, self.card.product]

    # Effects

    def complain(
        self,
        by: User,
        *,
        card_id: int,
        defect_id: int,
        words: str,
        said_by: str,
        heard_on: date,
        answer_by: date,
        quantity: int | None = None,
    ) -> dict[str, Any]:
        """Take down what the customer says of goods that they got."""
        card = db.session.get_one(ProductionOrder, card_id)
        if card.stage not in GOT or card.order is None:
            raise Blocked(_l("No customer has got the goods of %(ref)s.", ref=card.ref))
        self.number = next_number("CP")
        self.card, self.order, self.customer = card, card.order, required(card.order.customer)
        self.lot, self.shipment = required(card.lot), required(card.shipment)
        self.defect = db.session.get_one(DefectCode, defect_id)
        self.quantity, self.heard_on, self.due = quantity, heard_on, answer_by
        self.said_by, self.words = said_by, words
        return {
            "number": self.number,
            "customer": self.customer.code,
            "order": self.order.ref,
            "card": card.number,
            "lot": self.lot.lot_no,
            "shipment": self.shipment.number,
            "defect": self.defect.code,
            "quantity": quantity,
            "heard_on": heard_on,
            "answer_by": answer_by,
            "said_by": said_by,
            "words": words,
        }

    def look_into(self, by: User, *, cause: str, containment: str, measures: str) -> None:
        """What Quality found: why it came about, what was done at once and for good."""
        self.cause, self.containment, self.measures = cause, containment, measures

    def reply(self, by: User, *, customer_answer: str) -> None:
        """What the customer was told."""
        self.customer_answer = customer_answer

    def reopen(self, by: User, *, reason: str) -> None:
        """The customer does not accept the answer: Quality says anew what was done."""
        self.measures = ""

    def close(self, by: User, *, last_words: str = "") -> None:
        """The dossier of an order that ended before is made anew, now with the report."""
        self.last_words = last_words
        if self.order.current_stage.ends:
            self.order.lock()
            self.order.produce(DOSSIER)

    def send_anew(self, by: User, *, quantity: int, requested_date: date) -> dict[str, Any]:
        """Open a card that makes the goods once more, for which the customer owes nothing."""
        self.replacement = ProductionOrder.create(
            SEND_ANEW.key,
            by=by,
            parent=self.card,
            quantity=quantity,
            requested_date=requested_date,
        )
        return {
            "quantity": quantity,
            "replacement": self.replacement.ref,
            "requested_date": requested_date,
        }


def complaints_of(cards: Iterable[ProductionOrder]) -> list[Complaint]:
    """The complaints about the goods of some cards, oldest first."""
    ids = [card.id for card in cards]
    if not ids:
        return []
    query = select(Complaint).where(Complaint.card_id.in_(ids)).order_by(Complaint.id)
    return list(db.session.scalars(query.options(*Complaint.shown_with())))


def complaints_about(lot: Lot) -> list[Complaint]:
    """The complaints about a lot, oldest first."""
    query = select(Complaint).where(Complaint.lot_id == lot.id).order_by(Complaint.id)
    return list(db.session.scalars(query.options(*Complaint.shown_with())))
