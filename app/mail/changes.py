"""What a mail would change of an order that is on record: quantities and dates, line by line."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from app.mail.days import day_in
from app.mail.letters import Letter
from app.mail.proposing import NUMBER, TEXT, UNITS, Line
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine

CHINESE = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
NAMED = re.compile(
    r"第\s*(\d{1,2}|[一二三四五六七八九十])\s*(?:行|项|条)|\b(?:line|item|pos\.?)\s*(\d{1,2})\b",
    re.I,
)
TO = re.compile(
    rf"(?:改为|改成|更改为|调整为|变更为|换成|\bto\b|→|->|=)\s*({NUMBER})\s*({UNITS})?(?![\w年月/.\-])",
    re.I,
)
LATER = re.compile(r"改|推迟|延|提前|变更|chang|mov|postpon|instead|new date|deliver", re.I)


def changes(order: Order, letter: Letter, proposed: list[Line], today: date) -> list[Line]:
    """The lines of the order that a mail wants otherwise, each as it should be, with what it was:
    ``was`` is the line's quantity and date; None for a line more.
    """
    found = in_sentences(order, letter, today)
    told = {line["line_no"] for line in found}
    for line in proposed:
        same = next((each for each in order.lines if is_meant(each, line)), None)
        if same and same.line_no not in told:
            found += otherwise(
                same, line["quantity"], line["requested_date"], line["read_from"], line["note"]
            )
        elif not same:
            found.append({**line, "line_no": None, "was": None})
    return found


def in_sentences(order: Order, letter: Letter, today: date) -> list[Line]:
    """Changes in words: 第2行…改为 2400 瓶; line 2 … to 2,400 bottles."""
    found: list[Line] = []
    lines = {line.line_no: line for line in order.lines}
    for number, sentence in enumerate(re.split(r"[\n。;；]", letter.own_text), 1):
        named = NAMED.search(sentence)
        line = lines.get(line_number(named)) if named else None
        if line is None:
            continue
        to = TO.search(sentence)
        quantity = int(re.sub(r"\D", "", to[1])) if to else line.quantity
        wanted = day_in(sentence, today) if LATER.search(sentence) else None
        read_from = {"in": TEXT, "name": "", "row": number}
        found += otherwise(line, quantity, wanted, read_from, line.note)
    return found


def line_number(named: re.Match[str]) -> int:
    said = named[1] or named[2]
    return CHINESE.get(said) or int(said)


def otherwise(
    line: OrderLine, quantity: int, wanted: date | None, read_from: dict[str, Any], note: str
) -> list[Line]:
    """The line as it should be, where that is another than it is."""
    day = wanted or line.requested_date
    if (quantity, day) == (line.quantity, line.requested_date):
        return []
    return [
        {
            "line_no": line.line_no,
            "product_text": line.product_text,
            "quantity": quantity,
            "requested_date": day,
            "note": line.note or note,
            "read_from": read_from,
            "was": [line.quantity, line.requested_date],
        }
    ]


def is_meant(line: OrderLine, proposed: Line) -> bool:
    """Whether a proposed line speaks of the product of a line."""
    said = proposed["product_text"]
    return said in (line.product_text, line.product.code if line.product else None)
