"""Where it is, how long each phase took against the plan, and whether it will be on time: of a
card and of its order.
"""

import re
from datetime import timedelta

from app import clock
from app.extensions import db
from tests.pages.looking import reads, words


def legs(page):
    """Each phase's state and words."""
    found = re.findall(
        r'<li class="(\w+)"[^>]*data-phase="(\w+)">(.*?)(?=<li class="\w+"[^>]*data-phase|</ol>)',
        page,
        re.S,
    )
    return {
        phase: (state, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said)))
        for state, phase, said in found
    }


def outlook(page):
    found = re.search(r'<p class="outlook ?(\w*)">(.*?)</p>', page, re.S)
    return found[1], re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[2])).strip()


def look(walk, ref, department="production"):
    return walk.browser("planner").get(f"/{department}/{ref}").get_data(as_text=True)


def test_a_card_tells_its_way_against_the_plan_and_whether_it_will_be_on_time(walk):
    ref = walk.card("to_plan")
    page = look(walk, ref)
    assert [state for state, _ in legs(page).values()] == [
        "done",
        "current",
        "ahead",
        "ahead",
        "ahead",
        "ahead",
    ]
    assert (
        outlook(page)[0] == "waiting"
        and "Asked for by" in outlook(page)[1]
        and "the promise comes with the plan" in outlook(page)[1]
    )
    walk.bring(ref, "ready")
    page = look(walk, ref)
    assert {phase: state for phase, (state, _) in legs(page).items()} == {
        "intake": "done",
        "planning": "done",
        "materials": "done",
        "execution": "current",
        "inspection": "ahead",
        "delivery": "ahead",
    }
    assert (
        outlook(page) == ("", "On time " + outlook(page)[1].removeprefix("On time "))
        and "12 d left." in outlook(page)[1]
    )
    assert (
        "Ready to start" in legs(page)["execution"][1]
        and "Running" in legs(page)["execution"][1]
        and "Halted" not in legs(page)["execution"][1]
    )
    assert "planned from" in legs(page)["inspection"][1] and "late" not in words(
        walk.browser("planner").get(f"/production/{ref}")
    )
    # The run should have been over by now, and the order is as bad as its worst card.
    with walk.app.app_context():
        plan = walk.record(ref).plan
        plan.start, plan.end = clock.now() - timedelta(hours=30), clock.now() - timedelta(hours=26)
        db.session.commit()
    page = look(walk, ref)
    assert "1 d 2 h late" in legs(page)["execution"][1] and "h late" in legs(page)["materials"][1]
    assert outlook(page)[0] == "risk" and "“Execution” was to be over by" in outlook(page)[1]
    order = look(walk, ref.rsplit("-", 1)[0], "sales")
    assert (
        outlook(order)[0] == "risk"
        and ref in outlook(order)[1]
        and legs(order)["execution"][0] == "current"
    )
    with walk.app.app_context():
        walk.record(ref).due = clock.today() - timedelta(days=3)
        db.session.commit()
    assert outlook(look(walk, ref))[0] == "late" and "3 d ago" in outlook(look(walk, ref))[1]


def test_a_part_has_the_past_of_the_whole_and_stock_needs_no_run(everywhere):
    part = legs(look(everywhere, everywhere.refs["production", "inspecting"]))
    assert [part[phase][0] for phase in ("planning", "materials", "execution")] == [
        "done"
    ] * 3 and "not begun" not in part["execution"][1]
    shipped = outlook(look(everywhere, everywhere.refs["production", "shipped"]))
    assert shipped[0] == "" and "Shipped on" in shipped[1]
    assert "outlook" not in look(everywhere, everywhere.refs["production", "cancelled"])


def test_a_card_that_others_carry_on_says_which_and_what_is_next_there(standing):
    for stage, kind, action in (
        ("halted", "A-", "Acknowledge"),
        ("shipped", "SH-", "Follow up with the customer"),
    ):
        page = (
            reads(standing, "auditor", "en")
            .get(f"/production/{standing.refs['production', stage]}")
            .get_data(as_text=True)
        )
        box = page.split('<section class="next-action')[1].split("</section>")[0]
        assert f"Next: {action}" in box and f'">{kind}' in box, (stage, box)


def test_a_declined_order_owes_nothing(standing):
    assert standing.look(standing.refs["order", "declined"], lambda order: order.amount_due) == 0
