"""The boards of the real application, in a browser: every way to move a card, and everything that can go wrong with one."""

import re

import pytest
from playwright.sync_api import expect

from app import clock
from tests.browser.orders_board import (BOARD, ORDERS, board, card, carry, column, drag, hears, is_settled, is_told, kind,  # noqa: F401
                                        ready, sees, slow, stopped, take, plant, world, ask)  # fmt: skip

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


FAILURES = {
    409: ('<p id="message" data-kind="refused">Somebody was faster.</p>', "Somebody was faster."),
    422: ('<p id="message" data-kind="refused">The date is missing.</p>', "The date is missing."),
    403: ('<p id="message" data-kind="refused">Your role may not do this.</p>', "Your role may not do this."),
    500: ("", "The server could not do this"),
}


def answering(status, body):
    return lambda route: route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")


def test_a_card_is_back_at_once_with_the_reason(plant, board, allowed):
    """The page's clock stands still: whatever needed time would not happen."""
    allowed.append("POST .*/start_review 500")
    page = stopped(slow(board()))
    for number, (status, (body, words)) in enumerate(FAILURES.items(), 1):
        page.route("**/start_review", answering(status, body), times=1)
        card(page, number).locator(".next").click()
        is_told(page, words)
        hears(page, words)
        sees(page, number, "received")
        is_settled(page, number, 1)
    page.context.set_offline(True)
    card(page, 5).locator(".next").click()
    is_told(page, "No connection. The card is back")
    sees(page, 5, "received")
    is_settled(page, 5, 1)
    assert not plant.events()


@pytest.fixture
def waiting(board):
    """A page whose moves nobody answers: those sent come back, each as something to be done with it."""
    page, sent = slow(board()), []

    def send(deal):
        page.route("**/start_review", lambda route: (sent.append(route), deal(len(sent), route)))
        drag(page, 5, "in_review")
        expect(card(page, 5)).to_have_attribute("aria-busy", "true")
        with page.expect_request(lambda request: "x-became" in request.headers):
            page.clock.run_for(8_100)
        expect(page.locator(".toast").first).to_contain_text("No answer from the server")
        return page, sent

    return send


def test_after_a_time_out_the_card_is_back_with_the_reason_while_the_page_still_asks(plant, waiting):
    page, sent = waiting(lambda n, route: None)
    stopped(page)
    sees(page, 5, "received")
    is_settled(page, 5, 1)
    is_told(page, "No answer from the server. The card is back where it was; asking what became of the move")
    assert ["x-became" in route.request.headers for route in sent] == [False, True]  # and nobody has answered either
    with page.expect_response(lambda answer: "x-became" in answer.request.headers):
        sent[1].continue_()
    is_told(page, "did not reach the server")
    sees(page, 5, "received")
    assert not plant.events()


def test_after_a_time_out_the_page_learns_that_it_was_done(plant, waiting):
    """The server did it, but its answer was lost: the page asks by the same key; one event."""
    page, sent = waiting(lambda n, route: route.fetch() if n == 1 else route.continue_())
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert ["x-became" in route.request.headers for route in sent] == [False, True]
    assert plant.events() == {"start_review": 1}


@pytest.mark.parametrize("status", [502, 504])
def test_where_a_proxy_lost_the_answer_the_page_asks_what_became_of_the_move(plant, board, allowed, status):
    allowed.append(rf"POST .*/start_review {status}")
    page, sent = board(), []

    def lose(route):
        sent.append(route.request)
        if len(sent) > 1:
            return route.continue_()
        route.fetch()
        route.fulfill(status=status, body="Bad gateway")

    page.route("**/start_review", lose)
    drag(page, 5, "in_review")
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert ["x-became" in request.headers for request in sent] == [False, True]
    assert plant.events() == {"start_review": 1}


def test_after_a_time_out_the_page_learns_that_nothing_arrived(plant, waiting):
    page, sent = waiting(lambda n, route: n > 1 and route.continue_())
    is_told(page, "did not reach the server")
    sees(page, 5, "received")
    is_settled(page, 5, 1)
    assert not plant.events()
    page.get_by_role("button", name="Try again").click()
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    sent[0].fetch()  # the first one comes through after all
    assert plant.events() == {"start_review": 1}


