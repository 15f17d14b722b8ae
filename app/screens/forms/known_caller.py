"""What Sales want to see of a customer who is on the phone: where the goods go, how they are paid,
what is open and what was ordered last.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.flow.production import START
from app.flow.shipments import SHIP
from app.flow.texts.terms import PAYMENT_RULES, term
from app.models.master import Customer, CustomerAddress
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine

SHOWN = 5


class KnownCaller:
    """A customer by one of the addresses."""

    def __init__(self, address: CustomerAddress) -> None:
        self.address, self.customer = address, address.customer

    @classmethod
    def at(cls, number: int | None) -> KnownCaller | None:
        """Whose address it is; None where none is chosen, or it is not in use any more."""
        found = db.session.get(CustomerAddress, number) if number and number < 2**63 else None
        return cls(found) if found and found.active and found.customer.active else None

    @property
    def payment_rule(self) -> Any:
        return term(PAYMENT_RULES, self.customer.payment_rule)

    @cached_property
    def open_orders(self) -> list[Order]:
        return self.orders(Order.stands_in(Order.flow.open))

    @cached_property
    def last_orders(self) -> list[Order]:
        """The latest, whatever became of them: one of them may be meant again."""
        return self.orders()

    @cached_property
    def unpaid(self) -> list[Order]:
        """The open orders whose payment holds something up."""
        steps = (START.key, SHIP.key)
        return [o for o in self.open_orders if any(map(o.must_be_paid_before, steps))]

    def orders(self, *conditions: Any) -> list[Order]:
        own = Order.customer_id.in_(Customer.and_merged(self.customer.id))
        query = (
            select(Order)
            .where(own, *conditions)
            .options(selectinload(Order.lines).joinedload(OrderLine.product))
            .order_by(Order.received_at.desc(), Order.id.desc())
            .limit(SHOWN)
        )
        return list(db.session.scalars(query))
