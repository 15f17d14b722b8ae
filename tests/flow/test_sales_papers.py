"""The papers that Sales keep of an order and send with it: review sheet, confirmation, the note in
three parts.
"""

import io

import pytest
from pypdf import PdfReader

from app import documents
from app.documents.dossier import documents_of
from app.documents.paper.blocks import PartedNote
from app.documents.three_part_note import PARTS
from app.extensions import db
from app.models.master import Customer
from app.models.records.papers.document import Document
from app.models.sales.order import Order
from app.models.warehouse.suppliers_of import records_of
from tests.flow.test_papers import words

MILLIMETRE = 72 / 25.4


def printed(walk, kind):
    """What stands on each paper of a kind, oldest first."""
    with walk.app.app_context():
        asked = db.select(Document).filter_by(kind=kind).order_by(Document.id)
        return [documents.compose(document) for document in db.session.scalars(asked)]


def told(paper):
    """All that its fields and tables say."""
    said = []
    for block in paper.blocks:
        if block.block == "fields":
            said += [words(field.value) for field in block.items]
        elif block.block == "table":
            said += [words(cell) for row in block.rows for cell in row]
        elif block.block == "signoffs":
            said += [sign.name for sign in block.items]
    return "\n".join(map(str, said))


def test_the_review_sheet_says_what_was_found_checked_and_by_whom(walk):
    walk.approved(("P-DW-500", 6005), message="六千瓶,分两车")
    (sheet,) = printed(walk, "order_review")
    said = told(sheet)
    assert "Not full cases of 12: 5 units over" in said and "整箱" in said
    assert said.count("right") >= 5  # every point of the checklist
    with walk.app.app_context():
        clerk = db.session.query(Order).one().history[0].actor.name
    assert clerk in said
    assert any(block.block == "passage" and "分两车" in str(block.text) for block in sheet.blocks)


def test_the_confirmation_promises_a_day_once_it_is_planned(walk):
    card = walk.approved(("P-DW-500", 6000))[0]
    order = walk.look(card, lambda each: each.order.ref)
    walk.do("sales", order, "print_confirmation")
    before = told(printed(walk, "order_confirmation")[0])
    walk.bring(card, "to_prepare")
    walk.do("sales", order, "print_confirmation")
    after = told(printed(walk, "order_confirmation")[1])
    price = walk.look(card, lambda each: each.line.unit_price)
    assert f"{price * 6000:,.2f}" in before and "to be confirmed once planned" in before
    promised = walk.look(card, lambda each: each.promised_date.isoformat())
    assert promised in after and "to be confirmed" not in after
    assert card not in after and "L1" not in after  # what is within the plant stays there


def on_continuous_paper(walk):
    admin = walk.browser("admin")
    page = "/admin/settings/"
    given = {"note_paper": "continuous", "note_left": "20", "note_top": "9"}
    assert admin.submit(page, version="0", **given).status_code == 303


@pytest.fixture
def shipped(walk):
    """A shipment that left, of a customer who wants to see prices and no certificate."""
    with walk.app.app_context():
        customer = Customer.by_code("C-002")
        customer.prices_on_note, customer.coa_required = True, False
        db.session.commit()
    card = walk.card("in_stock", quantity=24)
    return walk.ship(walk.confirm(walk.pack(walk.shipment(card))))


def test_a_note_printed_again_says_so_and_shows_prices_where_they_are_wanted(walk, shipped):
    for _ in range(2):
        walk.do("storekeeper", shipped, "print_note")
    first, again = printed(walk, "three_part_note")
    price = walk.look(shipped, lambda each: each.cards[0].line.unit_price)
    assert f"{price * 24:,.2f}" in told(first) and first.parts == PARTS
    assert first.notice is None and again.notice.zh == "补打 1"
    assert (first.number, again.revision) == (again.number, 2)
    with walk.app.app_context():
        Customer.by_code("C-002").prices_on_note = False
        db.session.commit()
    assert f"{price * 24:,.2f}" not in told(printed(walk, "three_part_note")[0])


def test_on_continuous_paper_it_is_one_page_of_its_size(walk, shipped):
    on_continuous_paper(walk)
    walk.do("sales", shipped, "print_note")
    with walk.app.app_context():
        document = db.session.query(Document).filter_by(kind="three_part_note").one()
        note = documents.compose(document)
        pdf = PdfReader(io.BytesIO(documents.set_in_type(note)))
    assert isinstance(note, PartedNote) and (note.left, note.top) == (20, 9)
    (page,) = pdf.pages
    assert [round(float(side) / MILLIMETRE) for side in page.mediabox[2:]] == [241, 140]
    said = page.extract_text()
    assert all(part.zh.split()[0] in said for part in PARTS)


def test_the_note_is_in_no_dossier(walk, shipped):
    """It repeats the delivery note, which is."""
    walk.do("storekeeper", shipped, "print_note")
    with walk.app.app_context():
        order = db.session.query(Order).one()
        papers = documents_of(records_of(order))
    assert [each.kind for each in papers].count("delivery_note") == 1
    assert "three_part_note" not in {each.kind for each in papers}
