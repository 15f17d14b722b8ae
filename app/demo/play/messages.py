"""What customers say: the mail where the demo has one, otherwise a short message in the
customer's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import format_datetime

from app.demo.inputs import SampleLine, SampleOrder
from app.demo.load import Plant
from app.demo.mails import Mail
from app.demo.play.world import Script, World
from app.extensions import db
from app.mail.taking_in import take_in
from app.models.master import Customer, CustomerAddress, Product

WAITING = ("<po-ht-2611-01-r1@haitang.example>", "<spam1@spam.example>")
MADE = """From: 周示二 <po@yunshan-hotel.example>
To: orders@chengguang.example
Subject: 采购订单 YS-1203
Message-ID: <ys-1203@yunshan-hotel.example>
Date: {date}
Content-Type: text/plain; charset=utf-8

您好,请安排:
1. P-GC-500 玻璃清洁剂 240瓶
2. P-HS-500 海洋洗手液 20箱
交货日期:{month}月{day}日,上午到。

周示二
"""


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


def mail_story(world: World) -> Script:
    """The mails that wait for Sales: one that changes an order, one that is none, and a new order
    of last evening. Those that began orders were typed by people.
    """
    for mail in world.plant.mails:
        if mail.message_id in WAITING:
            yield mail.sent_at
            take_in(mail.raw)
            db.session.commit()
    evening = world.days.at(-1, "17:05")
    yield evening
    wanted = world.days.date(9)
    take_in(MADE.format(date=format_datetime(evening), month=wanted.month, day=wanted.day).encode())
    db.session.commit()


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
