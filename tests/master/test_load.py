"""The demo plant is loaded whole, exact, and with its days moved."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.demo import load
from app.demo.mails import mails, move_dates
from app.demo.sheets import BASE_DAY, DATA, Calendar
from app.extensions import db
from app.models.master import (
    Changeover,
    Customer,
    Line,
    Material,
    Product,
    SpecTest,
    WorkInstruction,
    WorkStep,
)
from app.models.people.user import User
from app.models.records.rules.setting import is_demo
from app.models.warehouse.stock import Lot, ledger_faults, on_hand
from app.sheets.kinds import IN_ORDER
from app.sheets.kinds.formulas import FORMULA_LINES, FORMULAS
from app.sheets.kinds.table_kind import TableKind

from .conftest import TODAY

SHIFT = TODAY - BASE_DAY


def rows_in(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))


def test_every_row_of_every_file_is_there(app, plant):
    with app.app_context():
        tables = [k for k in IN_ORDER if isinstance(k, TableKind) and not k.only]
        for kind in (*tables, FORMULAS.head, FORMULA_LINES.lines):
            assert db.session.query(kind.table.model).count() == rows_in(kind.file), kind.file
        assert sum(len(i.steps) for i in db.session.query(WorkInstruction)) == rows_in(
            "work_instructions"
        )
        assert db.session.query(User).count() == rows_in("staff")
        assert db.session.query(Lot).count() == rows_in("material_lots")


def test_a_product_with_all_that_belongs_to_it(app, plant):
    with app.app_context():
        product = Product.by_code("P-BL-20L")
        assert (product.fill_mass_mg, product.list_price, product.label_variants) == (
            23_400_000,
            Decimal("68.00"),
            ["zh-CN", "en"],
        )
        assert (
            product.formula.density == Decimal("1.17")
            and sum(li.percent for li in product.formula.lines) == 100
        )
        assert [li.material.code for li in product.formula.lines if li.potency_correct] == ["R-021"]
        assert [p.units_per_item for p in product.packaging] == [1, 1, 24]
        assert product.instruction.code == "WI-BL-01" and len(product.instruction.steps) == 18
        assert product.rates[0].line.code == "L3" and product.rates[0].max_batch_mg == 5_265_000_000
        assert str(product.name) == product.name_zh


def test_exact_values_of_other_tables(app, plant):
    with app.app_context():
        assert (
            Material.by_code("R-002").safety_stock == 2_000_000_000
            and Material.by_code("K-101").safety_stock == 8_000
        )
        assert Material.by_code("K-101").kind == "packaging" and Material.by_code("R-001").untracked
        assert Line.by_code("L1").tanks[0].working_volume_ml == 5_000_000
        assert Customer.by_code("C-001").addresses[0].receiving_windows == [
            "08:30-11:30",
            "13:30-17:00",
        ]
        never = db.session.query(Changeover).filter_by(from_family="DW", to_family="BL").one()
        assert (never.wash_level, never.minutes) == ("X", None)
        appearance = db.session.query(SpecTest).filter_by(code="APP").first()
        assert appearance.is_text and appearance.lower is None and appearance.every == "batch"


def test_stock_stands_in_its_zones(app, plant):
    with app.app_context():
        lot = db.session.query(Lot).filter_by(lot_no="ML26-0127").one()
        assert (lot.zone, lot.assay, lot.status) == ("HY", Decimal("10.6"), "released")
        assert lot.expiry == TODAY + timedelta(days=4)
        assert on_hand(Material.by_code("R-002"), TODAY) > 0
        assert list(ledger_faults()) == []


def test_the_staff_hold_their_roles_and_the_database_is_a_demo(app, plant):
    with app.app_context():
        head = db.session.query(User).filter_by(login="head1").one()
        assert head.role_keys == {"production_head"} and head.language is None, "the reader’s own"
        assert head.password_hash.endswith("washline-head1")
        assert is_demo()


def test_what_is_still_to_reach_the_plant(plant):
    assert len(plant.orders) == 24 and sum(len(o.lines) for o in plant.orders) == 47
    assert plant.orders[0].received_at.date() == date(2026, 11, 16) + SHIFT
    assert [o.received_at for o in plant.orders] == sorted(o.received_at for o in plant.orders)
    urgent = next(o for o in plant.orders if o.customer_po == "HT-URG-7")
    assert urgent.lines[0].findings == ("rush",) and urgent.lines[
        0
    ].requested_date == TODAY + timedelta(days=2)
    assert sum(p.paid for p in plant.payments) == 3
    assert (
        plant.receipts[-1].quantity == 5000
        and plant.receipts[-1].expected_on == date(2026, 12, 7) + SHIFT
    )


def test_mails_arrive_with_moved_dates():
    found = mails(Calendar(date(2027, 1, 22)))
    assert [m.sender.split("@")[0] for m in found] == ["orders", "orders", "promo", "buy", "orders"]
    assert "2027年2月3日" in found[0].text and found[0].sent_at.date() == date(2027, 1, 16)
    assert "3 March 2027" in found[-1].text and b"Sat, 16 Jan 2027" in found[0].raw


def test_dates_in_a_table_move_and_fractions_do_not():
    assert move_dates("<td>12/2</td> 2/3", timedelta(days=61)) == "<td>2/1</td> 2/3"


def test_a_cell_in_two_languages_is_parted(app, plant):
    with app.app_context():
        steps = db.session.query(WorkStep).filter(WorkStep.parameter_zh != "")
        assert {(s.parameter_zh, s.parameter_en) for s in steps} >= {("温度", "temperature")}


def test_only_an_empty_database_is_loaded(app, plant):
    with app.app_context(), pytest.raises(load.NotEmpty):
        load.load(TODAY)
