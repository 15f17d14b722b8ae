"""What the papers of an order have in common: whose it is, where it goes, what a line costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import both, joined, moment, number
from app.documents.paper.blocks import Field
from app.documents.paper.terms import CHANNEL, term
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Both
from app.flow.texts.terms import PAYMENT_RULES

if TYPE_CHECKING:
    from app.models.sales.order import Order, OrderLine


CENT = Decimal("0.01")


def head(order: Order) -> Iterator[Field]:
    """Customer, receipt, place and payment."""
    customer, address = order.customer, order.address
    yield Field(
        Both("客户/客户订单号", "Customer / PO"),
        joined(customer.name if customer else order.customer_text, order.customer_po),
    )
    yield Field(
        Both("接收渠道/时间", "Received by / at"),
        joined(term(CHANNEL, order.channel), moment(order.received_at)),
    )
    ship_to = (
        joined(address.address, address.receiver, address.phone)
        if address
        else joined(order.address_text, order.phone_text)
    )
    yield Field(Both("收货地址", "Ship-to"), ship_to, wide=True)
    if customer:
        rule = PAYMENT_RULES.get(customer.payment_rule)
        yield Field(
            Both("付款规则/条款", "Payment rule / terms"),
            joined(both(rule), customer.payment_terms or None, by=" · "),
        )


def wanted(line: OrderLine) -> Any:
    """The product as the plant calls it, and as the customer did."""
    product = line.product
    if product is None:
        return line.product_text
    own = joined(product.code, product.name, by=" ")
    said = line.product_text if line.product_text != product.code else None
    return joined(own, said, by="\n") if said else own


def amount(line: OrderLine) -> Decimal | None:
    return None if line.unit_price is None else line.unit_price * line.quantity


def money(value: Decimal | None) -> str:
    """An amount with at least two decimals."""
    return "" if value is None else number(max(value, value.quantize(CENT), key=decimals))


def decimals(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def total(lines: list[OrderLine]) -> Field | None:
    """What the lines come to; nothing where one of them has no price."""
    amounts = [amount(line) for line in lines]
    if not amounts or None in amounts:
        return None
    whole = sum(filter(None, amounts), Decimal(0))
    return Field(Both(f"合计 ({currency()})", f"Total ({currency()})"), money(whole))
