"""What customers have paid of the orders that came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.orders import RECORD_PAYMENT, START_REVIEW
from app.flow.roles import SALES
from app.flow.texts.currency import MONEY
from app.flow.texts.lazy_text import _l
from app.models.master import Customer
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, code_of, exact, text
from app.models.records.errors import Refused
from app.models.sales.order import Order
from app.sheets.kinds.listed import Listed, Pass
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, Change, Plan, Planned
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User


class Payments(Listed):
    """A payment is recorded in the review: an order that waits for it is taken into review."""

    key, file, label = "payments", "payments", _l("Payments")
    keepers = frozenset({SALES.key})
    key_fields = ("customer_po", "customer")
    own = (
        Column(
            "customer_po",
            text("customer_po", _l("Customer PO no."), required=True),
            ("客户订单号", "订单号"),
        ),
        Column(
            "customer_code", code_of("customer", _l("Customer"), Customer), ("客户编码", "客户")
        ),
        Column("amount_paid", exact("amount_paid", _l("Amount"), MONEY), ("已付金额", "付款金额")),
        Column(
            "paid_on",
            Field("paid_on", _l("Paid on"), DAY, required=False),
            ("付款日期", "到账日期"),
        ),
        Column(
            "amount_due",
            exact("amount_due", _l("Amount due"), MONEY, required=False),
            ("应付金额",),
        ),
    )

    def prepare(self, at: Pass) -> None:
        at.more["orders"] = {
            (order.customer_po, order.customer.code): order
            for order in db.session.scalars(
                select(Order)
                .where(Order.customer_id.is_not(None))
                .options(joinedload(Order.customer))
            )
            if order.customer
        }

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        said = read.values
        order = at.more["orders"].get((said["customer_po"], said["customer"]))
        if order is None:
            read.wrong(_l("There is no such order of this customer."), at.source("customer_po"))
            return
        rest = said["amount_paid"] - order.amount_paid
        planned.state = NEW if rest > 0 else SAME
        planned.changes = [Change("amount_paid", order.amount_paid, said["amount_paid"], MONEY)]
        planned.work = (order, rest, said.get("paid_on") or clock.today())

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        for planned in rows:
            order, amount, day = planned.work
            try:
                if order.stage in START_REVIEW.sources:
                    order.perform(START_REVIEW.key, by=by)
                order.perform(RECORD_PAYMENT.key, by=by, amount=amount, paid_on=day, note="")
            except Refused as refusal:
                raise Refused(
                    _l("%(what)s: %(value)s", what=order.ref, value=refusal.sentence)
                ) from None

    def exported(self) -> Iterator[Sequence[Any]]:
        """Every order that somebody has paid something of."""
        orders = select(Order).options(joinedload(Order.customer)).order_by(Order.id)
        for order in db.session.scalars(orders.execution_options(yield_per=500)):
            if order.customer and order.amount_paid:
                yield [
                    order.customer_po,
                    order.customer.code,
                    order.amount_paid,
                    None,
                    order.amount_due,
                ]
