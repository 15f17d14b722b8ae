"""What others do reaches an open board, and never under somebody's hands."""

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from app import clock
from app.extensions import db
from app.models.sales.order import Order
from app.screens.board.queries import PAGE
from tests.browser.orders_board import (
    BOARD,
    ORDERS,
    ask,
    board,
    card,
    carry,
    column,
    drag,
    hears,
    is_settled,
    is_told,
    kind,
    people,
    plant,
    ready,
    sees,
    slow,
    stopped,
    take,
    template,
)


@pytest.fixture(autouse=True)
def clocks():
    """A test may set the plant's clock; afterwards it runs."""
    yield
    clock.set_clock(None)


def test_what_one_does_the_other_sees(plant, board):
    """The stream tells it, the page reads itself once, and has it before its own clock has gone
    on by half a second. How long that takes by the wall's clock is measured in
    bench/browsers.py.
    """
    alice, bob = board(), stopped(slow(board()))
    asked = []
    bob.on("request", lambda request: asked.append(request))
    card(bob, 9).focus()
    drag(alice, 5, "in_review")
    is_settled(alice, 5, 2)
    bob.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
    assert not asked
    bob.clock.run_for(500)
    sees(bob, 5, "in_review")
    expect(card(bob, 9)).to_be_focused()
    assert sorted(request.url.split("?")[0] for request in asked) == [
        f"{plant.url}{BOARD}",
        f"{plant.url}{BOARD}today",
    ]
    assert not any(request.is_navigation_request() for request in asked)


def test_what_stands_around_a_board_follows(plant, board):
    page = board()
    number = page.locator("#stage-jumps a[href='#column-order-in_review'] b")
    assert number.text_content() == "0"
    plant.do(5, "start_review")
    sees(page, 5, "in_review")
    expect(number).to_have_text("1")


def test_a_change_between_load_and_stream_is_seen(plant, open_page):
    page = open_page(base_url=plant.url, locale="en")
    page.context.add_cookies([plant.cookie()])
    page.route("**/js/all.js", lambda route: (plant.do(5, "start_review"), route.continue_()))
    page.goto(BOARD)
    sees(page, 5, "in_review")


OTHERS = [
    number for number in range(1, 22) if number != 10
]  # twenty changes; card 10 is in somebody's hands


@pytest.fixture
def stays(plant):
    """Act elsewhere, twenty times; the page hears of it, and for three seconds the board neither
    asks nor changes.
    """

    def acted(page, *numbers):
        asked, before = [], column(page, "in_review").get_attribute("data-count")
        page.on(
            "request", lambda request: f"{BOARD}?seen=" in request.url and asked.append(request.url)
        )
        for number in numbers:
            plant.do(number, "start_review")
        page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
        page.clock.run_for(3_000)
        assert not asked
        expect(column(page, "in_review")).to_have_attribute("data-count", before)

    return acted


def shows(page, count):
    expect(column(page, "in_review")).to_have_attribute("data-count", str(count))


def test_changes_wait_for_the_end_of_a_drag(plant, board, stays):
    page = slow(board())
    take(page, 10)
    carry(page, "awaiting_customer")
    stays(page, *OTHERS)
    expect(column(page, "awaiting_customer").locator(".sortable-ghost")).to_have_count(1)
    page.mouse.up()
    shows(page, len(OTHERS))
    sees(page, 10, "received")


def test_changes_wait_for_a_card_taken_up_by_keys(board, stays):
    page = slow(board())
    card(page, 10).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    stays(page, 5)
    page.keyboard.press("Space")
    sees(page, 10, "in_review")
    shows(page, 2)


def test_changes_wait_for_an_open_dialog(board, stays):
    page = slow(board())
    card(page, 10).locator(".grip").click()
    stays(page, *OTHERS)
    expect(page.locator("#choice")).to_be_visible()
    page.keyboard.press("Escape")
    shows(page, len(OTHERS))
    expect(card(page, 10)).to_be_focused()


def test_changes_wait_for_the_field_in_use(plant, board):
    """On a record's page somebody writes a comment: for three seconds it neither asks nor
    changes, though its own stage did.
    """
    page, asked = board(), []
    page.clock.install()
    page.goto("/sales/R-2026-00010")
    page.wait_for_selector("html[data-ready]")
    record, note = page.locator(".record-page"), page.locator("#comment textarea")
    page.on("request", lambda request: "seen=" in request.url and asked.append(request.url))

    def stays(*numbers):
        for number in numbers:
            plant.do(number, "start_review")
        page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
        page.clock.run_for(3_000)
        assert not asked
        expect(record).to_have_attribute("data-stage", "received")

    note.press_sequentially("half a ")
    stays(*OTHERS)
    stays(10)
    note.press_sequentially("senten")
    expect(note).to_have_value("half a senten")
    expect(note).to_be_focused()
    record.locator("h1").click()
    stays(25)
    note.fill("")
    record.locator("h1").click()
    expect(record).to_have_attribute("data-stage", "in_review")


