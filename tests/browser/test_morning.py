"""The storekeeper's morning at a shared tablet: taps, our keypad, lists and scans; nothing needs
the system's keyboard.
"""

import re

import pytest
from playwright.sync_api import expect

from app.security import DEMO_PIN
from tests.browser.tablet import Tablet
from tests.browser.test_pages import busy, forms, plant


@pytest.fixture(scope="module")
def kind():
    return "sqlite"


@pytest.fixture
def tablet(plant, open_page):
    tablet = Tablet(plant, open_page, "warehouse", "purchasing")
    tablet.come_in("store1")
    return tablet


def test_a_shipment_leaves_by_taps_alone(tablet, plant):
    """Carrier, plate and driver that were used before are tapped."""
    ref = plant.offered("store1", "shipment", "ship")
    page = tablet.goes_to(f"/warehouse/{ref}/ship")
    for name in ("carrier", "vehicle", "driver"):
        offers = page.locator(f"[data-offers={name}] button")
        words = offers.first.inner_text()
        offers.first.tap()
        expect(page.locator(f"[name={name}]")).to_have_value(words)
    page.locator(".submit .primary").tap()
    expect(page.locator("#told")).to_contain_text(ref)
    assert plant.look(ref) == "shipped"


def test_a_hand_over_is_signed_on_the_keypad(tablet, plant):
    ref = plant.offered("store2", "production", "hand_over")
    tablet.come_in("store2")
    page = tablet.goes_to(f"/warehouse/{ref}/hand_over")
    field = page.locator("[name=password]")
    field.tap()
    keys = page.locator("#keypad [data-key]")
    expect(keys.first).to_have_text(
        "1"
    )  # as on the pad of the log-in: a hand knows where the digits of its PIN are
    assert (
        field.bounding_box()["y"] + field.bounding_box()["height"]
        <= page.locator("#keypad").bounding_box()["y"]
    ), "the keys cover what they write"
    for digit in DEMO_PIN:
        page.locator(f"#keypad [data-key='{digit}']").tap()
    page.locator(".submit .primary").tap()
    expect(page.locator("#told")).to_contain_text(re.compile(ref))
    assert plant.events(ref, "hand_over") == 1


def test_a_reason_is_tapped(tablet, plant):
    """Large choices; words are asked for only where none of them is meant."""
    ref = plant.offered("store1", "production", "withhold")
    page = tablet.goes_to(f"/warehouse/{ref}/withhold")
    choices = page.locator("#field-reason_listed .choice")
    assert choices.count() > 3 and all(
        choice.bounding_box()["height"] >= 56 for choice in choices.all()
    )
    expect(page.locator("#reason")).to_be_hidden()
    choices.last.tap()
    expect(page.locator("#reason")).to_be_visible()
    choices.filter(has_text="渗漏").tap()
    expect(page.locator("#reason")).to_be_hidden()
    page.locator(".submit .primary").tap()
    expect(page.locator("#told")).to_contain_text(ref)
    assert (
        plant.look(ref) == "nonconforming"
        and plant.look(ref, lambda c: c.last_deed.reason) == "渗漏 ／ Leaking"
    )


def test_without_a_script_a_reason_is_chosen_as_well(plant, open_page):
    ref = plant.offered("planner1", "production", "hold")
    page = open_page(base_url=plant.url, java_script_enabled=False, locale="en")
    page.context.add_cookies([plant.cookie_of("planner1", "en")])
    page.goto(f"/production/{ref}/hold")
    expect(page.locator("#reason")).to_be_hidden()
    page.get_by_label("Other", exact=True).check()
    page.locator(".submit .primary").click()
    expect(page.locator("#reason-error")).to_be_visible()
    page.locator("#reason").fill("the mixer hums")
    page.locator(".submit .primary").click()
    page.wait_for_url(lambda url: not url.endswith("/hold"))
    assert plant.look(ref, lambda c: c.last_deed.reason) == "the mixer hums"
