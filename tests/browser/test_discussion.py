"""Speaking about a card: somebody is named by keyboard and learns of it at once; a wrong file
costs nothing of what was written.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import ADDRESS
from tests.records.test_content import png


@pytest.fixture(scope="module")
def plant(lasting_plant):
    """The played plant; the tests only say something in it."""
    return lasting_plant


@pytest.fixture
def address(plant):
    return f"/production/{plant.offered('planner1', 'production', 'draw_up')}"


def people(page):
    return page.locator("#people-options [role=option]")


def test_somebody_is_named_by_keyboard_and_learns_of_it_at_once(at, address):
    named = at("sales1", "/")
    expect(named.locator("#mentions")).to_be_hidden()
    page = at("planner1", address, bypass_csp=True)
    field = page.get_by_label("Comment", exact=True)
    field.focus()
    page.keyboard.insert_text("Which label? ")
    page.keyboard.type("@sales")
    expect(people(page).first).to_be_visible()
    expect(field).to_have_attribute("aria-activedescendant", people(page).first.get_attribute("id"))
    page.add_script_tag(url=ADDRESS)
    grave = page.evaluate(
        "axe.run(document.querySelector('#history')).then(found => found.violations.filter(v => "
        "['serious', 'critical'].includes(v.impact)).map(v => v.id))"
    )
    assert grave == []
    mine = people(page).filter(has_text="@sales1")
    for _ in range(people(page).count()):
        if mine.get_attribute("aria-selected") != "true":
            page.keyboard.press("ArrowDown")
    expect(mine).to_have_attribute("aria-selected", "true")
    name = mine.get_attribute("data-insert")
    page.keyboard.press("Enter")
    expect(people(page).first).to_be_hidden()
    expect(field).to_have_value(f"Which label? @{name} ")
    page.keyboard.type("@sal")
    expect(people(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(people(page).first).to_be_hidden()
    field.fill(f"Which label? @{name}")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".timeline .saying").first).to_have_text(f"Which label? @{name}")
    expect(field).to_have_value("")
    expect(named.locator("#mentions b")).to_have_text("1")
    expect(named.locator("#mentioned")).to_contain_text("Which label?")
    named.locator("#mentioned a").first.click()
    expect(named.locator(".saying .mention")).to_have_text(f"@{name}")
    expect(named.locator("#mentions")).to_be_hidden()


def test_a_wrong_file_is_told_beside_its_field_and_nothing_written_is_lost(at, address, allowed):
    allowed.append("htmx:error: Failed to fetch")  # without a network
    page = at("planner1", address)
    field, files = page.get_by_label("Comment", exact=True), page.locator("#comment-files")
    field.fill("see the picture")
    files.set_input_files(
        {"name": "tool.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00" + bytes(60)}
    )
    page.get_by_role("button", name="Add", exact=True).click()
    error = page.locator("#comment-files-error")
    expect(error).to_contain_text("tool.png is none of the files that are accepted")
    expect(files).to_be_focused()
    expect(files).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("see the picture")
    # What is too large is told before it is sent.
    files.set_input_files(
        {"name": "big.png", "mimeType": "image/png", "buffer": png(9, 9) + bytes(6 * 1024 * 1024)}
    )
    expect(error).to_contain_text("5 MB at most")
    # Without a network the words stay, and the same form can be sent again.
    files.set_input_files({"name": "good.png", "mimeType": "image/png", "buffer": png(9, 9)})
    expect(error).to_have_count(0)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("No connection")
    expect(field).to_have_value("see the picture")
    page.context.set_offline(False)
    # Nor does a proxy's answer take them, which knows no page of ours.
    page.route("**/comment", lambda route: route.fulfill(status=413, body="<h1>413</h1>"))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#toasts .toast")).to_have_count(2)
    expect(field).to_have_value("see the picture")
    page.unroute("**/comment")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".saying").first).to_have_text("see the picture")
    expect(page.locator("#files")).to_contain_text("good.png")


def test_words_changed_after_an_answer_was_lost_can_be_sent(at, address, allowed):
    """The first had arrived: the others are told so, and go as new ones."""
    allowed.append("console:")  # htmx tells it, too

    def lose(route):
        route.fetch()
        route.abort()

    page = at("planner1", address)
    field = page.get_by_label("Comment", exact=True)
    field.fill("the first")
    page.route("**/comment", lose)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("No connection")
    page.unroute("**/comment")
    key = page.locator("#comment [name=key]").input_value()
    field.fill("the first, and more")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#toasts .toast").last).to_contain_text("already sent")
    expect(page.locator("#comment [name=key]")).not_to_have_value(key)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".saying").first).to_have_text("the first, and more")
    expect(page.locator(".saying", has_text="the first")).to_have_count(2)


def test_it_works_without_a_script(at, address):
    page = at("planner1", address, java_script_enabled=False)
    page.get_by_label("Comment", exact=True).fill("by hand @sales1")
    page.locator("#comment-files").set_input_files(
        {"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * (6 * 1024 * 1024)}
    )
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#comment-files-error")).to_contain_text("5 MB at most")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("by hand @sales1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".saying").first).to_have_text("by hand @sales1")
    page.locator("#history .tabs a", has_text="Comments").click()
    expect(page.locator(".timeline > li:not(.said)")).to_have_count(0)
