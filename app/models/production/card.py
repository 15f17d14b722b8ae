"""What every phase of the card knows of it: its columns, its neighbours, the plans it is made by.

Each phase names as its bases the phases it builds on; the first of them builds on this.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.flow.production import PRODUCTION_ORDERS
from app.flow.rules.tags import ON_LINE
from app.models.controlled.of_card import Documents
from app.models.master import Product
from app.models.production.plan import REWORK, Plan
from app.models.records.column_types import Moment
from app.models.sales.opening import Opening
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.models.warehouse.stock import Lot
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.warehouse.shipment import Shipment

ON_THE_LINE = PRODUCTION_ORDERS.tagged(ON_LINE)


class Card(Opening, Documents):
    """One line of an order, or for stock; one filling run, one finished lot."""

    __abstract__ = True

    number: Mapped[str] = mapped_column(String(40), unique=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("production_order.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    requested_date: Mapped[date | None]
    promised_date: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    held_from: Mapped[str | None] = mapped_column(String(40))
    held_by: Mapped[str | None] = mapped_column(String(20))  # the role

    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    good: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    reworked: Mapped[int] = mapped_column(default=0)
    # Made once more because the customer complained: they owe nothing for it.
    free_of_charge: Mapped[bool] = mapped_column(default=False, server_default=false())
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    # The steps of the run up to this one were signed on paper, before the cut-over (期初).
    paper_steps: Mapped[int] = mapped_column(default=0, server_default="0")

    @declared_attr
    def line(cls) -> Mapped[OrderLine | None]:
        return relationship(OrderLine, back_populates="cards")

    @declared_attr
    def product(cls) -> Mapped[Product]:
        return relationship(Product)

    @declared_attr
    def lot(cls) -> Mapped[Lot | None]:
        return relationship(Lot, foreign_keys="ProductionOrder.lot_id")

    @declared_attr
    def shipment(cls) -> Mapped[Shipment | None]:
        return relationship(
            "Shipment", back_populates="cards", foreign_keys="ProductionOrder.shipment_id"
        )

    @declared_attr
    def parent(cls) -> Mapped[ProductionOrder | None]:
        return relationship(
            "ProductionOrder", remote_side="ProductionOrder.id", back_populates="children"
        )

    @declared_attr
    def children(cls) -> Mapped[list[ProductionOrder]]:
        return relationship(
            "ProductionOrder", back_populates="parent", order_by="ProductionOrder.id"
        )

    @declared_attr
    def plans(cls) -> Mapped[list[Plan]]:
        return relationship(Plan, order_by=Plan.revision)

    @property
    def order(self) -> Order | None:
        return self.line.order if self.line else None

    # The plans it is made by

    @property
    def plan(self) -> Plan | None:
        """The plan in force: the latest revision that was not withdrawn; while a rework is
        planned, and for a part of a lot, the one it was made by.
        """
        own = next((p for p in reversed(self.plans) if not p.withdrawn), None)
        return (
            own or self.reworked_plan or (self.parent.made_by if self.parent and self.lot else None)
        )

    @property
    def made_by(self) -> Plan | None:
        """The plan by which its lot came about, or is to; reworks left out.

        For a part of a lot that of the whole.
        """
        came = (p for p in self.plans if p.supply != REWORK and (p.reworked_at or not p.withdrawn))
        own = next(came, None)
        return own or (self.parent.made_by if self.parent and self.lot else None)

    @property
    def reworked_plan(self) -> Plan | None:
        """The last of its own plans whose goods went into rework."""
        return next((p for p in reversed(self.plans) if p.reworked_at), None)

    @property
    def lot_no(self) -> str | None:
        """The number of its lot as its plan has it; of what was made on paper the lot's own."""
        own = self.plan
        return own.lot_no if own else self.lot.lot_no if self.lot else None

    # Where cards come from

    def open_for(self, line: OrderLine, number: str, quantity: int) -> dict[str, Any]:
        self.line = line
        self.rush = line.is_rush if line.order.rush_set is None else line.order.rush_set
        self.note = line.note
        product = required(line.product)
        self.fill_in(number, product, quantity, line.requested_date)
        return {"number": number, "product": product.code, "quantity": quantity}

    def fill_in(self, number: str, product: Product, quantity: int, requested: date | None) -> None:
        self.number, self.product, self.quantity, self.requested_date = (
            number,
            product,
            quantity,
            requested,
        )
        self.due = requested
        self.good = self.rejected = self.reworked = 0
        self.plans = []  # known without asking
