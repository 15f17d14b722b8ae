"""The card: one line of an order, or for stock; one filling run, one finished lot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.production import (
    BRANCH,
    CARRY_OVER,
    KIT_READY,
    ON_ITS_LINE,
    PASS_INSPECTION,
    PRODUCTION_ORDERS,
    TO_INSPECT_YET,
    TO_MAKE_YET,
    TO_SHIP_YET,
)
from app.flow.rules.blockers import GOODS, LINE, LOT, PAYMENT, SHIPMENT, STOCK, WORDING, Topic
from app.flow.rules.tags import HALTED
from app.flow.texts.lazy_text import Text, _l
from app.models.alerts.alerting import halted
from app.models.master import Product
from app.models.people.user import User
from app.models.production.bounded import BoundedCard
from app.models.production.cut_over.begun import Begun
from app.models.production.plan import Plan
from app.models.quality.shelf_life import GatedCard
from app.models.records.event import Event
from app.models.records.number_series import next_number
from app.models.sales.carrying_over import EARLIER
from app.models.sales.order import Order, OrderLine
from app.models.sales.rush import Rush
from app.models.warehouse.made_before import Made
from app.models.warehouse.stock import RELEASED, Lot
from app.required import required

REWORKED_WITHIN = timedelta(days=7)  # goods that came back; the planner finds the time


class ProductionOrder(
    BoundedCard,
    GatedCard,
    Rush,
):
    """The card that goes through the plant; each phase of the procedure is one of its bases."""

    __tablename__ = "production_order"
    __table_args__ = (Index("ix_production_order_board", "stage", "due"),)
    flow = PRODUCTION_ORDERS
    shows = frozenset({WORDING})

    @property
    def remark(self) -> str:
        """What the customer, or who has it made for stock, wants to be known about it."""
        return self.line.note if self.line else self.note

    @property
    def headline(self) -> Any:
        return self.product.name

    @property
    def amount(self) -> Text:
        if self.missing:
            return _l(
                "%(good)s of %(quantity)s units",
                good=f"{self.good:,}",
                quantity=f"{self.quantity:,}",
            )
        return _l("%(quantity)s units", quantity=f"{self.good or self.quantity:,}")

    @property
    def party(self) -> Any:
        return self.order.customer_name if self.order else ""

    @property
    def carrier(self) -> Any | None:
        """The problem that stops it, the sample that is tested, the shipment it is on."""
        if self.current_stage.has(HALTED):
            return next((anomaly for anomaly in self.anomalies if anomaly.stops), None)
        return self.sample if self.stage in PASS_INSPECTION.sources else self.shipment

    @classmethod
    def is_of_order(cls, order_id: int) -> Any:
        """The condition that a card is of an order."""
        return cls.line_id.in_(select(OrderLine.id).where(OrderLine.order_id == order_id))

    @classmethod
    def affected(cls, topic: Topic, key: Any) -> Any:
        return AFFECTED[topic](key) if topic in AFFECTED else super().affected(topic, key)

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (
            joinedload(cls.product),
            joinedload(cls.line).joinedload(OrderLine.order).joinedload(Order.customer),
        )

    @classmethod
    def opened_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.plans).joinedload(Plan.receipts),)

    def search_words(self) -> list[str]:
        return [self.number, self.lot_no or "", self.order.customer_po if self.order else ""]

    def search_subjects(self) -> list[Any]:
        return [self.product, self.order and self.order.customer]

    def has_moved(self, source: str | None) -> None:
        super().has_moved(source)
        was = source is not None and self.flow.stage(source).has(HALTED)
        if self.current_stage.has(HALTED) and not was:
            halted(self)

    # Where cards come from

    def enter(self, by: User, *, line: OrderLine) -> dict[str, Any]:
        """Open the card of an approved order line: 2026-00042-1."""
        return self.open_for(line, f"{line.order.number}-{line.line_no}", line.quantity)

    def carry_over(
        self,
        by: User | None,
        *,
        line: OrderLine,
        quantity: int,
        shipped_before: int,
        promised_date: date | None,
        made: Made | None,
        begun: Begun | None,
        vouched_by: int,
        paper_until: date,
        sheets: str,
        sheets_at: str,
    ) -> dict[str, Any]:
        """Be what is open of a line at the cut-over: to be made, begun or made on paper already.

        ``sheets`` are the papers that say so, ``sheets_at`` where they are.
        """
        facts = self.open_for(line, f"{line.order.number}-{line.line_no}", quantity)
        self.promised_date, self.due = promised_date, promised_date or self.requested_date
        self.paper_until, self.paper_steps = paper_until, 0
        self.doers = {CARRY_OVER.key: [vouched_by]}
        if made:
            self.good = made.good
            self.lot = made.taken_in(by, self)
        plan = begun.put(self, by, db.session.get_one(User, vouched_by)) if begun else {}
        return {
            **facts,
            **plan,
            "requested_date": self.requested_date,
            "promised_date": promised_date,
            "shipped_before": shipped_before,
            **(made.facts if made else {}),
            "paper_until": paper_until,
            "sheets": sheets,
            "sheets_at": sheets_at,
            "vouched_by": vouched_by,
            "earlier": EARLIER,
        }

    def carried_stage(self) -> str:
        """Where it begins: what nothing is done for is to plan, what runs is on its line, what is
        released is in stock.
        """
        if self.lot is None and self.plan:
            return ON_ITS_LINE if self.started_at else KIT_READY
        if self.lot is None:
            return TO_MAKE_YET
        return TO_SHIP_YET if self.lot.status == RELEASED else TO_INSPECT_YET

    @property
    def carried_over(self) -> Event | None:
        """The event by which it, or the card that it is a part of, was carried over from paper."""
        if self.order is None or self.order.carried_over is None:
            return None
        if self.parent and self.begun_by(BRANCH.key):
            return self.parent.carried_over
        return self.begun_by(CARRY_OVER.key)

    @property
    def made_on_paper(self) -> int:
        """How much of its run was made before the cut-over."""
        event = self.carried_over if self.paper_until else None
        return int(event.data.get("made_so_far") or 0) if event else 0

    def who_did(self, key: str, by: User) -> list[int]:
        """Of what was carried over who vouches for it."""
        return self.doers[key] if key == CARRY_OVER.key else super().who_did(key, by)

    def replace(self, by: User, *, scrapped: ProductionOrder) -> dict[str, Any]:
        """Open a card for what was scrapped."""
        number = f"{scrapped.number}-N{scrapped.reworked + 1}"
        self.parent, self.free_of_charge = scrapped, scrapped.free_of_charge
        if scrapped.line:
            return self.open_for(scrapped.line, number, scrapped.quantity) | {
                "replaces": scrapped.number
            }
        self.fill_in(number, scrapped.product, scrapped.quantity, scrapped.requested_date)
        return {"replaces": scrapped.number}

    def send_anew(
        self, by: User, *, parent: ProductionOrder, quantity: int, requested_date: date
    ) -> dict[str, Any]:
        """Open a card for goods that the customer complained of, free of charge."""
        number = f"{parent.number}-C{len(parent.children) + 1}"
        self.parent, self.free_of_charge = parent, True
        facts = self.open_for(required(parent.line), number, quantity)
        self.requested_date = self.due = requested_date
        return facts | {"replaces": parent.number}

    def rework_returned(
        self, by: User, *, parent: ProductionOrder, lot: Lot, quantity: int, reason: str
    ) -> dict[str, Any]:
        """Be the card by which goods that a customer sent back are reworked; they make stock."""
        number = f"{parent.number}-R{len(parent.children) + 1}"
        self.fill_in(number, parent.product, quantity, clock.today() + REWORKED_WITHIN)
        self.parent, self.lot, self.good = parent, lot, quantity
        self.started_at, self.finished_at = parent.started_at, parent.finished_at
        zone = self.set_apart(by, description=reason, reason=reason)
        return {"parent": parent.number, "lot": lot.lot_no, "zone": zone, "quantity": quantity}

    def make_to_stock(
        self, by: User, *, product_id: int, quantity: int, requested_date: date, note: str = ""
    ) -> None:
        """Open a card without an order: it makes stock."""
        self.fill_in(
            next_number("MTS"), db.session.get_one(Product, product_id), quantity, requested_date
        )
        self.note = note

    def rush_follows(self, by: User, action: str, reason: str) -> None:
        """Its samples and its shipment stand on boards too."""
        if self.shipment:
            self.shipment.rush = any(card.rush for card in self.shipment.cards)
        for other in (*self.samples, self.shipment):
            if other and not other.current_stage.ends:
                other.rush = self.rush if other is not self.shipment else other.rush
                other.touch()


# Which cards may read what has changed.
AFFECTED: dict[Topic, Callable[[Any], Any]] = {
    STOCK: ProductionOrder.may_lack,
    GOODS: lambda product: ProductionOrder.product_id == product,
    LOT: ProductionOrder.holds_lot,
    LINE: ProductionOrder.may_be_made_on,
    PAYMENT: ProductionOrder.is_of_order,
    SHIPMENT: lambda cards: ProductionOrder.id.in_(cards),
    WORDING: ProductionOrder.is_of_order,
}
