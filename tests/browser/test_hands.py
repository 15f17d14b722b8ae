"""Fingers, keys and small screens at a board."""

import re

import pytest
from playwright.sync_api import expect

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
    plant,
    ready,
    sees,
    slow,
    take,
    template,
)


@pytest.fixture
def finger(board):
    """A tablet's page and a finger on it: `kind` is touchStart, touchMove or touchEnd."""
    page = board(has_touch=True)
    fingers = page.context.new_cdp_session(page)

    def touch(kind, *point):
        points = [{"x": point[0], "y": point[1]}] if point else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return page, touch


def drops_into_review(page, touch, x, y):
    """The finger, down at a place of card 3, carries it into the second column and lets go."""
    there = column(page, "in_review").bounding_box()
    for step in range(1, 11):
        touch(
            "touchMove",
            x + (there["x"] + 90 - x) * step / 10,
            y + (there["y"] + 120 - y) * step / 10,
        )
    expect(column(page, "in_review").locator(".sortable-ghost")).to_have_count(1)
    touch("touchEnd")
    sees(page, 3, "in_review")
    is_settled(page, 3, 2)


def test_a_finger_drags_by_the_handle(finger):
    page, touch = finger
    handle = card(page, 3).locator(".grip").bounding_box()
    assert handle["width"] >= 44 and handle["height"] >= 44
    x, y = handle["x"] + 22, handle["y"] + 22
    touch("touchStart", x, y)
    drops_into_review(page, touch, x, y)


def test_fifty_swipes_over_cards_move_none(plant, finger):
    page, touch = finger
    page.evaluate("""() => {
        addEventListener('scroll', () => { document.body.dataset.scrolled = 1 }, true);
        new MutationObserver(() => { if (document.body.classList.contains('dragging')) document.body.dataset.dragged = 1 })
            .observe(document.body, { attributeFilter: ['class'] }) }""")
    box = column(page, "received").locator(".cards").bounding_box()
    for number in range(50):
        x = box["x"] + 20 + 3 * number
        y = box["y"] + (400 if number % 3 else 120)
        way = -1 if number % 3 else 1
        touch("touchStart", x, y)
        for step in (1, 2):
            touch("touchMove", x + step, y + 60 * way * step)
        touch("touchEnd")
    expect(page.locator("body")).to_have_attribute("data-scrolled", "1")
    expect(page.locator("body")).not_to_have_attribute("data-dragged", "1")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url.partition("?")[0].endswith(BOARD)
    assert not plant.events()


def test_a_finger_that_rests_takes_the_card_up(plant, finger):
    page, touch = finger
    box = card(page, 3).locator(".what").bounding_box()
    x, y = box["x"] + 20, box["y"] + 5
    touch("touchStart", x, y)
    expect(card(page, 3)).to_have_class(re.compile("sortable-chosen"))
    drops_into_review(page, touch, x, y)


# Small screens

