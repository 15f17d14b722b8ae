"""Where the play takes place: people, records, and the scripts that run side by side in the
order of time.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from app.clock import set_clock
from app.demo.load import Plant
from app.demo.play.clock import Days
from app.extensions import db
from app.models.people.standing_in import of_person
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.errors import Refused
from app.models.records.record import Record
from app.models.records.rules.bounding import Explained
from app.models.sales.order import Order

# A script does something, says when it wants to go on, and is called again at that moment.
Script = Generator[datetime, None, None]

# What people say of figures that they are warned of.
COUNTED_AGAIN = Explained("已复点,与送货单一致")

# Who works on which line: operator, the second operator, supervisor.
CREWS = {
    "L1": ("operator1", "operator3", "super1"),
    "L2": ("operator3", "operator1", "super1"),
    "L3": ("operator2", "operator4", "super2"),
    "L4": ("operator4", "operator2", "super2"),
}


class World:
    """The demo plant while it is played: ``act`` is one person's action, committed at once."""

    def __init__(self, plant: Plant, days: Days) -> None:
        self.plant, self.days = plant, days
        self.orders: dict[str, Order] = {}  # by the customer's order number
        self.waiting: list[tuple[datetime, int, Script]] = []
        self.turns = count()
        self.now = days.at(-99, "00:00")

    # People

    def who(self, login: str) -> User:
        return self.plant.users[login]

    def one_of(self, role: str, number: int) -> User:
        """One of the two people of a role, in turn by ``number``."""
        return self.who(f"{role}{number % 2 + 1}")

    def head(self, number: int) -> User:
        """One of the two production heads; while that one is away, whoever stands in."""
        head = self.one_of("head", number)
        return next(
            (each.deputy for each in of_person(head) if each.principal is head and each.is_on), head
        )

    def crew(self, line: str) -> tuple[str, str, str]:
        """Operator, second operator and supervisor of a line."""
        return CREWS[line]

    # What is there

    def card(self, po: str, line_no: int) -> ProductionOrder | None:
        """The card of an order's line, once it is entered."""
        order = self.orders.get(po)
        line = order and next((n for n in order.lines if n.line_no == line_no), None)
        return line.cards[0] if line and line.cards else None

    # What happens

    def act(self, record: Record, action: str, login: str | User, **data: Any) -> None:
        try:
            record.perform(
                action,
                by=self.who(login) if isinstance(login, str) else login,
                unusual=COUNTED_AGAIN,
                **data,
            )
        except Refused as refused:
            refused.add_note(f"{record.ref}: {action}, {self.now:%m-%d %H:%M}")
            raise
        db.session.commit()

    def make(self, kind: type[Record], action: str, login: str | User, /, **data: Any) -> Any:
        record = kind.create(
            action,
            by=self.who(login) if isinstance(login, str) else login,
            unusual=COUNTED_AGAIN,
            **data,
        )
        db.session.commit()
        return record

    def start(self, script: Script) -> None:
        """Run a script up to the moment for which it waits."""
        if moment := next(script, None):
            heappush(self.waiting, (moment, next(self.turns), script))

    def run(self) -> None:
        """Call every script when its moment comes, until all have ended or the play is over."""
        while self.waiting:
            moment, _, script = heappop(self.waiting)
            if moment > self.days.over:
                continue
            # Two things never happen at the very same second.
            self.now = max(moment, self.now + timedelta(seconds=7))
            if self.now > self.days.over:
                return
            set_clock(self.days.real(self.now))
            self.start(script)
