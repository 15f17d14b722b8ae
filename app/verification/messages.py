"""Customers' messages: each as the event that took it in sealed it. Reads only."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.sales.order import Order
from app.verification.faults import OLDER, Faults
from app.verification.scratch import BATCH


class Messages:
    """Compares the messages of the orders whose first event it is given, a batch at a time."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.seen = 0
        self.waiting: dict[int, Any] = {}

    def add(self, event: Any, data: dict[str, Any]) -> None:
        if event.seq == 1 and event.flow == Order.flow.key:
            self.waiting[event.record_id] = data.get("message_sha256", OLDER)
            if len(self.waiting) >= BATCH:
                self.compare()

    def end(self) -> None:
        self.compare()

    def compare(self) -> None:
        """Look up the messages of the orders that wait."""
        sealed, self.waiting = self.waiting, {}
        for order in db.session.execute(
            select(Order.id, Order.request_no, Order.message)
            .where(Order.id.in_(sealed))
            .order_by(Order.id)
        ):
            self.seen += 1
            if sealed[order.id] is OLDER:
                self.faults.add(OLDER)
            elif hashlib.sha256(order.message.encode()).hexdigest() != sealed[order.id]:
                self.faults.add(f"{order.request_no}: the customer's message was altered")
