"""A caller who is in no list: the order stands under his own words until Sales has entered him."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.flow.roles import SALES
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, CustomerAddress
from app.models.master.dictionary import TABLES
from app.models.master.editing import create
from app.models.records.errors import Blocked
from app.models.records.record import Record
from app.models.records.sealing.erasable_words import ERASED

if TYPE_CHECKING:
    from app.models.people.user import User

CALLER = ("customer_text", "address_text", "phone_text")


class Caller(Record):
    """What an order knows of who ordered: a customer of the master data, or what he called
    himself.
    """

    __abstract__ = True

    if TYPE_CHECKING:  # the order's own
        customer_id: Mapped[int | None]
        address_id: Mapped[int | None]
        customer: Mapped[Customer | None]
        address: Mapped[CustomerAddress | None]

        def reckon(self) -> None: ...

    customer_text: Mapped[str] = mapped_column(String(120), default="")
    address_text: Mapped[str] = mapped_column(String(300), default="")
    phone_text: Mapped[str] = mapped_column(String(40), default="")

    @property
    def customer_name(self) -> Any:
        """What the customer is called in the master data, or calls himself as long as he is not
        there.
        """
        return self.customer.name if self.customer else self.customer_text or ERASED

    def own_words(self) -> dict[str, str]:
        """What he called himself."""
        return {name: getattr(self, name) for name in CALLER}

    def who_enters_customer(self) -> frozenset[str]:
        """Sales, as long as the customer is not in the master data."""
        return frozenset() if self.customer else frozenset({SALES.key})

    def enter_customer(
        self,
        by: User,
        *,
        address_id: int | None = None,
        customer_id: int | None = None,
        customer: dict[str, Any],
        address: dict[str, Any],
    ) -> dict[str, Any]:
        """Name the customer: at an address that is known, at a new one of a known customer, or
        both new. Raises Invalid for what cannot be saved.
        """
        if address_id:
            place = db.session.get_one(CustomerAddress, address_id)
        else:
            existing = db.session.get_one(Customer, customer_id) if customer_id else None
            place = entered(by, existing, customer, address)
        if place.customer.id:
            hold(place.customer)
        self.customer, self.address = place.customer, place
        self.customer_id, self.address_id = place.customer_id, place.id
        self.reckon()
        return {"customer": place.customer.code, "address": place.code}


def hold(customer: Customer) -> None:
    """Keep a customer from being merged until the transaction ends, so that whoever merges it then
    sees what was entered for it. Raises Blocked where it was merged just now.
    """
    mine = select(Customer).where(Customer.id == customer.id)
    db.session.scalars(
        mine.with_for_update(read=True, key_share=True, of=Customer).execution_options(
            populate_existing=True
        )
    ).one()
    if customer.is_merged:
        raise Blocked(
            _l(
                "%(customer)s was merged into %(other)s meanwhile; choose that customer.",
                customer=customer.code,
                other=customer.goes_on_as.code,
            )
        )


def entered(
    by: User, known: Customer | None, customer: dict[str, Any], address: dict[str, Any]
) -> CustomerAddress:
    """Add an address to the master data, and its customer where that is new too."""
    owner = known or create(TABLES["customer"], customer, by=by)
    values = {**address, "customer": cast("Customer", owner).code}
    return cast("CustomerAddress", create(TABLES["address"], values, by=by))
