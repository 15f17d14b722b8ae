"""What is printed: one line a document type."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True)
class DocumentType:
    """``prefix`` begins the document's number: MPS-2026-00017. ``clause`` is the clause that asks for it.

    ``room`` is the folder of its layout. One that only ``repeats`` another is in no dossier.
    """

    key: str
    label: Text
    prefix: str
    clause: str
    room: str = ""
    repeats: bool = False

    @property
    def layout(self) -> str:
        """The module that lays it out."""
        return ".".join(filter(None, ("app.documents", self.room, self.key)))


ORDER_REVIEW = DocumentType("order_review", _l("Order review sheet"), "OR", "1.2", "sales")
ORDER_CONFIRMATION = DocumentType("order_confirmation", _l("Order confirmation"), "OC", "1.3", "sales")
PRODUCTION_ORDER = DocumentType("production_order", _l("Production order"), "PO", "2.3")
MATERIAL_SHEET = DocumentType("material_prep", _l("Material preparation sheet"), "MPS", "3.2")
QUALITY_REPORT = DocumentType("quality_report", _l("Quality inspection report"), "QIR", "5.2")
NONCONFORMANCE_REPORT = DocumentType("ncr", _l("Nonconformance report"), "NCR", "5.3")
DELIVERY_NOTE = DocumentType("delivery_note", _l("Delivery note"), "DN", "6.3")
THREE_PART_NOTE = DocumentType("three_part_note", _l("Delivery note in three parts"), "DT", "6.3", repeats=True)
COUNT_SHEET = DocumentType("count_sheet", _l("Count sheet"), "CS", "3.1")
COMPLAINT_REPORT = DocumentType("complaint_report", _l("Complaint report"), "CPR", "6.3")
CONTROLLED_DOCUMENT = DocumentType("controlled_document", _l("Controlled document"), "CD", "四")
DOSSIER = DocumentType("dossier", _l("Dossier"), "DOS", "四")
# A dossier of an order that is still open: printed when somebody asks, marked on every page, never filed.
SO_FAR = DocumentType("dossier", _l("Dossier so far"), "", "四")
# What to go on with while nothing of this can be reached: printed each hour, kept elsewhere, no part of any record.
PAPER_DAY = DocumentType("paper_day", _l("Emergency pack"), "", "四")

DOCUMENTS = {d.key: d for d in (ORDER_REVIEW, ORDER_CONFIRMATION, PRODUCTION_ORDER, MATERIAL_SHEET,
                                QUALITY_REPORT, NONCONFORMANCE_REPORT, DELIVERY_NOTE, THREE_PART_NOTE, COUNT_SHEET,
                                COMPLAINT_REPORT, CONTROLLED_DOCUMENT, DOSSIER)}  # fmt: skip
