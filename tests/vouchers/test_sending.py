"""Movements go to the bookkeeping as files: each once, laid out as the plant has mapped it."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy.exc import IntegrityError

from app import verification
from app.extensions import db
from app.jobs import vouchers, worker
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.papers.document import Job
from app.models.records.rules.plant_settings import PlantSetting
from app.models.vouchers.batch import TakenMeanwhile, VoucherBatch, VoucherLine
from app.models.warehouse.unsent import UnsentMovement
from app.plant.warehouse.vouchers import in_their_unit
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}


def sent(app, browser):
    """What a press of the button came to: the sending's page."""
    answer = browser.submit("/vouchers/")
    assert answer.status_code == 303, answer.text
    work(app)
    page = browser.get(answer.location)
    return page.location


def rows(app, browser, kind):
    """The rows of the newest file of a kind of voucher, by the plant's headings."""
    with app.app_context():
        batch = db.session.query(VoucherBatch).order_by(VoucherBatch.id.desc()).first()
        file = next(f.name for f in batch.files if f.filename.endswith(f"{kind}.csv"))
    text = browser.get(f"/attachments/{file}").data.decode("utf-8-sig")
    lines = csv.DictReader(io.StringIO(text))
    return [{head.partition(")")[2]: cell for head, cell in line.items()} for line in lines]


@pytest.mark.on_both
def test_movements_go_out_once_under_the_plants_own_headings(app, login_as, moved):
    lot = moved("R-002", -1_500_000, "issue")
    store = login_as("storekeeper")
    assert "Make the files of 1 movement" in store.get("/vouchers/", headers=ENGLISH).text
    page = sent(app, store)
    row = rows(app, store, "material_out")[0]
    assert (row["存货编码"], row["计量单位"], row["数量"], row["批号"], row["仓库编码"]) == (
        "01R002", "千克", "1.5", lot, "CK01",
    )  # fmt: skip
    assert row["红蓝标志"] == "蓝字" and row["单据类型"] == "材料出库单"
    assert row["部门"] == "灌装车间" and row["单据编号"] == f"{row['批次']}-001"
    assert store.submit("/vouchers/").location == "/vouchers/", "nothing waits any more"
    shown = store.get(page, headers=ENGLISH).text
    assert row["单据编号"] in shown and store.get(f"{page}?as=csv").status_code == 200
    with app.app_context():
        batch = db.session.query(VoucherBatch).one()
        event = db.session.query(Event).filter_by(flow="voucher", action="send").one()
        assert event.data["files"][0]["sha256"] == batch.files[0].sha256
        assert event.actor_id == store.user_id and not db.session.query(UnsentMovement).count()
        assert not [fault for check in verification.check() for fault in check.faults]
        line = db.session.query(VoucherLine).one()
        again = VoucherLine(movement_id=line.movement_id, batch_id=batch.id, number="x")
        db.session.expunge(line)
        db.session.add(again)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
    assert row["单据编号"] in store.get(f"/lots/{lot}").text
    assert store.get(f"/find?q={row['单据编号']}").location.endswith(page)
    assert store.get(f"/find?q={row['批次'].lower()}").location.endswith(page)


def test_the_same_bytes_come_again_and_numbers_are_numbers(app, login_as, moved):
    moved("R-002", -1_500_000, "issue")
    store = login_as("storekeeper")
    sent(app, store)
    with app.app_context():
        file = next(f for f in db.session.query(VoucherBatch).one().files if "xlsx" in f.filename)
        name = file.name
    once, twice = (store.get(f"/attachments/{name}").data for _ in range(2))
    assert once == twice
    sheet = openpyxl.load_workbook(io.BytesIO(once)).active
    heads, first = ([cell.value for cell in line] for line in list(sheet.rows)[:2])
    assert first[heads.index("(明细)数量")] == 1.5
    assert first[heads.index("(单据头)单据日期")].date()


