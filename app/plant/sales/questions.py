"""What a finding asks of the customer, in the customer's own words, with what may be answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.flow.texts.lazy_text import Text, _l, listed
from app.flow.texts.terms import LABEL_LANGUAGES, term
from app.plant.sales.finding import Finding

NO_DATE = _l("On which day shall it arrive?")


@dataclass(frozen=True)
class Asked:
    """What a question needs to know of a line: its ``quantity`` in units and the label languages
    (``labels``) that there are. ``names`` are the documents' names by their codes.
    """

    quantity: int
    labels: Sequence[str] = ()
    names: Mapping[str, object] | None = None


def question(finding: Finding, asked: Asked) -> Text | None:
    """Return what to ask the customer because of a finding; None where the plant settles it."""
    ask = QUESTIONS.get(str(finding))
    return ask(finding.detail, asked) if ask else None


def unknown_product(detail: dict[str, Any], asked: Asked) -> Text:
    return _l(
        "We find no product by “%(product)s”. Which product is meant, in which size?",
        product=detail["product"],
    )


def no_quantity(_detail: dict[str, Any], _asked: Asked) -> Text:
    return _l("How many units shall it be?")


def due_date(detail: dict[str, Any], _asked: Asked) -> Text:
    return _l(
        "%(requested)s lies before the day of the order, %(received)s. On which day shall it "
        "arrive?",
        requested=detail["requested"].isoformat(),
        received=detail["received"].isoformat(),
    )


def full_case(detail: dict[str, Any], asked: Asked) -> Text:
    fewer, more = asked.quantity - detail["over"], asked.quantity + detail["to_next"]
    if not fewer:
        return _l(
            "A case holds %(case)s units. May it be %(more)s?",
            case=detail["units_per_case"],
            more=f"{more:,}",
        )
    return _l(
        "A case holds %(case)s units. Shall it be %(fewer)s or %(more)s?",
        case=detail["units_per_case"],
        fewer=f"{fewer:,}",
        more=f"{more:,}",
    )


def below_minimum(detail: dict[str, Any], asked: Asked) -> Text:
    """Units of the smallest pot: of the same bulk for each unit, rounded up."""
    least = -(-asked.quantity * detail["smallest"] // detail["bulk"])
    return _l(
        "We make at least %(least)s units of it at once. May it be that many, or wait for a "
        "further order?",
        least=f"{least:,}",
    )


def duplicate(detail: dict[str, Any], _asked: Asked) -> Text:
    return _l(
        "It is the same as your order %(order)s: products, quantities, address and dates. Is it "
        "a second one, or the same sent twice?",
        order=detail["order"],
    )


def documents(detail: dict[str, Any], asked: Asked) -> Text | None:
    """Only a label that does not exist is the customer's to decide; papers are the plant's."""
    if not detail["missing_label"]:
        return None
    return _l(
        "There is no label in %(label)s yet. May it be: %(labels)s? Or can you send the artwork?",
        label=term(LABEL_LANGUAGES, detail["missing_label"]),
        labels=listed(term(LABEL_LANGUAGES, label) for label in asked.labels),
    )


def shelf_life(detail: dict[str, Any], _asked: Asked) -> Text | None:
    if detail["possible"]:
        return None
    days = detail["transit_days"] + detail["release_days"]
    return _l(
        "With transport and release it will be at least %(days)s days old on arrival; you ask for "
        "at most %(allowed)s. Will you take it so?",
        days=days,
        allowed=detail["allowed_age"],
    )


QUESTIONS: dict[str, Callable[[dict[str, Any], Asked], Text | None]] = {
    "refuse:unknown_product": unknown_product,
    "refuse:quantity": no_quantity,
    "ask:due_date": due_date,
    "ask:full_case": full_case,
    "ask:below_minimum": below_minimum,
    "warn:duplicate": duplicate,
    "warn:documents": documents,
    "warn:shelf_life": shelf_life,
}
