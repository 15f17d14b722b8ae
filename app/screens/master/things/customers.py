"""What the plant's records tell of a customer: its orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.orders import ORDERS
from app.flow.texts.lazy_text import _l
from app.models.master import Customer
from app.models.people.user import User
from app.models.sales.order import Order
from app.screens.master.things.listed import Cell, Listed
from app.screens.search.find import department_for

MOST_OPEN, LAST = 50, 10
ENDED = tuple(stage.key for stage in ORDERS.stages if stage.ends)
HEADS = (_l("Order"), _l("Customer PO no."), _l("Came in"), _l("Due"), _l("Stage"))


def open_orders(customer: Customer, by: User) -> Listed:
    own = Order.customer_id == customer.id
    query = select(Order).where(own, Order.stands_in(ORDERS.open)).order_by(Order.due, Order.id)
    orders = db.session.scalars(query.limit(MOST_OPEN)).all()
    return Listed(HEADS, rows(orders, by), _l("No order is open."))


def last_orders(customer: Customer, by: User) -> Listed:
    """Its last orders; of each stage that ends so many, which the index has in their order."""
    orders: list[Order] = []
    for stage in ENDED:
        ended = select(Order).where(Order.customer_id == customer.id, Order.stage == stage)
        orders += db.session.scalars(ended.order_by(Order.id.desc()).limit(LAST))
    latest = sorted(orders, key=lambda order: order.received_at, reverse=True)[:LAST]
    return Listed(HEADS, rows(latest, by), _l("No order is finished yet."))


def rows(orders: Iterable[Any], by: User) -> list[list[Cell]]:
    return [
        [
            Cell(order.ref, address(order, by)),
            Cell(order.customer_po),
            Cell(order.received_at),
            Cell(order.due),
            Cell(order.current_stage.label),
        ]
        for order in orders
    ]


def address(record: Any, by: User) -> str:
    """Where this person looks at a record."""
    return f"/{department_for(by, record.flow, record.current_stage).key}/{record.ref}"
