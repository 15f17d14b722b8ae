"""The series of numbers that a plant may name for itself: what each numbers, by the letters that
its numbers begin with where the plant says nothing.
"""

from __future__ import annotations

from app.flow.documents import DOCUMENTS
from app.flow.texts.lazy_text import Text, _l

ORDERS = ""  # an order's number begins with the year
SERIES: dict[str, Text] = {
    ORDERS: _l("Orders"),
    "R": _l("Requests"),
    "MTS": _l("Production orders for stock"),
    "SH": _l("Shipments"),
    "PR": _l("Purchase requisitions"),
    "ML": _l("Lots of materials"),
    "S": _l("Samples"),
    "A": _l("Anomalies"),
    "SD": _l("Dispositions of stock"),
    "ST": _l("Stock counts"),
    "CP": _l("Complaints"),
    "HO": _l("Shift handovers"),
    "DR": _l("Revisions of documents"),
    "V": _l("Files of vouchers"),
    **{kind.prefix: kind.label for kind in DOCUMENTS.values()},
}


def setting_of(series: str) -> str:
    """The key of the setting that says what a series' numbers begin with."""
    return f"prefix_{series or 'orders'}"
