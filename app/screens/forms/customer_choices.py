"""Whom an order may be for: the customers' addresses to choose from, found as somebody says
them.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.master import Customer, CustomerAddress, addresses_of, namesakes
from app.models.master.dictionary import Field
from app.models.sales.letter import letter
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.models.sales.review import lines_beside
from app.required import required
from app.screens.master.listing import options
from app.web.languages import known, speaking

# So many addresses fit a list to choose from; of more, those are offered that were searched for.
FEW = 200
MOST_FOUND = 8
CODE = re.compile(r"(.*?)(\d+)")

Pairs = list[tuple[Any, Any]]


class CustomerChoices:
    """The part of the choices that is about customers."""

    def addresses(self) -> Pairs:
        """Every address in use, where they are few enough for a list; else none."""
        in_use = (Customer.active, CustomerAddress.active)
        count = select(func.count()).select_from(CustomerAddress).join(Customer).where(*in_use)
        if (db.session.scalar(count) or 0) > FEW:
            return []
        rows = db.session.scalars(
            select(CustomerAddress)
            .join(Customer)
            .where(*in_use)
            .options(joinedload(CustomerAddress.customer))
            .order_by(Customer.code, CustomerAddress.code)
        )
        return [as_pair(address) for address in rows]

    def addresses_like(self, words: str) -> Pairs:
        """The addresses of customers found by what was typed."""
        return [as_pair(address) for address in addresses_of(words, MOST_FOUND)]

    def address(self, number: int | None) -> Pairs:
        """The one address of an id, where it is in use."""
        found = db.session.get(CustomerAddress, number) if number and number < 2**63 else None
        return [as_pair(found)] if found and found.active and found.customer.active else []

    def customer_of(self, address_id: int | None) -> int | None:
        return address_id and db.session.get_one(CustomerAddress, address_id).customer_id

    def namesakes(self, name: str) -> list[Customer]:
        """Customers of the same name, however it is written."""
        return namesakes(name)

    def order_called(self, ref: str) -> Order | None:
        """The order of a number, for whoever wants it again."""
        return Order.find(ref)

    def letter_about(self, order: Order) -> str:
        """What a review leaves open, as it is put to the customer, in the customer's language."""
        customer = order.customer
        with speaking(known(customer.language) if customer else None, outside=True):
            return "\n".join(str(line) for line in letter(order))

    def lines_to_share(self, order: Order) -> Pairs:
        """Lines of other orders that could share a pot with one of an order's, and its own where
        it has several.
        """
        own = [line for line in order.open_lines if line.product]
        formulas = {line.product.formula_id for line in own if line.product}
        beside = [
            line
            for line in lines_beside(order, own)
            if line.product and line.product.formula_id in formulas
        ]
        return [
            (f"{line.order_id}:{line.line_no}", named(line))
            for line in (*(own if len(own) > 1 else ()), *beside)
        ]

    def next_customer_code(self) -> str:
        """The code after the highest in use: ``C-013``."""
        codes = [
            m for code in db.session.scalars(select(Customer.code)) if (m := CODE.fullmatch(code))
        ]
        if not codes:
            return "C-001"
        last = max(codes, key=lambda match: int(match[2]))
        return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"

    def named_by(self, field: Field) -> Pairs:
        """What a reference of master data may name."""
        return options(field)


def named(line: OrderLine) -> str:
    """A line as it is chosen: its number, its formula, how much of what by when."""
    product = required(line.product)
    return (
        f"{line.order.ref}/{line.line_no} · {product.formula.code} · {product.name} × "
        f"{line.quantity:,} · {line.requested_date or '–'}"
    )


def as_pair(address: CustomerAddress) -> tuple[int, str]:
    return (
        address.id,
        f"{address.customer.code} {address.customer.name} · {address.code} {address.address}",
    )
