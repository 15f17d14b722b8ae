"""``washline import`` and ``washline export``: what a stranger types into an empty home."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from app.demo.sheets import DATA
from app.extensions import db
from app.models.master import Customer, Product
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.papers.document import Document
from app.models.sales.order import Order
from app.models.spreadsheets.column_mapping import ColumnMapping
from app.models.spreadsheets.sheet_import import SheetImport
from app.sheets.kinds import IN_ORDER
from tests.documents import journey
from tests.serving import House

NORTHWIND = Path(__file__).parents[1] / "data" / "northwind"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An empty home into which the demo's folder went whole, what was said of it, and of a second
    time (other tests bring more into it, in whatever order a worker takes them).
    """
    home = tmp_path_factory.mktemp("stranger")
    house = House(home, f"sqlite:///{home}/washline.sqlite3")
    house.environment["LC_ALL"] = "C.UTF-8"
    house.run("create-admin", "anna", "--name", "Anna", "--password-stdin", given="plum tree river")
    demo = ("import", "demo", DATA, "--by", "anna")
    first, again = (house.run(*demo, *more) for more in ((), ("--dry-run",)))
    verified = house.run("verify").returncode
    with house.app():
        imports = db.session.query(SheetImport).count()
    return house, first, (again, verified, imports)


def last(answer):
    return answer.stdout.splitlines()[-1]


def test_the_help_lists_a_kind_for_each_file_of_the_demo(stranger):
    said = stranger[0].run("import", "--help").stdout
    for path in DATA.glob("*.csv"):
        assert path.name in said
    for kind in IN_ORDER:
        assert f"  {kind.key} " in said


def test_a_folder_goes_in_whole_and_a_second_time_changes_nothing(stranger):
    house, said, (again, verified, imports) = stranger
    assert said.returncode == 0, said.stderr
    assert last(said) == "1275 new, 13 changed, 3 same, 0 wrong"
    assert (again.returncode, last(again)) == (0, "0 new, 0 changed, 1291 same, 0 wrong")
    assert (verified, imports) == (0, len(IN_ORDER) - 3)  # of three kinds it has no file
    with house.app():
        people = db.session.scalars(select(User).where(User.login != "anna"))
        assert all(person.password_hash is None for person in people)
        assert {each.by.login for each in db.session.query(SheetImport)} == {"anna"}
        assert (
            "采购" in db.session.query(Order).filter_by(customer_po="PO-HT-2611-01").one().message
        )


def test_one_of_its_orders_is_made_to_its_dossier(stranger, tmp_path):
    """In a plant of its own: from its first card on, others would find prices in force."""
    home = shutil.copytree(stranger[0].home, tmp_path / "home")
    with House(home, f"sqlite:///{home}/washline.sqlite3").app():
        walk = Unprinted(journey.clock.now(), None)
        order = db.session.query(Order).filter_by(customer_po="PO-HT-2611-01").one()
        clerk = journey.someone("sales")
        walk.do(order, "start_review", clerk)
        for number in (2, 3):
            walk.do(order, "decline_line", clerk, line_no=number, reason="later")
        walk.do(order, "approve", clerk)
        journey.make(walk, order.cards[0])
        journey.deliver(walk, order.cards[0], clerk)
        journey.clock.set_clock(None)
        assert order.stage == "fulfilled"
        kinds = set(db.session.scalars(select(Document.kind)))
        assert {"production_order", "material_prep", "quality_report", "dossier"} <= kinds


class Unprinted(journey.Walk):
    """The papers are ordered; setting them is tried elsewhere."""

    def file(self):
        pass


def test_documents_on_paper_need_a_name_and_go_round(stranger, tmp_path):
    house, file, again = stranger[0], tmp_path / "paper.csv", tmp_path / "again.csv"
    file.write_text(
        "document_kind,document_code,edition,effective_date,approved_by\n"
        "instruction,WI-TA-01,A/1,2025-03-01,王建国\n"
    )
    nameless = house.run("import", "documents", file)
    assert nameless.returncode != 0 and "--by" in nameless.stderr
    taken = house.run("import", "documents", file, "--by", "super1")
    assert (taken.returncode, last(taken)) == (0, "1 new, 0 changed, 0 same, 0 wrong")
    assert house.run("export", "documents", again).returncode == 0
    same = house.run("import", "documents", again, "--by", "super1")
    assert last(same) == "0 new, 0 changed, 1 same, 0 wrong"