def test_what_has_no_code_there_is_named_and_waits(app, login_as, moved):
    moved("R-002", -1_000_000, "issue")
    admin = login_as("admin")
    moved("K-107", -100, "issue")
    shown = admin.get("/vouchers/", headers=ENGLISH).text
    assert 'data-unmapped="item:K-107"' in shown and "kind=item&amp;ours=K-107" in shown
    assert 'value="K-107"' in admin.get("/admin/master/book_code/new?kind=item&ours=K-107").text
    assert "K-107" in admin.get("/vouchers/?as=csv").text
    sent(app, admin)
    with app.app_context():
        assert db.session.query(VoucherLine).count() == 1
        assert db.session.query(UnsentMovement).count() == 1
    answer = admin.submit(
        "/admin/master/book_code/new",
        kind="item", ours="K-107", theirs="02K107", unit="", per="", revision=0,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    sent(app, admin)
    assert [row["存货编码"] for row in rows(app, admin, "material_out")] == ["02K107"]


def test_a_correction_goes_as_a_red_voucher_that_names_the_first(app, login_as, moved):
    moved("R-002", -1_500_000, "issue")
    store = login_as("storekeeper")
    sent(app, store)
    first = rows(app, store, "material_out")[0]["单据编号"]
    moved("R-002", 200_000, "issue")
    assert "red" in store.get("/vouchers/", headers=ENGLISH).text
    sent(app, store)
    row = rows(app, store, "material_out")[0]
    assert (row["数量"], row["红蓝标志"], row["被冲销单号"]) == ("-0.2", "红字", first)


def test_a_red_one_does_not_go_before_the_first(app, login_as, moved):
    moved("K-107", -100, "issue")
    moved("K-107", 40, "issue")
    admin = login_as("admin")
    assert admin.submit("/vouchers/").location == "/vouchers/"
    shown = admin.get("/vouchers/", headers=ENGLISH).text
    assert "What it takes back has not gone out yet." in shown


def test_two_tabs_and_a_killed_worker_send_once(app, login_as, moved, monkeypatch):
    moved("R-002", -1_500_000, "issue")
    store, other = login_as("storekeeper"), login_as("admin")
    first, second = store.submit("/vouchers/"), other.submit("/vouchers/")
    assert first.location == second.location, "whoever asks meanwhile is shown the same"

    class Killed(BaseException):
        """As good as a kill: nothing catches it."""

    def cut(*_args, **_kwargs):
        raise Killed

    with app.app_context():
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr("app.models.vouchers.batch.append", cut)
            worker.do_next("killed:1")
        assert not db.session.query(VoucherLine).count()
        job = db.session.query(Job).filter_by(kind="vouchers").one()
        job.leased_until = None
        db.session.commit()
    moved("R-002", -700_000, "issue")
    work(app)
    with app.app_context():
        batch = db.session.query(VoucherBatch).one()
        assert db.session.query(VoucherLine).count() == batch.lines == 2
        assert not [fault for check in verification.check() for fault in check.faults]
    assert [row["数量"] for row in rows(app, store, "material_out")] == ["1.5", "0.7"]


@pytest.mark.on_both
def test_two_sendings_side_by_side_take_each_movement_once(app, login_as, moved):
    moved("R-002", -1_500_000, "issue")
    store = login_as("storekeeper")
    with app.app_context():
        slow = vouchers.make({}, 0, None)
        db.session.rollback()
    sent(app, store)
    with app.app_context():
        who = db.session.get_one(User, store.user_id)
        with pytest.raises(TakenMeanwhile):
            vouchers.put_on_record(slow, vouchers.tokens(), who)
        db.session.rollback()
        assert db.session.query(VoucherLine).count() == 1
        assert not [fault for check in verification.check() for fault in check.faults]


def test_nothing_waits_where_the_plant_sends_nothing(app, login_as, moved):
    admin = login_as("admin")
    answer = admin.get("/admin/settings/", headers=ENGLISH)
    assert "Movements of stock go out as vouchers" in answer.text
    with app.app_context():
        PlantSetting.change({"vouchers": "no"}, by=None, version=1)
        db.session.commit()
    moved("R-002", -1_500_000, "issue")
    assert "do not wait for vouchers yet" in admin.get("/vouchers/", headers=ENGLISH).text
    with app.app_context():
        assert not db.session.query(UnsentMovement).count()


def test_files_are_written_into_the_plants_folder(app, login_as, moved, tmp_path):
    app.config["VOUCHER_FOLDER"] = str(tmp_path / "away")
    moved("R-002", -1_500_000, "issue")
    store = login_as("storekeeper")
    sent(app, store)
    with app.app_context():
        job = db.session.query(Job).filter_by(kind="voucher_folder").one()
        assert job.state == "waiting" and "is its share there" in job.error
        job.due = db.session.query(Job).filter_by(kind="vouchers").one().due
        db.session.commit()
    (tmp_path / "away").mkdir()
    work(app)
    with app.app_context():
        files = {f.filename: f.sha256 for f in db.session.query(VoucherBatch).one().files}
    assert {each.name for each in (tmp_path / "away").iterdir()} == files.keys()


@pytest.mark.parametrize(
    ("quantity", "uom", "per", "theirs"),
    [
        (24, "pcs", "12", Decimal(2)),
        (25, "pcs", "12", None),
        (-1_500_000, "kg", "1", Decimal("-1.5")),
        (1_000_001, "kg", "1000", Decimal("0.001000001")),
        (1_000_001, "kg", "10000", None),
        (3_000_000, "kg", "0.001", Decimal(3000)),
    ],
)
def test_their_unit_is_exact_or_nothing(quantity, uom, per, theirs):
    assert in_their_unit(quantity, uom, Decimal(per)) == theirs
