"""What becomes of the units that a run left unmade (clauses 2.1, 4.3 and 1.2)."""

from tests.flow.journeys.test_counts import owed, price
from tests.pages.test_today import lists
from tests.walk import said


def delivered(walk, card):
    """Its shipment, on the road."""
    return walk.ship(walk.confirm(walk.pack(walk.shipment(walk.bring(card, "in_stock")))))


def fewer(walk):
    """What Sales and the planner read of it first thing."""
    return [
        lists(walk.browser(role), department)["fewer"]
        for role, department in (("sales", "sales"), ("planner", "production"))
    ]


def test_4_3_the_rest_of_a_run_given_up_is_a_card_of_its_own(walk):
    card = walk.card("running", quantity=24)
    walk.do("supervisor", card, "abort", good=10, rejected=2, reason="the pump broke")
    rest = f"{card}-A"
    assert walk.look(
        card, lambda c: (c.stage, c.good, c.quantity, c.history[-1].data["child"])
    ) == ("nonconforming", 10, 10, rest)
    assert walk.look(
        rest,
        lambda c: (
            c.stage,
            c.quantity,
            c.lot,
            c.parent.number,
            c.requested_date == c.parent.requested_date,
        ),
    ) == ("to_plan", 14, None, card, True)
    assert walk.look(rest, lambda c: [(e.action, e.role) for e in c.history]) == [
        ("make_up", "supervisor")
    ]
    walk.do("quality_head", card, "scrap", reason="mixed up", witness="store")
    assert walk.look(f"{card}-N1", lambda c: c.quantity) == 10, "the rest is not made twice"
    for made in (rest, f"{card}-N1"):
        walk.follow_up(delivered(walk, made))
    assert walk.look(card, lambda c: c.order.stage) == "fulfilled"


def test_4_3_of_a_run_given_up_with_nothing_the_whole_is_replaced(walk):
    card = walk.card("running", quantity=24)
    walk.do("supervisor", card, "abort", good=0, rejected=24, reason="the pump broke")
    assert walk.look(card, lambda c: (c.quantity, c.children)) == (24, [])
    walk.do("quality_head", card, "scrap", reason="nothing there", witness="store")
    assert walk.look(f"{card}-N1", lambda c: c.quantity) == 24


def test_4_1_fewer_than_ordered_are_told_until_the_planner_has_the_rest_made(walk):
    whole, card = walk.card("to_inspect", quantity=24), walk.card("running", quantity=24)
    assert walk.post("planner", whole, "make_rest").status_code == 403, "nothing is missing"
    walk.finish(card, fewer=4)
    assert fewer(walk) == [[card], [card]]
    assert "20 of 24 units" in walk.browser("inspector").get("/quality/").text
    walk.do("planner", card, "make_rest")
    rest = f"{card}-A"
    assert walk.look(rest, lambda c: (c.stage, c.quantity)) == ("to_plan", 4)
    assert walk.look(card, lambda c: (c.quantity, c.missing)) == (20, 0)
    assert fewer(walk) == [[], []]
    walk.follow_up(delivered(walk, card))
    assert walk.look(card, lambda c: c.order.stage) == "approved", "it waits for the rest"
    walk.follow_up(delivered(walk, rest))
    assert walk.look(card, lambda c: c.order.stage) == "fulfilled"


def test_6_3_an_order_does_not_end_with_units_missing_that_nobody_speaks_of(walk):
    card = walk.card("running", quantity=24)
    walk.finish(card, fewer=4)
    shipment, order = delivered(walk, card), walk.look(card, lambda c: c.order.ref)
    asked = walk.post("sales", shipment, "follow_up", received_on="2026-01-05", received_by="she")
    assert asked.status_code == 409 and f"{card} brings 4 units fewer than ordered" in said(asked)
    assert owed(walk, order)[0] == 24 * price(walk, "P-DW-500")
    walk.do("sales", card, "forgo_rest", reason="周示二 takes twenty, by phone")
    assert walk.look(
        card, lambda c: (c.quantity, c.history[-1].data["quantity"], c.history[-1].reason)
    ) == (20, 4, "周示二 takes twenty, by phone")
    assert owed(walk, order)[0] == 20 * price(walk, "P-DW-500")
    assert walk.look(shipment, lambda s: "follow_up" in s.known.blockers) is False
    walk.follow_up(shipment)
    assert walk.look(order) == "fulfilled"


def test_5_3_a_rework_given_up_leaves_what_is_missing_of_the_order(walk):
    card = walk.card("nonconforming", quantity=24)
    walk.do("quality_head", card, "rework", reason="pH", instructions="adjust")
    walk.do("supervisor", walk.bring(card, "running"), "abort", good=6, rejected=18, reason="leaks")
    assert walk.look(card, lambda c: (c.quantity, c.good)) == (6, 6)
    assert walk.look(f"{card}-A", lambda c: (c.stage, c.quantity)) == ("to_plan", 18)