def test_a_file_alone_its_exit_code_and_what_is_left_of_it(stranger, tmp_path):
    house = stranger[0]
    file = tmp_path / "prices.csv"
    file.write_text("product_code,list_price_cny\nP-DW-5K,33\nP-NONE,1\n")
    dry = house.run("import", "products", file, "--dry-run")
    assert dry.returncode == 1 and last(dry) == "0 new, 1 changed, 0 same, 1 wrong"
    assert "2 changed P-DW-5K: List price 32.00 CNY → 33 CNY" in dry.stdout.splitlines()
    assert house.run("import", "products", file).returncode == 1
    assert price(house) == 32
    taken = house.run("import", "products", file, "--take-good", "--by", "admin1")
    assert taken.returncode == 1 and price(house) == 33
    left = (tmp_path / "prices-wrong.csv").read_text("utf-8-sig").splitlines()
    assert len(left) == 2 and left[1].endswith(",P-NONE,1")
    with house.app():
        event = db.session.scalars(
            select(Event).where(Event.flow == "import").order_by(Event.id.desc()).limit(2)
        ).all()[-1]
        assert (event.action, event.actor.login, event.data["wrong"]) == ("import", "admin1", 1)


def price(house):
    with house.app():
        return Product.by_code("P-DW-5K").list_price


@pytest.mark.parametrize(
    ("typed", "code", "found"),
    [
        (["nonsense", DATA / "lines.csv"], 2, "is none of"),
        (["lines", DATA / "lines.csv", "--by", "sales1"], 1, "sales1 does not keep these"),
        (["lines", DATA / "lines.csv", "--mapping", "mine"], 1, "no mapping 'mine'"),
        (["demo", DATA / "lines.csv"], 1, "is no folder"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(stranger, typed, code, found):
    answer = stranger[0].run("import", *typed)
    assert answer.returncode == code and found in answer.stderr
    assert answer.stderr.startswith("washline: ") and answer.stderr.count("\n") == 1


def test_what_is_written_out_is_read_again(stranger, tmp_path):
    house = stranger[0]
    for kind, name in (("customers", "c.xlsx"), ("formula-lines", "f.csv")):
        assert house.run("export", kind, tmp_path / name).returncode == 0
        again = house.run("import", kind, tmp_path / name, "--dry-run")
        assert again.returncode == 0 and last(again).startswith("0 new, 0 changed"), kind
    assert house.run("export", "customers", tmp_path / "c.pdf").returncode == 1


def test_the_files_of_strangers_keep_all_that_is_in_them(stranger):
    """Northwind: accents, NULLs, commas; orders with their lines in a second file."""
    house = stranger[0]
    said = house.run("import", "customers", NORTHWIND / "customers.csv")
    assert said.returncode == 0 and "country" not in last(said), said.stdout
    assert house.run("import", "suppliers", NORTHWIND / "suppliers.csv").returncode == 0
    with house.app():
        ColumnMapping.keep("products", "northwind", {"constants": OF_PRODUCTS})
        db.session.commit()
        assert Customer.by_code("HANAR").name_local == "Hanari Carnes"
        assert Customer.by_code("HANAR").country == "BR"
    mapped = house.run(
        "import", "products", NORTHWIND / "products.csv", "--mapping", "northwind", "--dry-run"
    )
    assert mapped.returncode == 0 and "0 wrong" in last(mapped), mapped.stdout
    files = (NORTHWIND / "orders.csv", "--lines", NORTHWIND / "order_details.csv")
    assert house.run("import", "orders", *files).returncode == 0
    again = house.run("import", "orders", *files)
    assert last(again).startswith("0 new, 0 changed") and last(again).endswith("0 wrong")
    with house.app():
        order = db.session.query(Order).filter_by(customer_po="10248").one()
        assert (order.stage, order.customer.code, len(order.lines)) == ("received", "VINET", 3)
        assert "Vins et alcools Chevalier\t59 rue de l'Abbaye" in order.message
        assert "10248\t42\t9.80\t10\t0" in order.message
        assert [line.product for line in order.lines] == [None] * 3
        assert str(order.lines[0].requested_date) == "1996-08-01"


OF_PRODUCTS = {
    "family_code": "DW",
    "incompat_class": "NEU",
    "formula_code": "F-DW01",
    "pack_qty": "1",
    "pack_uom": "g",
    "fill_mass_g": "1",
    "gross_mass_g": "1",
    "case_gross_mass_g": "1",
    "units_per_case": "1",
    "shelf_life_days": "365",
    "default_min_remaining_pct": "50",
    "standard": "-",
    "label_version": "A",
}
