"""A line of a customer's order (clause 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Model
from app.models.master import Product, product_called
from app.models.records.column_types import Exact, Key
from app.models.records.rules.plant_settings import number_set

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import Order


class OrderLine(Model):
    """A product, a quantity in units and a date. ``product_text`` is what the customer wrote."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "line_no"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_no: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    product_text: Mapped[str] = mapped_column(String(120))
    quantity: Mapped[int]
    requested_date: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    declined: Mapped[str | None] = mapped_column(String(400))
    # What a unit costs by the price list of the day on which the line came in.
    unit_price: Mapped[Decimal | None] = mapped_column(Exact)

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product | None] = relationship()
    cards: Mapped[list[ProductionOrder]] = relationship(
        back_populates="line", order_by="ProductionOrder.id"
    )

    @classmethod
    def of(cls, number: int, data: dict[str, Any], due: Mapping[str, Decimal]) -> OrderLine:
        """A line as it came in; ``due`` are prices that hold although the products do not say so
        yet.
        """
        if "product_code" in data:  # who wrote it knows: nothing is looked for
            product = Product.by_code(data["product_code"]) if data["product_code"] else None
        else:
            product = product_called(data["product_text"])
        return cls(
            line_no=number,
            product=product,
            product_text=data["product_text"].strip(),
            quantity=data["quantity"],
            requested_date=data["requested_date"],
            note=data.get("note", ""),
            unit_price=due.get(product.code, product.list_price) if product else None,
        )

    @property
    def wish(self) -> tuple[Any, ...]:
        """What the customer wants with it; a line that wants the same after a correction is the
        same line.
        """
        return (self.product_text, self.quantity, self.requested_date)

    @property
    def is_rush(self) -> bool:
        """Requested within so many days of receipt as the plant has set."""
        if self.requested_date is None:
            return False
        wait = self.requested_date - clock.local(self.order.received_at).date()
        return wait.days <= number_set("rush_days")