# What a screen is, and the column that a swipe brings into view.
SCREENS = {
    "phone": (
        {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
        "column-order-in_review",
    ),
    "tablet": ({"viewport": {"width": 1024, "height": 768}}, "column-shipment-shipped"),
    "twice as large": (
        {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
        "column-order-in_review",
    ),
}
IN_VIEW = "id => document.getElementById(id).getBoundingClientRect().right <= innerWidth"
SNAPPED = """left => board.scrollLeft > 0
    && [...document.querySelectorAll('.column')].some(each => Math.abs(each.getBoundingClientRect().left - left) < 2)"""


@pytest.mark.parametrize("screen, comes", SCREENS.values(), ids=SCREENS)
def test_columns_come_by_swipe_and_everything_can_be_done(board, screen, comes):
    page = board(has_touch=True, **screen)
    fingers = page.context.new_cdp_session(page)
    column(page, "received").evaluate(
        "column => column.scrollIntoView({ block: 'center', inline: 'nearest' })"
    )
    first, second = (column(page, stage).bounding_box() for stage in ("received", "in_review"))
    assert not page.evaluate(IN_VIEW, comes)
    x, y, way = (
        340,
        page.viewport_size["height"] / 2,
        0.6 * (second["x"] - first["x"]),
    )  # not far enough: the rest is the snap's
    for touch, moved in (
        ("touchStart", 0),
        *(("touchMove", way * step / 10) for step in range(1, 11)),
    ):
        fingers.send(
            "Input.dispatchTouchEvent", {"type": touch, "touchPoints": [{"x": x - moved, "y": y}]}
        )
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(IN_VIEW, arg=comes)
    if page.viewport_size["width"] < 768:
        page.wait_for_function(SNAPPED, arg=first["x"])
    card(page, 3).scroll_into_view_if_needed()
    card(page, 3).locator(".grip").tap()
    page.get_by_role("button", name="Start the review").tap()
    sees(page, 3, "in_review")
    is_settled(page, 3, 2)
    card(page, 3).locator(".grip").tap()
    page.locator("#choice [data-choice=ask_customer]").tap()
    ask(page, "Which label?")
    sees(page, 3, "awaiting_customer")
    card(page, 3).locator("a.no").tap()
    expect(page.locator(".record-page")).to_have_attribute("data-record", "R-2026-00003")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Keys, ears, calm


def test_arrows_go_between_columns_and_inside_them(plant, board):
    plant.do(20, "start_review")
    page = board()
    card(page, 2).focus()
    for key, number in (
        ("ArrowUp", 1),
        ("ArrowUp", 1),
        ("ArrowDown", 2),
        ("ArrowRight", 20),
        ("ArrowLeft", 1),
        ("End", PAGE),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        expect(card(page, number)).to_be_focused()


def test_a_whole_move_by_keys_alone(plant, board):
    """From the top of the page, with a form in between; the focus never gets lost."""
    plant.do(1, "start_review")
    page = board()
    card(page, 1).focus()
    page.keyboard.press("m")
    page.locator("#choice [data-choice=ask_customer]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(card(page, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".record-page")).to_have_attribute("data-record", "R-2026-00001")


@pytest.mark.parametrize(
    "locale, title, row",
    [("en", "Keys", "Take the card up, put it down"), ("zh-CN", "按键", "拿起、放下卡片")],
)
def test_keys_of_every_page(board, locale, title, row):
    page = board(locale)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_contain_text(row)
    for key in ("/", "?", "Enter", "m", "Space", "Esc"):
        expect(dialog.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$"))).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()


def test_a_reader_hears_what_is_what(board):
    page = board()
    received = page.get_by_role("region", name="Order received")
    first = received.get_by_role("article", name="R-2026-00003")
    expect(first.get_by_role("link", name="R-2026-00003")).to_have_count(1)
    expect(first.get_by_role("button", name="Move")).to_have_count(1)
    expect(page.locator("#live")).to_have_attribute("aria-live", "assertive")


def test_who_wants_no_motion_gets_none(board):
    page = board(reduced_motion="reduce")
    card(page, 3).locator(".next").click()
    moved = column(page, "in_review").locator(".card.moved")
    expect(moved).to_have_count(1)
    assert moved.evaluate("card => parseFloat(getComputedStyle(card).animationDuration)") < 0.001


@pytest.mark.parametrize("width", [390, 1280])
def test_a_card_on_its_way_into_a_stage_that_a_filter_left_empty_is_in_sight(plant, board, width):
    page = board(viewport={"width": width, "height": 844})
    code = page.locator("#view-menu [name=customer] option").nth(1).get_attribute("value")
    page.goto(f"{BOARD}?customer={code}")
    page.wait_for_selector("html[data-ready]")
    room = column(page, "in_review").bounding_box()  # on a phone it is not there
    assert room is None if width < 768 else 44 <= room["width"] < 60
    held = []
    page.route("**/start_review", lambda route: held.append(route))
    card(page, 5).locator("[name=action], .next").first.click()
    expect(column(page, "in_review").locator("#card-order-5.pending")).to_be_in_viewport()
    assert column(page, "in_review").bounding_box()["width"] > 150
    while not held:  # the page shows that it asks a moment before we are told
        page.wait_for_timeout(10)
    held[0].continue_()
    sees(page, 5, "in_review")


def test_no_card_widens_its_column(board):
    """It would push the columns aside under a finger that carries a card there."""
    page = board()
    before = column(page, "in_review").bounding_box()
    card(page, 3).evaluate("card => { card.style.minWidth = '23rem' }")
    assert column(page, "in_review").bounding_box() == before
