"""Two steps that must be done by two people stay two people's, whatever roles they hold."""

from html import unescape

import pytest

from app.flow.flows import FLOWS
from app.flow.roles import ROLES
from tests.flow.test_actions import count, soon, stocked
from tests.flow.test_deputies import hand_over
from tests.staff import log_in, make_user
from tests.walk import password_hash, said

PAIRS = {
    (flow.key, action.key, earlier)
    for flow in FLOWS.values()
    for action in flow.actions
    for earlier in action.not_by
}


def plans(walk):
    ref = walk.refs["production", "to_plan"]
    walk.do("both", ref, "draw_up", **walk.plan_fields(ref))
    return walk.answers(ref)


def supplies(walk):
    stocked(walk)
    lot = walk.look(walk.for_stock, lambda card: card.lot_id)
    return walk.do(
        "both",
        walk.refs["production", "to_plan"],
        "supply_from_stock",
        lot_id=lot,
        promised_date=soon(),
    )


def prepares(walk):
    ref = walk.refs["production", "preparing"]
    return walk.do("both", ref, "prepare", **walk.prepared(ref))


def prepares_a_part(walk):
    """Somebody else prepares the rest, and is the last who did."""
    ref = walk.refs["production", "preparing"]
    first = {k: v for k, v in walk.prepared(ref).items() if k.startswith("picks-0-")}
    rest = {k: v for k, v in walk.prepared(ref).items() if not k.startswith("picks-0-")}
    walk.do("both", ref, "prepare", **first)
    renumbered = {f"picks-{int(k.split('-')[1]) - 1}-{k.split('-')[2]}": v for k, v in rest.items()}
    return walk.do("storekeeper", ref, "prepare", **renumbered)


def prepares_for_another(walk):
    return walk.do(("storekeeper", 2), prepares(walk), "hand_over")


def hands_over(walk):
    ref = walk.refs["production", "preparing"]
    walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))
    return walk.do("both", ref, "hand_over")


def signs(walk):
    ref = walk.refs["production", "running"]
    walk.sign(ref)
    return walk.do("both", ref, "sign_step", **walk.reading(ref))


def tests_it(walk, fail=False):
    ref = walk.refs["sample", "drawn"]
    walk.do("inspector", ref, "start_testing")
    walk.do("both", ref, "enter_results", **walk.results(ref, fail))
    return walk.do("inspector", ref, "report")


def reports_it(walk, fail=False):
    ref = walk.refs["sample", "drawn"]
    walk.do("inspector", ref, "start_testing")
    walk.do("inspector", ref, "enter_results", **walk.results(ref, fail))
    return walk.do("both", ref, "report")


def leaves_a_note(walk):
    return walk.handover(who="both")


def one_result(walk, ref):
    return {"tests": [walk.look(ref, lambda sample: sample.results[0].id)]}


def begins_a_revision(walk):
    ref = walk.revision(code="WI-PX-01", who="both")
    walk.written(ref, "supervisor", **{"lines-0-text_en": "Look twice"})
    return walk.do("supervisor", ref, "submit_for_review")


def writes_a_revision(walk):
    """Somebody else begins it, writes after it and submits it."""
    ref = walk.revision(code="WI-BL-01")
    walk.written(ref, "both", **{"lines-0-text_en": "Look twice"})
    return walk.submitted(ref, **{"lines-0-text_en": "Look thrice"})


def submits_a_revision(walk):
    ref = walk.written(walk.revision(code="WI-LD-01"), **{"lines-0-text_en": "Look twice"})
    return walk.do("both", ref, "submit_for_review")


def takes_over_from_paper(walk):
    return walk.on_paper(code="WI-DW-01", who="both")


def enters_counts(walk):
    """Somebody else begins the count, enters the rest and closes it."""
    ref = walk.count("CA")
    first = walk.look(ref, lambda c: (c.lines[0].id, 1))
    fields = {"lines-0-line": first[0], "lines-0-quantity": first[1]}
    walk.do("both", ref, "enter_counts", **fields)
    return walk.closed(walk.counted(ref))


def closes_a_count(walk):
    return walk.closed(walk.counted(walk.count("CA"), R027="100"), who="both")


def corrects_a_lot(walk):
    given = {"lot": "ML26-0037", "zone": "CA", "quantity": "1", "reason": "spilt"}
    return walk.open("both", "count", "adjust_lot", department="warehouse", **given)


def inspects_returned_goods(walk):
    ref = walk.refs["disposition", "to_decide"]
    found = {"looked_at": 1, "faulty": 0, "findings": "seals whole"}
    return walk.do("both", ref, "inspect_goods", **found)


