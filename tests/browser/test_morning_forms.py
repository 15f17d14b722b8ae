"""The forms of the storekeeper's morning at a shared tablet, on a plant that nothing here changes:
no field needs the system's keyboard, and what is expected stands there.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_morning import kind, tablet
from tests.browser.test_pages import busy, forms, plant

MORNING = [
    ("production", "answer_warehouse"),
    ("production", "prepare"),
    ("production", "hand_over"),
    ("production", "stock_in"),
    ("shipment", "assemble"),
    ("shipment", "pack"),
    ("shipment", "confirm"),
    ("shipment", "ship"),
    ("requisition", "receive"),
]
# Steps that demand a reason: it is tapped too.
REASONED = [
    ("production", "withhold"),
    ("shipment", "cancel"),
    ("shipment", "record_return"),
    ("disposition", "set_aside"),
]
# Fields that must be filled in and are not, and that the system's keyboard alone fills.
NEEDS_KEYBOARD = """form => [...form.elements].filter(e => e.matches('textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=date])')
  && e.checkVisibility() && e.required && !e.value && e.inputMode !== 'none').map(e => e.name)"""


@pytest.mark.parametrize("flow, action", MORNING + REASONED)
def test_no_field_of_the_morning_needs_the_system_s_keyboard(tablet, forms, flow, action):
    if action == "hand_over":  # by another than who prepared it
        tablet.come_in("store2")
    page = tablet.goes_to(re.sub("^/quality/new", "/warehouse/new", forms[flow, action][1]))
    form = page.locator("#content form[method=post]")
    expect(form.locator(".submit .primary")).to_be_visible()
    assert form.evaluate(NEEDS_KEYBOARD) == []


def test_what_is_expected_stands_there(tablet, plant, forms):
    ref = forms["shipment", "pack"][1].split("/")[2]
    page = tablet.goes_to(f"/warehouse/{ref}/pack")
    cases = plant.look(ref, lambda s: sum(-(-c.good // c.product.units_per_case) for c in s.cards))
    expect(page.locator("[name=packages]")).to_have_value(str(cases))
    expect(page.locator("[name=pallets]")).to_have_value(re.compile("^[1-9]"))
    page = tablet.goes_to(forms["requisition", "receive"][1])
    ref = forms["requisition", "receive"][1].split("/")[2]
    assert float(page.locator("[name=quantity]").input_value()) > 0
    # A scan moves on by itself.
    page.locator("[name=supplier_lot]").focus()
    page.keyboard.type("SUP-77\n")
    expect(page.locator("[name=supplier_lot]")).to_have_value("SUP-77")
    expect(page.locator("[name=expiry]")).to_be_focused()
