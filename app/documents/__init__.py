"""The printed documents.

``produce`` turns a numbered document of a record into the bytes of its PDF.

One module a document type, named like its key: ``context(record, document) -> Paper`` reads the
record and gives plain data. One press prints it (``pdf/client.py``), outside the application's
processes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from flask import current_app, has_app_context

from app.documents.paper.bilingual import both
from app.documents.paper.blocks import Attachment, Copy
from app.documents.paper.history import from_paper
from app.documents.pdf.client import NotPrinted, PdfClient
from app.documents.pdf.typeset import typeset
from app.flow.documents import DOSSIER
from app.flow.texts.lazy_text import Both
from app.storage import archive

if TYPE_CHECKING:
    from app.documents.paper.blocks import Paper
    from app.models.records.papers.document import Document

__all__ = ["NotPrinted", "PdfClient", "Unfinished", "compose", "produce", "repeated", "set_in_type"]

# The file in each PDF that says what stands on it, for machines; the hash on record covers it too.
SOURCE = "sheet.html"


class Unfinished(Exception):
    """The dossier has to wait: a document of its order is not filed yet.

    To be tried again, however often.
    """


def produce(document: Document, pdf_client: PdfClient | None = None) -> bytes:
    """Return the PDF of a document.

    Raises NotPrinted or (a dossier, for now) Unfinished; writes nothing.
    """
    return set_in_type(compose(document), pdf_client)


def compose(document: Document) -> Paper:
    """Return what stands on a document: its own content, and what of it was done on paper."""
    record = document.record
    paper: Paper = import_module(document.type.layout).context(record, document)
    entered = from_paper([record], document.ordered_at)
    if entered is None or document.kind == DOSSIER.key:
        return paper
    return replace(paper, blocks=(*paper.blocks, entered))


def repeated(document: Document) -> Copy:
    """Return a filed document as a dossier repeats it: its own pages, whatever the rows say today.

    Raises archive.Damaged where the file is missing or not what was filed.
    """
    return copied(both(document.type.label), document.name, archive.read(document))


def copied(title: Both, number: str, pdf: bytes) -> Copy:
    """Return a PDF as what a dossier repeats."""
    from pypdf import PdfReader  # noqa: PLC0415 – only the worker reads PDFs

    boxes = [page.mediabox for page in PdfReader(BytesIO(pdf)).pages]
    return Copy(title, number, pdf, tuple(box.width > box.height for box in boxes))


def is_practice() -> bool:
    """Whether papers are those of a practice copy; what is set for no plant is none."""
    return has_app_context() and bool(current_app.config["PRACTICE"])


def practised(paper: Paper) -> Paper:
    """A paper of a practice copy: marked in its heading and on top of each page."""
    title = Both(f"【练习】{paper.title.zh}", f"[PRACTICE] {paper.title.en}")
    notice = Both("练习副本,不作凭证", "Practice copy, no record")
    if isinstance(paper.notice, Both):
        notice = Both(f"{notice.zh} · {paper.notice.zh}", f"{notice.en} · {paper.notice.en}")
    return replace(paper, title=title, notice=notice)


def set_in_type(paper: Paper, pdf_client: PdfClient | None = None) -> bytes:
    """Return a paper as PDF/A-3b. Raises NotPrinted."""
    html = typeset(practised(paper) if is_practice() else paper)
    source = Attachment(SOURCE, "What stands on this document", html, paper.issued, "Source")
    pdf = (pdf_client or shared_pdf_client()).print(
        html,
        f"{paper.number}-r{paper.revision}",
        [{**vars(file), "at": file.at.isoformat()} for file in paper.attachments or (source,)],
    )
    if not paper.copies:
        return pdf
    from app.documents.pdf.joining import join  # noqa: PLC0415 – only the worker reads PDFs

    return join(pdf, [copy.pdf for copy in paper.copies])


@cache
def shared_pdf_client() -> PdfClient:
    """This process's press; it starts with the first document and ends after a minute without
    one.
    """
    return PdfClient()
