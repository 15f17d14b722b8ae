"""Unusual figures are asked about in the form: in its dialog, and without a script on its page."""

import pytest
from playwright.sync_api import expect

REASON = "the whole lorry load, billed as such"


@pytest.mark.parametrize("scripts", [True, False], ids=["dialog", "page"])
def test_an_unusual_figure_is_asked_about_where_it_was_typed(plant, at, scripts):
    ref = plant.offered("buyer1", "requisition", "receive")
    page = at("buyer1", f"/purchasing/{ref}", java_script_enabled=scripts)
    page.locator("a[href$='/receive']").first.click()
    form = page.locator("#panel form" if scripts else "form[action*='/receive']").last
    quantity = form.locator("[name=quantity]")
    ordered = quantity.input_value()
    quantity.fill(str(int(ordered) * 3))
    form.locator("[name=supplier_lot]").fill("SL-77")
    form.locator("footer button.primary").click()
    warning = form.locator(".notice.warn")
    expect(warning).to_contain_text(f"{int(ordered) * 3:,}")
    expect(warning).to_contain_text(f"{int(ordered):,}")
    expect(quantity).to_have_value(str(int(ordered) * 3))
    expect(form.locator("[name=supplier_lot]")).to_have_value("SL-77")
    expect(form.locator("[name=unusual_listed]").first).to_be_focused()
    form.locator("footer button.primary").click()
    expect(form.locator(".error")).to_have_text("Choose a reason.")
    assert plant.look(ref) == "ordered"
    form.locator("label.choice", has_text="Other").click()
    form.locator("[name=unusual]").fill(REASON)
    form.locator("footer button.primary").click()
    expect(page.locator(".timeline, #history").first).to_contain_text(REASON)
    assert plant.look(ref) == "received"
