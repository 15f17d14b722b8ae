"""A wrong word of an approved order is corrected with a reason: on record old and new, on the
cards, on paper (C27).
"""

from app import documents
from app.extensions import db
from app.models.records.papers.document import Document
from tests.pages.looking import words


def papers(walk, card):
    with walk.app.app_context():
        rows = db.session.query(Document).filter_by(kind="production_order").order_by(Document.id)
        return [
            (paper.revision, documents.typeset(documents.compose(paper)))
            for paper in rows
            if paper.record.ref == card
        ]


def test_what_stands_wrong_on_an_order_is_corrected_with_its_papers(walk):
    issued, unplanned = walk.approved(
        ("P-DW-500", 6000), ("P-LD-2K", 1200), **{"lines-0-note": "Łodz"}
    )
    order = walk.look(issued, lambda card: card.order.ref)
    walk.bring(issued, "to_prepare")
    assert [(revision, "Łodz" in text) for revision, text in papers(walk, issued)] == [(1, True)]
    correction = {
        "customer_po": "PO-7",
        "notes-0-line_no": 1,
        "notes-0-note": "Łódź",
        "notes-1-line_no": 2,
        "notes-1-note": "",
    }
    refused = walk.post("sales", order, "reword", **correction)
    assert refused.status_code == 422, "without a reason"
    walk.do("sales", order, "reword", reason="misspelt", **correction)
    assert [(revision, "Łódź" in text) for revision, text in papers(walk, issued)][1:] == [
        (2, True)
    ]
    assert papers(walk, unplanned) == []
    said = words(walk.browser("auditor").get(f"/sales/{order}"))
    assert "misspelt" in said and "Łodz → Łódź" in said and "PO-1 → PO-7" in said
    assert "Łódź" in words(walk.browser("auditor").get(f"/production/{issued}"))
    found = words(walk.browser("sales").get("/find?q=PO-7"))
    assert issued in found and unplanned in found
