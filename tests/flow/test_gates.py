"""Gates that begin gently (clause 6.1 to 6.3): off, warning and on record, or refusing; turned
by two people together.
"""

from datetime import timedelta
from html import unescape

import pytest

from app import clock
from app.flow.rules.gates import SHELF_LIFE
from app.models.records.rules.gate_setting import GateSetting
from app.plant.quality.verdict import last_day_with
from tests.flow.test_guards import changed
from tests.walk import PASSWORD, said


@pytest.fixture
def signers(walk):
    """An administrator and a quality head."""
    return {role: walk.browser(role) for role in ("admin", "quality_head")}


def version(walk, line=""):
    with walk.app.app_context():
        return GateSetting.of(SHELF_LIFE, line).version


def propose(walk, browser, mode, place="-", password=PASSWORD):
    line = "" if place == "-" else place
    return browser.submit(
        f"/admin/gates/shelf_life/{place}",
        mode=mode,
        reason="tried for a month",
        password=password,
        version=version(walk, line),
    )


def decide(walk, browser, place="-", do="confirm", password=PASSWORD):
    line = "" if place == "-" else place
    return browser.submit(
        f"/admin/gates/shelf_life/{place}/decide",
        do=do,
        password=password,
        version=version(walk, line),
    )


def stands(walk, line=""):
    with walk.app.app_context():
        setting = GateSetting.of(SHELF_LIFE, line)
        return setting.mode, setting.wanted, [(e.action, e.role) for e in setting.history]


def test_an_administrator_and_the_quality_head_turn_a_gate_together(walk, signers):
    admin, head = signers["admin"], signers["quality_head"]
    assert propose(walk, admin, "refuses", password="wrong one").status_code == 422
    assert stands(walk) == (None, None, [])
    assert propose(walk, admin, "refuses").status_code == 303
    assert (
        "A change of a gate waits for your decision" in head.get("/").text
        and "waits for your decision" not in admin.get("/").text
    ), "whoever is needed knows"
    assert stands(walk)[:2] == (None, "refuses"), "nothing holds yet"
    assert decide(walk, admin).status_code == 409, "not alone"
    assert decide(walk, head, password="wrong one").status_code == 422
    assert decide(walk, head).status_code == 303
    assert stands(walk) == ("refuses", None, [("propose", "admin"), ("confirm", "quality_head")])
    assert propose(walk, head, "off", place="L1").status_code == 303
    assert decide(walk, head, place="L1", do="withdraw").status_code == 303
    assert stands(walk, "L1") == (
        None,
        None,
        [("propose", "quality_head"), ("withdraw", "quality_head")],
    )
    for page in ("/admin/gates/", "/admin/gates/shelf_life/-"):
        shown = walk.browser("auditor").get(page)
        assert shown.status_code == 200 and "Refuses" in shown.get_data(as_text=True)
    assert "A lot that has expired" in walk.browser("auditor").get("/admin/gates/").get_data(
        as_text=True
    )
    assert admin.get("/admin/gates/shelf_life/L99").status_code == 404


def turn(walk, signers, mode, place="-"):
    assert propose(walk, signers["admin"], mode, place).status_code == 303
    assert decide(walk, signers["quality_head"], place).status_code == 303


def test_a_lot_too_old_for_the_customer_warns_on_record_then_refuses_then_passes(walk, signers):
    """C-002 wants half of the shelf life left: what is left on the day of delivery is one day
    short of it.
    """
    card = walk.card("in_stock", quantity=24)
    ref = walk.shipment(card)
    lot, due, line, days = walk.look(
        card, lambda c: (c.lot.id, c.due, c.plan.line.code, c.product.shelf_life_days)
    )
    half = -(-days // 2)
    changed(walk, lot, expiry=due + timedelta(days=half - 1))
    fields = {"packages": 1, "pallets": 0, "labelled": "y"}
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/pack").get_data(as_text=True)
    assert "C-002 wants 50 % of the shelf life left on arrival" in page
    turn(walk, signers, "refuses", line)
    shut = walk.post("storekeeper", ref, "pack", **fields)
    assert shut.status_code == 409 and "C-002 wants 50 %" in said(shut)
    assert walk.look(ref, lambda s: s.known.first("pack").facts["wanted"]) == "50", (
        "the board knows"
    )
    turn(walk, signers, "warns", line)
    assert walk.look(ref, lambda s: s.known.blockers) == {}
    walk.do("storekeeper", ref, "pack", **fields)
    (warned,) = walk.look(ref, lambda s: s.history[-1].data["warned"])
    assert warned["args"]["wanted"] == "50"
    told = unescape(walk.browser("auditor").get(f"/warehouse/{ref}").get_data(as_text=True))
    assert "Warned" in told and "C-002 wants 50 % of the shelf life left" in told
    turn(walk, signers, "off", line)
    confirmed = {
        "confirmed_with": "she",
        "delivery_on": due,
        "window": "08:00-11:30",
        "address_right": "y",
    }
    walk.do("storekeeper", ref, "confirm", **confirmed)
    assert walk.look(ref, lambda s: "warned" not in s.history[-1].data)


def test_what_is_too_old_is_not_offered_once_the_gate_refuses(walk, signers):
    made = walk.make_to_stock()
    walk.do("storekeeper", made, "keep_in_stock")
    card = walk.card("to_plan", quantity=30)
    lot, days = walk.look(made, lambda c: (c.lot_id, c.product.shelf_life_days))
    asked = walk.look(card, lambda c: c.requested_date)
    changed(walk, lot, expiry=asked + timedelta(days=days // 2 - 1))
    assert "less shelf life than the customer wants" in walk.browser("planner").get(
        f"/production/{card}/supply_from_stock"
    ).get_data(as_text=True)
    turn(walk, signers, "refuses")
    assert walk.look(card, lambda c: c.covering_lots()) == []
    turn(walk, signers, "warns")
    walk.do("planner", card, "supply_from_stock", lot_id=lot, promised_date=asked)
    assert "C-002 wants 50 %" in walk.browser("production_head").get(
        f"/production/{card}/approve_plan"
    ).get_data(as_text=True), "before signing"


def test_the_last_day_with_a_share_left():
    """Of 730 days 67 % are 489.1, so 490 must be left."""
    day = clock.today()
    assert last_day_with(day, 730, 67) == day - timedelta(days=490)
    assert last_day_with(day, 730, 50) == day - timedelta(days=365)
    assert (last_day_with(day, 730, 0), last_day_with(day, 730, 100)) == (
        day,
        day - timedelta(days=730),
    )