def test_a_field_beside_the_board_is_left_alone_by_changes(plant, board):
    page = board()
    find = page.locator("[data-find]")
    find.press_sequentially("half a ")
    for number in OTHERS:
        plant.do(number, "start_review")
    shows(page, len(OTHERS))
    expect(find).to_be_focused()
    find.press_sequentially("senten")
    expect(find).to_have_value("half a senten")


def test_after_a_minute_without_a_network_the_page_catches_up_in_five_seconds(plant, board):
    page = board()
    page.add_init_script(
        "delete window.SharedWorker"
    )  # Chromium can take the network from a page, not from a worker
    page = stopped(slow(page))
    page.context.set_offline(True)
    minutes = (
        page.evaluate("""() => [-60_000, 0, 60_000].map(ago => new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
        .format(Date.now() - ago))""")
    )  # the last contact may lie in the minute before or, an answer being under way, after
    plant.do(5, "start_review")
    page.clock.run_for(61_000)
    expect(page.locator("#stale")).to_contain_text(
        re.compile(f"No connection since ({'|'.join(minutes)})")
    )
    sees(page, 5, "received")
    expect(card(page, 5)).to_be_visible()
    plant.do(6, "start_review")
    page.context.set_offline(False)
    page.clock.run_for(5_000)
    sees(page, 5, "in_review")
    sees(page, 6, "in_review")
    expect(page.locator("#stale")).to_be_hidden()


def test_news_that_cannot_be_read_makes_the_page_say_how_old_it_is(plant, board, allowed):
    """The stream stands and tells of changes, but reading them fails: the mark does not wait for
    the stream to fall silent.
    """
    allowed.append(r"GET .*seen=.* 500")
    page = slow(board())
    page.route(f"**{BOARD}?*", lambda route: route.fulfill(status=500, body=""))
    for number in (5, 6):
        plant.do(number, "start_review")
        page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
        page.clock.run_for(16_000)
    expect(page.locator("#stale")).to_contain_text("What you see is from")
    page.unroute(f"**{BOARD}?*")
    page.clock.run_for(5_000)
    sees(page, 6, "in_review")
    expect(page.locator("#stale")).to_be_hidden()


