"""Labels of lots: asked for from a lot, a list or an import, printed by the worker, found again."""

import io

import pytest
from pypdf import PdfReader

from app.documents.pdf import qr
from app.documents.pdf.client import PdfClient
from app.extensions import db
from app.models.warehouse.lots import scanned
from app.models.warehouse.stock import Lot
from app.plant.scans import read
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}
LOTS = (
    b"lot_no,material_code,qty,uom,received,status,location,supplier_lot\n"
    b"L/77,R-002,40,kg,2027-02-01,released,NE,HX-5\n"
    b"L-78,R-002,60,kg,2027-02-02,released,NE,HX-6\n"
)
ROLL, SHEET = (142, 85), (595, 842)


def asked(app, browser, **fields):
    """The labels that a form has printed: their PDF."""
    answer = browser.submit("/labels/", **fields)
    assert answer.status_code == 303 and answer.location != "/stock/", answer.text
    work(app)
    shown = browser.get(answer.location, headers=ENGLISH).text
    assert f'href="{answer.location}/pdf"' in shown
    pdf = browser.get(f"{answer.location}/pdf")
    assert pdf.status_code == 200 and pdf.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(pdf.data))


def sizes(pdf):
    return {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages}


def text_of(pdf):
    return "".join("".join(page.extract_text().split()) for page in pdf.pages)


@pytest.fixture
def standing_lots(app):
    """The lots of which there is any, and their zones."""
    with app.app_context():
        lots = db.session.query(Lot).filter(Lot.is_there()).all()
        return {lot.lot_no: (lot.id, lot.zone, lot.item.name_zh) for lot in lots}


def test_a_lot_has_its_label_printed_from_its_page(app, login_as, standing_lots):
    store = login_as("storekeeper")
    lot_no, (lot_id, _, name) = next(iter(standing_lots.items()))
    assert f'name="lot" value="{lot_id}"' in store.get(f"/lots/{lot_no}").text
    pdf = asked(app, store, lot=lot_id, layout="roll")
    assert len(pdf.pages) == 1 and sizes(pdf) == {ROLL}
    assert lot_no in text_of(pdf) and "".join(name.split()) in text_of(pdf)


def test_all_lots_of_a_zone_come_on_sheets_of_thirty_six(app, login_as, standing_lots):
    store = login_as("storekeeper")
    there = [no for no, (_, zone, _) in standing_lots.items() if zone == "NE"]
    assert 0 < len(there) < len(standing_lots)
    shown = store.get("/stock/?zone=NE", headers=ENGLISH).text
    assert 'name="zone" value="NE"' in shown
    pdf = asked(app, store, zone="NE", layout="sheet")
    assert sizes(pdf) == {SHEET} and len(pdf.pages) == -(-len(there) // 36)
    printed = text_of(pdf)
    assert [no for no in standing_lots if no in printed] == there
    assert store.submit("/labels/", zone="none", layout="sheet").location == "/stock/"


def test_the_code_of_a_label_opens_the_lot_and_is_what_a_scan_step_takes(
    app, login_as, bring, monkeypatch
):
    """Of lots that just came in by a file; a number that a path cannot carry has its id beside."""
    app.config["BASE_URL"] = "https://plant.example/"
    admin, html = login_as("admin"), []
    page = bring(admin, "lots", "lots.csv", LOTS)
    assert "2 new" in admin.get(page, headers=ENGLISH).text
    admin.submit(f"{page}/take")
    work(app)
    number = page.rsplit("/", 1)[1]
    assert f'name="import" value="{number}"' in admin.get(page).text
    whole = PdfClient.print
    monkeypatch.setattr(PdfClient, "print", lambda *a, **k: html.append(a[1]) or whole(*a, **k))
    pdf = asked(app, admin, layout="roll", **{"import": number})
    assert len(pdf.pages) == 2 and "HX-5" in text_of(pdf) and "HX-6" in text_of(pdf)
    for lot_no, path in (("L/77", "L%2F77"), ("L-78", "L-78")):
        code = f"https://plant.example/lots/{path}"
        assert qr.code(code) in html[0]
        assert read(code).numbers == (lot_no,)
        with app.app_context():
            assert scanned(code).lot_no == lot_no
        assert admin.get(code.removeprefix("https://plant.example")).status_code == 200


def test_labels_of_what_is_none_are_not_found(login_as, bring):
    store = login_as("storekeeper")
    page = bring(login_as("admin"), "products", "p.csv", b"product_code\nP-DW-500\n")
    number = page.rsplit("/", 1)[1]
    answers = [
        store.get(f"/labels/{number}"),
        store.get(f"/labels/{number}/pdf"),
        store.submit("/labels/", layout="roll", **{"import": number}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert store.submit("/labels/", layout="none", lot=1).status_code == 422
