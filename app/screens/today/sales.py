"""Sales, first thing: who waits for an answer, what has come back, what will be late, who owes,
whom to call.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from app import clock
from app.flow.orders import RECORD_REPLY
from app.flow.production import IN_HOUSE
from app.flow.rules import blockers
from app.flow.rules.tags import IN_WORK, LEFT, TO_ANSWER
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import PAYMENT_RULES, term
from app.models.master import Customer
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from app.models.records.rules.plant_settings import risk_span
from app.models.sales.order import BEFORE_SHIPPING, PREPAID, Order
from app.models.warehouse.shipment import Shipment
from app.required import required
from app.screens.blocked import blocked_by
from app.screens.today import complaints
from app.screens.today.listing import Listing, Row, due_mark
from app.screens.today.production import fewer, fewer_row

# An order in review whose customer was asked has come back from there by this event, or the
# question was taken back.
REPLIED = exists().where(
    Event.flow == Order.flow.key, Event.record_id == Order.id, Event.action == RECORD_REPLY.key
)
# Amounts are kept as text, which SQL cannot compare; that nothing is owed blocks a payment.
PAID = blocked_by(Order, blockers.PAID)
TO_CALL = tuple(stage.key for stage in Shipment.flow.stages if stage.has(LEFT) and not stage.ends)


def unanswered() -> Select[Any]:
    """Orders received or in review; those whose customer has replied are a list of their own."""
    return (
        select(Order)
        .where(Order.stands_in(Order.flow.tagged(TO_ANSWER)), ~REPLIED)
        .options(joinedload(Order.customer))
        .order_by(Order.received_at, Order.id)
    )


def unanswered_row(order: Order) -> Row:
    return Row(
        order.ref,
        order.headline,
        order.customer_po,
        order.current_stage.label,
        since=order.received_at,
    )


def replies() -> Select[Any]:
    return (
        select(Order)
        .where(Order.stands_in(Order.flow.tagged(TO_ANSWER)), REPLIED)
        .options(joinedload(Order.customer))
        .order_by(Order.since, Order.id)
    )


def reply_row(order: Order) -> Row:
    return Row(order.ref, order.headline, order.customer_po, since=order.since)


def at_risk() -> Select[Any]:
    """Customers' cards due within the days of risk or past, as the boards mark them, that have
    not left yet.
    """
    return (
        select(ProductionOrder)
        .where(
            ProductionOrder.line_id.is_not(None),
            ProductionOrder.stands_in(IN_HOUSE),
            ProductionOrder.due <= clock.today() + risk_span(),
        )
        .options(*ProductionOrder.shown_with())
        .order_by(ProductionOrder.due, ProductionOrder.id)
    )


def at_risk_row(card: ProductionOrder) -> Row:
    days = (required(card.due) - clock.today()).days
    return Row(
        card.ref,
        card.party,
        card.headline,
        card.current_stage.label,
        days=days,
        mark=due_mark(days),
    )


def unpaid() -> Select[Any]:
    """Orders in work whose customer pays first and has not paid in full."""
    return (
        select(Order)
        .join(Order.customer)
        .where(
            Order.stands_in(Order.flow.tagged(IN_WORK)),
            Customer.payment_rule.in_((PREPAID, BEFORE_SHIPPING)),
            ~PAID,
        )
        .options(joinedload(Order.customer))
        .order_by(Order.due.is_(None), Order.due, Order.id)
    )


def unpaid_row(order: Order) -> Row:
    open_amount = f"{order.amount_due - order.amount_paid:,.2f}"
    owed = _l("%(amount)s %(currency)s open", amount=open_amount, currency=currency())
    return Row(
        order.ref,
        order.headline,
        term(PAYMENT_RULES, required(order.customer).payment_rule),
        owed,
        at=order.due,
    )


def to_call() -> Select[Any]:
    return (
        select(Shipment)
        .where(Shipment.stands_in(TO_CALL))
        .options(joinedload(Shipment.customer))
        .order_by(Shipment.shipped_at, Shipment.id)
    )


def to_call_row(shipment: Shipment) -> Row:
    return Row(shipment.ref, shipment.headline, shipment.carrier, since=shipment.shipped_at)


def to_merge() -> Select[Any]:
    """Customers that somebody proposed to merge into another."""
    return Customer.to_be_merged()


def to_merge_row(double: Customer) -> Row:
    stays = required(double.merge_into)
    return Row(
        "",
        double.name,
        _l("shall go on as %(customer)s", customer=stays.code),
        stays.name,
        label=double.code,
        url=f"/admin/master/customer/{double.id}/merge",
    )


LISTS = (
    Listing(
        "unanswered",
        _l("Orders without an answer"),
        _l("Every order is answered."),
        unanswered,
        unanswered_row,
    ),
    Listing(
        "replies", _l("Customers’ replies"), _l("No reply waits to be read."), replies, reply_row
    ),
    Listing("at_risk", _l("Dates at risk"), _l("No date is at risk."), at_risk, at_risk_row),
    Listing(
        "fewer", _l("Fewer than ordered"), _l("No run gave fewer than ordered."), fewer, fewer_row
    ),
    Listing(
        "unpaid",
        _l("Payment first, still open"),
        _l("Nothing waits for a payment."),
        unpaid,
        unpaid_row,
    ),
    Listing(
        "to_call",
        _l("Shipped, not called yet"),
        _l("Every customer has been called."),
        to_call,
        to_call_row,
    ),
    complaints.OF_SALES,
    complaints.ANSWERS,
    complaints.COUNTED,
    Listing(
        "to_merge",
        _l("Customers entered twice, to confirm"),
        _l("No customers wait to be merged."),
        to_merge,
        to_merge_row,
    ),
)
