"""A name in one language is enough: the other stays empty, and is shown as the first."""

import io

from pypdf import PdfReader

from app import documents
from app.extensions import db
from app.models.master import Customer, Product
from app.models.records.papers.document import Document
from tests.master.pages import send


def test_what_is_named_in_one_language_is_shown_in_both_and_printed_once(walk):
    admin, sales = walk.browser("admin"), walk.browser("sales")
    product, customer = walk.product(), walk.id_of(Customer, "C-002")
    for path in (f"product/{product}", f"customer/{customer}"):
        assert send(admin, f"/admin/master/{path}", name_en="").status_code == 303
    neither = send(admin, f"/admin/master/product/{product}", name_zh="")
    assert neither.status_code == 422 and "in one language at least" in neither.text
    card = walk.card("to_prepare", quantity=24)
    with walk.app.app_context():
        name = db.session.get(Product, product).name_zh
        called = db.session.get(Customer, customer).name_local
        assert not db.session.get(Product, product).name_en
        paper = db.session.scalars(db.select(Document).filter_by(kind="production_order")).one()
        printed = documents.produce(paper)
    assert name in walk.browser("planner").get("/production/").text, "whoever reads English"
    assert called in sales.get(f"/sales/{card[:-2]}").text
    assert sales.get("/find", query_string={"q": name[:4]}).status_code in (200, 303)
    pages = PdfReader(io.BytesIO(printed)).pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    assert "".join(name.split()) * 2 not in words, "not a second time for the other language"
