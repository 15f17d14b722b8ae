"""Whoever would be the last that another step still can be done by is told so before, not after;
and what stays where it is says what was done, and what is wanted still.
"""

from decimal import Decimal

from app.extensions import db
from app.models.people.user import User
from app.screens.record.steps import limits_in_words
from tests.walk import said

BARRED = "nobody is left for “Hand over materials”"


def form_of(walk, number, ref):
    return (
        walk.browser("storekeeper", number).get(f"/warehouse/{ref}/prepare").get_data(as_text=True)
    )


def test_the_second_of_two_storekeepers_is_told_before_preparing_too(walk):
    ref = walk.card("preparing")
    form_of(walk, 1, ref), form_of(walk, 2, ref)
    with walk.app.app_context():
        db.session.query(User).filter(User.login.not_in(["storekeeper1x", "storekeeper2x"])).update(
            {"active": False}
        )
        db.session.commit()
    assert BARRED not in form_of(walk, 1, ref) and BARRED not in form_of(walk, 2, ref)
    walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))
    assert BARRED in form_of(walk, 2, ref), "the first has prepared: the second alone can hand over"
    assert BARRED not in form_of(walk, 1, ref), (
        "who has done it already changes nothing by doing it again"
    )


def test_what_stays_in_its_stage_says_what_was_done_and_what_is_wanted_still(walk):
    ref = walk.card("preparing")
    answer = walk.post(
        "storekeeper",
        ref,
        "prepare",
        **{k: v for k, v in walk.prepared(ref).items() if k.startswith("picks-0-")},
    )
    assert answer.status_code == 303
    assert said(answer).startswith(
        f"{ref}: “Record prepared materials” is done. Preparing materials."
    )
    assert "is not prepared yet; a storekeeper must record it first." in said(answer)


def test_limits_on_both_sides_of_nought_can_be_read():
    assert str(limits_in_words(Decimal(-5), Decimal(5), "pcs")) == "-5 to 5 pcs"
    assert limits_in_words(Decimal(6), Decimal(9), "text") == "6–9"
