"""The archive's list to take away: all orders that a search finds, each with its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.clock import local
from app.flow.texts.lazy_text import _l
from app.models.records.papers.attachment import Attachment
from app.required import required
from app.screens.archive.criteria import Wanted
from app.screens.archive.index import Entry, entries_of, first_numbers
from app.web.sheets import Rows, Sheet

MOST = 1_000_000  # orders of one file: what a spreadsheet holds
AT_ONCE = 500
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


def sheet(criteria: Wanted) -> Sheet:
    """The rows in the archive's order."""
    numbers = first_numbers(criteria, MOST)
    return "archive", HEADS, Rows(len(numbers), rows_of(numbers))


def rows_of(numbers: Sequence[int]) -> Iterator[list[Any]]:
    """Yield the rows of orders, of which some are held at a time."""
    for first in range(0, len(numbers), AT_ONCE):
        for entry in entries_of(numbers[first : first + AT_ONCE]):
            yield row_of(entry)


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


DOCUMENTS = (
    _l("Number"),
    _l("Document"),
    _l("Clause"),
    _l("Filed"),
    _l("Kept until"),
    _l("Size (bytes)"),
    "SHA-256",
)
FILES = (_l("File"), _l("Attached by"), _l("Attached"), _l("Size (bytes)"), "SHA-256")
RECORDS = (
    _l("Number"),
    _l("Kind"),
    _l("What"),
    _l("Quantity"),
    _l("Stage"),
    _l("Since"),
    _l("Events"),
)


def sheets_of(entry: Entry, records: Iterable[Any], files: Iterable[Attachment]) -> list[Sheet]:
    """The lists of an order's page: its documents, the files attached, its records."""
    documents = [
        [
            each.name,
            each.type.label,
            each.type.clause,
            each.filed_at,
            each.kept_until,
            each.size,
            each.sha256,
        ]
        for each in entry.documents
    ]
    attached = [
        [each.filename, required(each.by).name_at(each.at), each.at, each.size, each.sha256]
        for each in files
    ]
    told = [
        [
            each.ref,
            each.flow.label,
            each.headline,
            each.amount,
            each.current_stage.label,
            each.since,
            each.seq,
        ]
        for each in records
    ]
    return [
        ("documents", DOCUMENTS, documents),
        ("attachments", FILES, attached),
        ("records", RECORDS, told),
    ]
