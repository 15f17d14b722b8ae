"""The letter that asks a customer what a review leaves open, drafted in the customer's language;
whoever sends it may change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app import clock
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Text, _l
from app.models.sales.review import Remark, review_of
from app.plant.sales.finding import HOLD
from app.plant.sales.questions import NO_DATE, Asked, question

if TYPE_CHECKING:
    from app.models.sales.order import Order, OrderLine


def letter(order: Order) -> list[Text]:
    """The letter's lines, for whoever says them in the customer's language; none where nothing is
    to be asked.
    """
    found = review_of(order)
    asked = [
        line for each in order.open_lines for line in of_line(each, found.get(each.line_no, []))
    ]
    held = any(
        each.finding and each.finding.kind == HOLD for remarks in found.values() for each in remarks
    )
    owed = [payment(order)] if held and order.amount_due > order.amount_paid else []
    if not asked and not owed:
        return []
    return [opening(order), *asked, *owed, _l("Please let us know. Thank you.")]


def opening(order: Order) -> Text:
    day = clock.local(order.received_at).date().isoformat()
    if order.customer_po:
        return _l("About your order %(po)s of %(day)s:", po=order.customer_po, day=day)
    return _l("About your order of %(day)s:", day=day)


def of_line(line: OrderLine, remarks: list[Remark]) -> Iterator[Text]:
    """The questions of a line, each by what the customer called the product."""
    labels = line.product.label_variants if line.product else ()
    asked = Asked(line.quantity, labels)
    for remark in remarks:
        said = question(remark.finding, asked) if remark.finding else NO_DATE
        if said:
            yield _l(
                "%(number)s. %(product)s × %(quantity)s: %(question)s",
                number=line.line_no,
                product=line.product_text,
                quantity=f"{line.quantity:,}",
                question=said,
            )


def payment(order: Order) -> Text:
    return _l(
        "By our terms it is paid beforehand: %(due)s %(currency)s, of which %(paid)s has come in. "
        "When will the rest?",
        due=f"{order.amount_due:,}",
        currency=currency(),
        paid=f"{order.amount_paid:,}",
    )
