"""The page of a product, a customer, a material, a line: what stands on it, and who changes what
where it stands.
"""

import io
from decimal import Decimal

import openpyxl
import pytest

from app.extensions import db
from app.models.master import Customer, Formula, FormulaLine, LineRate, Material, Product
from app.models.records.event import Event
from app.models.warehouse.stock import StockMovement
from app.plant.quantities import from_base

from .pages import form_of

PARTS = {
    "/product/P-DW-500": {
        *("identity", "packs", "labels", "price", "documents", "formula", "packaging"),
        *("specification", "rates", "runs", "instruction"),
    },
    "/customer/C-001": {
        *("identity", "contact", "payment", "demands", "addresses", "open_orders"),
        *("last_orders", "prices"),
    },
    "/material/R-002": {
        *("identity", "storage", "purchasing", "assay", "suppliers", "lots", "formulas"),
        "packaging",
    },
    "/line/L1": {"identity", "shifts", "tanks", "rates", "planned"},
}


def opened(browser, path, part):
    """The form that stands open in a part of the page: where it is sent, and its fields."""
    place = f"{path}?edit={part}"
    return place, form_of(browser.get(place).text, place)


def sent(browser, path, part, **changed):
    place, fields = opened(browser, path, part)
    return browser.post(place, data=fields | changed)


@pytest.mark.parametrize("path", PARTS)
def test_everybody_reads_it_and_an_auditor_changes_nothing(walk, path):
    page = walk.browser("auditor").get(path).text
    assert all(f'<section class="panel" id="{part}"' in page for part in PARTS[path])
    assert "?edit=" not in page and walk.browser("operator").get(path).status_code == 200
    opened_page = walk.browser("auditor").get(f"{path}?edit=identity").text
    assert 'name="name_en"' not in opened_page
    assert walk.browser("auditor").submit(f"{path}?edit=identity").status_code == 403
    assert walk.browser("admin").get(f"{path}-no-such").status_code == 404
    content = walk.browser("auditor").get(f"{path}?as=xlsx").data
    assert set(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) >= PARTS[path] - {"prices"}


def test_a_part_is_changed_where_it_stands_and_nothing_else(walk):
    sales, path = walk.browser("sales"), "/customer/C-001"
    place, fields = opened(sales, path, "payment")
    assert "name_en" not in fields and "phone" not in fields
    answer = sales.post(place, data=fields | {"payment_rule": "prepaid"})
    assert answer.status_code == 303 and answer.location == f"{path}#payment"
    with walk.app.app_context():
        event = (
            db.session.query(Event)
            .filter_by(flow="master:customer")
            .order_by(Event.id.desc())
            .first()
        )
        assert event.data == {"payment_rule": {"old": "net", "new": "prepaid"}}
        assert Customer.by_code("C-001").name_en == "Haitang Sample Supermarkets"
    page = sales.get(path).text
    assert "Payment rule: " in page[page.index('id="changes"') :]
    # Who opened it before that learns of it and keeps what was typed.
    stale = sales.post(place, data=fields | {"payment_terms": "cash", "key": sales.key()})
    assert stale.status_code == 409 and 'value="cash"' in stale.text
    wrong = sent(sales, path, "contact", email="nobody")
    assert wrong.status_code == 422 and "name@company.example" in wrong.text
    assert form_of(wrong.text, f"{path}?edit=contact")["email"] == ["nobody"]


def test_a_row_is_added_and_changed_where_it_hangs(walk):
    planner, path = walk.browser("planner"), "/line/L1"
    assert "customer" not in opened(walk.browser("sales"), "/customer/C-001", "addresses.new")[1]
    with walk.app.app_context():
        rate = db.session.query(LineRate).join(LineRate.line).filter_by(code="L1").first()
        number, crew = rate.id, rate.crew
    assert sent(planner, path, f"rates.{number}", crew=str(crew + 1)).status_code == 303
    tank = {
        **{"code": "T9", "name_zh": "九号罐", "name_en": "Tank 9", "working_volume_ml": "500"},
        **{"min_fill_pct": "20", "max_fill_pct": "90", "material": "316L"},
    }
    assert sent(planner, path, "tanks.new", **tank).location == f"{path}#tanks"
    page = planner.get(path).text
    assert "Tank 9" in page and "Tanks: T9" in page[page.index('id="changes"') :]
    twice = sent(planner, path, "tanks.new", **tank)
    assert twice.status_code == 422 and "already taken" in twice.text
    # A row of another thing is not changed here, nor by who keeps another table.
    assert planner.submit("/line/L2?edit=tanks.1", code="T1").status_code == 403
    assert walk.browser("sales").submit(f"{path}?edit=rates.{number}").status_code == 403


