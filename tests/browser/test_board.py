"""The boards of the real application, in a browser: every way to move a card, two people at one,
and moves that need data.
"""

import re

from playwright.sync_api import expect

from app import clock
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
    stopped,
    take,
    template,
)

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


# Two people, one card


def test_two_people_one_card(plant, board):
    """The refusal itself brings the fresh card: his page's clock stands still, so nothing was
    waited for and nothing else was read.
    """
    alice, bob = board(), stopped(slow(board()))
    bob.route(f"**{BOARD}?*", lambda route: route.abort())  # he has not seen it yet
    drag(alice, 5, "in_review")
    is_settled(alice, 5, 2)
    card(bob, 5).locator(".next").click()
    expect(bob.locator(".toast.bad")).to_contain_text(
        re.compile(r"In review.*\d\d:\d\d|\d\d:\d\d.*In review")
    )
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
    page.locator("#panel [name=question]").fill("")
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
    page.route(
        "**/ask_customer", lambda route: (sent.append(route), len(sent) > 1 and route.continue_())
    )
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


def ask_too_late(plant, board, action, **data):
    """A drop opens the question of a card in review, a colleague does something with it
    meanwhile, then it is sent; the page comes back.
    """
    plant.do(5, "start_review")
    page = board()
    drag(page, 5, "awaiting_customer")
    expect(page.locator("#panel form")).to_be_visible()
    plant.do(5, action, **data)
    ask(page, "Which label?")
    return page


def test_what_was_entered_outlives_a_refusal_and_can_be_sent_where_it_still_holds(plant, board):
    """A colleague corrected the order meanwhile: it stands where it stood, so the question can
    be sent once one was told.
    """
    page = ask_too_late(plant, board, "record_payment", amount=1, paid_on=clock.today(), note="")
    expect(page.locator("#panel [role=alert]")).to_contain_text(
        re.compile("recorded a payment.* send it again if it still holds")
    )
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
    page = ask_too_late(plant, board, "decline", reason="no such product")
    expect(page.locator("#panel [role=alert]")).to_contain_text(
        re.compile("declined the order.* can no longer be sent")
    )
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
    page.locator("#panel [name=question]").fill("")
    page.locator("#panel footer button").last.click()
    expect(page.locator("#panel [aria-invalid=true]").first).to_be_visible()
    ask(page, "Which label?")
    expect(stage).to_have_attribute("data-stage", "awaiting_customer")
    page.wait_for_selector("html[data-ready]")
    plant.do(6, "record_reply", reply="Lemon", replied_by="phone")
    expect(stage).to_have_attribute("data-stage", "in_review")
