"""A shared tablet under gloves: three taps from the names to done, locked again by the step or
by itself; and without a script.
"""

import hashlib
import re
import secrets
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.extensions import db
from app.models.people.station import Station
from app.models.people.user import User
from app.security import DEMO_PIN
from tests.browser.axe import is_accessible
from tests.browser.test_pages import is_contained

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
LARGE_ENOUGH = """() => [...document.querySelectorAll('main a, main button, .floor-bar a, .floor-bar button')].filter(e => e.checkVisibility()
    && Math.min(e.offsetHeight, e.offsetWidth) < 56).map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def plant(lasting_plant):
    return lasting_plant


@pytest.fixture
def tablet(plant, open_page):
    """A tablet paired for the warehouse; its page shows the names."""

    def stands(**options):
        token = secrets.token_urlsafe(32)
        with plant.app.app_context():
            keeper = db.session.scalar(select(User.id).where(User.login == "admin1"))
            db.session.add(
                Station(
                    name="一号库口",
                    departments=["warehouse"],
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    paired_at=datetime.now(UTC),
                    paired_by_id=keeper,
                )
            )
            db.session.commit()
        page = open_page(base_url=plant.url, **TABLET, **options)
        page.context.add_cookies([{"name": "washline_station", "value": token, "url": plant.url}])
        page.goto("/floor/")
        return page

    return stands


def ready(page):
    page.wait_for_selector("html[data-ready]")
    return page


def type_pin(page, pin=DEMO_PIN):
    expect(page.locator("#pad")).to_be_visible()
    for digit in pin:
        page.locator(f"#pad [data-key='{digit}']").tap()


def is_good(page):
    """Large enough for a glove, contained at any width, and nothing grave for axe; the tablet's
    own size comes back.
    """
    assert not page.evaluate(LARGE_ENOUGH)
    is_contained(page)
    is_accessible(page)
    page.set_viewport_size(TABLET["viewport"])


def test_three_taps_from_the_names_to_done_and_it_is_locked_again(plant, tablet):
    page = ready(tablet(bypass_csp=True))
    ref = plant.offered("store1", "production", "start_preparing")
    is_good(page)
    page.locator("#people a", has_text="严样八").tap()
    type_pin(page, "000001")
    expect(page.locator("#pin-error")).to_have_text("PIN 码不对。")
    is_good(page)
    type_pin(page)
    expect(page.locator("h1")).to_have_text("您在此要办的工作")
    is_good(ready(page))
    page.locator(f"[data-record='{ref}'] button", has_text="开始备料").tap()
    expect(page.locator("#told")).to_have_text(
        re.compile(rf"{ref}：备料中。\s*办理人：严样八 Yan Yangba。")
    )
    assert plant.events(ref, "start_preparing") == 1 and not [
        c for c in page.context.cookies() if c["name"] == "washline"
    ]
    page.goto(f"/warehouse/{ref}")
    expect(page.locator(".ask-first")).to_be_visible()


def test_a_refused_form_keeps_what_was_entered_and_the_bar_stays_in_reach(plant, tablet):
    page = ready(tablet(bypass_csp=True))
    page.keyboard.type("store1\n")  # beside any field, as a scanner does
    type_pin(page)
    expect(page.locator("form#lock")).to_be_visible()
    ready(page).locator(".floor-bar .report").tap()
    form = ready(page).locator("#content form")
    form.locator("[name=code_id]").select_option(index=1)
    form.locator("[name=card_ref]").fill("9999-1")
    form.locator("[name=description]").fill("包装破损")
    form.locator("button.primary").tap()
    expect(form.locator("[name=card_ref][aria-invalid]")).to_be_visible()
    expect(form.locator("[name=description]")).to_have_value("包装破损")
    is_good(page)
    form.locator("[name=card_ref]").fill("")
    form.locator("button.primary").tap()
    expect(page.locator("#told")).to_contain_text("办理人：严样八 Yan Yangba。")


def test_it_locks_by_itself_and_unpaired_it_shows_a_code(plant, tablet):
    page = tablet()
    page.clock.install()
    page.goto("/floor/")
    ready(page).locator("#people a", has_text="严样八").tap()
    type_pin(page)
    expect(page.locator("form#lock")).to_be_visible()
    ready(page).clock.fast_forward(91_000)
    expect(page.locator("#people")).to_be_visible()
    assert ready(page).request.get("/floor/here").status == 204, "the server has ended it too"
    with plant.app.app_context():
        db.session.execute(db.update(Station).values(token_hash=None, revoked_at=datetime.now(UTC)))
        db.session.commit()
    page.clock.fast_forward(11_000)
    expect(page.locator("#code")).to_be_visible()
    is_contained(page)


def test_without_a_script_the_pin_is_an_ordinary_field(tablet):
    page = tablet(java_script_enabled=False)
    page.locator("[data-pick]").fill("严样")
    page.keyboard.press("Enter")  # one of that name: their PIN
    field = page.locator("[name=pin]")
    assert (field.get_attribute("inputmode"), field.get_attribute("maxlength")) == ("numeric", "6")
    field.fill(DEMO_PIN)
    page.locator("#without-pad button").tap()
    expect(page.locator(".floor-tasks")).to_be_visible()
    page.locator("#lock button").tap()
    expect(page.locator("#people")).to_be_visible()


def test_figures_are_tapped_on_keys_of_ours(plant, tablet):
    page, ref = ready(tablet()), plant.offered("store1", "production", "prepare")
    page.locator("#people a", has_text="严样八").tap()
    type_pin(page)
    expect(page.locator("form#lock")).to_be_visible()
    page.goto(f"/warehouse/{ref}/prepare")
    fields = ready(page).locator("#content input[data-keypad]:not([type=hidden])")
    expect(fields.first).to_have_attribute("inputmode", "none")
    expect(fields.first).not_to_have_value("")
    fields.first.tap()
    for key in "7.5":
        page.locator(f"#keypad [data-key='{key}']").tap()
    expect(fields.first).to_have_value("7.5")
    boxes = page.evaluate(
        "[...document.querySelectorAll('#keypad button')].map(e => "
        "e.getBoundingClientRect().toJSON())"
    )
    assert min(min(b["width"], b["height"]) for b in boxes) >= 56
    assert boxes[1]["left"] - boxes[0]["right"] >= 8 and boxes[3]["top"] - boxes[0]["bottom"] >= 8
    page.locator("#keypad [data-key='next']").tap()
    expect(fields.nth(1)).to_be_focused()
