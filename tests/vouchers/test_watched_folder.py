"""Spreadsheets come in from a folder that is watched: whole files once, wrong ones put aside."""

from decimal import Decimal

import pytest

from app import verification
from app.extensions import db
from app.jobs import inbox, worker
from app.models.master import Product
from app.models.purchasing.requisition import Requisition
from app.models.records.event import Event
from app.models.records.papers.document import Job
from app.models.spreadsheets.column_mapping import ColumnMapping
from app.models.spreadsheets.sheet_import import SheetImport
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}
PRICES = b"product_code,list_price_cny\nP-DW-500,4.35\n"
BOUGHT = (
    b"purchase_no,material_code,supplier,qty,uom,expected_on\nPO-9,R-002,SUP-01,500,kg,2027-03-09\n"
)


@pytest.fixture
def box(app, tmp_path):
    """The folder, and looking into it ``times``; twice, what lies there unchanged is taken."""
    root = tmp_path / "inbox"
    root.mkdir()
    app.config["INBOX"] = str(root)

    def look(times=2):
        with app.app_context():
            for _ in range(times):
                inbox.look()
                db.session.remove()
        work(app)

    yield root, look
    inbox._seen.clear()


def put(root, place, content):
    path = root / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def names(root, folder):
    return sorted(path.name for path in (root / folder).glob("*"))


def price(app):
    with app.app_context():
        return Product.by_code("P-DW-500").list_price


@pytest.mark.on_both
def test_a_right_file_is_taken_in_once_and_put_aside(app, box):
    root, look = box
    put(root, "products/价格.csv", PRICES)
    put(root, "receipts-week9.csv", BOUGHT)
    look()
    assert price(app) == Decimal("4.35")
    assert [name.partition("-")[2] for name in names(root, "taken")] == [
        "价格.csv",
        "receipts-week9.csv",
    ]
    with app.app_context():
        row = db.session.query(SheetImport).filter_by(kind="products").one()
        event = db.session.query(Event).filter_by(flow="import", record_id=row.id).first()
        assert row.folder and row.by is None and event.data["via"] == "folder"
        assert db.session.query(Requisition).filter_by(purchase_no="PO-9").count() == 1
        assert not [fault for check in verification.check() for fault in check.faults]
    put(root, "receipts-again.csv", BOUGHT)
    look()
    with app.app_context():
        assert db.session.query(Requisition).filter_by(purchase_no="PO-9").count() == 1
        assert db.session.query(SheetImport).count() == 2, "the same file changes nothing"
    assert len(names(root, "taken")) == 3


def test_a_wrong_file_is_refused_with_the_reasons_row_by_row(app, box, login_as):
    root, look = box
    put(root, "products/p.csv", PRICES + b"P-NONE,1\nP-LD-2K,abc\n")
    look()
    assert price(app) == Decimal("4.20"), "all of it or nothing"
    file, why = names(root, "refused")
    assert file.endswith("-p.csv") and why == f"{file}-why.csv"
    told = (root / "refused" / why).read_text("utf-8-sig")
    assert "P-NONE" in told and "abc" in told and "P-DW-500" not in told
    admin = login_as("admin")
    assert "A file of the watched folder was refused." in admin.get("/", headers=ENGLISH).text
    shown = admin.get("/import/", headers=ENGLISH).text
    assert "products/p.csv" in shown and "Not all of its rows are right." in shown
    with app.app_context():
        job = db.session.query(Job).filter_by(kind="inbox").one()
        number, look_id = job.id, job.result["look"]
    assert "2 wrong" in admin.get(f"/import/{look_id}", headers=ENGLISH).text
    assert admin.submit(f"/import/folder/{number}/seen").status_code == 303
    assert "products/p.csv" not in admin.get("/import/", headers=ENGLISH).text


def test_what_still_grows_or_is_no_file_of_ours_is_left(app, box, tmp_path):
    root, look = box
    away = tmp_path / "away.csv"
    away.write_bytes(PRICES)
    (root / "products").mkdir()
    (root / "products" / "link.csv").symlink_to(away)
    (root / "materials").symlink_to(tmp_path)
    left = (".x.csv", "~$x.xlsx", "x.part")
    for place in (*(f"products/{name}" for name in left), "people-x.csv", "a.csv"):
        put(root, place, PRICES)
    put(root, "products/grows.csv", PRICES[:20])
    look(1)
    put(root, "products/grows.csv", PRICES)
    look(1)
    assert price(app) == Decimal("4.20")
    assert set(names(root, "products")) == {*left, "grows.csv", "link.csv"}
    assert (root / "people-x.csv").exists() and (root / "a.csv").exists() and away.exists()
    look(1)
    assert price(app) == Decimal("4.35") and (root / "products" / "link.csv").is_symlink()


def test_columns_are_kept_by_the_name_that_the_folder_gives(app, box):
    root, look = box
    with app.app_context():
        said = {"columns": {"号": "product_code", "定价": "list_price"}}
        ColumnMapping.keep("products", "u8", said)
        db.session.commit()
    put(root, "products@u8/p.csv", "号,定价\nP-DW-500,5.5\n".encode("gb18030"))
    put(root, "products@none/q.csv", PRICES)
    look()
    assert price(app) == Decimal("5.5")
    assert [name.partition("-")[2] for name in names(root, "refused")] == ["q.csv"]


def test_a_worker_killed_on_the_way_takes_it_once(app, box, monkeypatch):
    root, look = box
    put(root, "receipts/x.csv", BOUGHT)

    class Killed(BaseException):
        """As good as a kill: nothing catches it."""

    def cut(*_args, **_kwargs):
        raise Killed

    with app.app_context():
        inbox.look()
        inbox.look()
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr("app.models.spreadsheets.sheet_import.append", cut)
            worker.do_next("killed:1")
        job = db.session.query(Job).filter_by(kind="inbox").one()
        assert names(root, "working") == [f"{job.id}-x.csv"] and job.state == "waiting"
        job.leased_until = None
        db.session.commit()
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(inbox.folder, "put_aside", cut)
            worker.do_next("killed:2")
        assert names(root, "working"), "killed between the commit and putting it aside"
    look(1)
    assert names(root, "working") == [] and len(names(root, "taken")) == 1
    with app.app_context():
        assert db.session.query(Requisition).filter_by(purchase_no="PO-9").count() == 1
        assert db.session.query(SheetImport).count() == 1
        assert not [fault for check in verification.check() for fault in check.faults]


def test_a_place_that_leads_out_is_nobodys(app, box):
    root, _ = box
    outside = root.parent / "products-x.csv"
    outside.write_bytes(PRICES)
    with app.app_context():
        for place in ("../products-x.csv", "products/../../products-x.csv", "products/sub/x.csv"):
            assert inbox.folder.claim(root, place, 7) is None
    assert outside.exists() and names(root, "") in ([], ["working"])
