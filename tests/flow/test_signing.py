"""What is signed stands in view, the password comes last, and in no other field."""

import re

import pytest
from markupsafe import escape

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.forms import form_class
from app.forms.records.form import GIVEN_AWAY
from app.models.people.user import UserSession
from tests.flow.test_actions import ACTIONS, count, doer, fields_for, ready_for
from tests.walk import PASSWORD, said

SIGNED = [(flow, action) for flow, action in ACTIONS if action.signature]
NAMES = [f"{flow.key}-{action.key}" for flow, action in SIGNED]
SENTENCE = str(GIVEN_AWAY).replace("'", "&#39;")


def results(sample):
    return [
        word
        for result in sample.results
        for word in (result.name.en, *([] if result.is_text else [result.value]))
    ]


# What must be found in view, by what the action signs.
IN_VIEW = {
    "plan": lambda card: [
        card.plan.line.name.en,
        f"{card.plan.promised_date:%b} {card.plan.promised_date.day}",
        clock.local(card.plan.start).strftime("%H:%M"),
        *(r.material.name.en for r in card.requirements),
    ],
    "materials": lambda card: [pick.lot.lot_no for pick in card.picks if pick.lot],
    "lines": lambda card: [pick.lot.lot_no for pick in card.picks if pick.lot],
    "step": lambda card: [card.open_step.text.en],
    "run": lambda card: [card.plan.line.name.en, card.plan.lot_no],
    "lot": lambda card: [card.lot.lot_no, *results(card.samples[-1])],
    "card": lambda card: [card.product.code, card.order.customer_po],
    "results": lambda sample: [sample.lot.lot_no, *results(sample)],
    "contents": lambda revision: [revision.code, revision.edition],
    "count": lambda count: [line.lot.lot_no for line in count.differing],
    "goods": lambda found: [found.lot.lot_no, found.reason],
}


def opened(walk, flow, action):
    ref = ready_for(walk, flow, action)
    who = doer(walk, flow, action, ref)
    page = walk.browser(*who).get(f"/production/{ref}/{action.key}")
    assert page.status_code == 200, said(page)
    return ref, who, page.text


@pytest.mark.parametrize(("flow", "action"), SIGNED, ids=NAMES)
def test_what_is_signed_stands_at_the_top_and_the_password_last(everywhere, flow, action):
    ref, _, page = opened(everywhere, flow, action)
    form = page[
        page.index("<form", page.index("<h1")) : page.index(
            "</form>", page.index('name="password"')
        )
    ]
    top, rest = form.split("data-signed", 1)
    assert not re.search(r"<(textarea|select)|<input(?![^>]*type=\"hidden\")", top), (
        "nothing is filled in above it"
    )
    signed, below = rest.split('name="csrf_token"', 1)
    for word in everywhere.look(ref, IN_VIEW[action.signs]):
        assert escape(word) in signed, word
    assert not re.search(r"<(textarea|select|input)", below[below.index('name="password"') :]), (
        "the password is the last field"
    )


def written(flow, action):
    """The plain field of an action's form into which a password could be typed."""
    form = form_class(action, False)
    names = [n for n, f in vars(form).items() if hasattr(f, "field_class")] + [
        n for n in dir(form) if hasattr(getattr(form, n), "field_class")
    ]
    wanted = ("reason", "note", "witness", "consent", "instructions", "requested_by", "containment")
    return next((n for n in wanted if n in names), None)


PLAIN = [
    (f, a, name)
    for f, a in SIGNED
    if (name := "picks-0-reason" if a.key == "accept_materials" else written(f, a))
]


@pytest.mark.parametrize(
    ("flow", "action", "name"), PLAIN, ids=[f"{f.key}-{a.key}-{n}" for f, a, n in PLAIN]
)
def test_a_password_in_a_plain_field_is_refused_and_shown_nowhere(everywhere, flow, action, name):
    ref = ready_for(everywhere, flow, action)
    who, before = doer(everywhere, flow, action, ref), count(everywhere)
    given = fields_for(everywhere, flow, action, ref)
    for typed in (PASSWORD, f" {PASSWORD}\u200b", "".join(chr(ord(c) + 0xFEE0) for c in PASSWORD)):
        answer = everywhere.post(who, ref, action.key, **{**given, name: typed})
        assert answer.status_code == 422 and SENTENCE in answer.text, said(answer)
        assert PASSWORD not in answer.text and typed.strip() not in answer.text
    assert count(everywhere) == before
    everywhere.do(who, ref, action.key, **given)


def test_also_where_another_field_is_wrong_or_the_stage_is_stale(everywhere):
    flow, action = next((f, a) for f, a in SIGNED if a.key == "concede")
    ref = ready_for(everywhere, flow, action)
    who, before = doer(everywhere, flow, action, ref), count(everywhere)
    for version in (None, 0):
        answer = everywhere.post(who, ref, "concede", version=version, consent="", reason=PASSWORD)
        assert answer.status_code == 422 and PASSWORD not in answer.text
    assert count(everywhere) == before


def test_a_form_that_signs_nothing_takes_any_word(everywhere):
    ref = everywhere.refs["production", "to_plan"]
    everywhere.do("planner", ref, "hold", reason=PASSWORD)


def test_every_signing_action_is_asked_for_its_content():
    assert {action.signs for _, action in SIGNED} == set(IN_VIEW)
    assert all(bool(a.signs) >= a.signature for f in FLOWS.values() for a in f.actions)


def test_a_reason_for_going_over_a_limit_is_a_plain_field_too(everywhere):
    """It is a form of its own beside the one that is signed."""
    flow, action = next((f, a) for f, a in SIGNED if a.key == "approve_plan")
    ref = ready_for(everywhere, flow, action)
    who, before = doer(everywhere, flow, action, ref), count(everywhere)
    answer = everywhere.post(who, ref, action.key, over_limit=PASSWORD)
    assert answer.status_code == 422 and SENTENCE in answer.text and PASSWORD not in answer.text
    assert count(everywhere) == before


def test_a_gate_is_signed_so_too(walk):
    browser = walk.browser("admin")
    assert "data-signed" in browser.get("/admin/gates/shelf_life/-").text
    answer = browser.submit(
        "/admin/gates/shelf_life/-", mode="off", reason=PASSWORD, password=PASSWORD, version=0
    )
    assert answer.status_code == 422 and SENTENCE in answer.text and PASSWORD not in answer.text


def test_after_the_login_has_ended_it_is_not_kept_either(everywhere):
    """The page with the way in carries on what was entered, but no secret, wherever that was
    typed.
    """
    ref = everywhere.refs["production", "nonconforming"]
    browser = everywhere.browser("quality_head")
    browser.csrf_token()
    with everywhere.app.app_context():
        db.session.query(UserSession).delete()
        db.session.commit()
    browser.careless = True
    data = {"reason": PASSWORD, "consent": "by telephone", "password": PASSWORD, "key": "k"}
    answer = browser.post(f"/quality/{ref}/concede", data=data)
    assert (
        answer.status_code == 401 and "by telephone" in answer.text and PASSWORD not in answer.text
    )
