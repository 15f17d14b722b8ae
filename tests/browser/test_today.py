"""The strip above a board: it fills in by itself, follows what colleagues do, keeps the focus
and stays folded.
"""

from playwright.sync_api import expect

from tests.browser.orders_board import ORDERS, board, is_told, plant, ready, template

LIST = "#today-unanswered"


def test_the_strip_follows_the_plant_and_never_takes_the_focus(plant, board):
    page = board()
    expect(page.locator(LIST)).to_have_attribute("data-count", str(ORDERS))
    rows = page.locator(f"{LIST} li[data-record]")
    expect(rows).to_have_count(5)
    height = page.locator("#today").bounding_box()["height"]
    # All of them on demand; what was expanded stays so through what others do.
    page.locator(f"{LIST}-all").click()
    expect(rows).to_have_count(ORDERS)
    last = rows.last.locator("a")
    last.focus()
    for number in (1, 2, 3):
        plant.do(number, "decline", reason="no capacity")
        expect(page.locator(LIST)).to_have_attribute("data-count", str(ORDERS - number))
        expect(last).to_be_focused()
    expect(rows).to_have_count(ORDERS - 3)
    page.locator(f"{LIST}-all").click()
    expect(rows).to_have_count(5)
    # What came by itself took no more room than was kept for it.
    page.route("**/sales/today", lambda route: None)  # still on its way
    page.goto("/sales/")
    expect(page.locator("#today.awaited a")).to_be_visible()
    assert abs(page.locator("#today").bounding_box()["height"] - height) <= 2


def test_folded_it_stays_folded_and_still_counts(plant, board):
    page = board()
    summary = page.locator("#today-summary")
    expect(page.locator(LIST)).to_be_visible()
    summary.click()
    expect(page.locator(LIST)).to_be_hidden()
    expect(summary).to_contain_text(f"Orders without an answer {ORDERS}")
    plant.do(1, "decline", reason="no capacity")
    expect(summary).to_contain_text(f"Orders without an answer {ORDERS - 1}")
    expect(page.locator(LIST)).to_be_hidden()
    ready(page)
    expect(summary).to_contain_text("Orders without an answer")
    expect(page.locator(LIST)).to_be_hidden()
    summary.click()
    ready(page)
    expect(page.locator(LIST)).to_be_visible()


def test_a_phone_swipes_through_the_lists_and_a_page_without_script_has_them_all(
    plant, board, open_page
):
    page = board(viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator(LIST)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    plain = open_page(base_url=plant.url, locale="en", java_script_enabled=False)
    plain.context.add_cookies([plant.cookie()])
    plain.goto("/sales/")
    plain.locator("#today a").click()
    plain.locator(f"{LIST}-all").click()
    expect(plain.locator(f"{LIST} li[data-record]")).to_have_count(ORDERS)
    plain.locator(f"{LIST} li a").first.click()
    expect(plain.locator(".record-page")).to_be_visible()
