"""Every form that is signed, as a dialog: it opens at its top with what is signed in view, the
caret in no field, the password last.
"""

import pytest
from playwright.sync_api import expect

from app.flow.flows import FLOWS
from tests.browser.test_pages import busy, forms, plant, refs, tabs, visit

SIGNED = [
    (flow.key, action.key) for flow in FLOWS.values() for action in flow.actions if action.signature
]
LAST = """form => [...form.elements].filter(e => e.matches('input:not([type=hidden]), select, textarea') && e.checkVisibility()).at(-1).name"""

TYPED = (
    """form => [...form.elements].filter(e => (e.value ?? '').includes('blind')).map(e => e.name)"""
)


@pytest.fixture(scope="module")
def kind():
    return "sqlite"


@pytest.mark.parametrize("flow, action", SIGNED)
def test_it_opens_with_what_is_signed(visit, forms, flow, action):
    login, address = forms[flow, action]
    page = visit(login, address.rsplit("/", 1)[0], "en")
    for width in (390, 1024):
        page.set_viewport_size({"width": width, "height": 768})
        opens_with_what_is_signed(page, address)
        page.locator("#panel [data-close]").first.click()
        expect(page.locator("#panel")).to_be_hidden()


def opens_with_what_is_signed(page, address):
    page.locator(f"a[data-dialog][href='{address}']").first.click()
    signed = page.locator("#panel [data-signed]")
    expect(signed).to_be_in_viewport()
    heading = page.locator("#panel h1")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    assert page.evaluate("panel.scrollTop") == 0
    assert page.locator("#panel form[method=post]").evaluate(LAST) == "password"
    page.keyboard.type("a secret typed blind")
    assert page.locator("#panel form[method=post]").evaluate(TYPED) == [], (
        "typed blind it goes nowhere"
    )
