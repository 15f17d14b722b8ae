"""The boards of the real application, in a browser: every way to move a card, and everything that can go wrong with one."""

import re
import secrets
import shutil
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app import clock, create_app, schema
from app.demo.load import load
from app.extensions import db
from app.live import end_streams, latest
from app.models.event import Event
from app.models.master import Customer
from app.models.order import Order
from app.models.people import User, UserSession

ORDERS = 30  # more than a first page
BOARD = "/sales/"


@pytest.fixture(scope="session")
def kind():
    """A browser meets the same pages on every database: once is enough."""
    return "sqlite"


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """A database with the demo's master data and orders just received, made once."""
    home = tmp_path_factory.mktemp("world")
    app = installation(home)
    with app.app_context():
        schema.create()
        load(clock.today())
        clerk, customer = people("sales")[0], db.session.scalar(select(Customer).order_by(Customer.code))
        for number in range(ORDERS):
            Order.create("receive", by=clerk, message="您好,请安排。", customer_id=customer.id, address_id=customer.addresses[0].id,
                         customer_po=f"PO-{number:03}", channel="email", received_at=clock.now(),
                         lines=[{"product_text": "P-DW-500", "quantity": 600, "requested_date": clock.today() + timedelta(days=20 + number)}])  # fmt: skip
        db.session.commit()
        db.engine.dispose()
    return home


def installation(home):
    return create_app(TESTING=True, PROPAGATE_EXCEPTIONS=False, HOME=home,
                      SQLALCHEMY_DATABASE_URI=f"sqlite:///{home / 'washline.sqlite3'}")  # fmt: skip


def people(role):
    return [user for user in db.session.scalars(select(User).order_by(User.id)) if role in user.role_keys]


class Plant:
    """The application behind a port of its own, and what a test wants to know of it."""

    def __init__(self, app, url):
        self.app, self.url = app, url

    def cookie(self, place=0, language="en"):
        """A login of one of the sales clerks, who reads this language."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self.app.app_context():
            clerks = people("sales")
            clerk = clerks[place % len(clerks)]
            clerk.language = language
            db.session.add(UserSession(token_hash=sha256(token.encode()).hexdigest(), created=now, touched=now, user_id=clerk.id))
            db.session.commit()
        return {"name": "washline", "value": token, "url": self.url}

    def events(self):
        """What was done with orders after they came in, and how often."""
        with self.app.app_context():
            return Counter(db.session.scalars(select(Event.action).where(Event.flow == "order", Event.action != "receive")))

    def number(self):
        """The number that the stream tells."""
        with self.app.app_context():
            return latest()

    def do(self, number, action, **data):
        """A colleague acts, elsewhere."""
        with self.app.app_context():
            db.session.get_one(Order, number).perform(action, by=people("sales")[-1], **data)
            db.session.commit()


@pytest.fixture
def plant(world, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(world, home)
    app = installation(home)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Plant(app, f"http://127.0.0.1:{server.port}")
    end_streams(app)
    server.shutdown()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def board(plant, open_page):
    """``board()`` opens the sales board as a clerk of their own, in English, once its script is ready."""
    opened = iter(range(100))

    def visit(locale="en", **options):
        page = open_page(base_url=plant.url, locale=locale, **options)
        page.context.add_cookies([plant.cookie(next(opened), "en" if locale == "en" else "zh_Hans_CN")])
        return ready(page)

    return visit


def slow(page):
    """The page with a clock that a test can put forward."""
    page.clock.install()
    return ready(page)


def ready(page):
    page.goto(BOARD)
    page.wait_for_selector("html[data-ready]")
    return page


# Words for what a person sees and does


def card(page, number):
    return page.locator(f"#card-order-{number}")


def column(page, stage):
    return page.locator(f"#column-order-{stage}")


def sees(page, number, stage):
    expect(column(page, stage).locator(f"#card-order-{number}")).to_have_count(1)


def is_settled(page, number, version=None):
    """The card is nobody's question any more, and stands with this version."""
    expect(card(page, number)).not_to_have_attribute("aria-busy", "true")
    if version:
        expect(card(page, number)).to_have_attribute("data-version", str(version))


def hears(page, words):
    expect(page.locator("#live")).to_contain_text(words)


