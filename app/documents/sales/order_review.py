"""The order review sheet 《订单审核表》: what the customer said, what the review found on each
line, what was checked, and who approved it (1.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import both, day, joined, moment, number
from app.documents.paper.blocks import Column, Fields, Paper, Passage, SignOffs, Table
from app.documents.paper.heading import ORDER_NO, last, seen, sheet, signature
from app.documents.paper.history import history
from app.documents.sales.of_order import head, wanted
from app.flow.orders import APPROVE
from app.flow.texts.lazy_text import Both
from app.flow.texts.terms import CHECKS
from app.models.sales.review import Remark, review_of

if TYPE_CHECKING:
    from app.models.records.papers.document import Document
    from app.models.sales.order import Order, OrderLine

LINES = (
    Column(Both("行号", "Line"), 6),
    Column(Both("产品", "Product"), 27),
    Column(Both("数量(件)", "Quantity (units)"), 11, number=True),
    Column(Both("要求交期", "Requested date"), 12),
    Column(Both("审核发现", "What the review found")),
)
CHECKED = (
    Column(Both("审核内容", "Checked")),
    Column(Both("结果", "Result"), 16),
)
RIGHT, NOT_SAID = Both("无误", "right"), Both("未勾选", "not ticked")


def context(order: Order, document: Document) -> Paper:
    """Return the sheet as the order was approved; findings as of its printing, which follows."""
    approved = last(seen(order, document), APPROVE)
    checks = approved.data.get("checks", {}) if approved else {}
    found = review_of(order)
    return sheet(
        document,
        refs={ORDER_NO: order.ref, Both("申请编号", "Request no."): order.request_no},
        code=order.ref,
        blocks=(
            Fields(tuple(head(order))),
            Passage(
                joined(
                    Both("客户原话", "The customer's message"), moment(order.received_at), by=" · "
                ),
                order.message,
                quoted=True,
            ),
            Table(
                LINES,
                tuple(row(line, found.get(line.line_no, [])) for line in order.lines),
                Both("订单行", "Order lines"),
            ),
            Table(
                CHECKED,
                tuple(
                    (both(label), RIGHT if checks.get(key) else NOT_SAID)
                    for key, label in CHECKS.items()
                ),
                Both("审核内容", "Checklist"),
            ),
            SignOffs((signature(Both("审核/批准", "Reviewed and approved"), order, approved),)),
            history([order], document.ordered_at),
        ),
    )


def row(line: OrderLine, remarks: list[Remark]) -> tuple[Any, ...]:
    return (
        str(line.line_no),
        wanted(line),
        number(line.quantity),
        day(line.requested_date),
        outcome(line, remarks),
    )


def outcome(line: OrderLine, remarks: list[Remark]) -> Any:
    """What was found on a line, or why it was declined."""
    if line.declined:
        return joined(Both("已拒绝", "declined"), line.declined, by=": ")
    if not remarks:
        return Both("无异议", "nothing against it")
    said = [joined(both(each.word), both(each.sentence), by=": ") for each in remarks]
    return joined(*said, by="\n")
