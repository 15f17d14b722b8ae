"""Who buys, where it goes, and who sells to us."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.flow.texts.lazy_text import Both
from app.models.master.base import Coded, Master, Named
from app.models.records.column_types import Exact, Json
from app.models.records.search_index.entries import called
from app.required import required


class Customer(Coded):
    """A customer and its standing demands.

    ``payment_rule`` is prepaid, cash_before_shipping or net. ``merge_into_id`` is the customer
    that stays where this one was entered twice: proposed as long as this one is in use;
    ``former_names`` are codes and names of those merged into it, one a line.
    """

    __tablename__ = "customer"
    __table_args__ = (Index("ix_customer_merge_into_id", "merge_into_id"),)

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
    # Whether the delivery note in three parts says what the goods cost.
    prices_on_note: Mapped[bool] = mapped_column(default=False, server_default=false())
    label_variant: Mapped[str] = mapped_column(String(12))
    required_documents: Mapped[list[str]] = mapped_column(
        Json, default=list
    )  # codes of DocumentRequirement
    merge_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    former_names: Mapped[str] = mapped_column(Text, default="", server_default="")
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

    @property
    def merge_into(self) -> Customer | None:
        """The customer it leads to, or shall."""
        return db.session.get(Customer, self.merge_into_id) if self.merge_into_id else None

    @property
    def is_merged(self) -> bool:
        """Whether it goes on as another one."""
        return not self.active and self.merge_into_id is not None

    @property
    def goes_on_as(self) -> Customer:
        return required(self.merge_into) if self.is_merged else self

    @classmethod
    def to_be_merged(cls) -> Select[Any]:
        """The SELECT of those in use that somebody proposed to merge."""
        proposed = select(cls).where(cls.merge_into_id.is_not(None), cls.active)
        return proposed.order_by(cls.code)

    @classmethod
    def and_merged(cls, number: int) -> Any:
        """The SELECT of the ids of a customer and of those merged into it."""
        merged = and_(cls.merge_into_id == number, cls.active.is_(False))
        return select(cls.id).where(or_(cls.id == number, merged))


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


called(Customer, "code", "name_local", "name_en", "former_names")
