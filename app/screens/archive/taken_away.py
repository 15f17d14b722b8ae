"""The archive's list to take away: all orders that a search finds, each with its documents."""

from __future__ import annotations

from typing import Any

from app.clock import local
from app.flow.texts.lazy_text import _l
from app.screens.archive.criteria import Wanted
from app.screens.archive.index import Entry, entries_of, first_numbers

MOST = 2000  # orders of one file
AT_ONCE = 200
HEADS = (
    _l("Order"),
    _l("Stage"),
    _l("Customer"),
    _l("Customer’s order no."),
    _l("Products"),
    _l("Received on"),
    _l("Documents"),
    _l("Dossier"),
)


def sheet(criteria: Wanted) -> tuple[str, Any, list[list[Any]]] | None:
    """The rows in the archive's order; None where there are more than one file may hold."""
    numbers = first_numbers(criteria, MOST + 1)
    if len(numbers) > MOST:
        return None
    rows = [
        row_of(entry)
        for first in range(0, len(numbers), AT_ONCE)
        for entry in entries_of(numbers[first : first + AT_ONCE])
    ]
    return "archive", HEADS, rows


def row_of(entry: Entry) -> list[Any]:
    order, dossier = entry.order, entry.dossier
    products = (line.product.name if line.product else line.product_text for line in order.lines)
    return [
        order.ref,
        order.current_stage.label,
        order.customer_name,
        order.customer_po,
        "; ".join(str(product) for product in products),
        local(order.received_at).date(),
        " ".join(document.name for document in entry.others),
        dossier.name if dossier else "",
    ]
