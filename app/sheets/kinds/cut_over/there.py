"""What is there of the cut-over (期初), as the events have it: what an import compares with, and an
export gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.orders import ORDERS
from app.flow.production import CARRY_OVER, PRODUCTION_ORDERS
from app.models.master import Customer, CustomerAddress
from app.models.production.card import ON_THE_LINE
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from app.models.sales.carrying_over import ON_PAPER
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.models.warehouse.stock import Lot
from app.sheets.kinds.cut_over.begun import BEGUN
from app.sheets.kinds.cut_over.carried import Carried


@dataclass
class CarriedOrder:
    """An order that was carried over, as its events have it: ``cards`` by the number of the line,
    each with ``stage``, the event's facts as ``card`` and those of the line.
    """

    number: str
    head: dict[str, Any]
    cards: dict[int, dict[str, Any]] = field(default_factory=dict)

    def called(self, name: str) -> str:
        """What stands there, by its code."""
        if name == "customer_po":
            return str(self.head[name])
        kind: type[Any] = Customer if name == "customer_id" else CustomerAddress
        return str(db.session.get_one(kind, self.head[name]).code)

    def unlike(self, new: Carried) -> Iterator[str]:
        """Yield what was carried over otherwise than a file says; what happened since is not
        compared.
        """
        for name in ("customer_id", "address_id", "customer_po"):
            if self.head[name] != new.head[name]:
                yield self.called(name)
        there = self.cards.get(new.line_no or 0)
        if there is None:
            yield ", ".join(f"{self.number}-{each}" for each in sorted(self.cards))
            return
        for name, value in new.facts.items():
            if alike(name, there["card"].get(name)) != value:
                yield str(there["card"].get(name))

    def rows(self) -> Iterator[list[Any]]:
        """Its lines as rows of a file, the last value the id of who vouches."""
        ordered = clock.local(datetime.fromisoformat(self.head["received_at"])).date()
        for number, line in sorted(self.cards.items()):
            card, own = line["card"], line["line"]
            begun = line["stage"] in BEGUN
            yield [
                self.number,
                number,
                self.called("customer_id"),
                self.called("address_id"),
                self.head["customer_po"],
                ordered,
                card["product"],
                own["quantity"],
                day(card["requested_date"]),
                day(card["promised_date"]),
                line["stage"],
                card.get("lot"),
                card.get("good"),
                day(card.get("made_on")),
                day(card.get("expiry")),
                card.get("zone"),
                card["shipped_before"],
                card.get("line") if begun else None,
                card.get("tank"),
                shown(card.get("start")) if begun else None,
                shown(card.get("end")) if begun else None,
                card.get("made_so_far"),
                card.get("paper_steps"),
                own.get("note"),
                day(card.get("paper_until")),
                card.get("sheets"),
                card.get("sheets_at"),
                card["vouched_by"],
            ]


def alike(name: str, value: Any) -> Any:
    """A value of an event as a file's is compared: a moment in the plant's own zone."""
    return shown(value) if name in ("start", "end") else value


def shown(value: str | None) -> str | None:
    return clock.local(datetime.fromisoformat(value)).isoformat() if value else None


def day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def carried_over() -> dict[str, CarriedOrder]:
    """The orders that were carried over, by number."""
    # From the orders on, which are few beside the events.
    orders = (
        select(Event, Order.number)
        .select_from(Order)
        .join(Event, (Event.flow == ORDERS.key) & (Event.record_id == Order.id))
        .where(Order.channel == ON_PAPER, Event.seq == 1)
        .order_by(Order.number)
    )
    cards = (
        select(Event, OrderLine.order_id, OrderLine.line_no)
        .select_from(Order)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(ProductionOrder, ProductionOrder.line_id == OrderLine.id)
        .join(
            Event, (Event.flow == PRODUCTION_ORDERS.key) & (Event.record_id == ProductionOrder.id)
        )
        .where(Order.channel == ON_PAPER, Event.seq == 1, Event.action == CARRY_OVER.key)
    )
    by_id = {
        event.record_id: CarriedOrder(str(number), event.data)
        for event, number in db.session.execute(orders)
    }
    for event, order, line_no in db.session.execute(cards):
        lines = {line["line_no"]: line for line in by_id[order].head["lines"]}
        by_id[order].cards[line_no] = {
            "stage": event.target,
            "card": event.data,
            "line": lines[line_no],
        }
    return {order.number: order for order in by_id.values()}


def lots_named(numbers: Iterable[str]) -> dict[str, Lot]:
    """The lots that are there of these numbers."""
    wanted = list(numbers)
    found: dict[str, Lot] = {}
    for first in range(0, len(wanted), 500):
        some = select(Lot).where(Lot.lot_no.in_(wanted[first : first + 500]))
        found |= {lot.lot_no: lot for lot in db.session.scalars(some)}
    return found


def taken(works: Iterable[Carried]) -> set[str]:
    """The numbers of orders and cards of a file that records bear already."""
    numbers = list({number for work in works for number in (work.number, work.card_number)})
    found: set[str] = set()
    for first in range(0, len(numbers), 500):
        some = numbers[first : first + 500]
        for column in (Order.number, Order.request_no, ProductionOrder.number):
            found |= {
                each for each in db.session.scalars(select(column).where(column.in_(some))) if each
            }
    return found


def lots_planned(numbers: Iterable[str]) -> set[str]:
    """Those of some numbers that plans have given to their lots."""
    wanted = list(numbers)
    found: set[str] = set()
    for first in range(0, len(wanted), 500):
        some = select(Plan.lot_no).where(Plan.lot_no.in_(wanted[first : first + 500]))
        found |= {str(number) for number in db.session.scalars(some)}
    return found


def lines_taken() -> dict[int, str]:
    """The card that runs, or stands halted, on each line that is taken."""
    running = (
        select(Plan.line_id, ProductionOrder.number)
        .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
        .where(ProductionOrder.stands_in(ON_THE_LINE), Plan.withdrawn.is_(False))
    )
    return {line: number for line, number in db.session.execute(running) if line}
