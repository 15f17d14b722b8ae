"""Finding from anywhere: results as one types, chosen by keys or by touch; a scanner's line
opens the card.
"""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.axe import ADDRESS


@pytest.fixture(scope="module")
def plant(lasting_plant):
    """The played plant, in which nobody changes anything."""
    return lasting_plant


@pytest.fixture
def at(at):
    """The same for somebody who reads Chinese."""
    return partial(at, language="zh_Hans_CN")


def box(page):
    return page.locator("[data-find]")


def options(page):
    return page.locator("#find-options [role=option]")


def test_two_characters_find_and_the_arrows_choose(at):
    page = at("sales1", "/production/", bypass_csp=True)
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.insert_text("柠檬")
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.add_script_tag(url=ADDRESS)
    grave = page.evaluate(
        "axe.run(document.querySelector('.find')).then(found => found.violations.filter(v => "
        "['serious', 'critical'].includes(v.impact)).map(v => v.id))"
    )
    assert grave == []
    page.keyboard.press("ArrowUp")
    expect(page.locator("#option-all")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#find-options [aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options(page).nth(1)
    expect(box(page)).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    ref = second.get_attribute("data-record")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{ref}$"))


def test_escape_closes_the_list_and_nothing_else(at):
    page = at("sales1", "/")
    box(page).fill("2026")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#find-options")).to_be_hidden()
    expect(box(page)).to_have_value("2026")


def test_an_answer_that_comes_too_late_is_dropped_and_the_list_does_not_flicker(at):
    page = at("sales1", "/")
    held = []
    page.route(re.compile(r"/find\?pick&q=nirgends"), lambda route: held.append(route))
    page.evaluate("""() => {
        const list = document.getElementById('find-options');
        window.closed = 0;
        new MutationObserver(() => { if (!list.childElementCount) window.closed += 1 })
            .observe(list, { attributes: true, childList: true });
    }""")
    box(page).fill("柠檬")
    expect(options(page).first).to_be_visible()
    with page.expect_request(re.compile("nirgends")):
        box(page).fill("nirgends")
    expect(options(page).first).to_be_visible()
    box(page).fill("洗洁")
    expect(page.locator("#option-all")).to_have_attribute("href", re.compile("%E6%B4%97"))
    held[0].continue_()
    with page.expect_response(re.compile("pick&q=2026")):
        box(page).fill("2026")
    expect(page.locator("#option-all")).to_have_attribute("href", re.compile("2026"))
    assert page.evaluate("window.closed") == 0


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("form", ["{}", "http://plant.example/find?q={}"])
def test_a_scanner_opens_the_card_at_once(plant, at, form, javascript):
    ref = plant.offered("store1", "production", "start_preparing")
    page = at("store1", "/warehouse/", java_script_enabled=javascript)
    box(page).click()
    page.keyboard.type(form.format(ref))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/warehouse/{ref}")
    expect(page.locator("h1")).to_contain_text(ref)


def test_on_a_phone_the_list_lies_within_the_screen_and_a_tap_opens(at):
    page = at("operator1", "/", viewport={"width": 390, "height": 844}, has_touch=True)
    box(page).tap()
    box(page).fill("2026")
    expect(options(page).first).to_be_visible()
    lies = page.locator("#find-options").bounding_box()
    assert lies["x"] >= 0 and lies["x"] + lies["width"] <= 390 and lies["y"] + lies["height"] <= 844
    assert options(page).first.bounding_box()["height"] >= 44
    ref = options(page).first.get_attribute("data-record")
    options(page).first.tap()
    page.wait_for_url(re.compile(f"/{ref}$"))
