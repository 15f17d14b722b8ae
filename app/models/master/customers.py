"""Who buys, where it goes, and who sells to us."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.flow.texts.lazy_text import Both
from app.models.master.base import Coded, Master, Named
from app.models.records.column_types import Exact, Json
from app.models.records.search_index.entries import called


class Customer(Coded):
    """A customer and its standing demands.

    ``payment_rule`` is prepaid, cash_before_shipping or net.
    """

    __tablename__ = "customer"

    name_local: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(12))
    payment_terms: Mapped[str] = mapped_column(String(120), default="")
    payment_rule: Mapped[str] = mapped_column(String(30), default="net")
    contact: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    special_requirements: Mapped[str] = mapped_column(String(400), default="")
    min_remaining_shelf_life_pct: Mapped[Decimal] = mapped_column(Exact)
    coa_required: Mapped[bool] = mapped_column(default=False)
    label_variant: Mapped[str] = mapped_column(String(12))
    required_documents: Mapped[list[str]] = mapped_column(
        Json, default=list
    )  # codes of DocumentRequirement
    finder: Mapped[str] = mapped_column(Text, default="")  # what it is found by, made by finder.py

    addresses: Mapped[list[CustomerAddress]] = relationship(
        back_populates="customer",
        order_by="CustomerAddress.code",
        primaryjoin="and_(Customer.id == CustomerAddress.customer_id, "
        "CustomerAddress.active.is_(True))",
    )

    @property
    def name(self) -> Both:
        return Both(self.name_local, self.name_en)


class CustomerAddress(Master):
    """A place of delivery.

    ``receiving_days`` counts from 1 = Monday; windows are texts like ``08:30-11:30``.
    """

    __tablename__ = "customer_address"
    __table_args__ = (UniqueConstraint("customer_id", "code"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    code: Mapped[str] = mapped_column(String(40))
    address_local: Mapped[str] = mapped_column(String(300), default="")
    address_en: Mapped[str] = mapped_column(String(300), default="")
    receiving_days: Mapped[list[int]] = mapped_column(Json, default=list)
    receiving_windows: Mapped[list[str]] = mapped_column(Json, default=list)
    dock_booking: Mapped[bool] = mapped_column(default=False)
    transit_days: Mapped[int]
    receiver: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    finder: Mapped[str] = mapped_column(Text, default="")

    customer: Mapped[Customer] = relationship(back_populates="addresses")

    @property
    def address(self) -> Both:
        return Both(self.address_local, self.address_en)


class Supplier(Coded, Named):
    """A supplier; only an approved one is bought from."""

    __tablename__ = "supplier"

    email: Mapped[str] = mapped_column(String(120), default="")
    approved: Mapped[bool] = mapped_column(default=False)


called(Customer, "code", "name_local", "name_en")
