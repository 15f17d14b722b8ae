"""At one tablet: a run's steps follow one another, and a second person signs in the first one's
form with one PIN.
"""

import re

import pytest

from app import clock
from app.extensions import db
from app.models.master import WorkInstruction, WorkStep
from app.models.records.event import Event
from tests import around
from tests.floor.test_tablet import PASSWORD, PIN, admin, cheap, enter, tablet
from tests.staff import make_user

STEPS = ((1, None), (2, "supervisor"), (3, None))


@pytest.fixture
def run(app, tablet):
    """The browser of an operator at Production's tablet, the number of a run, and people by
    login.
    """
    hashes = {"pin_hash": cheap(PIN), "password_hash": cheap(PASSWORD), "language": "en"}
    people = {
        login: make_user(app, role, login=login, name=login.title(), **hashes)
        for login, role in (
            ("op", "operator"),
            ("other", "operator"),
            ("super", "supervisor"),
            ("keeper", "storekeeper"),
        )
    }
    with app.app_context():
        around.open_plant()
        card = around.approve(around.take_in())[0]
        around.issue(card)
        card.product.instruction = WorkInstruction(
            code="WI-1", version="A/1", family="DW", title_zh="灌装", title_en="Filling"
        )
        card.plan.instruction = card.product.instruction
        db.session.flush()
        for n, second in STEPS:
            db.session.add(
                WorkStep(
                    instruction=card.product.instruction,
                    step_no=n,
                    section_zh="准备",
                    section_en="prepare",
                    text_zh="做",
                    text_en=f"Do {n}",
                    entry_type="confirm",
                    role="operator",
                    second_role=second,
                )
            )
        around.set_back(card, "running", started_at=clock.now())
        card.touch()
        db.session.commit()
        number = card.number
    browser = tablet("production")
    assert enter(browser, people["op"]).status_code == 303
    return browser, f"/production/{number}/sign_step", people


def sign(browser, address, step, **more):
    version = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(address).text)[1]
    return browser.submit(address, version=version, step_no=step, conforms="yes", **more)


def events(app):
    with app.app_context():
        found = db.session.scalars(
            db.select(Event)
            .where(Event.action.in_(("sign_step", "countersign_step")))
            .order_by(Event.id)
        )
        return [(e.action, e.data["step"], e.actor_id, e.data.get("station")) for e in found]


def test_the_next_step_follows_without_going_back(app, run):
    browser, address, _people = run
    answer = sign(browser, address, 1)
    assert (answer.status_code, answer.location) == (303, address)
    page = browser.get(address).text
    assert "Do 2" in page and browser.get_cookie("washline"), "still in"
    answer = sign(browser, address, 2)
    assert answer.location == "/floor/" and not browser.get_cookie("washline"), (
        "it waits for the second person"
    )
    assert [e[:2] for e in events(app)] == [("sign_step", 1), ("sign_step", 2)]


def test_the_second_person_signs_in_the_same_form_with_one_pin(app, run):
    browser, address, people = run
    assert "second_by" not in browser.get(address).text, "this step wants one person"
    sign(browser, address, 1)
    page = browser.get(address).text
    offered = re.findall(r'<option value="(\d+)">', page[page.index('id="second_by"') :])
    assert offered == [str(people["super"])], "only who may, and not oneself"
    for who, pin, sentence in (
        (people["super"], "735193", "not the second person"),
        (people["super"], "", "not the second person"),
        ("", PIN, "Choose the second person"),
        (people["other"], PIN, "Not a valid choice"),
    ):
        refused = sign(browser, address, 2, second_by=who, second_pin=pin)
        assert refused.status_code == 422 and sentence in refused.text, (who, pin)
    assert len(events(app)) == 1
    answer = sign(browser, address, 2, second_by=people["super"], second_pin=PIN)
    assert (answer.status_code, answer.location) == (303, address), "and the next step follows"
    assert "Do 3" in browser.get(address).text
    assert events(app)[1:] == [
        ("sign_step", 2, people["op"], "一号库口"),
        ("countersign_step", 2, people["super"], "一号库口"),
    ]
    answer = sign(browser, address, 3)
    assert answer.location == address.replace("sign_step", "finish")


def test_the_second_person_s_pin_is_guessed_five_times(run):
    browser, address, people = run
    sign(browser, address, 1)
    tried = [
        sign(browser, address, 2, second_by=people["super"], second_pin="735193").status_code
        for _ in range(6)
    ]
    assert tried == [422] * 5 + [429]


def test_a_pin_in_a_plain_field_is_refused_and_not_shown(app, run):
    browser, address, people = run
    sign(browser, address, 1)
    refused = sign(
        browser, address, 2, second_by=people["super"], second_pin=PIN, note="７３５１９２"
    )
    assert refused.status_code == 422 and "belongs in its own field only" in refused.text
    assert "７３５１９２" not in refused.text and PIN not in refused.text and len(events(app)) == 1


def test_at_a_desk_nobody_signs_for_a_second_person(app, run, login_as):
    _, address, people = run
    desk = login_as("operator")
    sign(desk, address, 1)
    assert "second_by" not in desk.get(address).text
    assert sign(desk, address, 2, second_by=people["super"], second_pin=PIN).status_code == 303
    with app.app_context():
        done = db.session.scalars(db.select(Event.action).order_by(Event.id.desc())).first()
    assert done == "sign_step"
