"""A card that cannot go where it was put is back where it was, with the reason; after a time-out
the page learns what became of it.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.orders_board import (
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
from tests.serving import until


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
    403: (
        '<p id="message" data-kind="refused">Your role may not do this.</p>',
        "Your role may not do this.",
    ),
    500: ("", "The server could not do this"),
}


def answering(status, body):
    return lambda route: route.fulfill(
        status=status, body=body, content_type="text/html; charset=utf-8"
    )


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
def waiting(plant, board):
    """A page whose moves nobody answers: those sent come back, each as something to be done with
    it. So many are ``done`` before the page's patience ends.
    """
    page, sent = slow(board()), []

    def send(deal, done=0):
        page.route("**/start_review", lambda route: (sent.append(route), deal(len(sent), route)))
        drag(page, 5, "in_review")
        expect(card(page, 5)).to_have_attribute("aria-busy", "true")
        until(lambda: page.wait_for_timeout(20) or plant.events().total() == done)
        with page.expect_request(lambda request: "x-became" in request.headers):
            page.clock.run_for(8_100)
        expect(page.locator(".toast").first).to_contain_text("No answer from the server")
        return page, sent

    return send


def test_after_a_time_out_the_card_is_back_with_the_reason_while_the_page_still_asks(
    plant, waiting
):
    page, sent = waiting(lambda n, route: None)
    stopped(page)
    sees(page, 5, "received")
    is_settled(page, 5, 1)
    is_told(
        page,
        "No answer from the server. The card is back where it was; asking what became of the move",
    )
    assert ["x-became" in route.request.headers for route in sent] == [
        False,
        True,
    ]  # and nobody has answered either
    with page.expect_response(lambda answer: "x-became" in answer.request.headers):
        sent[1].continue_()
    is_told(page, "did not reach the server")
    sees(page, 5, "received")
    assert not plant.events()


def test_after_a_time_out_the_page_learns_that_it_was_done(plant, waiting):
    """The server did it, but its answer was lost: the page asks by the same key; one event."""
    page, sent = waiting(lambda n, route: route.fetch() if n == 1 else route.continue_(), done=1)
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    assert ["x-became" in route.request.headers for route in sent] == [False, True]
    assert plant.events() == {"start_review": 1}


@pytest.mark.parametrize("status", [502, 504])
def test_where_a_proxy_lost_the_answer_the_page_asks_what_became_of_the_move(
    plant, board, allowed, status
):
    allowed.append(rf"POST .*/start_review {status}")
    page, sent = board(), []

    def lose(route):
        sent.append(route.request)
        if len(sent) > 1:
            route.continue_()
            return
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
