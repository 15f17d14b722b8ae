"""Several cards picked on a board: one request, one password, an event and a sentence for each."""

import re

import pytest

from app.blueprints.board.picked_cards import MOST
from app.extensions import db
from app.models.records.event import Event, broken_links
from app.models.records.kinds import record_of
from tests import around
from tests.floor.test_tablet import PASSWORD, cheap
from tests.staff import log_in, make_user

TO_BOARD = {"X-Board": "sales", "HX-Request": "true"}
BEGIN = "order.start_review"


@pytest.fixture
def handed(app):
    """A storekeeper's browser, and three cards whose materials somebody else has prepared."""
    hashes = {"password_hash": cheap(PASSWORD), "language": "en"}
    keeper = make_user(app, "storekeeper", login="keeper", **hashes)
    other = make_user(app, "storekeeper", login="other")
    with app.app_context():
        around.open_plant()
        other = db.session.get(around.User, other)
        cards = [around.approve(around.take_in())[0] for _ in range(3)]
        for card in cards:
            around.issue(card)
            card.perform("start_preparing", by=other)
            picks = [{"pick": pick.id, "quantity": pick.proposed} for pick in card.picks]
            card.perform("prepare", by=other, picks=picks)
        db.session.commit()
        return log_in(app, keeper), [f"{card.ref} {card.version}" for card in cards]


def became(answer):
    """What the answer tells: the ref of each record to done or refused."""
    found = re.findall(r'<li class="(done|refused)"[^>]*><b>([^<]+)</b>', answer.text)
    return {ref: what for what, ref in found}


def stages(app, refs):
    with app.app_context():
        return [record_of(ref).stage for ref in refs]


def test_each_is_done_or_refused_and_the_columns_come_with_it(app, orders, login_as):
    clerk = login_as("sales", language="en")
    clerk.submit(f"/sales/{orders[1]}/start_review", version=1)
    seen = [f"{ref} 1" for ref in orders]
    answer = clerk.submit("/picked/sales", TO_BOARD, action=BEGIN, record=[*seen, "R-0 1"])
    assert answer.status_code == 200 and "2 done, 2 not done" in answer.text
    assert became(answer) == dict(zip(orders, ("done", "refused", "done"), strict=True)) | {
        "R-0": "refused"
    }
    assert "column-order-in_review" in answer.text and "is not possible from" in answer.text
    assert stages(app, orders) == ["in_review"] * 3
    with app.app_context():
        begun = db.session.scalars(db.select(Event).where(Event.action == "start_review")).all()
        assert len(begun) == 3 and not [*broken_links()]


def test_sent_again_it_happens_once(app, orders, login_as, rows):
    clerk = login_as("sales", language="en")
    key, seen = clerk.key(), [f"{ref} 1" for ref in orders]
    first, again = (
        clerk.submit("/picked/sales", TO_BOARD, action=BEGIN, record=seen, key=key)
        for _ in range(2)
    )
    assert became(first) == became(again) == dict.fromkeys(orders, "done")
    assert len([e for e in rows(Event) if e.action == "start_review"]) == 3


def test_a_record_of_another_kind_is_left_alone(app, orders, login_as):
    """Its action may be called the same; it is not what was asked."""
    clerk = login_as("sales", language="en")
    answer = clerk.submit(
        "/picked/sales", TO_BOARD, action="sample.release", record=f"{orders[0]} 1"
    )
    assert became(answer) == {} and answer.status_code == 422
    asked = clerk.submit("/picked/sales", TO_BOARD, action="shipment.pack", record=f"{orders[0]} 1")
    assert asked.status_code == 404, "what asks for data is done on the card"
    assert stages(app, orders[:1]) == ["received"]


@pytest.mark.parametrize(
    "address, fields, status",
    [
        ("/picked/nowhere", {"action": BEGIN}, 404),
        ("/picked/sales", {"action": "order.nothing"}, 404),
        ("/picked/sales", {"action": "nothing.start_review"}, 404),
        ("/picked/sales", {"action": BEGIN, "record": []}, 400),
        ("/picked/sales", {"action": BEGIN, "record": [f"R-{n} 1" for n in range(MOST + 1)]}, 409),
    ],
    ids=["board", "action", "flow", "none", "too many"],
)
def test_what_means_nothing_changes_nothing(app, orders, login_as, address, fields, status):
    asked = {"record": [f"{orders[0]} 1"]} | fields
    assert login_as("sales").submit(address, TO_BOARD, **asked).status_code == status
    assert stages(app, orders) == ["received"] * 3


def test_one_password_signs_what_stands_in_view(app, handed):
    keeper, seen = handed
    refs = [each.split()[0] for each in seen]
    asked = {"action": "production.hand_over", "record": [*seen, "2026-99999-1 1"]}
    sheet = keeper.get("/picked/warehouse", query_string=asked)
    assert sheet.text.count("data-signed") == 3 and "2026-99999-1: " in sheet.text
    here = {"X-Board": "warehouse", "HX-Request": "true"}
    wrong = keeper.submit("/picked/warehouse", here, **asked, password="a guess")
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    assert stages(app, refs) == ["preparing"] * 3
    stale = [seen[0], f"{refs[1]} 1", seen[2]]
    answer = keeper.submit(
        "/picked/warehouse", here, action=asked["action"], record=stale, password=PASSWORD
    )
    assert became(answer) == dict(zip(refs, ("done", "refused", "done"), strict=True))
    assert stages(app, refs) == ["handed_over", "preparing", "handed_over"]