def is_told(page, words):
    expect(page.locator(".toast").last).to_contain_text(words, timeout=10_000)


def take(page, number):
    card(page, number).scroll_into_view_if_needed()
    box = card(page, number).locator(".grip").bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=4)
    expect(page.locator("body")).to_have_class(re.compile("dragging"))


def carry(page, stage):
    box = column(page, stage).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120, steps=8)
    expect(column(page, stage).locator(".sortable-ghost")).to_have_count(1)


def drag(page, number, stage):
    take(page, number)
    carry(page, stage)
    page.mouse.up()


def ask(page, question):
    page.locator("#panel textarea").first.fill(question)
    page.locator("#panel .choice").first.click()
    page.locator("#panel footer button").last.click()


# Three ways to move


def test_a_drag_moves_the_card_and_the_focus_goes_with_it(plant, board):
    page = board()
    drag(page, 5, "in_review")
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    hears(page, "In review")
    expect(card(page, 5)).to_be_focused()
    expect(column(page, "in_review")).to_have_attribute("data-count", "1")
    expect(column(page, "received")).to_have_attribute("data-count", str(ORDERS - 1))
    assert plant.events() == {"start_review": 1}


def test_keys_move_the_card(plant, board):
    page = board()
    card(page, 5).focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, 6)).to_be_focused()
    page.keyboard.press("Space")
    hears(page, "taken up")
    page.keyboard.press("ArrowRight")
    hears(page, "Start the review")
    page.keyboard.press("Escape")
    hears(page, "back where it was")
    assert not plant.events()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    sees(page, 6, "in_review")
    is_settled(page, 6, 2)
    expect(card(page, 6)).to_be_focused()
    assert plant.events() == {"start_review": 1}


def test_the_menu_moves_the_card(plant, board):
    page = board()
    card(page, 5).focus()
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(card(page, 5)).to_be_focused()
    card(page, 5).locator(".grip").click()
    page.get_by_role("button", name="Start the review").click()
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert plant.events() == {"start_review": 1}


def test_the_button_moves_one_card_even_when_pressed_twice(plant, board):
    page = board()
    card(page, 5).locator(".next").dblclick()
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert plant.events() == {"start_review": 1}


def test_the_button_works_without_a_script(plant, board, open_page):
    page = open_page(base_url=plant.url, locale="en", java_script_enabled=False)
    page.context.add_cookies([plant.cookie()])
    page.goto(BOARD)
    card(page, 5).locator(".next").click()
    page.locator("#content").get_by_role("button", name="Start the review").click()
    expect(page.locator("[data-record]").first).to_have_attribute("data-stage", "in_review")
    assert plant.events() == {"start_review": 1}


@pytest.fixture
def finger(board):
    """A tablet's page and a finger on it: `kind` is touchStart, touchMove or touchEnd."""
    page = board(has_touch=True)
    fingers = page.context.new_cdp_session(page)

    def touch(kind, *point):
        points = [{"x": point[0], "y": point[1]}] if point else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return page, touch


def test_a_finger_drags_by_the_handle(finger):
    page, touch = finger
    handle, there = card(page, 3).locator(".grip").bounding_box(), column(page, "in_review").bounding_box()
    assert handle["width"] >= 44 and handle["height"] >= 44
    x, y = handle["x"] + 22, handle["y"] + 22
    touch("touchStart", x, y)
    for step in range(1, 11):
        touch("touchMove", x + (there["x"] + 90 - x) * step / 10, y + (there["y"] + 120 - y) * step / 10)
    expect(column(page, "in_review").locator(".sortable-ghost")).to_have_count(1)
    touch("touchEnd")
    sees(page, 3, "in_review")
    is_settled(page, 3, 2)


def test_a_finger_that_scrolls_over_cards_moves_none(plant, finger):
    page, touch = finger
    page.evaluate("addEventListener('scroll', () => document.body.dataset.scrolled = 1, true)")
    box = card(page, 3).locator(".what").bounding_box()
    touch("touchStart", box["x"] + 20, box["y"] + 5)
    for step in range(10):
        touch("touchMove", box["x"] + 20 + 2 * step, box["y"] - 15 * step)
    expect(page.locator("body")).to_have_attribute("data-scrolled", "1")
    expect(page.locator("body")).not_to_have_class(re.compile("dragging"))
    touch("touchEnd")
    sees(page, 3, "received")
    assert not plant.events()


