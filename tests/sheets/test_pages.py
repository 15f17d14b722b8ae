"""The page: brought, looked at, confirmed, and on record; also by a worker that is killed."""

import io
from decimal import Decimal

import openpyxl
import pytest

from app import verification
from app.extensions import db
from app.jobs import worker
from app.models.master import Product
from app.models.quality.sample import Sample
from app.models.records.event import Event
from app.models.records.papers.document import Job
from app.models.sales.order import Order
from app.models.spreadsheets.column_mapping import ColumnMapping
from app.models.spreadsheets.sheet_import import SheetImport
from app.models.warehouse.stock import Lot
from tests.race.conftest import at_once
from tests.sheets.conftest import work
from tests.staff import log_in

ENGLISH = {"Accept-Language": "en"}
PRICES = b"product_code,list_price_cny\nP-DW-500,4.35\nP-DW-5K,32.00\n"


def price(app, code="P-DW-500"):
    with app.app_context():
        return Product.by_code(code).list_price


@pytest.mark.on_both
def test_a_file_is_looked_at_confirmed_and_on_record(app, login_as, bring):
    admin = login_as("admin", name="李样")
    page = bring(admin, "products", "价格.csv", PRICES)
    shown = admin.get(page, headers=ENGLISH).text
    assert "List price: 4.20 CNY → 4.35 CNY" in shown and "1 same" in shown
    assert price(app) == Decimal("4.20"), "nothing is written before it is confirmed"
    assert admin.submit(f"{page}/take").status_code == 303
    work(app)
    assert "Taken in: 0 new, 1 changed." in admin.get(page, headers=ENGLISH).text
    assert price(app) == Decimal("4.35")
    with app.app_context():
        row = db.session.query(SheetImport).one()
        event = db.session.query(Event).filter_by(flow="import", action="import").one()
        assert event.data["files"][0]["filename"] == "价格.csv" and event.data["changed"] == 1
        assert event.data["files"][0]["sha256"] == row.files[0].sha256
        assert event.actor_id == admin.user_id
        changed = db.session.query(Event).filter_by(flow="master:product", action="change")
        assert [each.data for each in changed if "list_price" in each.data] == [
            {"list_price": {"old": "4.20", "new": "4.35"}}
        ]
        assert not [fault for check in verification.check() for fault in check.faults]
    assert admin.get(f"/attachments/{row_name(app)}").data == PRICES
    again = bring(admin, "products", "价格.csv", PRICES)
    assert "2 same" in admin.get(again, headers=ENGLISH).text


def row_name(app):
    with app.app_context():
        return db.session.query(SheetImport).one().files[0].name


