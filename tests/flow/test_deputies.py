"""A head is away: a deputy holds the role for a time, on record; four eyes stay two persons'."""

from datetime import timedelta
from html import unescape

import pytest

from app import clock, documents, verification
from app.extensions import db
from app.models.people.deputy import Deputy
from app.models.people.station import Station
from app.models.people.user import User
from app.models.records.errors import Forbidden
from app.models.records.papers.document import Document
from tests.staff import log_in, make_user
from tests.trail import step
from tests.walk import PASSWORD, password_hash, said

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hand_over(app, role, deputy_id, days=7):
    """A role handed over by an administrator from now on; the id of whoever is away comes back."""
    away, admin = make_user(app, role, name="王样芳"), make_user(app, "admin")
    with app.app_context():
        Deputy.hand_over(
            by=db.session.get(User, admin),
            role=role,
            principal_id=away,
            deputy_id=deputy_id,
            since=clock.now(),
            until=clock.now() + timedelta(days=days),
            reason="ill",
        )
        db.session.commit()
    return away


@pytest.fixture
def held_clock():
    """A clock that a test sets on; it runs again afterwards."""
    clock.set_clock(clock.now())
    yield lambda by: clock.set_clock(clock.now() + by)
    clock.set_clock(None)


@pytest.fixture
@step
def cast(walk):
    """The head, and a supervisor who is to stand in; both by id."""
    people = {}
    for role, name in (("production_head", "王样芳"), ("supervisor", "李样雷")):
        people[role] = make_user(
            walk.app,
            role,
            login=f"{role}9x",
            name=name,
            language="en",
            password_hash=password_hash(),
        )
        walk.browsers[role, 1] = log_in(walk.app, people[role])
    return people


def local(moment):
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M:%S")


def lend(walk, cast, who="production_head", since=None, until=None, **fields):
    since = since or clock.now()
    sent = {
        "what": f"{cast['production_head']}.production_head",
        "deputy_id": cast["supervisor"],
        "since": local(since),
        "until": local(until or since + DAY),
        "reason": "",
        "password": PASSWORD,
        **fields,
    }
    return walk.browser(who).submit("/deputies/new", **sent)


def number_of(answer):
    assert answer.status_code == 303, said(answer)
    return int(answer.location.rsplit("/", 1)[-1])


def end(walk, number, who="production_head", **fields):
    with walk.app.app_context():
        version = db.session.get(Deputy, number).version
    return walk.browser(who).submit(
        f"/deputies/{number}", **{"version": version, "reason": "", "password": PASSWORD, **fields}
    )


def page(walk, who, address):
    return unescape(walk.browser(who).get(address).get_data(as_text=True))


def may_approve(walk, card):
    return "approve_plan" in page(walk, "supervisor", f"/production/{card}")


def is_sound(walk):
    """``washline verify`` finds nothing."""
    with walk.app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults if check.kept]


def test_a_deputy_acts_for_the_head_from_the_start_to_the_end(walk, cast, held_clock):
    """One login throughout: before, during and after."""
    card, other = walk.card("plan_review"), walk.card("plan_review")
    assert walk.post("supervisor", card, "approve_plan").status_code == 403
    number_of(lend(walk, cast, since=clock.now() + HOUR, until=clock.now() + DAY))
    assert not may_approve(walk, card)
    assert walk.post("supervisor", card, "approve_plan").status_code == 403, "it has not begun"
    held_clock(2 * HOUR)
    assert may_approve(walk, card)
    board = page(walk, "supervisor", "/production/")
    assert f'href="{card}/approve_plan"' in board
    assert (
        "Waiting for me" in (home := page(walk, "supervisor", "/"))
        and f'data-record="{card}" data-action="approve_plan"' in home
    )
    assert "You stand in for 王样芳" in home and "李样雷 stands in for you" in page(
        walk, "production_head", "/"
    )
    walk.do("supervisor", card, "approve_plan")
    walk.browsers["supervisor", 1] = log_in(
        walk.app, cast["supervisor"]
    )  # a plain login is not older than half an hour
    held_clock(DAY)
    walk.browsers["supervisor", 1] = log_in(walk.app, cast["supervisor"])
    assert not may_approve(walk, other)
    assert walk.post("supervisor", other, "approve_plan").status_code == 403, "it is over"


def test_the_record_says_for_whom_on_screen_on_paper_and_in_the_chain(walk, cast):
    card = walk.card("plan_review")
    number_of(lend(walk, cast))
    form = page(walk, "supervisor", f"/production/{card}/approve_plan")
    assert "Production head (deputy)" in form, "before signing"
    walk.do("supervisor", card, "approve_plan")
    event = walk.look(card, lambda c: next(e for e in c.history if e.action == "approve_plan"))
    assert (event.role, event.acting_for) == ("production_head", cast["production_head"])
    assert (
        walk.look(card, lambda c: next(e for e in c.history if e.action == "draw_up").acting_for)
        is None
    )
    assert "Production head, deputy for 王样芳" in page(walk, "auditor", f"/production/{card}")

    def roles(record):
        paper = db.session.scalars(
            db.select(Document).filter_by(kind="production_order", record_id=record.id)
        ).first()
        return [
            (sign.name, sign.role.zh, sign.role.en)
            for block in documents.compose(paper).blocks
            if block.block == "signoffs"
            for sign in block.items
            if sign.name == "李样雷"
        ]

    assert set(walk.look(card, roles)) == {
        ("李样雷", "代理生产部负责人（代王样芳）", "Production head, deputy for 王样芳")
    }
    is_sound(walk)