def test_after_a_time_out_the_page_asks_until_the_server_knows(plant, waiting, allowed):
    allowed.append("POST .*/start_review 503")

    def deal(n, route):
        if n == 2:
            route.fulfill(status=503, body="")
        elif n == 3:
            sent[0].fetch()
            route.continue_()

    sent = []
    page, _ = waiting(lambda n, route: (sent.append(route), deal(n, route)))
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert len(sent) == 3
    assert plant.events() == {"start_review": 1}


# Two people, one card


def test_two_people_one_card(plant, board):
    """The refusal itself brings the fresh card: his page's clock stands still, so nothing was waited for and nothing else was read."""
    alice, bob = board(), stopped(slow(board()))
    bob.route(f"**{BOARD}?*", lambda route: route.abort())  # he has not seen it yet
    drag(alice, 5, "in_review")
    is_settled(alice, 5, 2)
    card(bob, 5).locator(".next").click()
    expect(bob.locator(".toast.bad")).to_contain_text(re.compile(r"In review.*\d\d:\d\d|\d\d:\d\d.*In review"))
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
    sees(page, 5, "in_review")
    ask(page, "Which label?")
    expect(page.locator("#panel")).to_be_hidden()
    sees(page, 5, "awaiting_customer")
    is_settled(page, 5, 3)
    assert plant.events() == {"start_review": 1, "ask_customer": 1}


def test_what_was_entered_outlives_a_failure(plant, board, allowed):
    allowed.append("POST .*/ask_customer 500")
    plant.do(5, "start_review")
    page = slow(board())
    drag(page, 5, "awaiting_customer")
    page.route("**/ask_customer", lambda route: route.fulfill(status=500, body=""), times=1)
    ask(page, "Which label?")
    expect(page.locator("#panel [role=alert]")).to_contain_text("still here")
    sees(page, 5, "in_review")
    sent = []
    page.route("**/ask_customer", lambda route: (sent.append(route), len(sent) > 1 and route.continue_()))
    page.locator("#panel footer button").last.click()
    expect(card(page, 5)).to_have_attribute("aria-busy", "true")
    page.clock.run_for(8_100)
    expect(page.locator("#panel [role=alert]")).to_contain_text("This did not reach the server")
    sees(page, 5, "in_review")
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel")).to_be_hidden()
    sees(page, 5, "awaiting_customer")
    is_settled(page, 5, 3)
    assert plant.events()["ask_customer"] == 1


def test_what_was_entered_outlives_a_refusal_and_can_be_sent_where_it_still_holds(plant, board):
    """A colleague corrected the order meanwhile: it stands where it stood, so the question can be sent once one was told."""
    plant.do(5, "start_review")
    page = board()
    drag(page, 5, "awaiting_customer")
    expect(page.locator("#panel form")).to_be_visible()
    plant.do(5, "record_payment", amount=1, paid_on=clock.today(), note="")
    ask(page, "Which label?")
    expect(page.locator("#panel [role=alert]")).to_contain_text(re.compile("recorded a payment.* send it again if it still holds"))
    sees(page, 5, "in_review")
    is_settled(page, 5, 3)
    expect(page.locator("#panel textarea").first).to_have_value("Which label?")
    assert not plant.events()["ask_customer"]
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel")).to_be_hidden()
    sees(page, 5, "awaiting_customer")
    is_settled(page, 5, 4)
    assert plant.events()["ask_customer"] == 1


def test_what_was_entered_outlives_a_move_that_is_not_possible_any_more(plant, board):
    plant.do(5, "start_review")
    page = board()
    drag(page, 5, "awaiting_customer")
    expect(page.locator("#panel form")).to_be_visible()
    plant.do(5, "decline", reason="no such product")
    ask(page, "Which label?")
    expect(page.locator("#panel [role=alert]")).to_contain_text(re.compile("declined the order.* can no longer be sent"))
    expect(page.locator("#panel footer button.primary")).to_be_disabled()
    expect(page.locator("#panel textarea").first).to_have_value("Which label?")
    expect(card(page, 5)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert not plant.events()["ask_customer"]


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
