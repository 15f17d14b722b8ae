"""What customers say: the mail where the demo has one, otherwise a short message in the
customer's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

from app.demo.inputs import SampleLine, SampleOrder
from app.demo.load import Plant
from app.demo.mails import Mail
from app.models.master import Customer, CustomerAddress, Product


def message_of(
    plant: Plant, order: SampleOrder, customer: Customer, address: CustomerAddress
) -> str:
    """Return the words in which an order came in."""
    mail = next(
        (m for m in plant.mails if m.sent_at == order.received_at and m.sender == customer.email),
        None,
    )
    if mail:
        return "\n\n".join([mail.subject, mail.text.strip(), *enclosed(mail)])
    if customer.language.startswith("zh"):
        return chinese(order, customer, address)
    return english(order, customer, address)


def enclosed(mail: Mail) -> Iterator[str]:
    """The words of what a mail holds besides its plain part: a table in HTML, an attached sheet."""
    for part in message_from_bytes(mail.raw, policy=policy.default).walk():
        if part.get_content_subtype() == "html":
            rows = re.sub(r"</tr>", "\n", re.sub(r"</t[dh]>", "  ", part.get_content()))
            yield "\n".join(
                line.strip() for line in re.sub(r"<[^>]*>", "", rows).splitlines() if line.strip()
            )
        elif part.is_attachment() and part.get_content_maintype() == "text":
            yield f"{part.get_filename()}\n{part.get_content().strip()}"


def chinese(order: SampleOrder, customer: Customer, address: CustomerAddress) -> str:
    opening = {
        "phone": f"{customer.contact}来电:",
        "online": "网上下单:",
        "email": "您好,请按下表安排发货:",
    }[order.channel]
    lines = [
        f"{line.line_no}. {name(line, zh=True)},{line.quantity} {line.uom},"
        f"{line.requested_date.month}月{line.requested_date.day}日到{note(line, '。', '(%s)。')}"
        for line in order.lines
    ]
    return "\n".join(
        [
            opening,
            f"采购单号 {order.customer_po}",
            *lines,
            f"送到:{address.address_local},{address.receiver}收",
            f"{customer.name_local} {customer.contact}",
        ]
    )


def english(order: SampleOrder, customer: Customer, address: CustomerAddress) -> str:
    lines = [
        f"{line.line_no}. {name(line, zh=False)}, {line.quantity:,} {line.uom}s, "
        f"at our door on {line.requested_date:%-d %B %Y}{note(line, '.', ' – %s.')}"
        for line in order.lines
    ]
    return "\n".join(
        [
            "Hello,",
            f"please supply against our purchase order {order.customer_po}:",
            "",
            *lines,
            "",
            f"Ship to: {address.address_en}.",
            "Please confirm quantities and date.",
            "",
            f"{customer.contact}, {customer.name_en}",
        ]
    )


def name(line: SampleLine, *, zh: bool) -> str:
    product = Product.by_code(line.product_code)
    if product is None:
        return line.product_code
    return f"{product.name_zh if zh else product.name_en} ({line.product_code})"


def note(line: SampleLine, without: str, shape: str) -> str:
    return shape % line.customer_note if line.customer_note else without
