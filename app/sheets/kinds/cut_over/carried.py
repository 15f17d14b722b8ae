"""A line of an open order as a file says it at the cut-over, and as its events have it since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.orders import CARRY_OVER, ORDERS
from app.flow.production import CARRY_OVER as CARRY_OVER_CARD
from app.flow.production import PRODUCTION_ORDERS
from app.models.master import Customer, CustomerAddress
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.models.warehouse.made_before import Made
from app.plant import reading

OF_LINE = ("requested_date", "promised_date")
OF_LOT = ("lot", "good", "made_on", "expiry", "zone")


@dataclass
class Carried:
    """What a row comes to: ``head`` is its order's, ``line`` the order's line, ``card`` where it
    stands; ``words`` are the heads of the file.
    """

    number: str
    line_no: int | None
    head: dict[str, Any]
    said: dict[str, Any]
    product: str
    left: int
    made: Made | None
    vouched_by: int
    words: str = ""

    @classmethod
    def of(
        cls,
        said: dict[str, Any],
        customer: int,
        address: int,
        product: str,
        left: int,
        made: Made | None,
        vouched_by: int,
    ) -> Carried:
        ordered = said.get("ordered_on") or clock.today()
        head = {
            "customer_id": customer,
            "address_id": address,
            "customer_po": reading.code(said.get("customer_po"))[:60],
            "received_at": datetime.combine(ordered, time(), clock.PLANT_ZONE),
        }
        number = reading.code(said["order_number"]).upper()
        return cls(number, said.get("line_no"), head, said, product, left, made, vouched_by)

    @property
    def card_number(self) -> str:
        return f"{self.number}-{self.line_no}"

    @property
    def line(self) -> dict[str, Any]:
        """The line as an order takes it in."""
        return {
            "line_no": self.line_no,
            "product_code": self.product,
            "product_text": self.product,
            "quantity": self.said["quantity"],
            "requested_date": self.said.get("requested_date") or self.said["promised_date"],
            "note": str(self.said.get("note") or "")[:400],
        }

    @property
    def card(self) -> dict[str, Any]:
        """What is open of it, as the card takes it in."""
        return {
            "quantity": self.left,
            "shipped_before": self.said.get("shipped_quantity") or 0,
            "promised_date": self.said.get("promised_date"),
            "made": self.made,
            "vouched_by": self.vouched_by,
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What its events say once it is there."""
        card, made = self.card, self.made.facts if self.made else {}
        days = {"requested_date": self.line["requested_date"]} | card
        return {
            "product": self.product,
            **{name: plain(days[name]) for name in OF_LINE},
            **{name: card[name] for name in ("quantity", "shipped_before", "vouched_by")},
            **{name: plain(made.get(name)) for name in OF_LOT},
        }

    def unlike(self, old: CarriedOrder) -> Iterator[str]:
        """Yield what was carried over otherwise than a file says; what happened since is not
        compared.
        """
        for name in ("customer_id", "address_id", "customer_po"):
            if old.head[name] != self.head[name]:
                yield old.called(name)
        there = old.cards.get(self.line_no or 0)
        if there is None:
            yield self.card_number
            return
        for name, value in self.facts.items():
            if there["card"].get(name) != value:
                yield str(there["card"].get(name))


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

    def rows(self) -> Iterator[list[Any]]:
        """Its lines as rows of a file, the last value the id of who vouches."""
        ordered = clock.local(datetime.fromisoformat(self.head["received_at"])).date()
        for number, line in sorted(self.cards.items()):
            card, own = line["card"], line["line"]
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
                own.get("note"),
                card["vouched_by"],
            ]


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def carried_over() -> dict[str, CarriedOrder]:
    """The orders that were carried over, by number."""
    orders = (
        select(Event, Order.number)
        .join(Order, Order.id == Event.record_id)
        .where(Event.flow == ORDERS.key, Event.seq == 1, Event.action == CARRY_OVER.key)
        .order_by(Order.number)
    )
    cards = (
        select(Event, OrderLine.order_id, OrderLine.line_no)
        .join(ProductionOrder, ProductionOrder.id == Event.record_id)
        .join(OrderLine, OrderLine.id == ProductionOrder.line_id)
        .where(
            Event.flow == PRODUCTION_ORDERS.key,
            Event.seq == 1,
            Event.action == CARRY_OVER_CARD.key,
        )
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
