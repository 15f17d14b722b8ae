"""A customer's order, from the first message on (clauses 1.1 to 1.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, or_, select
from sqlalchemy.orm import (
    Mapped,
    MappedColumn,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

from app.extensions import db
from app.flow.documents import DOSSIER
from app.flow.orders import FULFIL, ORDERS
from app.flow.production import ENTER, PRODUCTION_ORDERS, START
from app.flow.rules.blockers import PAYMENT
from app.flow.rules.tags import LEFT
from app.flow.shipments import SHIP
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Text as Words
from app.flow.texts.lazy_text import _l
from app.models.controlled.revision import Revision
from app.models.master import Customer, CustomerAddress
from app.models.records.column_types import Exact, Moment
from app.models.records.kinds import kind_of
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.records.rules.reevaluation import reevaluate
from app.models.sales.caller import CALLER, Caller, hold
from app.models.sales.carrying_over import CarryingOver
from app.models.sales.opening import Opening
from app.models.sales.order_line import OrderLine
from app.models.sales.pot_proposal import Proposing, forget
from app.models.sales.rewording import Rewording
from app.models.sales.rush import Rush
from app.plant import bounds
from app.plant.bounds import Odd

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.card import Card
    from app.models.production.production_order import ProductionOrder

PREPAID, BEFORE_SHIPPING = "prepaid", "cash_before_shipping"
# A payment may round up, or carry tax; beyond so many times what is due it is a slip of the finger.
MOST_PAID = 2


def entered(*column: Any, **options: Any) -> MappedColumn[Any]:
    """A column of the order's head: filled in from the form's field of its name, and compared
    where the order is corrected.
    """
    return mapped_column(*column, info={"entered": True}, **options)


class Order(Opening, Caller, Rush, Rewording, Proposing, CarryingOver, Record):
    """One order of one customer to one address.

    It has a request number at once and an order number on approval.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        Index("ix_sales_order_board", "stage", "due"),
        Index("ix_sales_order_customer", "customer_id", "stage"),
        Index("ix_sales_order_received", "received_at"),
        Index("ix_sales_order_archive", "stage", "received_at", "id"),
    )
    flow = ORDERS

    request_no: Mapped[str] = mapped_column(String(30), unique=True)
    number: Mapped[str | None] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int | None] = entered(ForeignKey("customer.id"))
    address_id: Mapped[int | None] = entered(ForeignKey("customer_address.id"))
    customer_po: Mapped[str] = entered(String(60), default="")
    channel: Mapped[str] = entered(String(10))  # phone, email, online
    received_at: Mapped[datetime] = entered(Moment)
    message: Mapped[str] = mapped_column(Text)
    rush_set: Mapped[bool | None]  # what somebody decided; else the dates do
    amount_due: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))
    amount_paid: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))

    customer: Mapped[Customer | None] = relationship()
    address: Mapped[CustomerAddress | None] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.line_no", cascade="all, delete-orphan"
    )

    @property
    def ref(self) -> str:
        return self.number or self.request_no

    @property
    def headline(self) -> Any:
        return self.customer_name

    @property
    def party(self) -> Any:
        return self.customer_po

    @property
    def open_lines(self) -> list[OrderLine]:
        """The lines that were not declined."""
        return [line for line in self.lines if not line.declined]

    @property
    def cards(self) -> list[ProductionOrder]:
        """Every card of the order: of its lines, split off, or opened as a replacement."""
        return [card for line in self.lines for card in line.cards]

    @property
    def is_rush(self) -> bool:
        """As somebody decided, else where a line is wanted soon."""
        by_date = any(line.is_rush for line in self.open_lines)
        return by_date if self.rush_set is None else self.rush_set

    @property
    def is_paid(self) -> bool:
        return self.amount_paid >= self.amount_due

    def must_be_paid_before(self, step: str) -> bool:
        """Whether the customer's payment rule stops a step (``start`` or ``ship``) while the
        order is unpaid.
        """
        rules = {START.key: (PREPAID,), SHIP.key: (PREPAID, BEFORE_SHIPPING)}[step]
        rule = self.customer.payment_rule if self.customer else None
        return rule in rules and not self.is_paid

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.customer), selectinload(cls.lines).joinedload(OrderLine.product))

    @property
    def amount(self) -> Words:
        return _l("%(count)s lines", count=len(self.lines)) if len(self.lines) > 1 else _l("1 line")

    def search_words(self) -> list[str]:
        caller = (self.customer_text, self.address_text, self.phone_text)
        return [
            self.number or "",
            self.request_no,
            self.customer_po,
            *caller,
            *(line.product_text for line in self.lines),
        ]

    def search_subjects(self) -> list[Any]:
        return [self.customer, *(line.product for line in self.lines)]

    @classmethod
    def is_called(cls, ref: Any) -> Any:
        """Its order number, or until it has one its request number."""
        return or_(cls.number == ref, cls.request_no == ref)

    # Effects

    def take_in(
        self, by: User, *, message: str, lines: list[dict[str, Any]], **head: Any
    ) -> dict[str, Any]:
        """Put the customer's message on record with its channel and time; its words stay out of
        the chain, their hash in.
        """
        self.request_no = next_number("R")
        self.message = message
        self.amount_paid = Decimal(0)
        self.fill_in(head, lines)
        return {
            **head,
            "lines": lines,
            "message_sha256": hashlib.sha256(message.encode()).hexdigest(),
        }

    def correct(
        self, by: User, *, message: str, lines: list[dict[str, Any]], reason: str = "", **head: Any
    ) -> dict[str, Any]:
        """Replace head and lines by what was corrected; the event keeps old and new."""
        before, called = self.content(), self.own_words()
        declined = [
            (line.line_no, line.wish, line.declined) for line in self.lines if line.declined
        ]
        forget([(self.id, line.line_no) for line in self.lines])  # it was for what stood there
        self.lines.clear()
        db.session.flush()
        self.fill_in(head, lines)
        for number, wish, reason_given in declined:
            alike = [line for line in self.lines if line.wish == wish and not line.declined]
            same = next(
                (line for line in alike if line.line_no == number), alike[0] if alike else None
            )
            if same:
                same.declined = reason_given
        self.rush = self.is_rush
        self.reckon()
        after = self.content()
        new_words = {name: word for name, word in self.own_words().items() if word != called[name]}
        return {
            "changed": {k: [before[k], after[k]] for k in before if before[k] != after[k]},
            **new_words,
        }

    def decline_line(self, by: User, *, line_no: int, reason: str) -> None:
        line = next(line for line in self.lines if line.line_no == line_no)
        line.declined = reason
        forget([(self.id, line_no)])
        self.rush = self.is_rush
        self.reckon()

    def rush_follows(self, by: User, action: str, reason: str) -> None:
        """Every card under way goes before others with its order, or no longer."""
        self.rush_set = self.rush
        for card in sorted(self.cards, key=lambda card: card.id):
            if card.rush != self.rush and card.stage in card.flow.action(action).sources:
                card.perform(action, by=by, reason=reason)

    def owe_nothing(self, by: User, *, reason: str) -> None:
        self.amount_due = Decimal(0)

    def record_payment(self, by: User, *, amount: Decimal, paid_on: date, note: str = "") -> None:
        self.amount_paid += amount
        reevaluate(PAYMENT, self.id)

    def enter(self, by: User, **checks: Any) -> dict[str, Any]:
        """Give the order its number and every open line its card."""
        self.number = next_number()
        for line in self.open_lines:
            kind_of(PRODUCTION_ORDERS).create(ENTER.key, by=by, line=line)
        return {"number": self.number, "checks": checks}

    def outcome(self) -> str:
        """The end of an order whose cards have all ended."""
        return (
            "fulfilled" if any(card.current_stage.completes for card in self.cards) else "cancelled"
        )

    # What it is made of

    def fill_in(self, head: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        number = head.get("customer_id")
        if number and number != self.customer_id:
            hold(db.session.get_one(Customer, number))
        for name in self.as_entered():
            if name in head:  # what nobody says stays, and in a new order is the column's default
                setattr(self, name, head[name])
        self.customer = db.session.get_one(Customer, self.customer_id) if self.customer_id else None
        self.address = (
            db.session.get_one(CustomerAddress, self.address_id) if self.address_id else None
        )
        for name in CALLER:  # whom the master data know has no other words here
            setattr(self, name, "" if self.customer else head.get(name, ""))
        due = Revision.prices_due()
        self.lines = [
            OrderLine.of(line.get("line_no", number), line, due)
            for number, line in enumerate(lines, 1)
        ]
        self.due = min(
            (line.requested_date for line in self.lines if line.requested_date), default=None
        )
        self.rush = self.is_rush
        self.reckon()

    def reckon(self, ending: Card | None = None) -> None:
        """What the customer owes at list price: the open lines, once they have cards what those
        are for that were not cancelled (``ending`` is about to be) nor replaced.
        """
        self.amount_due = Decimal(0)
        for line in self.open_lines:
            open_cards = [
                card.quantity
                for card in line.cards
                if not (card.current_stage.gives_up or card.free_of_charge) and card is not ending
            ]
            if line.unit_price is not None:
                self.amount_due += line.unit_price * (
                    sum(open_cards) if line.cards else line.quantity
                )

    def owe_anew(self) -> None:
        """Reckon again, because the customer takes less than was ordered."""
        self.lock()
        before = self.amount_due
        self.reckon()
        if self.amount_due != before:
            self.touch()
            reevaluate(PAYMENT, self.id)

    def as_entered(self) -> dict[str, Any]:
        """What was entered beside the lines, by its name."""
        return {c.key: getattr(self, c.key) for c in self.__table__.c if "entered" in c.info}

    def content(self) -> dict[str, Any]:
        """The head and lines as plain data, to show what a correction changed."""
        lines = {
            f"line {n.line_no}": [n.product_text, n.quantity, n.requested_date, n.note]
            for n in self.lines
        }
        gone = {f"line {number}": None for number in range(len(self.lines) + 1, 51)}
        return {**self.as_entered(), **gone, **lines}

    def end_if_complete(self, by: User, ending: Card | None = None) -> None:
        """Complete the order once all its cards have ended (``ending`` is about to)."""
        # Whoever ends the other card waits here, and then sees this one ended.
        self.lock()
        cards = db.session.scalars(
            select(kind_of(PRODUCTION_ORDERS))
            .join(OrderLine)
            .where(OrderLine.order_id == self.id)
            .execution_options(populate_existing=True)
        ).all()
        before = self.amount_due
        self.reckon(ending if ending and not ending.current_stage.has(LEFT) else None)
        all_ended = all(card is ending or card.current_stage.ends for card in cards)
        if self.current_stage.ends:  # what the customer complained of was made once more
            if all_ended:
                self.produce(DOSSIER)
        elif all_ended:
            self.perform(FULFIL.key, by=by)
        elif self.amount_due != before:
            self.touch()  # what is owed decides whether it is paid

    @classmethod
    def holds_money(cls) -> bool:
        """Whether amounts of money are on record: an order was approved, or somebody has paid."""
        with_money = or_(cls.number.is_not(None), cls.amount_paid != Decimal(0))
        return db.session.scalar(select(cls.id).where(with_money).limit(1)) is not None

    # What the figures beside a field say of it: the flow names these as bounds

    def bounds_of_payment(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        amount, due = entered["amount"], self.amount_due - self.amount_paid
        if wrong := next(bounds.money(amount), None):
            yield wrong
        elif amount > due * MOST_PAID:
            yield Odd(
                _l(
                    "%(amount)s %(currency)s: only %(due)s %(currency)s is still due; this is "
                    "far above it.",
                    amount=f"{amount:,}",
                    due=f"{due:,}",
                    currency=currency(),
                )
            )