def test_what_is_missing_is_said_with_the_form_that_mends_it(walk):
    planner = walk.browser("planner")
    assert "What is missing" not in planner.get("/line/L1").text
    new = {
        **{"code": "L9", "name_zh": "九线", "name_en": "Line 9", "families": "DW"},
        **{"shift_start": "08:00", "shift_end": "16:00", "shifts_per_day": "1", "crew_std": "3"},
    }
    assert planner.submit("/admin/master/line/new", **new).status_code == 303
    page = planner.get("/line/L9").text
    assert "No tank is set" in page and 'href="?edit=tanks.new#tanks"' in page
    assert "No rate is set: nothing can be planned on it." in page
    read = walk.browser("auditor").get("/line/L9").text
    assert "No tank is set" in read and "?edit=" not in read
    with walk.app.app_context():
        for rate in Product.by_code("P-DW-500").rates:
            rate.active = False
        db.session.commit()
    page = walk.browser("admin").get("/product/P-DW-500").text
    assert "No line has a rate for it: it cannot be planned." in page
    assert 'href="?edit=rates.new#rates"' in page


def test_the_lines_of_a_formula_are_added_up_as_they_are_typed(walk):
    admin = walk.browser("admin")
    asked = {"of": "percent", "lines-0-percent": "98,5", "lines-1-percent": "", "x-phase": "7"}
    assert told(admin, **asked) == "The lines add up to 98.5 %: 1.5 % is missing."
    assert told(admin, of="percent", percent="１．５", rest="98.5") == "The lines add up to 100 %."
    assert told(admin, of="percent", percent="2", rest="98.5").endswith("0.5 % is too much.")
    assert told(admin, of="percent", percent="abc") == "Not every line is a number yet."
    page = admin.get("/product/P-DW-500").text
    assert "The lines add up to 100 %." in page[page.index('id="formula"') :]
    with walk.app.app_context():
        formula = Product.by_code("P-DW-500").formula
        formula.status = "draft"
        line = formula.lines[1]
        number, rest = line.id, 100 - line.percent
        db.session.commit()
    place, fields = opened(admin, "/product/P-DW-500", f"formula.{number}")
    page = admin.get(place).text
    assert f"/figures/sum?of=percent&amp;rest={rest.normalize():f}" in page
    assert admin.post(place, data=fields | {"percent": "0.25"}).status_code == 303
    assert "is missing." in admin.get("/product/P-DW-500").text
    # Once the plant works its lines are changed by a revision, whose form adds up as well.
    with walk.app.app_context():
        db.session.get(FormulaLine, number).percent = 100 - rest
        db.session.query(Formula).filter_by(status="draft").one().status = "approved"
        db.session.commit()
    walk.card("to_plan", quantity=24)
    page = admin.get("/product/P-DW-500").text
    assert f"?edit=formula.{number}" not in page and "revise?kind=formula&amp;code=F-DW01" in page
    ref = walk.revision(kind="formula", code="F-DW01")
    page = walk.browser("quality_head").get(f"/quality/{ref}/write_contents").text
    assert "/figures/sum?of=percent" in page and "The lines add up to 100 %." in page


def told(browser, **asked):
    return browser.get("/figures/sum", query_string=asked).text


def test_what_a_run_cost_is_what_was_issued_at_the_cost_on_record(walk):
    card = walk.card("to_inspect", quantity=24)
    with walk.app.app_context():
        cost = sum(
            from_base(-each.quantity, each.lot.material.uom) * each.lot.material.unit_cost
            for each in db.session.query(StockMovement).filter_by(kind="issue")
        )
        water = Material.by_code("R-001")
        kept, water.unit_cost = water.unit_cost, Decimal(0)
        db.session.commit()
    runs = runs_of(walk)
    assert card in runs and f"{cost:,.2f} CNY" in runs, "water from the mains is in no ledger"
    assert "No cost is set for R-001" in runs and "not known" in runs
    with walk.app.app_context():
        Material.by_code("R-001").unit_cost = kept
        db.session.commit()
    assert "No cost is set" not in runs_of(walk) and "not known" not in runs_of(walk)


def runs_of(walk):
    page = walk.browser("auditor").get("/product/P-DW-500").text
    return page[page.index('<section class="panel" id="runs"') : page.index('id="instruction"')]


def test_links_lead_to_it(walk):
    card = walk.card("preparing", quantity=24)
    order = walk.look(card, lambda c: c.order.ref)
    buyer, typing = walk.browser("buyer"), {"HX-Request": "true"}
    assert 'href="/product/P-DW-500"' in buyer.get("/admin/master/product").text
    assert 'href="/product/P-DW-500"' in buyer.get(f"/production/{card}").text
    assert 'href="/customer/C-002"' in walk.browser("sales").get(f"/sales/{order}").text
    assert 'href="/material/R-002"' in buyer.get("/find?q=R-002", headers=typing).text
    assert 'href="/line/L1"' in buyer.get("/find?pick&q=L1").text
    # What its QR code says leads straight to it.
    assert buyer.get("/find?q=product:P-DW-500").location == "/product/P-DW-500"