tests_it.__test__ = False
KEEPER_AND_HEAD = ("storekeeper", "production_head")
TESTER_AND_HEAD = ("inspector", "quality_head")
ANYTHING = {
    "reason": "seen",
    "containment": "apart",
    "instructions": "new pumps",
    "witness": "store",
}
AUTHOR_AND_HEAD = ("supervisor", "production_head")
# What one person did first, their two roles, what they may then not do, and who does it instead.
CASES = [
    ("production", "approve_plan", "draw_up", plans, ("planner", "production_head")),
    ("production", "approve_plan", "supply_from_stock", supplies, ("planner", "production_head")),
    ("production", "hand_over", "prepare", prepares, ("storekeeper", "auditor")),
    ("production", "hand_over", "prepare", prepares_a_part, ("storekeeper", "auditor")),
    (
        "production",
        "accept_materials",
        "prepare",
        prepares_for_another,
        ("storekeeper", "operator"),
    ),
    ("production", "accept_materials", "hand_over", hands_over, ("storekeeper", "operator")),
    ("production", "countersign_step", "sign_step", signs, ("operator", "supervisor")),
    ("revision", "approve_document", "revise", begins_a_revision, AUTHOR_AND_HEAD),
    ("revision", "approve_document", "write_contents", writes_a_revision, AUTHOR_AND_HEAD),
    ("revision", "approve_document", "submit_for_review", submits_a_revision, AUTHOR_AND_HEAD),
    ("revision", "confirm_paper", "take_over_paper", takes_over_from_paper, AUTHOR_AND_HEAD),
    ("count", "approve_count", "enter_counts", enters_counts, KEEPER_AND_HEAD),
    ("count", "approve_count", "submit_count", closes_a_count, KEEPER_AND_HEAD),
    ("count", "approve_count", "adjust_lot", corrects_a_lot, KEEPER_AND_HEAD),
    *(
        ("disposition", each, "inspect_goods", inspects_returned_goods, TESTER_AND_HEAD)
        for each in ("back_to_stock", "rework_goods", "scrap")
    ),
    ("handover", "take_over", "write", leaves_a_note, ("operator", "supervisor")),
    ("sample", "release", "enter_results", tests_it, ("inspector", "quality_head")),
    ("sample", "release", "report", reports_it, ("inspector", "quality_head")),
    ("sample", "invalidate", "enter_results", tests_it, ("inspector", "quality_head")),
    ("sample", "invalidate", "report", reports_it, ("inspector", "quality_head")),
    (
        "sample",
        "reject",
        "enter_results",
        lambda walk: tests_it(walk, True),
        ("inspector", "quality_head"),
    ),
    (
        "sample",
        "reject",
        "report",
        lambda walk: reports_it(walk, True),
        ("inspector", "quality_head"),
    ),
]


# What only a file brings: tests/sheets/test_begun_on_paper.py has it refused.
BROUGHT_IN = {("production", "accept_materials", "carry_over")}


def test_every_pair_of_steps_has_its_case():
    assert {case[:3] for case in CASES} | BROUGHT_IN == PAIRS


each_pair = pytest.mark.parametrize(
    ("flow", "action", "earlier", "first", "roles"),
    CASES,
    ids=[f"{c[2]}-{c[1]}-{n}" for n, c in enumerate(CASES)],
)


@each_pair
def test_one_person_with_both_roles_is_refused(everywhere, flow, action, earlier, first, roles):
    person = make_user(
        everywhere.app, *roles, name="一人两职", language="en", password_hash=password_hash()
    )
    everywhere.browsers["both", 1] = log_in(everywhere.app, person)
    is_refused(everywhere, flow, action, earlier, first)


@each_pair
def test_a_deputy_is_the_same_person(everywhere, flow, action, earlier, first, roles):
    """One role their own, the other somebody else's for whom they stand in; where one role does
    both, that is the other's.
    """
    walk = everywhere
    own, lent = roles if "auditor" not in roles else ("buyer", roles[0])
    person = make_user(walk.app, own, name="代理人", language="en", password_hash=password_hash())
    hand_over(walk.app, lent, person)
    walk.browsers["both", 1] = log_in(walk.app, person)
    is_refused(walk, flow, action, earlier, first)


def is_refused(walk, flow, action, earlier, first):
    ref = first(walk)
    sentence = (
        f"You did “{FLOWS[flow].action(earlier).label}” yourself; another person must do this."
    )
    given = (
        walk.acceptance(ref)
        if action == "accept_materials"
        else ANYTHING | one_result(walk, ref)
        if flow == "sample"
        else ANYTHING
    )
    before = count(walk)
    for answer in (
        walk.browsers["both", 1].get(f"/production/{ref}/{action}"),
        walk.post("both", ref, action, **given),
    ):
        assert (answer.status_code, sentence in unescape(answer.get_data(as_text=True))) == (
            409,
            True,
        ), said(answer)
    page = unescape(walk.browsers["both", 1].get(f"/production/{ref}").get_data(as_text=True))
    assert sentence in page
    assert count(walk) == before
    other = next(
        role
        for role in sorted(walk.look(ref, lambda r: r.roles_for(r.flow.action(action))))
        if ROLES[role]
    )
    walk.do((other, 3), ref, action, **given)