def test_renaming_does_not_change_for_whom_it_was(walk, cast):
    card = walk.card("plan_review")
    number_of(lend(walk, cast))
    walk.do("supervisor", card, "approve_plan")
    with walk.app.app_context():
        head = db.session.get(User, cast["production_head"])
        head.change(
            by=head, version=head.version, roles=["production_head", "admin"], name="王样改"
        )
        db.session.commit()
    assert "deputy for 王样芳" in page(walk, "auditor", f"/production/{card}")


def test_an_administrator_hands_over_with_a_reason(walk, cast):
    refused = lend(walk, cast, who="admin")
    assert (refused.status_code, "Please fill this in: Reason" in said(refused)) == (422, True)
    number = number_of(lend(walk, cast, who="admin", reason="in hospital"))
    with walk.app.app_context():
        (event,) = db.session.get(Deputy, number).history
        assert (event.action, event.role, event.data["reason"]) == (
            "hand_over",
            "admin",
            "in hospital",
        )
    assert "in hospital" in page(walk, "auditor", f"/deputies/{number}")
    assert "in hospital" not in page(walk, "planner", f"/deputies/{number}"), (
        "that may be somebody's illness"
    )
    assert "王样芳" in page(walk, "planner", "/deputies/") and "李样雷" in page(
        walk, "planner", "/procedure"
    )
    for person in cast.values():
        assert "Production head" in page(
            walk, "admin", f"/admin/users/{person}"
        ) and f"/deputies/{number}" in page(walk, "admin", f"/admin/users/{person}")
    assert f"/deputies/{number}" in page(walk, "supervisor", "/account")


