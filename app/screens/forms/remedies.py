"""What to do about a finding of the review, each a click: of what this person may do here now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.flow.orders import (
    ASK_CUSTOMER,
    CORRECT,
    DECLINE_LINE,
    LIFT_RUSH,
    PROPOSE_POTS,
    RECORD_PAYMENT,
    SET_RUSH,
)
from app.flow.texts.lazy_text import Text, _l
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.models.sales.review import Remark
from app.plant.production.requirements import SPLIT
from app.plant.sales.finding import ASK, COMBINE, HOLD, REFUSE, RUSH, SHORTAGE, Finding
from app.plant.sales.questions import Asked, question

# What an order is corrected for: what was misread, or was never said.
TO_CORRECT = ("refuse:unknown_product", "refuse:quantity", "ask:due_date")


@dataclass(frozen=True)
class Remedy:
    """A link by what it does; ``action`` is what it opens, empty for a page to look at."""

    label: Text | str
    address: str
    action: str = ""


def remedies(remark: Remark, line: OrderLine, base: str, able: set[str]) -> list[Remedy]:
    """What speaks for a click about a remark on a line: ``base`` is the order's address, ``able``
    the keys of the actions that are open to this person.
    """
    found = [*of_finding(remark.finding, line)] if remark.finding else [asking(), correcting()]
    return [
        Remedy(each.label, f"{base}/{each.address}" if each.action else each.address, each.action)
        for each in found
        if not each.action or each.action in able
    ]


def of_finding(finding: Finding, line: OrderLine) -> Iterator[Remedy]:
    if asks(finding, line) or finding.kind == HOLD:
        yield asking()
    if str(finding) in TO_CORRECT:
        yield correcting()
    if finding.kind in (REFUSE, ASK) or str(finding) == "warn:duplicate" or is_hopeless(finding):
        yield declining(line)
    if finding.kind == HOLD:
        yield Remedy(_l("Record a payment"), RECORD_PAYMENT.key, RECORD_PAYMENT.key)
    if finding.kind in (SPLIT, COMBINE):
        yield proposing(finding, line)
    if finding.kind == SHORTAGE:
        for code in finding.detail["missing"]:
            yield Remedy(code, f"/stock/?{urlencode({'q': code})}")
    if finding.kind == RUSH:
        turn = LIFT_RUSH if line.order.rush else SET_RUSH
        yield Remedy(turn.label, turn.key, turn.key)


def asks(finding: Finding, line: OrderLine) -> bool:
    labels = line.product.label_variants if line.product else ()
    return question(finding, Asked(line.quantity, labels)) is not None


def is_hopeless(finding: Finding) -> bool:
    """Whether the goods would be too old whatever is done."""
    return str(finding) == "warn:shelf_life" and not finding.detail["possible"]


def asking() -> Remedy:
    return Remedy(ASK_CUSTOMER.label, ASK_CUSTOMER.key, ASK_CUSTOMER.key)


def correcting() -> Remedy:
    return Remedy(CORRECT.label, CORRECT.key, CORRECT.key)


def declining(line: OrderLine) -> Remedy:
    address = f"{DECLINE_LINE.key}?{urlencode({'line': line.line_no})}"
    return Remedy(_l("Decline line %(number)s", number=line.line_no), address, DECLINE_LINE.key)


def proposing(finding: Finding, line: OrderLine) -> Remedy:
    """The proposal of pots, with what the review found filled in."""
    if finding.kind == SPLIT:
        given = {"line": line.line_no, "pots": finding.detail["pots"]}
    else:
        ref, number = finding.detail["partners"][0]
        partner = Order.find(ref)
        given = {"line": line.line_no, "partner": f"{partner.id}:{number}" if partner else ""}
    address = f"{PROPOSE_POTS.key}?{urlencode(given)}"
    return Remedy(PROPOSE_POTS.label, address, PROPOSE_POTS.key)


def open_to(available: list[Any]) -> set[str]:
    """The keys of the actions that can be done now."""
    return {each.action.key for each in available if not each.refusal}
