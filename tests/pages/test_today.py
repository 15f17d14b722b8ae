"""What each department needs first thing: every list shows exactly the right records, whatever
else the plant holds.
"""

import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

from app import clock
from app.extensions import db
from app.models.master import Customer
from app.models.records.event import Event
from app.models.records.kinds import record_of
from app.models.warehouse.stock import Lot
from tests.pages.looking import reads, words

DEPARTMENTS = {
    "sales": "sales",
    "production": "supervisor",
    "purchasing": "buyer",
    "warehouse": "storekeeper",
    "quality": "inspector",
}


def lists(browser, department, whole=""):
    """The lists of a department: key to the refs shown, in order, with the count that the head
    tells.
    """
    answer = browser.get(
        f"/{department}/today" + (f"?all={whole}" if whole else ""), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    found = {}
    for key, count, body in re.findall(
        r'data-list="([a-z_]+)" data-count="(\d+)"(.*?)(?=data-list="|\Z)', answer.text, re.S
    ):
        found[key] = re.findall(r'<li data-record="([^"]*)"', body)
        assert int(count) >= len(found[key]) if key != "lines" else True
        assert key == "lines" or int(count) == len(found[key]) or len(found[key]) == 5, key
    return found


@contextmanager
def days_later(days):
    """The plant's clock, put forward."""
    clock.set_clock(clock.now() + timedelta(days=days))
    try:
        yield
    finally:
        clock.set_clock(None)


def test_in_a_plant_full_of_everything_each_list_has_its_own_and_nothing_else(everywhere):
    at = everywhere.refs
    everywhere.do(
        "sales",
        at["order", "awaiting_customer"],
        "record_reply",
        reply="that one",
        replied_by="phone",
    )
    seen = {
        department: lists(everywhere.browser(role), department)
        for department, role in DEPARTMENTS.items()
    }
    assert seen["sales"]["unanswered"] == [at["order", "received"], at["order", "in_review"]]
    assert seen["sales"]["replies"] == [at["order", "awaiting_customer"]]
    carried = {
        stage: everywhere.look(at["production", stage], lambda card: card.shipment.ref)
        for stage in ("packed", "shipped")
    }
    assert seen["sales"]["to_call"] == [carried["shipped"], at["shipment", "shipped"]]
    assert seen["sales"]["at_risk"] == seen["sales"]["unpaid"] == []
    assert seen["production"]["handovers"] == [at["handover", "written"]]
    assert set(seen["production"]["anomalies"]) > {
        at["anomaly", "reported"],
        at["anomaly", "acknowledged"],
    }
    assert (
        seen["production"]["anomalies"][-1] == at["anomaly", "acknowledged"]
    )  # after those nobody has answered
    assert at["anomaly", "resolved"] not in seen["production"]["anomalies"]
    waiting = {
        at["production", stage] for stage in ("to_prepare", "preparing", "handed_over", "ready")
    }
    assert set(seen["production"]["starting"]) == waiting
    assert seen["production"]["short_kits"] == seen["purchasing"]["shortages"] == []
    assert seen["purchasing"]["to_order"] == [at["requisition", "requested"]]
    assert seen["purchasing"]["overdue"] == []
    assert (
        at["sample", "to_draw"] in seen["purchasing"]["in_quarantine"]
        and len(seen["purchasing"]["in_quarantine"]) == 2
    )
    assert (
        at["sample", "testing"] not in seen["purchasing"]["in_quarantine"]
    )  # a finished lot is no delivery
    assert set(seen["warehouse"]["kits"]) == {
        at["production", "to_prepare"],
        at["production", "preparing"],
    }
    assert seen["warehouse"]["incoming"] == [at["requisition", "ordered"]]
    assert seen["warehouse"]["vehicles"] == [at["shipment", "to_ship"]]
    assert seen["warehouse"]["unconfirmed"] == [carried["packed"], at["shipment", "to_confirm"]]
    assert set(seen["quality"]["incoming"]) == set(seen["purchasing"]["in_quarantine"])
    assert seen["quality"]["to_release"] == [at["sample", "reported"]]
    rejected = everywhere.look(at["sample", "failed"], lambda sample: sample.card.ref)
    assert set(seen["quality"]["nonconforming"]) == {at["production", "nonconforming"], rejected}
    assert seen["quality"]["waited_for"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_department_has_its_page_without_a_script_too(standing, language):
    for department, role in DEPARTMENTS.items():
        board = reads(standing, role, language).get(f"/{department}/").text
        assert re.search(rf'<a href="/{department}/today">', board)
        said = words(standing.browser(role).get(f"/{department}/today"))
        assert "None" not in said and not re.search(r"%\(\w+\)s|%%", said), said[:500]
        assert ("今日要事" if language == "zh" else "First thing") in said


def test_dates_become_a_risk_deliveries_overdue_and_lots_expire_as_days_pass(walk):
    card, purchase = walk.card("ready"), walk.ordered(walk.requisition())
    sales, buyer, store = walk.browser("sales"), walk.browser("buyer"), walk.browser("storekeeper")
    assert lists(sales, "sales")["at_risk"] == lists(buyer, "purchasing")["overdue"] == []
    with days_later(5):  # the day it was promised for
        assert lists(buyer, "purchasing")["overdue"] == []
    with days_later(9):  # promised in twelve days
        assert lists(sales, "sales")["at_risk"] == []
        assert lists(buyer, "purchasing")["overdue"] == [purchase]
    with days_later(10):
        assert lists(sales, "sales")["at_risk"] == [card]
        assert "Not started" in words(reads(walk, "supervisor", "en").get("/production/today"))
        with walk.app.app_context():
            day = clock.today()
            expected = sorted(
                (lot.expiry, lot.lot_no)
                for lot in db.session.query(Lot)
                if lot.expiry
                and (lot.expiry - day).days <= 7
                and lot.quantity
                and lot.status != "rejected"
            )
        page = store.get("/warehouse/today?all=expiring").text
        body = re.search(r'id="today-expiring" .*?</section>', page, re.S)[0]
        assert (
            re.findall(r'<(?:span|a) class="no"[^>]*>([^<]+)<', body)
            == [number for _, number in expected]
            != []
        )


def test_a_short_kit_is_seen_by_planner_buyer_and_warehouse_and_its_sample_by_quality(walk):
    card = walk.card("to_prepare", product="P-BL-500", quantity=60000)
    walk.card("to_prepare", product="P-DW-500", quantity=24)  # has all it needs
    missing = walk.look(card, lambda c: [need.material.code for need, _ in c.shortages()])
    assert lists(walk.browser("planner"), "production")["short_kits"] == [card]
    assert lists(walk.browser("buyer"), "purchasing")["shortages"] == [card]
    assert f"Short of {', '.join(missing)}" in words(
        reads(walk, "buyer", "en").get("/purchasing/today")
    )
    packaging = next(code for code in missing if code.startswith(("K-", "L-")))
    walk.received(walk.ordered(walk.requisition(packaging)))
    # Of what the kit needs too, but has.
    plenty = walk.look(
        card,
        lambda c: next(
            n.material.code
            for n in c.plan.requirements
            if n.material.code[0] in "KL" and n.material.code not in missing
        ),
    )
    other = walk.received(walk.ordered(walk.requisition(plenty)))
    with walk.app.app_context():
        samples = {
            lot.material.code: sample
            for lot, sample in db.session.query(Lot, _sample()).join(
                _sample(), _sample().lot_id == Lot.id
            )
        }
        wanted, unwanted = samples[packaging].number, samples[plenty].number
    assert other and unwanted != wanted
    assert lists(walk.browser("inspector"), "quality")["waited_for"] == [wanted]
    assert set(lists(walk.browser("inspector"), "quality")["incoming"]) == {wanted, unwanted}


def _sample():
    from app.models.quality.sample import Sample

    return Sample


def test_an_unpaid_order_whose_customer_pays_first_is_listed_until_all_is_paid(walk):
    with walk.app.app_context():
        first = db.session.query(Customer).filter_by(payment_rule="prepaid").first().code
    (card,) = walk.approved(("P-DW-500", 600), customer=first)
    walk.approved(("P-DW-500", 600))  # on account
    order, due = walk.look(card, lambda c: (c.order.ref, c.order.amount_due))
    today = clock.today().isoformat()
    assert lists(walk.browser("sales"), "sales")["unpaid"] == [order]
    walk.do("sales", order, "record_payment", amount=str(due - 1), paid_on=today)
    assert lists(walk.browser("sales"), "sales")["unpaid"] == [order]
    walk.do("sales", order, "record_payment", amount="1.00", paid_on=today)
    assert lists(walk.browser("sales"), "sales")["unpaid"] == []


def test_an_order_is_paid_once_what_it_still_owed_is_cancelled(walk):
    with walk.app.app_context():
        first = db.session.query(Customer).filter_by(payment_rule="prepaid").first().code
    kept, given_up = walk.approved(("P-DW-500", 600), ("P-KD-500", 600), customer=first)
    order, price = walk.look(kept, lambda c: (c.order.ref, c.product.list_price * 600))
    walk.do("sales", order, "record_payment", amount=str(price), paid_on=clock.today().isoformat())
    assert lists(walk.browser("sales"), "sales")["unpaid"] == [order]
    walk.do("production_head", given_up, "cancel", reason="fewer", requested_by="the customer")
    assert lists(walk.browser("sales"), "sales")["unpaid"] == []


def test_a_plan_is_listed_with_those_who_have_not_acknowledged_it(walk):
    card = walk.card("to_prepare", quantity=24)
    planner = reads(walk, "planner", "en")
    assert "Not yet: Warehouse, Purchasing, Production, Quality" in words(
        planner.get("/production/today")
    )
    for role in ("storekeeper", "buyer", "operator"):
        walk.do(role, card, "acknowledge_plan")
    assert "Not yet: Quality" in words(planner.get("/production/today"))
    walk.do("inspector", card, "acknowledge_plan")
    assert lists(planner, "production")["unacknowledged"] == []


def test_quality_sees_the_run_that_waits_for_its_signature(walk):
    card = walk.card("running", quantity=24)
    inspector = walk.browser("inspector")
    ours, waited = {"inspector", "quality_head"}, []
    while walk.look(card, lambda c: c.open_step is not None):
        role = walk.look(card, lambda c: c.open_step.role)
        assert lists(inspector, "quality")["signatures"] == ([card] if role in ours else []), role
        waited.append(role in ours)
        walk.sign(card)
    assert any(waited) and not all(waited)


def test_a_note_waits_for_the_supervisor_of_the_next_shift(walk):
    note = walk.handover("二线旋盖机报警 E14")
    first, second = walk.browser("supervisor"), walk.browser("supervisor", 2)
    assert lists(second, "production")["handovers"] == [note]
    assert "二线旋盖机报警 E14" in words(second.get("/production/today"))
    assert walk.post("supervisor", note, "take_over").status_code == 409  # one's own note
    assert walk.post("operator", note, "take_over").status_code == 403
    walk.do(("supervisor", 2), note, "take_over")
    assert lists(second, "production")["handovers"] == lists(first, "production")["handovers"] == []
    with walk.app.app_context():
        written, read = db.session.query(Event).filter_by(flow="handover").order_by(Event.seq)
        assert "E14" not in written.body  # the words may name people; the chain holds their hash
        assert (written.actor_id, read.actor_id) == (first.user_id, second.user_id)


def test_each_role_finds_its_own_lists_first_and_the_picture_of_the_lines(walk):
    card = walk.card("to_prepare", product="P-BL-500", quantity=60000)
    walk.anomaly()
    planner, supervisor = (
        list(lists(walk.browser(role), "production")) for role in ("planner", "supervisor")
    )
    assert planner[:3] == ["lines", "short_kits", "unacknowledged"]
    assert supervisor[:2] == ["anomalies", "starting"]
    picture = re.search(
        r'<a id="today-run-[^>]*>', walk.browser("planner").get("/production/today").text
    )[0]
    line, start = walk.look(card, lambda c: (c.plan.line.code, clock.local(c.plan.start)))
    assert (
        f'data-record="{card}"' in picture
        and f", {card}, {line}, {start:%Y-%m-%d %H:%M}" in unescape(picture)
    )


def test_what_runs_is_named_beside_its_line_however_old_its_plan(walk):
    card = walk.card("running")
    with walk.app.app_context():
        plan = record_of(card).plan
        plan.start, plan.end = plan.start - timedelta(days=9), plan.end - timedelta(days=9)
        code, line = record_of(card).product.code, plan.line.code
        db.session.commit()
    page = walk.browser("planner").get("/production/today").text
    named = re.search(
        rf'<a id="today-now-{card}"[^>]*aria-label="([^"]*)".*?<text[^>]*>([^<]*)</text>',
        page,
        re.DOTALL,
    )
    assert named[1].startswith(f"now · {code} ") and f", {line}, " in named[1] and named[2] == code
    lines = re.findall(r'<text class="line"[^>]*>([^<]+)<', page)
    assert page.count('class="free"') == len(lines) - 1


def test_five_are_shown_and_all_on_demand_with_the_same_statements(walk):
    supervisor = walk.browser("supervisor")
    first = [walk.anomaly()]
    walk.card("to_prepare", quantity=24)
    few = statements(walk.app, supervisor)
    refs = first + [walk.anomaly() for _ in range(7)]
    walk.card("to_prepare", quantity=24)
    assert lists(supervisor, "production")["anomalies"] == refs[:5]
    assert lists(supervisor, "production", "anomalies")["anomalies"] == refs
    assert statements(walk.app, supervisor) == few <= 19


def statements(app, browser):
    browser.get("/production/today")
    said = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", heard := lambda c, cur, sql, *_: said.append(sql))
    try:
        assert browser.get("/production/today").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return len(said)


def test_nothing_new_is_no_answer(walk):
    sales = walk.browser("sales")
    walk.order()
    number = re.search(r'data-seen="(\d+)"', sales.get("/sales/today").text)[1]
    assert sales.get(f"/sales/today?seen={number}").status_code == 204
    ref = walk.order()
    assert ref in sales.get(f"/sales/today?seen={number}").text