# What returns


def test_a_drop_that_leads_nowhere_returns_with_a_sentence(plant, board):
    page = board()
    drag(page, 5, "awaiting_customer")
    sees(page, 5, "received")
    is_told(page, "cannot go to Awaiting customer")
    assert not plant.events()


def test_escape_gives_a_drag_up(plant, board):
    page = board()
    take(page, 5)
    carry(page, "in_review")
    page.keyboard.press("Escape")
    page.mouse.up()
    sees(page, 5, "received")
    expect(page.locator(".sortable-fallback")).to_have_count(0)
    assert not plant.events()


def test_a_failed_drop_returns_and_can_be_tried_again(plant, board, allowed):
    allowed.append("POST .*/start_review 500")
    page = board()
    page.route("**/start_review", lambda route: route.fulfill(status=500, body=""), times=1)
    drag(page, 5, "in_review")
    is_told(page, "The server could not do this")
    sees(page, 5, "received")
    page.get_by_role("button", name="Try again").click()
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert plant.events() == {"start_review": 1}


def test_a_drop_without_a_network_returns(plant, board):
    page = board()
    page.context.set_offline(True)
    drag(page, 5, "in_review")
    is_told(page, "No connection")
    sees(page, 5, "received")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert plant.events() == {"start_review": 1}


def test_after_a_time_out_the_page_asks_what_became_of_the_move(plant, board):
    """The server did it, but its answer was lost: the card returns, the page asks by the same key, one event."""
    page = slow(board())
    keys = []

    def lose(route):
        keys.append(route.request.post_data)
        if len(keys) == 1:
            route.fetch()  # done, and nobody hears of it
        else:
            route.continue_()

    page.route("**/start_review", lose)
    drag(page, 5, "in_review")
    expect(card(page, 5)).to_have_attribute("aria-busy", "true")
    page.clock.run_for(8_100)
    expect(page.locator(".toast").first).to_contain_text("No answer from the server")
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert len(keys) == 2
    assert plant.events() == {"start_review": 1}


# Two people, one card


def test_two_people_one_card(plant, board):
    alice, bob = board(), board()
    bob.route(f"**{BOARD}?*", lambda route: route.abort())  # he has not seen it yet
    drag(alice, 5, "in_review")
    is_settled(alice, 5, 2)
    bob.unroute(f"**{BOARD}?*")
    drag(bob, 5, "in_review")
    expect(bob.locator(".toast.bad")).to_be_visible()
    sees(bob, 5, "in_review")
    is_settled(bob, 5, 2)
    assert plant.events() == {"start_review": 1}


# A move that needs data


def test_a_form_left_puts_the_card_back_a_form_sent_moves_it(plant, board):
    plant.do(5, "start_review")
    page = board()
    drag(page, 5, "awaiting_customer")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    sees(page, 5, "in_review")
    is_settled(page, 5)
    expect(card(page, 5)).to_be_focused()
    drag(page, 5, "awaiting_customer")
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel [aria-invalid=true]").first).to_be_visible()
    ask(page, "Which label?")
    expect(page.locator("#panel")).to_be_hidden()
    sees(page, 5, "awaiting_customer")
    is_settled(page, 5, 3)
    assert plant.events() == {"start_review": 1, "ask_customer": 1}


def test_what_was_entered_outlives_a_failure(plant, board, allowed):
    allowed.append("POST .*/ask_customer 500")
    plant.do(5, "start_review")
    page = board()
    drag(page, 5, "awaiting_customer")
    page.route("**/ask_customer", lambda route: route.fulfill(status=500, body=""), times=1)
    ask(page, "Which label?")
    expect(page.locator("#panel [role=alert]")).to_contain_text("still here")
    sees(page, 5, "in_review")
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel")).to_be_hidden()
    sees(page, 5, "awaiting_customer")
    is_settled(page, 5, 3)
    assert plant.events()["ask_customer"] == 1


# Live


def test_what_one_does_the_other_sees(plant, board):
    alice, bob = board(), board()
    card(bob, 9).focus()
    drag(alice, 5, "in_review")
    sees(bob, 5, "in_review")
    expect(card(bob, 9)).to_be_focused()