WRONG = {
    "later than the start": lambda c: {"until": clock.now() - timedelta(minutes=30)},
    "at most 92 days": lambda c: {"until": clock.now() + 93 * DAY},
    "lies in the past": lambda c: {"since": clock.now() - DAY},
    "Not a valid choice": lambda c: {"what": f"{c['supervisor']}.supervisor"},
    "holds the role Production head already": lambda c: {"deputy_id": c["second"]},
    "An auditor changes nothing": lambda c: {"deputy_id": c["auditor"]},
    "not your password": lambda c: {"password": "a guess of somebody"},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_cannot_be_handed_over_is_refused_with_words(walk, cast, sentence):
    everybody = {
        **cast,
        "second": make_user(walk.app, "production_head"),
        "auditor": make_user(walk.app, "auditor"),
    }
    refused = lend(walk, cast, **WRONG[sentence](everybody))
    text = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422 and (
        sentence in text
        or (sentence == "An auditor changes nothing" and "Not a valid choice" in text)
    ), said(refused)
    with walk.app.app_context():
        assert db.session.query(Deputy).count() == 0


def test_two_at_once_are_refused_and_one_after_the_other_are_not(walk, cast):
    number_of(lend(walk, cast))
    third = make_user(walk.app, "planner")
    refused = lend(walk, cast, deputy_id=third)
    assert refused.status_code == 422 and "李样雷 stands in already from" in said(refused)
    number_of(lend(walk, cast, deputy_id=third, since=clock.now() + 2 * DAY))


def test_a_deputy_cannot_hand_it_on(walk, cast):
    number_of(lend(walk, cast))
    assert "A deputy cannot hand the role on" in page(walk, "supervisor", "/deputies/new")
    assert (
        lend(walk, cast, who="supervisor", deputy_id=make_user(walk.app, "planner")).status_code
        == 422
    )
    third = make_user(walk.app, "planner")
    with walk.app.app_context(), pytest.raises(Forbidden):
        Deputy.hand_over(
            by=db.session.get(User, cast["supervisor"]),
            role="production_head",
            principal_id=cast["production_head"],
            deputy_id=third,
            since=clock.now(),
            until=clock.now() + DAY,
            reason="x",
        )


def test_a_person_on_leave_is_not_replaced_in_roles_that_have_no_head(walk, cast):
    """A supervisor hands nothing over; an administrator does it for them."""
    asked = {
        "what": f"{cast['supervisor']}.supervisor",
        "deputy_id": make_user(walk.app, "operator"),
    }
    assert lend(walk, cast, who="supervisor", **asked).status_code == 403
    number_of(lend(walk, cast, who="admin", reason="on leave", **asked))


def test_it_ends_early_or_is_withdrawn_by_the_head_or_an_administrator(walk, cast):
    card = walk.card("plan_review")
    number = number_of(lend(walk, cast))
    assert end(walk, number, who="supervisor").status_code == 403, "not by the deputy"
    assert end(walk, number, version=0).status_code == 409, "seen as it was"
    assert end(walk, number, who="admin").status_code == 422, "an administrator says why"
    assert end(walk, number).status_code == 303
    assert walk.post("supervisor", card, "approve_plan").status_code == 403
    assert end(walk, number).status_code == 409, "over is over"
    later = number_of(lend(walk, cast, since=clock.now() + DAY))
    assert end(walk, later, who="admin", reason="stays after all").status_code == 303
    with walk.app.app_context():
        rows = {
            row.id: (row.state, [e.action for e in row.history]) for row in db.session.query(Deputy)
        }
        assert rows == {
            number: ("over", ["hand_over", "end"]),
            later: ("withdrawn", ["hand_over", "withdraw"]),
        }
    is_sound(walk)
    assert "Withdrawn" in page(walk, "auditor", "/deputies/")


@pytest.mark.parametrize(
    ("who", "changed"),
    [
        ("supervisor", {"active": False, "roles": ["supervisor"]}),
        ("production_head", {"active": False, "roles": ["production_head"]}),
        ("production_head", {"roles": ["planner"]}),
        ("supervisor", {"roles": ["supervisor", "production_head"]}),
    ],
)
def test_it_ends_with_the_access_that_bears_it(walk, cast, who, changed):
    number = number_of(lend(walk, cast))
    admin = make_user(walk.app, "admin")
    with walk.app.app_context():
        person = db.session.get(User, cast[who])
        person.change(by=db.session.get(User, admin), version=person.version, **changed)
        db.session.commit()
        row = db.session.get(Deputy, number)
        assert (row.state, row.history[-1].action) == ("over", "end")
    assert "because the access was changed" in page(walk, "auditor", f"/deputies/{number}")


def test_roles_saved_while_standing_in_stay_ones_own(walk, cast):
    """The form of a person offers their own roles: a deputyship does not become a role by saving
    it.
    """
    number_of(lend(walk, cast))
    with walk.app.app_context():
        person = db.session.get(User, cast["supervisor"])
        assert person.role_keys == {"supervisor", "production_head"}
        person.change(
            by=person, version=person.version, roles=person.own_role_keys, title="Shift B"
        )
        db.session.commit()
        assert person.own_role_keys == {"supervisor"}
        assert "roles" not in person.history[-1].data


def test_a_tablet_lets_a_deputy_in_and_says_so(walk):
    """Who stands in for a storekeeper finds their name among those of the warehouse's tablet."""
    person = make_user(walk.app, name="赵样采", pin_hash=password_hash())
    with walk.app.app_context():
        tablet = Station(departments=["warehouse"], language="en", name="Store")
        assert person not in [each.id for each in tablet.people]
    hand_over(walk.app, "storekeeper", person)
    with walk.app.app_context():
        tablet = Station(departments=["warehouse"], language="en", name="Store")
        (found,) = [each for each in tablet.people if each.id == person]
        assert [str(name.msgid) for name in found.role_names(["storekeeper"])] == [
            "%(role)s (deputy)"
        ]


def test_a_gate_is_not_turned_alone_by_an_administrator_who_stands_in(walk):
    """The other of the two must be another person, whatever roles they hold for a while."""
    both = make_user(walk.app, "admin", name="两样权", language="en", password_hash=password_hash())
    other = make_user(walk.app, "supervisor", language="en", password_hash=password_hash())
    for person in (both, other):
        hand_over(walk.app, "quality_head", person)
    walk.browsers |= {("both", 1): log_in(walk.app, both), ("other", 1): log_in(walk.app, other)}
    assert (
        walk.browsers["both", 1]
        .submit(
            "/admin/gates/shelf_life/-", mode="refuses", reason="x", password=PASSWORD, version=0
        )
        .status_code
        == 303
    )
    decided = {"do": "confirm", "password": PASSWORD, "version": 1}
    assert (
        walk.browsers["both", 1].submit("/admin/gates/shelf_life/-/decide", **decided).status_code
        == 409
    )
    assert (
        walk.browsers["other", 1].submit("/admin/gates/shelf_life/-/decide", **decided).status_code
        == 303
    )
    assert "Quality head, deputy for 王样芳" in page(walk, "auditor", "/admin/gates/shelf_life/-")
    is_sound(walk)


def test_verify_names_a_hand_over_that_was_altered_behind_the_application(walk, cast):
    number = number_of(lend(walk, cast))
    with walk.app.app_context():
        db.session.execute(db.update(Deputy).values(until=clock.now() + 90 * DAY))
        db.session.commit()
    with walk.app.app_context():
        assert [
            fault
            for check in verification.check()
            for fault in check.faults
            if fault.startswith(f"deputy {number}: until is not what")
        ]
