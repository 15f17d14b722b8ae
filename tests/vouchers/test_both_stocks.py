"""The bookkeeping's stock beside ours: by item and lot, with what explains a difference."""

import io

import pytest

from app.extensions import db
from app.models.warehouse.stock import Lot
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def there(app):
    """What is there of R-002, lot by lot in kg, before anything moves."""
    with app.app_context():
        lots = db.session.query(Lot).filter(Lot.material.has(code="R-002"), Lot.is_there())
        return {lot.lot_no: lot.quantity / 1_000_000 for lot in lots}


@pytest.fixture
def compared(app, login_as):
    """``compared(text)``: the page of a list beside ours, and the same as CSV."""

    def compare(text, **query):
        store = login_as("storekeeper")
        answer = store.submit(
            "/vouchers/stock/", file=(io.BytesIO(text.encode("utf-8-sig")), "库存.csv")
        )
        assert answer.status_code == 303, answer.text
        work(app)
        page = store.get(answer.location, query_string=query, headers=ENGLISH).text
        return page, store.get(f"{answer.location}?as=csv", headers=ENGLISH).data.decode()

    return compare


def list_of(there, less=None):
    left = {lot: kilos - (less or {}).get(lot, 0) for lot, kilos in there.items()}
    rows = [f"01R002,CK01,{lot},{kilos:f}" for lot, kilos in left.items()]
    return "\n".join(["存货编码,仓库编码,批号,结存数量", *rows])


@pytest.mark.on_both
def test_what_differs_is_told_by_lot_with_what_explains_it(app, there, moved, compared):
    lot = moved("R-002", -1_500_000, "issue")
    page, csv = compared(list_of(there))
    row = next(line for line in csv.splitlines() if lot in line)
    assert row.startswith("explained,R-002,01R002") and "-1.5 has not gone out yet." in row
    other = next(each for each in there if each != lot)
    page, csv = compared(list_of(there, {other: 3}))
    row = next(line for line in csv.splitlines() if other in line)
    assert row.startswith("differs,R-002") and ",3.000000,kg" in row
    assert csv.index(other) < csv.index("explained"), "what differs comes first"
    assert 'data-state="differs"' in page


def test_what_went_lately_may_not_be_booked_yet(app, login_as, there, moved, compared):
    lot = moved("R-002", -1_500_000, "issue")
    login_as("storekeeper").submit("/vouchers/")
    work(app)
    _, csv = compared(list_of(there))
    row = next(line for line in csv.splitlines() if lot in line)
    assert row.startswith("explained") and "-1.5 went with V-20" in row and "booked there?" in row


def test_codes_that_one_side_alone_knows_are_named(compared):
    page, csv = compared("存货编码,仓库编码,结存数量\n99X,CK01,5\n88Y,CK77,1\n01R003,CK01,abc\n")
    assert "No item of ours has this code." in csv and "88Y" not in csv
    assert "known to one only,K-107," in csv and "It has no code there." in csv
    assert "One row of the list is of a warehouse" in page
    assert "One row of the list could not be read" in page


def test_by_item_where_their_list_tells_no_lots(there, compared):
    total = sum(there.values())
    _, csv = compared(f"存货编码,结存数量\n01R002,{total:f}\n")
    assert any(line.startswith("the same,R-002") for line in csv.splitlines())


def test_what_is_no_list_gets_a_sentence(compared, login_as):
    page = login_as("storekeeper").submit("/vouchers/stock/")
    assert page.status_code == 422 and "请选择文件" in page.text