def test_a_change_between_load_and_stream_is_seen(plant, open_page):
    page = open_page(base_url=plant.url, locale="en")
    page.context.add_cookies([plant.cookie()])
    page.route("**/js/board.js", lambda route: (plant.do(5, "start_review"), route.continue_()))
    page.goto(BOARD)
    sees(page, 5, "in_review")


@pytest.fixture
def stays(plant):
    """Act elsewhere; the page hears of it, and for three seconds neither asks nor changes."""

    def acted(page, number):
        asked = []
        page.on("request", lambda request: "seen=" in request.url and asked.append(request.url))
        plant.do(number, "start_review")
        page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
        page.clock.run_for(3_000)
        assert not asked
        sees(page, number, "received")

    return acted


def test_a_change_waits_for_the_end_of_a_drag(plant, board, stays):
    page = slow(board())
    take(page, 10)
    carry(page, "awaiting_customer")
    stays(page, 5)
    page.mouse.up()
    sees(page, 5, "in_review")
    sees(page, 10, "received")


def test_a_change_waits_for_an_open_dialog(plant, board, stays):
    page = slow(board())
    card(page, 10).locator(".grip").click()
    stays(page, 5)
    page.keyboard.press("Escape")
    sees(page, 5, "in_review")


def test_a_change_waits_for_the_field_in_use(plant, board, stays):
    page = slow(board())
    page.evaluate("board.insertAdjacentHTML('beforeend', '<input id=note aria-label=note>')")
    page.locator("#note").focus()
    stays(page, 5)
    page.locator("#note").fill("half a senten")
    card(page, 10).focus()
    stays(page, 6)
    page.locator("#note").fill("")
    card(page, 10).focus()
    sees(page, 5, "in_review")
    sees(page, 6, "in_review")


def test_a_page_without_news_says_since_when_and_catches_up(plant, board):
    page = slow(board())
    page.context.set_offline(True)
    page.clock.run_for(35_000)
    expect(page.locator("#stale")).to_contain_text("No connection since")
    plant.do(5, "start_review")
    page.context.set_offline(False)
    page.clock.run_for(5_000)
    sees(page, 5, "in_review")
    expect(page.locator("#stale")).to_have_count(0)


def test_without_a_stream_the_page_asks(plant, board):
    page = board()
    page.clock.install()
    page.add_init_script("delete window.SharedWorker; window.EventSource = class extends EventTarget { close() {} readyState = 0 }")
    ready(page)
    plant.do(5, "start_review")
    page.clock.run_for(20_000)
    sees(page, 5, "in_review")
    expect(page.locator("#stale")).to_have_count(0)


def test_a_column_reads_on_and_stays_as_long_as_it_was(plant, board):
    page = board()
    cards = column(page, "received").locator(".card")
    expect(cards).to_have_count(20)
    column(page, "received").locator(".cards").evaluate("list => list.scrollTop = list.scrollHeight")
    expect(cards).to_have_count(ORDERS)
    expect(column(page, "received").locator("a.more")).to_have_count(0)
    top = column(page, "received").locator(".cards").evaluate("list => list.scrollTop")
    plant.do(2, "start_review")
    sees(page, 2, "in_review")
    expect(cards).to_have_count(ORDERS - 1)
    assert column(page, "received").locator(".cards").evaluate("list => list.scrollTop") > top - 400


# Keys of every page


def test_keys_of_every_page(board):
    page = board()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Take the card up")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()


# A record's page


def test_a_record_s_page_answers_in_its_dialog_and_stays_fresh(plant, board):
    plant.do(6, "start_review")
    page = board()
    page.goto("/sales/R-2026-00006")
    page.wait_for_selector("html[data-ready]")
    stage = page.locator("[data-live][data-stage]")
    page.locator('a[data-dialog][href$="/ask_customer"]').click()
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel [aria-invalid=true]").first).to_be_visible()
    ask(page, "Which label?")
    expect(stage).to_have_attribute("data-stage", "awaiting_customer")
    page.wait_for_selector("html[data-ready]")
    plant.do(6, "record_reply", reply="Lemon")
    expect(stage).to_have_attribute("data-stage", "in_review")
