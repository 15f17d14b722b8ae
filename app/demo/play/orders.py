"""An order in the play: taken in, reviewed, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.demo.inputs import SampleLine, SampleOrder
from app.demo.play.cards import Run, card_story
from app.demo.play.clock import OFFICE, after, within
from app.demo.play.messages import message_of
from app.demo.play.world import Script, World
from app.flow.texts.lazy_text import Both
from app.models.master import Customer
from app.models.sales.order import Order
from app.required import required

# The checklist of the review.
CHECKED = ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right")


@dataclass(frozen=True)
class Fate:
    """What becomes of an order: the stage it is to reach, the question asked, the answer, the
    reason, lines declined; ``proposed``: a line's pots, and lines of other orders in one with it.
    """

    until: str = "approved"
    question: str = ""
    answer: str = ""
    reason: str = ""
    declined: tuple[tuple[int, str], ...] = ()
    proposed: tuple[tuple[int, int, tuple[tuple[str, int], ...]], ...] = ()


def order_story(world: World, sample: SampleOrder, fate: Fate, runs: dict[int, Run]) -> Script:
    """Play one order: ``runs`` says by line number how its cards go on."""
    customer = required(Customer.by_code(sample.customer_code))
    clerk = (
        "sales3" if customer.language == "en" else world.one_of("sales", len(world.orders)).login
    )
    yield within(sample.received_at, OFFICE)
    order = world.orders[sample.customer_po] = world.make(
        Order, "receive", clerk, **content(world, sample, customer)
    )
    for moment in review(world, order, sample, fate, clerk):
        if order.stage == fate.until != "in_review":
            return
        yield moment
    if order.stage == "approved":
        for card in order.cards:
            world.start(card_story(world, card, runs[card.line.line_no]))


def content(world: World, sample: SampleOrder, customer: Customer) -> dict[str, Any]:
    address = next(a for a in customer.addresses if a.code == sample.address_code)
    lines = [
        {
            "product_text": line.product_code,
            "quantity": line.quantity,
            "requested_date": line.requested_date,
            "note": line.customer_note,
        }
        for line in sample.lines
    ]
    return {
        "customer_id": customer.id,
        "address_id": address.id,
        "customer_po": sample.customer_po,
        "channel": sample.channel,
        "received_at": sample.received_at,
        "lines": lines,
        "message": message_of(world.plant, sample, customer, address),
    }


def review(world: World, order: Order, sample: SampleOrder, fate: Fate, clerk: str) -> Script:
    """From the first look to the order's number, with payments as they come in."""
    yield after(world.now, 15)
    world.act(order, "start_review", clerk)
    for payment in world.plant.payments:
        if payment.customer_po == sample.customer_po and payment.amount_paid:
            yield max(
                after(world.now, 10),
                world.days.at((required(payment.paid_on) - world.days.last).days, "10:00"),
            )
            world.act(
                order,
                "record_payment",
                clerk,
                amount=payment.amount_paid,
                paid_on=payment.paid_on,
                note="",
            )
    for line_no, pots, partners in fate.proposed:
        yield after(world.now, 5)
        places = [(world.orders[po].id, number) for po, number in partners]
        world.act(order, "propose_pots", clerk, line_no=line_no, pots=pots, partners=places)
    if fate.question:
        yield after(world.now, 20)
        world.act(order, "ask_customer", clerk, question=fate.question, asked_by=order.channel)
        if not fate.answer:
            return
        yield after(world.now, 75)
        world.act(order, "record_reply", clerk, reply=fate.answer, replied_by=order.channel)
    for line_no, reason in fate.declined:
        yield after(world.now, 10)
        world.act(order, "decline_line", clerk, line_no=line_no, reason=reason)
    if fate.until == "declined":
        yield after(world.now, 10)
        world.act(order, "decline", clerk, reason=fate.reason)
    elif fate.until == "approved":
        yield after(world.now, 15)
        world.act(order, "approve", clerk, **dict.fromkeys(CHECKED, True))


def repeat(
    po: str,
    customer: str,
    address: str,
    channel: str,
    received: datetime,
    lines: list[tuple[str, int, int]],
    world: World,
) -> SampleOrder:
    """An earlier order of a known customer, as the demo's sample orders are given."""
    line_contents = tuple(
        SampleLine(
            number,
            product,
            quantity,
            "桶" if product in ("P-DW-5K", "P-BL-20L") else "瓶",
            world.days.date(day),
            "",
            (),
            "ok",
            Both("", ""),
        )
        for number, (product, quantity, day) in enumerate(lines, 1)
    )
    return SampleOrder(po, customer, address, channel, received, line_contents)
