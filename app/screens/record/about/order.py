"""What the page of an order tells: the customer, each line with what the review found, the
message, the payment.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from app.flow.production import START
from app.flow.rules.tags import UNDER_REVIEW
from app.flow.shipments import SHIP
from app.flow.texts.lazy_text import Text, _l, halves
from app.flow.texts.terms import CAME_BY, LABEL_LANGUAGES, PAYMENT_RULES, term
from app.models.sales.review import Remark, review_of
from app.required import required
from app.screens.record.carried_over import mark, told_of
from app.screens.record.fact import Fact, Mark, days_until, documents_wanted, receiving
from app.screens.record.promise import Promise, of_order
from app.screens.record.timeline import Timeline, timeline_of_order

if TYPE_CHECKING:
    from app.models.sales.order import Order


class AboutOrder:
    """The order as Sales looks at it."""

    def __init__(self, order: Order) -> None:
        self.order = order

    @property
    def under_review(self) -> bool:
        return self.order.current_stage.has(UNDER_REVIEW)

    @cached_property
    def remarks(self) -> dict[int, list[Remark]]:
        """What the review found on each line; nothing once the review is over."""
        return review_of(self.order) if self.under_review else {}

    @cached_property
    def proposed(self) -> dict[int, Text]:
        """What Sales propose to the planner of its lines, by their numbers."""
        return self.order.proposals() if not self.order.current_stage.ends else {}

    @property
    def channel(self) -> object:
        return term(CAME_BY, self.order.channel)

    @property
    def payment(self) -> Mark:
        """Whether the money is there, and what that stops."""
        order = self.order
        if order.customer is None:
            return Mark("", _l("Known once the customer is entered"))
        if order.is_paid:
            return Mark("passed", _l("Paid"))
        if order.must_be_paid_before(START.key):
            return Mark("hold", _l("Unpaid: do not start"))
        if order.must_be_paid_before(SHIP.key):
            return Mark("hold", _l("Unpaid: may be made, not shipped"))
        return Mark("", _l("On account"))

    @property
    def timing(self) -> list[Fact]:
        order = self.order
        return [
            Fact(_l("First delivery wanted"), order.due),
            Fact(_l("Received at"), order.received_at),
            Fact(_l("Request no."), order.request_no if order.number else ""),
        ]

    @property
    def marks(self) -> list[Mark]:
        order, left = self.order, days_until(self.order.due)
        late = left is not None and left < 0 and not order.current_stage.ends
        return (
            mark(order)
            + [Mark("late", _l("Late"))] * late
            + [Mark("rush", _l("Rush"))] * (order.is_rush and not order.current_stage.ends)
        )

    @cached_property
    def timeline(self) -> Timeline:
        """The path of its cards through the phases against their plans."""
        return timeline_of_order(self.order)

    @cached_property
    def promise(self) -> Promise | None:
        """Whether all of it will be on time: its worst card."""
        return of_order(self.order)

    @property
    def facts(self) -> list[Fact]:
        """Who orders, what the order itself says, where it goes and on which terms."""
        if self.order.customer is None:
            return [*self.caller, *self.entered, Fact(_l("Ship to"), self.order.address_text)]
        return [*self.customer, *self.entered, *self.terms]

    @property
    def entered(self) -> list[Fact]:
        """What stands on the order whoever gave it."""
        order = self.order
        return [
            Fact(_l("Customer PO no."), order.customer_po),
            *told_of(order.carried_over),
        ]

    @property
    def caller(self) -> list[Fact]:
        """Who ordered, as long as the customer is not in the master data."""
        return [
            Fact(_l("Customer"), self.order.customer_name),
            Fact(_l("Master data"), _l("not entered yet")),
            Fact(_l("Phone"), self.order.phone_text),
        ]

    @property
    def customer(self) -> list[Fact]:
        customer = required(self.order.customer)
        return [
            Fact(_l("Customer"), customer.name, thing=customer),
            Fact(_l("Contact"), customer.contact),
            Fact(_l("Phone"), customer.phone),
            Fact(_l("E-mail"), customer.email),
        ]

    @property
    def terms(self) -> list[Fact]:
        """Where the goods go and what the customer wants of them."""
        customer, address = required(self.order.customer), required(self.order.address)
        return [
            Fact(_l("Ship to"), f"{address.code} · {address.address}"),
            Fact(_l("Receives"), receiving(address)),
            Fact(_l("Transport"), _l("%(n)s d", n=address.transit_days)),
            Fact(
                _l("Remaining shelf life"),
                _l("at least %(percent)s %%", percent=customer.min_remaining_shelf_life_pct),
            ),
            Fact(_l("Label language"), term(LABEL_LANGUAGES, customer.label_variant)),
            Fact(_l("Required documents"), documents_wanted(customer)),
            Fact(_l("Special requirements"), customer.special_requirements),
            Fact(
                _l("Payment terms"),
                halves(customer.payment_terms) or term(PAYMENT_RULES, customer.payment_rule),
            ),
        ]
