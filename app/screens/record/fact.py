"""One line of a list of facts, and marks that say how something stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.documents import QUALITY_REPORT
from app.flow.texts.lazy_text import Text, _l, listed
from app.flow.texts.terms import LOT_STATUS, VERDICTS
from app.models.master import DocumentRequirement


@dataclass(frozen=True)
class Fact:
    """A label and a value; ``ref`` is the number of the record that the value leads to, ``lot``
    the lot whose number it is, ``thing`` the product, customer, material or line that it names.
    """

    label: Text
    value: Any
    ref: str = ""
    lot: Any = None
    thing: Any = None


@dataclass(frozen=True)
class Mark:
    """A word with its icon: late, risk, halted, rush, hold, passed, failed, waiting; empty is
    neutral.
    """

    kind: str
    word: Any


LOT_KIND = {"quarantine": "waiting", "released": "passed", "rejected": "failed"}
VERDICT = {key: Mark(key, word) for key, word in VERDICTS.items()}
OPEN_VERDICT = Mark("waiting", _l("Open"))
WEEKDAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))


def lot_mark(lot: Any) -> Mark:
    """How a lot stands; one past its expiry is told so whatever its status."""
    if lot.expiry and lot.expiry < clock.today():
        return Mark("failed", _l("Expired"))
    return Mark(LOT_KIND[lot.status], LOT_STATUS[lot.status])


def verdict(of: str | None) -> Mark:
    return VERDICT.get(of or "", OPEN_VERDICT)


def days_until(day: date | None) -> int | None:
    return (day - clock.today()).days if day else None


def receiving(address: Any) -> str:
    """The days and hours at which an address receives."""
    days = " ".join(str(WEEKDAYS[n - 1]) for n in address.receiving_days if 1 <= n <= 7)
    return " · ".join(filter(None, (days, str(listed(address.receiving_windows)))))


def documents_wanted(customer: Any) -> str:
    """The documents that a customer asks for, by name; the quality report is the certificate of
    analysis.
    """
    names = {d.code: d.name for d in db.session.scalars(select(DocumentRequirement))}
    wanted = [*customer.required_documents, *(["COA"] if customer.coa_required else [])]
    return str(
        listed(QUALITY_REPORT.label if code == "COA" else names.get(code, code) for code in wanted)
    )
