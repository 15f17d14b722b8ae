"""Undo for ten seconds, where people press it: the message on a board, the key z, the form on a
record's page.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.orders_board import (
    board,
    card,
    hears,
    is_settled,
    is_told,
    kind,
    plant,
    sees,
    slow,
    template,
)


@pytest.fixture
def unhurried(monkeypatch):
    """What a busy machine may take between a move and its undo is not what these tests are
    about.
    """
    monkeypatch.setattr("app.models.records.undo.UNDO", timedelta(minutes=5))


def undo_button(page):
    return page.locator(".toast").last.get_by_role("button", name=re.compile("Undo|撤回"))


def test_the_message_takes_the_move_back_and_others_see_it(plant, board, unhurried):
    page, other = board(), board(locale="zh-CN")
    card(page, 5).locator("a.next").click()
    sees(page, 5, "in_review")
    sees(other, 5, "in_review")
    is_told(page, "In review")
    undo_button(page).click()
    sees(page, 5, "received")
    is_settled(page, 5, 3)
    is_told(page, "taken back, it stands in “Order received” again")
    sees(other, 5, "received")
    expect(page.locator(".toast button[aria-keyshortcuts]")).to_have_count(0)
    assert plant.events() == {"start_review": 1, "undo_start_review": 1}


def test_the_key_takes_the_last_moves_back_one_by_one(plant, board, unhurried):
    page = board(locale="zh-CN")
    for number in (5, 6):
        card(page, number).focus()
        page.keyboard.press("m")
        page.keyboard.press("Enter")
        sees(page, number, "in_review")
        is_settled(page, number, 2)
    hears(page, "撤回请按z键")
    page.keyboard.press("z")
    sees(page, 6, "received")
    is_settled(page, 6, 3)
    expect(card(page, 6)).to_be_focused()
    sees(page, 5, "in_review")
    page.keyboard.press("z")
    sees(page, 5, "received")
    is_settled(page, 5, 3)
    page.keyboard.press("z")
    is_told(page, "目前没有可撤回的操作")
    assert plant.events() == {"start_review": 2, "undo_start_review": 2}


def test_after_ten_seconds_there_is_no_way_back(plant, board):
    page = slow(board())
    card(page, 5).locator("a.next").click()
    is_settled(page, 5, 2)
    undo_button(page).focus()
    page.clock.run_for(10_100)
    expect(page.locator(".toast")).to_have_count(0)
    expect(card(page, 5)).to_be_focused()
    page.keyboard.press("z")
    is_told(page, "nothing that you can take back")
    assert plant.events() == {"start_review": 1}


def test_what_a_colleague_went_on_with_is_not_taken_back(plant, board, unhurried):
    page = board()
    card(page, 5).locator(".grip").click()
    page.get_by_role("button", name="Start the review").click()
    is_settled(page, 5, 2)
    page.route("**/sales/?*", lambda route: route.abort())  # the news does not reach this page
    plant.do(5, "ask_customer", question="which?", asked_by="phone")
    undo_button(page).click()
    expect(page.locator(".toast.bad").last).to_contain_text("asked the customer")
    sees(page, 5, "awaiting_customer")
    assert plant.events() == {"start_review": 1, "ask_customer": 1}


@pytest.mark.parametrize("script", [True, False])
def test_a_record_s_page_has_the_way_back_as_a_form(plant, board, open_page, unhurried, script):
    page = open_page(base_url=plant.url, locale="en", java_script_enabled=script)
    page.context.add_cookies([plant.cookie(0)])
    page.goto("/sales/")
    page.goto(f"/sales/{card(page, 5).get_attribute('data-record')}")
    page.locator("form[action$='/start_review'] button").click()
    expect(page.locator(".notice.good")).to_contain_text("Done: “Start the review”")
    page.locator("#undo button").click()
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "received")
    expect(page.locator("#undo")).to_have_count(0)
    expect(page.locator("#history .taken-back")).to_contain_text("Taken back")
    assert plant.events() == {"start_review": 1, "undo_start_review": 1}
