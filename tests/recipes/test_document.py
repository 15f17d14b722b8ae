"""The recipe "a document" (CONTRIBUTING.md): three files."""

from io import BytesIO

from pypdf import PdfReader

from app.extensions import db
from app.jobs import worker
from app.models.records.papers.document import Document
from app.storage import archive
from tests.recipes.copied import follows
from tests.walk import said

TYPES, LAYOUT, NOTES = (
    "app/flow/documents.py",
    "app/documents/handover_sheet.py",
    "app/flow/handovers.py",
)
SHEET = '''"""The shift hand-over sheet, for the board beside the line (4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.documents.paper.blocks import Paper, Passage, SignOffs
from app.documents.paper.heading import last, seen, sheet, signature
from app.flow.handovers import WRITE
from app.flow.texts.lazy_text import Both

if TYPE_CHECKING:
    from app.models.floor.handover import Handover
    from app.models.records.papers.document import Document
from app.storage import archive


def context(note: Handover, document: Document) -> Paper:
    """Return a note as it was written."""
    written = last(seen(note, document), WRITE)
    return sheet(
        document,
        refs={Both("交接单号", "Note no."): note.ref},
        code=note.ref,
        blocks=(
            Passage(Both("交接内容", "What the next shift must know"), note.text),
            SignOffs((signature(Both("交班", "Left by"), note, written),)),
        ),
    )
'''


def test_a_document_is_three_files(tree, planted):
    tree.insert(
        TYPES,
        'DOSSIER = DocumentType("dossier", _l("Dossier"), "DOS", "四")\n',
        'HANDOVER_SHEET = DocumentType("handover_sheet", _l("Hand-over sheet"), "SHS", "4.1")\n',
    )
    tree.insert(TYPES, "DOCUMENTS = {d.key: d for d in (", "HANDOVER_SHEET, ")
    tree.write(LAYOUT, SHEET)
    tree.insert(
        NOTES,
        "from app.flow.departments import EXECUTION, PRODUCTION\n",
        "from app.flow.documents import HANDOVER_SHEET\n",
    )
    tree.insert(NOTES, "ends=True),\n), (\n    ", "WRITE := ")
    tree.insert(NOTES, 'effect="write",', " produces=(HANDOVER_SHEET,),")
    assert tree.by_hand() == {TYPES, LAYOUT, NOTES} and follows(tree.by_hand(), "A document")
    tree.proves("test_document", planted.copy())


def proof(walk):
    """The action makes it: it is on the record's page, and a PDF that says what was written."""
    ref = walk.handover("Tank 2 foams", who="operator")
    with walk.app.app_context():
        while worker.do_next("recipe"):
            pass
        (document,) = db.session.scalars(db.select(Document)).all()
        name = document.name
        pages = PdfReader(BytesIO(archive.read(document))).pages
        assert name.startswith("SHS-") and "Tank 2 foams" in pages[0].extract_text()
    operator = walk.browser("operator")
    assert name in operator.get(f"/production/{ref}").get_data(as_text=True)
    paper = operator.get(f"/documents/{name}")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF"), said(paper)