def test_wrong_rows_keep_all_out_until_the_right_ones_are_asked_for(app, login_as, bring):
    admin = login_as("admin")
    content = PRICES + b"P-NONE,1\nP-LD-2K,abc\n"
    page = bring(admin, "products", "p.csv", content)
    shown = admin.get(page, headers=ENGLISH).text
    assert "B5 list_price_cny: This is not a number." in shown
    assert admin.submit(f"{page}/take").status_code == 409
    answer = admin.get(f"{page}/wrong?as=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert [row[1] for row in rows] == ["product_code", "P-NONE", "P-LD-2K"]
    assert rows[2][0].startswith("B5 list_price_cny")
    assert admin.submit(f"{page}/take", take_good="yes").status_code == 303
    work(app)
    assert price(app) == Decimal("4.35")


@pytest.mark.on_both
def test_what_several_tabs_confirm_at_once_is_taken_in_once(app, login_as, bring, at_once):
    admin = login_as("admin")
    page = bring(admin, "products", "p.csv", PRICES)
    tabs = [log_in(app, admin.user_id) for _ in range(4)]
    for tab in tabs:
        tab.csrf_token()
    (answers,) = at_once([lambda _, tab=tab: tab.submit(f"{page}/take", ENGLISH) for tab in tabs])
    assert [answer.status_code for answer in answers] == [303] * 4
    assert any("here is what became of it" in tab.get(page, headers=ENGLISH).text for tab in tabs)
    with app.app_context():
        assert db.session.query(Job).filter_by(kind="import_take").count() == 1
    work(app)
    assert "Taken in: 0 new, 1 changed." in admin.get(page, headers=ENGLISH).text


def test_each_takes_in_what_they_keep_and_nothing_else(login_as, bring):
    sales = login_as("sales")
    assert 'value="customers"' in sales.get("/import/").text
    assert 'value="products"' not in sales.get("/import/").text
    answer = sales.submit("/import/", kind="products", file=(io.BytesIO(PRICES), "p.csv"))
    assert answer.status_code == 422
    assert sales.get("/import/export/products").status_code == 403
    page = bring(login_as("admin"), "products", "p.csv", PRICES)
    assert [sales.get(page).status_code, sales.submit(f"{page}/take").status_code] == [403, 403]


def test_a_worker_killed_on_the_way_loses_and_doubles_nothing(app, login_as, bring, monkeypatch):
    admin = login_as("admin")
    page = bring(admin, "products", "p.csv", PRICES)
    admin.submit(f"{page}/take")

    class Killed(BaseException):
        """As good as a kill: nothing catches it."""

    def cut(*_args, **_kwargs):
        raise Killed

    with app.app_context():
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr("app.models.spreadsheets.sheet_import.append", cut)
            worker.do_next("killed:1")
        assert price(app) == Decimal("4.20")
        job = db.session.query(Job).filter_by(kind="import_take").one()
        assert job.state == "waiting"
        job.leased_until = None
        db.session.commit()
    work(app)
    with app.app_context():
        assert price(app) == Decimal("4.35") and db.session.query(SheetImport).count() == 1
        assert not [fault for check in verification.check() for fault in check.faults]


def test_what_changed_meanwhile_is_not_written_over(app, login_as, bring):
    admin = login_as("admin")
    page = bring(admin, "products", "p.csv", PRICES)
    with app.app_context():
        Product.by_code("P-DW-500").list_price = Decimal("9.99")
        db.session.commit()
    admin.submit(f"{page}/take")
    work(app)
    assert "Somebody has changed some of it meanwhile" in admin.get(page, headers=ENGLISH).text
    assert price(app) == Decimal("9.99")


def test_columns_are_chosen_on_the_page_and_kept(app, login_as, bring):
    admin = login_as("admin")
    content = "号,定价\nP-DW-500,5.5\n".encode("gb18030")
    page = bring(admin, "products", "p.csv", content)
    assert "GB18030" in admin.get(page, headers=ENGLISH).text
    answer = admin.submit(
        page, **{"column-0": "product_code", "column-1": "list_price", "mapping": "定价表"}
    )
    work(app)
    chosen = admin.get(answer.headers["Location"], headers=ENGLISH).text
    assert "4.20 CNY → 5.5 CNY" in chosen
    kept = bring(admin, "products", "q.csv", content, mapping="products:定价表")
    assert "4.20 CNY → 5.5 CNY" in admin.get(kept, headers=ENGLISH).text


def test_columns_kept_under_a_former_name_are_still_known(app, login_as, bring):
    with app.app_context():
        said = {"columns": {"号": "product_code", "定价": "list_price_cny"}}
        ColumnMapping.keep("products", "旧", said)
        db.session.commit()
    admin, content = login_as("admin"), "号,定价\nP-DW-500,5.5\n".encode()
    kept = bring(admin, "products", "q.csv", content, mapping="products:旧")
    assert "4.20 CNY → 5.5 CNY" in admin.get(kept, headers=ENGLISH).text


def test_what_is_no_table_gets_a_sentence(login_as, bring):
    admin = login_as("admin")
    for content, said in (
        (b"%PDF-1.4 x", "it is no table"),
        (b"<html><table>", "it is a web page"),
    ):
        page = bring(admin, "products", "x.csv", content)
        assert said in admin.get(page, headers=ENGLISH).text


def test_exports_are_read_again_without_a_change(login_as, bring):
    admin = login_as("admin")
    for kind in ("products", "formulas", "instructions", "addresses", "people"):
        for ending in ("csv", "xlsx"):
            content = admin.get(f"/import/export/{kind}?as={ending}").data
            page = admin.get(bring(admin, kind, f"x.{ending}", content), headers=ENGLISH).text
            assert "0 new" in page and "0 changed" in page and "0 wrong" in page, (kind, ending)


def test_secrets_leave_in_no_export(login_as):
    assert b"hash" not in login_as("admin").get("/import/export/people?as=csv").data


def test_the_columns_of_a_second_file_are_chosen_too(app, login_as, bring):
    sales = login_as("sales")
    orders, lines = b"nr,who\nX-1,C-001\n", b"nr,thing,many\nX-1,P-DW-500,24\n"
    page = bring(sales, "orders", "orders.csv", orders, lines=(io.BytesIO(lines), "lines.csv"))
    assert "2 wrong" in sales.get(page, headers=ENGLISH).text
    answer = sales.submit(
        page,
        **{
            "column-0": "customer_po",
            "column-1": "customer_code",
            "line-0": "customer_po",
            "line-1": "product_code",
            "line-2": "qty",
        },
    )
    work(app)
    page = answer.headers["Location"]
    assert "2 new" in sales.get(page, headers=ENGLISH).text
    sales.submit(f"{page}/take")
    work(app)
    with app.app_context():
        order = db.session.query(Order).one()
        assert (order.customer.code, order.lines[0].quantity) == ("C-001", 24)
        assert order.message == "nr\twho\nX-1\tC-001\nnr\tthing\tmany\nX-1\tP-DW-500\t24"
        assert order.history[0].actor_id == sales.user_id


def test_opening_stock_in_quarantine_asks_for_its_inspection(app, login_as, bring):
    keeper = login_as("storekeeper")
    content = "批号,物料编码,数量,入库日期,状态,库位\nZ-9,R-003,25kg/桶,2027.2.1,待检,AL\n".encode()
    page = bring(keeper, "lots", "stock.csv", content)
    assert "25kg/桶" in keeper.get(page).text
    keeper.submit(f"{page}/take")
    work(app)
    with app.app_context():
        lot = db.session.query(Lot).filter_by(lot_no="Z-9").one()
        assert (lot.quantity, lot.zone, lot.status) == (25_000_000, "AL", "quarantine")
        assert db.session.query(Sample).filter_by(lot_id=lot.id).one().stage == "to_draw"


def test_a_code_that_is_there_in_another_spelling_is_no_new_row(login_as, bring):
    admin = login_as("admin")
    page = bring(admin, "products", "p.csv", b"product_code,list_price_cny\np-dw-500,5\n")
    assert "There is “P-DW-500”, written otherwise." in admin.get(page, headers=ENGLISH).text
