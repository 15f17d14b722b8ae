"""The order confirmation 《订单确认书》: what the plant has agreed to make, for whom, by when, at
what price (1.3). It goes to the customer, so it says nothing of what is within the plant.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import day, joined, number
from app.documents.paper.blocks import (
    Column,
    Field,
    Fields,
    Paper,
    SignOff,
    SignOffs,
    Table,
)
from app.documents.paper.heading import ORDER_NO, last, seen, sheet, signature
from app.documents.sales.of_order import amount, head, money, total, wanted
from app.flow.orders import PRINT_CONFIRMATION
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Both

if TYPE_CHECKING:
    from app.models.records.papers.document import Document
    from app.models.sales.order import Order, OrderLine

OPEN = Both("待排产后确认", "to be confirmed once planned")


def context(order: Order, document: Document) -> Paper:
    """Return the confirmation as of its printing: dates are promised once the plan has them."""
    printed = last(seen(order, document), PRINT_CONFIRMATION)
    whole = total(order.open_lines)
    return sheet(
        document,
        refs={ORDER_NO: order.ref},
        code=order.ref,
        blocks=(
            Fields(tuple(head(order))),
            Table(
                columns(), tuple(map(row, order.open_lines)), Both("确认内容", "What we confirm")
            ),
            Fields((whole, Field(Both("备注", "Remarks"), None))) if whole else None,
            SignOffs(
                (
                    signature(Both("供方(盖章)", "Supplier (seal)"), order, printed),
                    SignOff(Both("客户确认(签字盖章)", "Confirmed by the customer (seal)")),
                ),
                Both("确认", "Confirmation"),
            ),
        ),
    )


def columns() -> tuple[Column, ...]:
    code = currency()
    return (
        Column(Both("行号", "Line"), 6),
        Column(Both("产品", "Product")),
        Column(Both("数量(件)", "Quantity (units)"), 11, number=True),
        Column(Both(f"单价 ({code})", f"Unit price ({code})"), 11, number=True),
        Column(Both(f"金额 ({code})", f"Amount ({code})"), 13, number=True),
        Column(Both("要求交期", "Requested date"), 12),
        Column(Both("承诺交期", "Promised date"), 15),
    )


def row(line: OrderLine) -> tuple[Any, ...]:
    return (
        str(line.line_no),
        joined(wanted(line), line.note or None, by="\n") if line.note else wanted(line),
        number(line.quantity),
        money(line.unit_price),
        money(amount(line)),
        day(line.requested_date),
        promised(line),
    )


def promised(line: OrderLine) -> Any:
    """The days on which its cards are promised; a line that is not planned has none."""
    cards = [card for card in line.cards if not card.current_stage.gives_up]
    days: set[date | None] = {card.promised_date for card in cards}
    if not days or None in days:
        return OPEN
    return "\n".join(sorted(map(day, days)))
