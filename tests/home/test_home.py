"""The picture of the plant: what stands where, what is late, halted or too long in one stage,
what waits for whom.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from app import clock
from app.extensions import db
from app.models.warehouse.shipment import Shipment
from tests import around
from tests.staff import log_in


@pytest.fixture
def plant(app):
    """Two cards to plan, one of them late; one order just received."""
    with app.app_context():
        around.open_plant()
        first, second = around.approve(around.take_in(lines=(("P-DW-500", 600), ("P-DW-500", 900))))
        around.set_back(first, due=clock.today() - timedelta(days=1))
        around.take_in(po="NEW-1")
        db.session.commit()
        return first.number, second.number


def numbers(page):
    return {
        key: int(count) for key, count in re.findall(r'id="phase-(\w+)" data-count="(\d+)"', page)
    }


def figure(page, kind):
    return re.search(rf'data-figure="{kind}"><span class="value">([^<]+)', page)[1]


def test_each_job_is_counted_once_in_its_phase(plant, login_as):
    page = login_as("auditor").get("/").text
    assert numbers(page) == {
        "intake": 1,
        "planning": 2,
        "materials": 0,
        "execution": 0,
        "inspection": 0,
        "delivery": 0,
    }
    assert 'href="/production/#column-production-to_plan"' in page
    assert 'href="/sales/#column-order-received"' in page


def test_an_order_in_work_is_shown_beside_and_its_cards_are_counted(plant, login_as):
    page = login_as("auditor").get("/").text
    beside = re.search(r'id="phase-intake".*?class="companions">(.*?)</ul>', page, re.S)[1]
    assert "column-order-approved" in beside


def test_what_is_late_says_where(plant, login_as):
    page = login_as("auditor").get("/").text
    assert figure(page, "late") == "1"
    assert re.search(
        rf'data-record="{plant[0]}" data-trouble="late"><a href="/production/{plant[0]}"', page
    )


def test_every_record_that_its_board_marks_late_is_late_here_too(app, plant, login_as):
    with app.app_context():
        for place, stage in enumerate(
            ("received", "approved")
        ):  # an order in work is told of by its cards
            around.set_back(
                around.take_in(po=f"OLD-{place}"),
                stage=stage,
                due=clock.today() - timedelta(days=1),
            )
        first = around.ProductionOrder.find(plant[1])
        around.set_back(
            first, stage="packed", due=clock.today() - timedelta(days=1)
        )  # its shipment tells of it
        db.session.commit()
    page = login_as("auditor").get("/").text
    on_board = re.search(
        r'id="board-summary".*?</p>', login_as("auditor").get("/sales/").text, re.S
    )[0]
    assert "1 late" in on_board or "逾期1" in on_board
    assert figure(page, "late") == "2"  # the order, and the card of the plant


@pytest.mark.parametrize(
    "stage,age,trouble",
    [
        ("halted", 0, "halted"),
        ("to_plan", 3, "waiting"),
        ("running", 0, None),
        ("inspecting", 30, None),
    ],
)
def test_halted_and_stuck_cards_are_listed(app, plant, login_as, stage, age, trouble):
    with app.app_context():
        card = around.ProductionOrder.find(plant[1])
        around.set_back(card, stage=stage, since=clock.now() - timedelta(days=age))
        db.session.commit()
    page = login_as("auditor").get("/").text
    found = re.search(rf'data-record="{plant[1]}" data-trouble="(\w+)"', page)
    assert (found and found[1]) == trouble


@pytest.mark.parametrize(
    "stage,days,risk",
    [("to_plan", 0, "1"), ("to_plan", 2, "1"), ("to_plan", 3, "0"), ("in_stock", 1, "0")],
)
def test_at_risk_is_what_is_due_within_two_days_and_not_in_stock(
    app, plant, login_as, stage, days, risk
):
    with app.app_context():
        around.set_back(
            around.ProductionOrder.find(plant[1]),
            stage=stage,
            due=clock.today() + timedelta(days=days),
        )
        db.session.commit()
    assert figure(login_as("auditor").get("/").text, "risk") == risk


def waiting(browser):
    page = browser.get("/").text
    return re.findall(r'data-record="([^"]+)" data-action="(\w+)"', page), figure(page, "waiting")


def test_what_waits_for_me_is_what_my_roles_can_do_next(plant, login_as):
    assert waiting(login_as("planner")) == ([(plant[0], "draw_up"), (plant[1], "draw_up")], "2")
    tasks, count = waiting(login_as("sales"))
    assert [action for _, action in tasks] == ["start_review"] and count == "1"
    assert waiting(login_as("auditor")) == ([], "0")
    assert waiting(login_as("inspector")) == ([], "0")


def test_a_step_that_is_barred_to_me_does_not_wait_for_me(app, plant, login_as):
    with app.app_context():
        card = around.ProductionOrder.find(plant[1])
        author = around.person("planner", "production_head")
        around.plan(card)
        for role in ("storekeeper", "buyer"):
            card.perform(
                {"storekeeper": "answer_warehouse", "buyer": "answer_purchasing"}[role],
                by=around.person(role),
                in_time=True,
            )
        db.session.commit()
        author_id = author.id
    assert (plant[1], "approve_plan") not in waiting(log_in(app, author_id))[0]
    assert (plant[1], "approve_plan") in waiting(login_as("production_head"))[0]


def test_it_offers_what_this_person_may_open(plant, login_as):
    assert 'href="/sales/new/order/receive"' in login_as("sales").get("/").text
    assert 'href="/sales/new/order/receive"' not in login_as("planner").get("/").text
    assert "/new/" not in login_as("auditor").get("/").text


def test_it_says_nothing_while_nothing_is_new_and_itself_when_something_is(app, plant, login_as):
    browser = login_as("auditor")
    seen = re.search(r'id="home" data-live="/" data-seen="(\d+)"', browser.get("/").text)[1]
    assert browser.get(f"/?seen={seen}").status_code == 204
    with app.app_context():
        around.take_in(po="NEW-2")
        db.session.commit()
    fresh = browser.get(f"/?seen={seen}")
    assert (
        fresh.status_code == 200
        and "<html" not in fresh.text
        and numbers(fresh.text)["intake"] == 2
    )


def test_on_time_is_the_share_of_what_was_promised_that_left_by_its_day(app, plant, login_as):
    browser = login_as("auditor")
    assert figure(browser.get("/").text, "on-time") == "0.0"
    with app.app_context():
        late, good = (around.ProductionOrder.find(number) for number in plant)
        for card, days_ago in ((late, 0), (good, 5)):
            shipment = Shipment(
                stage="shipped",
                since=clock.now(),
                created_at=clock.now(),
                number=f"SH-{card.number}",
                customer=card.order.customer,
                address=card.order.address,
                shipped_at=clock.now() - timedelta(days=days_ago),
            )
            db.session.add(shipment)
            card.shipment = shipment
            around.set_back(
                card, stage="shipped", due=clock.today() - timedelta(days=1 if card is late else 5)
            )
        db.session.commit()
    assert figure(browser.get("/").text, "on-time") == "50.0"


def statements(app, browser):
    """How many statements the page takes; the login's own touch is left out."""
    browser.get("/")
    said = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", heard := lambda c, cur, sql, *_: said.append(sql))
    try:
        assert browser.get("/").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return len(said)


def test_the_number_of_statements_does_not_depend_on_the_number_of_cards(app, plant, login_as):
    browser = login_as("planner", "sales", "supervisor")
    before = statements(app, browser)
    with app.app_context():
        for number in range(8):
            around.approve(
                around.take_in(lines=(("P-DW-500", 600), ("P-DW-500", 60)), po=f"MORE-{number}")
            )
            around.take_in(po=f"NEXT-{number}")
        db.session.commit()
    assert statements(app, browser) == before <= 13
