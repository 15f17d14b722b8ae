"""Labels for lots 批次标签, 50 by 30 mm: the code that opens the lot and that a scan step takes,
and what a person reads.

One a page for a label printer, or four by nine on A4 to be cut. They are no record, and tell only
what stays as it is: neither how much there is nor what Quality has said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from app import documents
from app.documents.paper.bilingual import both
from app.documents.paper.heading import lot_code
from app.documents.pdf.typeset import laid_out
from app.flow.texts.lazy_text import Both, _l
from app.models.warehouse.stock import Lot

ROLL, SHEET = "roll", "sheet"
LAYOUTS = {
    ROLL: _l("Label printer, 50 × 30 mm"),
    SHEET: _l("A4 sheet, 36 labels to cut"),
}
A_SHEET = 36
# Labels that the press is given at once: it has its limits of time and memory.
AT_ONCE = 5 * A_SHEET
MADE, RECEIVED = Both("生产", "Made"), Both("到货", "Received")


@dataclass(frozen=True)
class Label:
    """What stands on one label."""

    code: str
    lot_no: str
    item: str
    name: Both
    began: Both
    made_on: str
    expiry: str
    supplier_lot: str
    hazard: str


def of_lot(lot: Lot) -> Label:
    return Label(
        code=lot_code(lot),
        lot_no=lot.lot_no,
        item=lot.item.code,
        name=both(lot.item.name),
        began=MADE if lot.product else RECEIVED,
        made_on=lot.made_on.isoformat(),
        expiry=lot.expiry.isoformat() if lot.expiry else "–",
        supplier_lot=lot.supplier_lot,
        hazard=lot.material.ghs_hazard if lot.material else "",
    )


def printed(lots: Sequence[Lot], layout: str, tell: Callable[[int, int], None]) -> bytes:
    """Return the labels of lots as one PDF, telling how many of how many are printed.

    Raises NotPrinted.
    """
    from pypdf import PdfWriter  # noqa: PLC0415 – only the worker joins PDFs

    joined, client = PdfWriter(), documents.shared_pdf_client()
    for first in range(0, len(lots), AT_ONCE):
        labels = [of_lot(lot) for lot in lots[first : first + AT_ONCE]]
        page = A_SHEET if layout == SHEET else 1
        pages = [labels[n : n + page] for n in range(0, len(labels), page)]
        practice = documents.is_practice()
        html = laid_out("labels.html", pages=pages, layout=layout, practice=practice)
        joined.append(BytesIO(client.print(html, f"lot-labels-{first}")))
        tell(first + len(labels), len(lots))
    file = BytesIO()
    joined.write(file)
    return file.getvalue()
