"""At one tablet: several records signed with one PIN, each in view, an event for each; and plans
acknowledged there.
"""

import re

import pytest

from app.extensions import db
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from tests import around
from tests.floor.test_tablet import PASSWORD, PIN, admin, cheap, enter, tablet
from tests.staff import make_user

ADDRESS = "/floor/together/production/hand_over"


@pytest.fixture
def cards(app):
    """The numbers of three cards whose materials another storekeeper has prepared."""
    hashes = {"pin_hash": cheap(PIN), "password_hash": cheap(PASSWORD), "language": "en"}
    keeper = make_user(app, "storekeeper", login="keeper", name="Keeper", **hashes)
    with app.app_context():
        around.open_plant()
        other = User.create(login="other", name="Other", roles=["storekeeper"])
        found = [around.approve(around.take_in())[0] for _ in range(3)]
        for card in found:
            around.issue(card)
            card.perform("start_preparing", by=other)
            picks = [{"pick": pick.id, "quantity": pick.proposed} for pick in card.picks]
            card.perform("prepare", by=other, picks=picks)
        db.session.commit()
        return keeper, [card.number for card in found]


def stages(app, numbers):
    with app.app_context():
        return [
            db.session.scalar(
                db.select(ProductionOrder.stage).where(ProductionOrder.number == number)
            )
            for number in numbers
        ]


def ticked(page):
    return re.findall(r'name="record" value="([^"]+)" checked', page)


def test_hand_overs_are_signed_with_one_pin(app, cards, tablet, rows):
    keeper, numbers = cards
    browser = tablet("warehouse")
    enter(browser, keeper)
    home = browser.get("/floor/").text
    assert f'href="{ADDRESS}"' in home and "Hand over materials: 3 at once" in home
    page = browser.get(ADDRESS).text
    seen = ticked(page)
    assert [each.split()[0] for each in seen] == numbers
    for material in ("data-signed", "Materials"):
        assert page.count(material) >= 3, "what is signed stands in view"
    assert page.count('id="materials"') == 0, "no id twice"
    assert browser.submit(ADDRESS, record=seen, password="735193").status_code == 422
    assert "Tick what you sign." in browser.submit(ADDRESS, password=PIN).text
    assert set(stages(app, numbers)) == {"preparing"}
    answer = browser.submit(ADDRESS, record=seen[:2], password=PIN)
    assert (answer.status_code, answer.location) == (303, "/floor/") and not browser.get_cookie(
        "washline"
    )
    assert stages(app, numbers) == ["handed_over", "handed_over", "preparing"]
    assert f"Hand over materials: {numbers[0]}, {numbers[1]}" in browser.get("/floor/").text
    done = [e for e in rows(Event) if e.action == "hand_over"]
    assert [(e.actor_id, e.data["station"]) for e in done] == [(keeper, "一号库口")] * 2


def test_what_is_refused_is_told_and_the_others_are_done(app, cards, tablet):
    keeper, numbers = cards
    browser = tablet("warehouse")
    enter(browser, keeper)
    first, second, third = ticked(browser.get(ADDRESS).text)
    stale = f"{numbers[1]} 1"
    answer = browser.submit(
        ADDRESS, record=[first, stale, "2026-99999-1 3", "nonsense"], password=PIN
    )
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    told = browser.get(ADDRESS).text
    assert (
        f"Hand over materials: {numbers[0]}" in told
        and f"{numbers[1]}: " in told
        and "not there any more" in told
    )
    assert stages(app, numbers) == ["handed_over", "preparing", "preparing"]
    assert ticked(told) == [second, third]


def test_more_than_a_page_shows_is_refused_at_once(app, cards, tablet):
    """Each takes its own turn under the lock that all who write wait for."""
    keeper, numbers = cards
    browser = tablet("warehouse")
    enter(browser, keeper)
    seen = ticked(browser.get(ADDRESS).text)
    answer = browser.submit(
        ADDRESS, record=[*seen, *(f"2026-{n}-1 1" for n in range(90_000, 90_100))], password=PIN
    )
    assert answer.status_code == 400 and "nothing was changed" in answer.text
    assert set(stages(app, numbers)) == {"preparing"} and browser.get_cookie("washline"), (
        "and nobody is locked out"
    )
    assert browser.submit(ADDRESS, record=seen, password=PIN).status_code == 303


def test_only_what_is_mine_and_asks_for_no_more_than_a_signature(app, cards, tablet, login_as):
    keeper, _numbers = cards
    assert login_as("storekeeper").get(ADDRESS).status_code == 404, "at a desk the board does it"
    browser = tablet("warehouse")
    enter(browser, keeper)
    for address in (
        "production/prepare",
        "production/approve_plan",
        "production/nothing",
        "nothing/hand_over",
    ):
        page = browser.get(f"/floor/together/{address}")
        assert page.status_code == 200 and "Nothing waits for your signature here" in page.text, (
            address
        )


def test_what_waits_for_another_storekeeper_is_no_task_of_who_prepared_it(app, cards, tablet):
    with app.app_context():
        other = db.session.scalar(db.select(User).where(User.login == "other"))
        other.pin_hash = cheap(PIN)
        db.session.commit()
        other = other.id
    browser = tablet("warehouse")
    enter(browser, other)
    assert "data-action" not in browser.get("/floor/").text, (
        "every line is prepared: the hand-over is somebody else's"
    )


def test_plans_are_acknowledged_there(app, cards, tablet, rows):
    keeper, _ = cards
    with app.app_context():
        for _ in range(2):
            around.issue(around.approve(around.take_in())[0])
        db.session.commit()
    browser = tablet("warehouse")
    enter(browser, keeper)
    home = browser.get("/floor/").text
    assert "Acknowledge these 2 plans" in home
    answer = browser.submit(
        "/warehouse/receipts", plan=re.findall(r'name="plan" value="([^"]+)"', home), next="/floor/"
    )
    assert (answer.status_code, answer.location) == (303, "/floor/")
    home = browser.get("/floor/").text
    assert "Plans acknowledged: 2." in home and "Acknowledge these" not in home