def test_with_a_form_open_only_news_of_what_stands_there_is_told(plant, board):
    page = slow(board())
    page.locator("[aria-keyshortcuts=n]").click()
    page.locator("#customers-message").fill("half a sentence")
    with plant.app.app_context():
        people("sales")[1].set_pin("no hash", by=None)  # an event that no board shows
        db.session.commit()
    for _ in range(4):
        page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
        page.clock.run_for(16_000)
    expect(page.locator("#stale")).to_be_hidden()
    plant.do(5, "start_review")
    page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
    for _ in range(4):
        page.clock.run_for(16_000)
    expect(page.locator("#stale")).to_contain_text("Something on this page has changed since")
    expect(page.locator("#customers-message")).to_have_value("half a sentence")
    page.locator("#panel [data-close]").first.click()
    sees(page, 5, "in_review")
    expect(page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize(
    "answer",
    [lambda route: None, lambda route: route.fulfill(status=502, body="")],
    ids=["held back", "refused"],
)
def test_where_a_proxy_blocks_the_stream_the_page_asks(plant, board, allowed, answer):
    """From the fifteenth second, and from then on every other second."""
    allowed.append("GET .*/live 502")
    page = board()
    page.add_init_script("delete window.SharedWorker")
    page.route("**/live", answer)
    page = stopped(slow(page))
    plant.do(5, "start_review")
    page.clock.run_for(14_000)
    sees(page, 5, "in_review")
    for number in (6, 7, 8):
        plant.do(number, "start_review")
        page.clock.run_for(3_000)
        sees(page, number, "in_review")
    expect(page.locator("#stale")).to_be_hidden()


def test_a_column_reads_on_and_stays_as_long_as_it_was(plant, board):
    page = board()
    cards = column(page, "received").locator(".card")
    expect(cards).to_have_count(PAGE)
    for shown in (2 * PAGE, ORDERS):
        column(page, "received").locator(".cards").evaluate(
            "list => list.scrollTop = list.scrollHeight"
        )
        expect(cards).to_have_count(shown)
    expect(column(page, "received").locator("a.more")).to_have_count(0)
    top = column(page, "received").locator(".cards").evaluate("list => list.scrollTop")
    plant.do(2, "start_review")
    sees(page, 2, "in_review")
    expect(cards).to_have_count(ORDERS - 1)
    assert column(page, "received").locator(".cards").evaluate("list => list.scrollTop") > top - 400


def test_a_card_that_moved_while_a_column_reads_on_stands_there_once(plant, board):
    page, held = board(), []
    page.route(f"**{BOARD}column/**", lambda route: held.append(route))
    column(page, "received").locator(".cards").evaluate(
        "list => list.scrollTop = list.scrollHeight"
    )
    expect(column(page, "received").locator("a.more.htmx-request")).to_have_count(1)
    with plant.app.app_context():  # without an event: the page hears of nothing
        moved = db.session.get_one(Order, 2)
        moved.due = db.session.get_one(Order, PAGE + 2).due
        db.session.commit()
    while not held:  # the page shows that it asks a moment before we are told
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(card(page, PAGE + 2)).to_be_attached()
    assert page.locator(".card").evaluate_all(
        "cards => new Set(cards.map(card => card.id)).size === cards.length"
    )
    expect(card(page, 2)).to_have_count(1)


def to_the_end(page, stage):
    column(page, stage).locator(".cards").evaluate("list => list.scrollTop = list.scrollHeight")


def test_two_columns_that_read_on_at_once_both_stay_as_long(plant, board):
    for number in range(1, PAGE + 3):
        plant.do(number, "start_review")
    page, held = board(), []
    page.route(f"**{BOARD}column/**", lambda route: held.append(route))
    for stage in ("received", "in_review"):
        to_the_end(page, stage)
        expect(column(page, stage).locator("a.more.htmx-request")).to_have_count(1)
    for route in held:
        route.continue_()
    lengths = {"received": ORDERS - PAGE - 2, "in_review": PAGE + 2}
    for stage, length in lengths.items():
        expect(column(page, stage).locator(".card")).to_have_count(length)
        expect(page).to_have_url(re.compile(rf"length\.order\.{stage}=\d+"))
    page.reload()
    for stage, length in lengths.items():
        expect(column(page, stage).locator(".card")).to_have_count(length)


def test_an_end_that_comes_into_view_by_itself_keeps_no_login_alive(board):
    page = board()
    with page.expect_request(f"**{BOARD}column/**") as by_itself:
        to_the_end(page, "received")
    assert "seen=0" in by_itself.value.url
    expect(column(page, "received").locator(".card")).to_have_count(2 * PAGE)
    with page.expect_request(f"**{BOARD}column/**") as by_hand:
        column(page, "received").locator("a.more").evaluate("link => link.click()")
    assert "seen=" not in by_hand.value.url


def test_the_way_back_finds_a_card_of_a_further_page(plant, board):
    page = board()
    cards = column(page, "received").locator(".card")
    column(page, "received").locator(".cards").evaluate(
        "list => list.scrollTop = list.scrollHeight"
    )
    expect(cards).to_have_count(2 * PAGE)
    ident = cards.last.get_attribute("id")
    cards.last.locator(".no").click()
    expect(page.locator(".record-page")).to_be_visible()
    page.go_back()
    expect(page.locator(f"#{ident}")).to_be_focused()
    expect(page.locator(f"#{ident}")).to_be_in_viewport()


@pytest.mark.parametrize(
    "address, late",
    [(BOARD, "#card-order-5 .badge.late"), ("/sales/R-2026-00005", "h1 .badge.late")],
    ids=["board", "record"],
)
def test_a_page_left_open_over_midnight_shows_what_is_late_from_then_on(
    plant, board, address, late
):
    """The stream stands and nothing happens in the plant: the page asks by itself once the day
    has turned.
    """
    with plant.app.app_context():
        midnight = datetime.combine(
            db.session.get_one(Order, 5).due + timedelta(days=1), time(), clock.plant_zone()
        )
    clock.set_clock(midnight - timedelta(minutes=10))
    page = board()
    page.clock.install(time=midnight - timedelta(minutes=20))
    page.clock.pause_at(midnight - timedelta(minutes=10))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.clock.fast_forward(10 * 60_000 + 8_000)
    plant.do(6, "start_review")
    page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
    page.clock.run_for(3_000)
    expect(
        page.locator(
            f".content > [data-seen='{plant.number()}'][id^=record], "
            f"#board[data-seen='{plant.number()}']"
        )
    ).to_be_attached()
    expect(page.locator(late)).to_have_count(0)
    clock.set_clock(midnight + timedelta(seconds=10))
    page.clock.run_for(5_000)
    expect(page.locator(late)).to_have_count(1)
