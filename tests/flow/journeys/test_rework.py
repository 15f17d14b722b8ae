"""Rework (clause 5.3) through planning: a lot that failed is planned, supplied and run once
more, and stays the same lot.
"""

import pytest

from app.models.master import Material
from app.models.production.scheduling import last_family
from app.models.warehouse.genealogy import CARD, genealogy
from tests.trail import step
from tests.walk import said


@pytest.fixture
@step
def reworked(walk):
    """A failed card of 24 that Quality sends to rework."""
    failed = walk.card("nonconforming", quantity=24)
    return walk.do(
        "quality_head", failed, "rework", reason="pH too low", instructions="add caustic"
    )


def test_5_3_the_lot_stays_blocked_where_it_is_while_its_rework_is_planned(walk, reworked):
    lot, _plan = walk.look(reworked, lambda c: (c.lot.lot_no, c.plan))
    assert walk.look(reworked, lambda c: (c.lot.status, c.lot.zone, c.lot.quantity, c.good)) == (
        "rejected",
        "NC-N",
        24,
        24,
    )
    assert walk.look(
        reworked, lambda c: (c.plan.revision, c.plan.withdrawn, c.made_by is c.plan)
    ) == (1, True, True)
    assert walk.look(reworked, lambda c: last_family(c.plan.line, c.plan.end)), (
        "the line ran, whatever became of the lot"
    )
    form = walk.browser("planner").get(f"/production/{reworked}/draw_up").get_data(as_text=True)
    assert (
        f"Rework of lot {lot}, 24 units: add caustic" in form and "Materials for the rework" in form
    )
    page = walk.browser("planner").get(f"/production/{reworked}").get_data(as_text=True)
    assert "Carried out; the rework is to be planned" in page
    board = walk.browser("quality_head").get("/").get_data(as_text=True)
    assert (
        "Blocked stock of no card" not in board
        or lot not in board.split("Blocked stock of no card")[1]
    )


def test_5_3_a_card_in_rework_says_so_on_its_board(walk, reworked):
    def marks(department="production", who="planner"):
        board = walk.browser(who).get(f"/{department}/").get_data(as_text=True)
        return (
            board.split(f'data-record="{reworked}"')[1]
            .split("</article>")[0]
            .count("Rework</span>")
        )

    assert marks() == 1
    walk.draw_up(reworked)
    assert marks() == 1 and marks("warehouse", "storekeeper") == 1
    walk.bring(reworked, "inspecting")
    assert marks("quality", "inspector") == 0


def test_5_3_a_rework_without_materials_is_ready_once_approved(walk, reworked, ledger):
    lot = walk.look(reworked, lambda c: c.lot.lot_no)
    walk.draw_up(reworked)
    walk.answers(reworked)
    assert walk.look(reworked, lambda c: (c.stage, c.plan.revision, c.plan.supply, c.lot_no)) == (
        "plan_review",
        2,
        "rework",
        lot,
    )
    walk.approve_plan(reworked)
    assert walk.look(reworked) == "ready"
    walk.start(reworked)
    assert walk.look(reworked, lambda c: (c.lot.quantity, c.good, c.lot.status)) == (
        0,
        0,
        "rejected",
    )
    walk.do("operator", reworked, "undo_start")
    assert walk.look(reworked, lambda c: (c.stage, c.lot.zone, c.lot.quantity, c.good)) == (
        "ready",
        "NC-N",
        24,
        24,
    )
    walk.start(reworked)
    walk.all_steps(reworked)
    walk.do("operator", reworked, "finish", good=23, rejected=1, reject_reason="leak")
    assert walk.look(
        reworked, lambda c: (c.stage, c.lot.lot_no, c.lot.quantity, c.lot.status, c.good)
    ) == ("to_inspect", lot, 23, "quarantine", 23)
    assert [quantity for _, _, quantity in ledger("production")] == [24], "made once"
    assert [quantity for _, _, quantity in ledger("rework")] == [-24, 24, -24, 23]
    assert walk.look(
        reworked, lambda c: [e.quantity for e in genealogy(c.lot).up if e.source == (CARD, c.id)]
    ) == [24]
    walk.bring(reworked, "in_stock")
    assert walk.look(reworked, lambda c: (c.lot.status, c.plan.supply, c.made_by.revision)) == (
        "released",
        "rework",
        1,
    )


