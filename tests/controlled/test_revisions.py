"""Documents go through their revisions: drafted, signed by another, in force on their day; who was
planned by an older one keeps it.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from app import clock, verification
from app.documents import compose
from app.extensions import db
from app.jobs.rounds import put_documents_in_force
from app.models.controlled.in_force import HOMES
from app.models.controlled.revision import Revision
from app.models.master import Formula, Product, SpecTest, WorkInstruction
from app.models.people.user import User
from app.models.records.papers.document import Document
from tests.walk import contents_of, said

TEXT = "lines-2-text_en"


@pytest.fixture
def midnight():
    yield lambda days=1: clock.set_clock(clock.now() + timedelta(days=days))
    clock.set_clock(None)


def faults(walk):
    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults]


def versions(walk, model, code):
    with walk.app.app_context():
        rows = db.session.query(model).filter_by(code=code).order_by(model.id)
        return [(row.version, row.active) for row in rows]


@pytest.mark.on_both
def test_a_card_keeps_the_instruction_it_was_planned_with(walk):
    running = walk.card("running", quantity=24)
    planned = walk.card("plan_review", product="P-DW-5K", quantity=24)
    steps = walk.look(running, lambda c: [(s.id, s.text_en) for s in c.steps])
    before = walk.look(running, lambda c: c.version)
    ref = walk.in_force(walk.revision(code="WI-DW-01"), **{TEXT: "Another text"})
    assert versions(walk, WorkInstruction, "WI-DW-01") == [("A/2", False), ("A/3", True)]
    assert walk.look(running, lambda c: [(s.id, s.text_en) for s in c.steps]) == steps
    assert walk.look(running, lambda c: c.version) == before, "what runs is not touched"
    # The plan that is not issued is told, keeps what it has, and is planned anew if somebody wants.
    assert walk.look(planned, lambda c: c.history[-1].action) == "told_of_revision"
    page = walk.browser("planner").get(f"/production/{planned}").text
    assert "Planned by an older document" in page and "WI-DW-01 A/3" in page
    assert planned in walk.browser("planner").get("/production/today").text
    assert walk.look(planned, lambda c: c.instruction.version) == "A/2"
    walk.do("production_head", planned, "return_plan", reason="newer instruction")
    walk.do("planner", planned, "draw_up", **walk.plan_fields(planned))
    assert walk.look(planned, lambda c: c.instruction.version) == "A/3"
    assert walk.look(ref, lambda r: r.stage) == "effective" and faults(walk) == []


@pytest.mark.on_both
def test_the_approved_waits_for_its_day_and_comes_by_the_round(walk, midnight):
    ref = walk.in_force(walk.revision(code="WI-DW-01", days=1), **{TEXT: "Another text"})
    with walk.app.app_context():
        put_documents_in_force()
    assert walk.look(ref) == "approved"
    assert versions(walk, WorkInstruction, "WI-DW-01") == [("A/2", True)]
    midnight()
    with walk.app.app_context():
        put_documents_in_force()
    assert walk.look(ref) == "effective"
    assert walk.look(ref, lambda r: r.history[-1].actor_id) is None
    assert versions(walk, WorkInstruction, "WI-DW-01") == [("A/2", False), ("A/3", True)]


def test_what_cannot_take_effect_on_its_day_is_its_approvers_again(walk, midnight):
    """It waited for its day, and nobody was told why it did not come."""
    ref = walk.revision("specification", "P-DW-500", days=1)
    walk.in_force(ref, **{"lines-1-lower": "1.02"})
    with walk.app.app_context():
        product = db.session.query(Product).filter_by(code="P-DW-500").one()
        product.specification_version = "of another file"
        db.session.commit()
    midnight()
    with walk.app.app_context():
        put_documents_in_force()
    assert walk.look(ref) == "in_review"
    assert "took effect meanwhile" in walk.browser("quality_head").get(f"/quality/{ref}").text
    assert ref in walk.browser("production_head").get("/").text


def test_who_plans_after_its_day_plans_by_it_though_no_worker_runs(walk, midnight):
    card = walk.card("to_plan", quantity=24)
    walk.in_force(walk.revision(code="WI-DW-01", days=1), **{TEXT: "Another text"})
    midnight()
    walk.do("planner", card, "draw_up", **walk.plan_fields(card))
    assert walk.look(card, lambda c: c.instruction.version) == "A/3"


def test_an_order_costs_what_the_price_list_of_its_day_says_though_no_worker_runs(walk, midnight):
    ref = walk.revision("prices", "PRICES", days=1)
    lines = walk.look(ref, lambda r: r.content["lines"])
    place = next(n for n, line in enumerate(lines) if line["product"] == "P-DW-500")
    walk.in_force(ref, **{f"lines-{place}-list_price": "5.00"})
    before = walk.order(("P-DW-500", 24))
    midnight()
    after = walk.order(("P-DW-500", 24))
    with walk.app.app_context():
        put_documents_in_force()
    due = [walk.look(order, lambda o: o.amount_due) for order in (before, after)]
    assert due == [Decimal("4.20") * 24, Decimal(120)]
    assert faults(walk) == []


def test_a_formula_adds_up_and_its_products_are_planned_by_it(walk):
    planned = walk.card("to_prepare", quantity=24)
    ref = walk.revision("formula", "F-DW01")
    lines = walk.look(ref, lambda r: r.content["lines"])
    water, other = Decimal(lines[0]["percent"]), Decimal(lines[1]["percent"])
    walk.written(ref, **{"lines-0-percent": water - 1})
    refused = walk.post("quality_head", ref, "submit_for_review")
    assert refused.status_code == 409 and "add up to 99 %" in said(refused)
    assert "99 %" in walk.browser("quality_head").get(f"/quality/{ref}").text
    walk.in_force(ref, **{"lines-0-percent": water - 1, "lines-1-percent": other + 1})
    with walk.app.app_context():
        products = db.session.query(Product).filter(Product.formula.has(code="F-DW01")).all()
        assert {p.formula.version for p in products} == {"1.1"} and len(products) == 2
        assert sum(line.percent for line in products[0].formula.lines) == 100
    assert walk.look(planned, lambda c: c.plan.formula.version) == "1.0"
    assert walk.look(planned, lambda c: c.requirements[0].tolerance_pct) == Decimal(2)
    assert versions(walk, Formula, "F-DW01") == [("1.0", False), ("1.1", True)]


@pytest.mark.on_both
def test_a_lot_is_tested_by_the_specification_it_was_planned_with(walk):
    made = walk.card("to_inspect", quantity=24)
    newer = walk.card("to_plan", quantity=24)
    ref = walk.revision("specification", "P-DW-500")
    lines = walk.look(ref, lambda r: r.content["lines"])
    place = next(n for n, line in enumerate(lines) if line["code"] == "PH")
    upper = Decimal(lines[place]["upper"])
    walk.in_force(ref, **{f"lines-{place}-upper": upper - Decimal("0.5")})
    limit = lambda card: next(t.upper for t in card.tests if t.code == "PH")  # noqa: E731
    assert walk.look(made, limit) == upper
    assert walk.look(newer, limit) == upper - Decimal("0.5")
    sample = walk.sample_of(walk.bring(made, "inspecting"))
    results = walk.look(sample, lambda s: {r.code: r.upper for r in s.results})
    assert results["PH"] == upper and len(results) == len(set(results))
    assert faults(walk) == []


def test_a_packaging_list_and_a_new_price_leave_what_was_agreed(walk):
    order = walk.order(("P-DW-500", 24))
    due = walk.look(order, lambda o: o.amount_due)
    planned = walk.card("to_prepare", quantity=24)
    packed = walk.look(planned, lambda c: [i.units_per_item for i in c.packaging])
    ref = walk.revision("packaging", "P-DW-500")
    walk.in_force(ref, **{"lines-0-units_per_item": 2})
    assert walk.look(planned, lambda c: [i.units_per_item for i in c.packaging]) == packed
    assert walk.look(order, lambda o: o.lines[0].product.packaging[0].units_per_item) == 2
    ref = walk.revision("prices", "PRICES")
    lines = walk.look(ref, lambda r: r.content["lines"])
    place = next(n for n, line in enumerate(lines) if line["product"] == "P-DW-500")
    walk.in_force(ref, **{f"lines-{place}-list_price": "5.00"})
    walk.do("sales", order, "start_review")
    walk.do("sales", order, "decline_line", line_no=1, reason="no capacity")
    later = walk.order(("P-DW-500", 24))
    assert walk.look(later, lambda o: o.amount_due) == Decimal("5.00") * 24 != due
    assert walk.look(walk.order(("P-DW-500", 12)), lambda o: o.amount_due) == Decimal(60)
    assert faults(walk) == []


def test_once_the_plant_works_nothing_is_changed_in_place(walk):
    with walk.app.app_context():
        step = db.session.query(WorkInstruction).filter_by(code="WI-DW-01").one().steps[0].id
        product = Product.by_code("P-DW-500").id
    page = f"/admin/master/step/{step}"
    browser = walk.browser("supervisor")
    assert "by-revision" not in browser.get(page).text
    walk.card("to_plan", quantity=24)
    shown = browser.get(page).text
    assert "by-revision" in shown and f'action="{page}"' not in shown
    assert "/quality/new/revision/revise?kind=instruction&amp;code=WI-DW-01" in shown
    refused = browser.submit(f"{page}/active", revision=1, active="", reason="old")
    assert refused.status_code == 409 and "new revision" in said(refused)
    assert browser.get("/admin/master/instruction/new").status_code == 302
    # A product's page leads to those that hang on it, whoever writes them.
    shown = walk.browser("sales").get(f"/admin/master/product/{product}").text
    assert "revise?kind=prices&amp;code=PRICES" in shown and "kind=packaging" not in shown
    shown = walk.browser("planner").get(f"/admin/master/product/{product}").text
    assert "revise?kind=packaging&amp;code=P-DW-500" in shown
    # Nor a price, which stands among what else is said of a product.
    from tests.master.pages import form_of

    path = f"/admin/master/product/{product}"
    admin = walk.browser("admin")
    fields = form_of(admin.get(path).text, path)
    refused = admin.submit(path, **{**fields, "list_price": ["9.99"]})
    assert refused.status_code == 409 and "new revision" in said(refused)
    assert admin.submit(path, **{**fields, "barcode": ["200000000999"]}).status_code == 303


def test_one_draft_at_a_time_and_only_by_who_writes_it(walk):
    walk.revision(code="WI-DW-01")
    asked = {
        "kind": "instruction",
        "code": "WI-DW-01",
        "reason": "again",
        "effective_on": clock.today().isoformat(),
    }
    path = "/quality/new/revision/revise"
    twice = walk.browser("supervisor").submit(path, **asked)
    assert twice.status_code == 409 and "DR-" in said(twice)
    # The form offers each only the kinds that are theirs.
    wrong = walk.browser("sales").submit(path, **{**asked, "code": "WI-KD-01"})
    assert wrong.status_code == 422
    unknown = walk.browser("quality_head").submit(
        path, **{**asked, "kind": "specification", "code": "P-NONE"}
    )
    assert unknown.status_code == 409 and "P-NONE" in said(unknown)


def test_a_version_is_used_once_and_a_code_in_whatever_case_is_the_same_document(walk):
    ref = walk.in_force(walk.revision(code="wi-dw-01"), **{TEXT: "Another text"})
    assert walk.look(ref, lambda r: (r.code, r.edition)) == ("WI-DW-01", "A/3")
    ref = walk.revision(code="WI-DW-01")
    for taken in ("A/2", "A/3"):
        fields = walk.look(ref, contents_of) | {"edition": taken}
        refused = walk.post("supervisor", ref, "write_contents", **fields)
        assert refused.status_code == 409 and taken in said(refused)
    assert walk.look(walk.written(ref, edition="B/1"), lambda r: r.edition) == "B/1"


def test_a_new_document_comes_by_its_first_revision(walk):
    ref = walk.revision(code="WI-NEW-1")
    assert walk.look(ref, lambda r: (r.edition, r.content["lines"])) == ("1", [])
    step = {
        "step_no": 1,
        "section_zh": "准备",
        "section_en": "prepare",
        "text_zh": "看",
        "text_en": "Look",
        "entry_type": "confirm",
        "role": "operator",
        "second_role": "",
    }
    head = {"head_family": "DW", "head_title_zh": "新", "head_title_en": "New one"}
    walk.in_force(ref, **head, **{f"lines-0-{name}": value for name, value in step.items()})
    assert versions(walk, WorkInstruction, "WI-NEW-1") == [("1", True)]


def test_a_product_without_tests_gets_them_for_new_plans_alone(walk):
    with walk.app.app_context():
        db.session.execute(db.delete(SpecTest).where(SpecTest.product.has(code="P-KD-500")))
        db.session.commit()
    old = walk.card("to_prepare", product="P-KD-500", quantity=24)
    ref = walk.revision("specification", "P-KD-500")
    test = {
        "stage": "finished",
        "code": "PH",
        "name_zh": "酸碱度",
        "name_en": "pH",
        "uom": "pH",
        "upper": "9",
        "defect_class": "major",
        "kind": "release",
        "every": "batch",
        "duration_h": "1",
    }
    walk.in_force(ref, **{f"lines-0-{name}": value for name, value in test.items()})
    assert walk.look(old, lambda c: c.tests) == []
    new = walk.card("to_prepare", product="P-KD-500", quantity=24)
    assert walk.look(new, lambda c: [t.code for t in c.tests]) == ["PH"]


def test_a_document_in_use_is_not_withdrawn_without_another(walk):
    ref = walk.in_force(walk.revision(code="WI-DW-01"), **{TEXT: "Another text"})
    refused = walk.post("production_head", ref, "call_back", reason="wrong")
    assert refused.status_code == 409 and "P-DW-500" in said(refused)
    later = walk.in_force(walk.revision(code="WI-DW-01", days=3), **{TEXT: "A third text"})
    walk.do("production_head", later, "call_back", reason="wrong")
    assert versions(walk, WorkInstruction, "WI-DW-01") == [("A/2", False), ("A/3", True)]


def test_its_paper_says_what_changed_and_who_signed(walk):
    ref = walk.in_force(walk.revision(code="WI-DW-01"), **{TEXT: "Another text"})
    with walk.app.app_context():
        document = db.session.query(Document).filter_by(kind="controlled_document").one()
        paper = compose(document)
        assert document.number.startswith("CD-")
        rows = next(block for block in paper.blocks if block.block == "table").rows
        marks = {row[0]: row[-1].en for row in rows if row[-1]}
        assert marks == {"4": "changed"}
        names = [box.name for box in next(b for b in paper.blocks if b.block == "signoffs").items]
    assert len(set(names)) == 2 and all(names), "author and approver"
    assert ref in str(paper.code)


def test_what_a_file_brings_is_in_force_until_the_plant_works_then_a_draft(walk):
    given_up = walk.revision(code="WI-DW-01")
    author = walk.browser("supervisor").user_id
    content = walk.look(given_up, lambda r: r.content)
    walk.do("supervisor", given_up, "abandon", reason="by file instead")
    content["lines"][0]["text_en"] = "From the file"
    with walk.app.app_context():
        by = db.session.get(User, author)
        first = Revision.from_file("instruction", "WI-DW-01", content, by=by, source="wi.xlsx")
        db.session.commit()
        assert (first.stage, first.edition) == ("effective", "A/3")
        assert first.history[-1].data["source"] == "wi.xlsx" and not first.doers.get(
            "approve_document"
        )
        ref, first_content = first.ref, first.content
    walk.card("to_plan", quantity=24)
    content["lines"][0]["text_en"] = "Another file"
    with walk.app.app_context():
        by = db.session.get(User, author)
        # What is in force already begins nothing; nobody need stand for the command line.
        same = Revision.from_file("instruction", "WI-DW-01", first_content, by=by, source="x")
        content_in_force = HOMES["formula"].content("F-DW01")
        assert (
            same,
            Revision.from_file("formula", "F-DW01", content_in_force, by=None, source="x"),
        ) == (None, None)
        content_in_force["lines"][0]["percent"] = "1"
        assert (
            Revision.from_file("formula", "F-DW01", content_in_force, by=None, source="x").author
            is None
        )
        second = Revision.from_file("instruction", "WI-DW-01", content, by=by, source="wi2.xlsx")
        db.session.commit()
        assert (second.stage, second.edition) == ("drafting", "A/4")
    assert walk.look(ref) == "effective"
    assert faults(walk) == []