def test_5_3_what_a_rework_needs_is_prepared_handed_over_and_scanned(walk, reworked, ledger):
    caustic = walk.look(
        reworked,
        lambda c: next(
            f.material.code for f in c.product.formula.lines if not f.material.untracked
        ),
    )
    taken = len(ledger("issue"))
    wanted = {"materials-0-material": walk.id_of(Material, caustic), "materials-0-quantity": "0.5"}
    odd = walk.post(
        "planner",
        reworked,
        "draw_up",
        **walk.plan_fields(reworked),
        **{**wanted, "materials-0-quantity": "-1"},
    )
    assert odd.status_code == 422 and "A quantity cannot be below zero." in said(odd)
    walk.do("planner", reworked, "draw_up", **walk.plan_fields(reworked), **wanted)
    assert walk.look(
        reworked, lambda c: [(r.material.code, r.quantity) for r in c.requirements]
    ) == [(caustic, 500_000)]
    walk.bring(reworked, "ready")
    assert len(ledger("issue")) == taken + 1
    walk.do("planner", reworked, "replan", reason="tomorrow")
    assert ledger("return")[-1][2] == 500_000, (
        "what the rework was to use comes back, what the run used does not"
    )
    assert walk.look(reworked, lambda c: (c.stage, c.made_by.revision, c.lot.quantity)) == (
        "to_plan",
        1,
        24,
    )
    walk.do("planner", reworked, "draw_up", **walk.plan_fields(reworked), **wanted)
    walk.bring(reworked, "running")
    assert walk.look(reworked, lambda c: len(c.issued_lots)) == 1
    walk.bring(reworked, "in_stock")
    assert walk.look(reworked, lambda c: (c.plan.revision, c.good)) == (3, 24)


def test_5_3_a_rework_given_up_is_decided_anew(walk, reworked):
    walk.do("planner", reworked, "give_up_rework", reason="no line has room")
    assert walk.look(
        reworked,
        lambda c: (
            c.stage,
            c.nonconformance.disposition,
            c.reworked,
            c.plan.withdrawn,
            c.plan.revision,
        ),
    ) == ("nonconforming", None, 0, False, 1)
    assert walk.look(reworked, lambda c: (c.lot.status, c.lot.quantity, c.good)) == (
        "rejected",
        24,
        24,
    )
    walk.do("quality_head", reworked, "rework", reason="pH", instructions="adjust")
    walk.draw_up(reworked)
    walk.do("planner", reworked, "replan", reason="no room after all")
    walk.do("planner", reworked, "give_up_rework", reason="no line has room")
    walk.do("quality_head", reworked, "scrap", reason="cannot be saved", witness="store")
    assert walk.look(f"{reworked}-N1") == "to_plan"


def test_5_3_goods_that_came_from_stock_are_reworked_too(walk):
    made = walk.open(
        "planner",
        "production",
        "make_to_stock",
        product_id=walk.product(),
        quantity=48,
        requested_date=walk.plan_fields(walk.card("to_plan", quantity=24))["promised_date"],
    )
    lot = walk.look(walk.bring(made, "in_stock"), lambda c: c.lot_id)
    card = walk.card("to_plan", quantity=24)
    walk.do(
        "planner",
        card,
        "supply_from_stock",
        lot_id=lot,
        promised_date=walk.plan_fields(card)["promised_date"],
    )
    walk.approve_plan(card)
    walk.do("storekeeper", card, "withhold", reason="caps leak")
    walk.do("quality_head", card, "rework", reason="caps", instructions="tighten")
    walk.bring(card, "running")
    while walk.sign(card, scanned=[walk.look(card, lambda c: c.lot.lot_no)]):
        pass  # nothing was issued to it: what is scanned are the goods
    walk.bring(card, "in_stock")
    assert walk.look(card, lambda c: (c.good, c.lot.quantity, c.made_by.supply, c.lot.status)) == (
        24,
        24,
        "stock",
        "released",
    )
    assert walk.browser("sales").get(f"/sales/{card}").status_code == 200
