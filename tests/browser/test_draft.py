"""What was typed at a shared tablet outlives its lock: for whoever typed it, and for nobody
else.
"""

from playwright.sync_api import expect

from tests.browser.test_floor import plant, ready, tablet, type_pin


def come_in(page, name):
    ready(page).locator("#people a", has_text=name).tap()
    type_pin(page)
    expect(page.locator("form#lock")).to_be_visible()
    return ready(page)


def begin_report(page):
    ready(page).locator(".floor-bar .report").tap()
    form = ready(page).locator("#content form")
    form.locator("[name=code_id]").select_option(index=1)
    form.locator("[name=description]").fill("叉车漏油")


def test_what_was_typed_is_there_again_after_the_tablet_locked_by_itself(tablet):
    page = tablet()
    page.clock.install()
    page.goto("/floor/")
    begin_report(come_in(page, "严样八"))
    chosen = page.locator("[name=code_id]").input_value()
    page.clock.fast_forward(91_000)
    expect(page.locator("#people")).to_be_visible()
    come_in(page, "严样八")
    page.locator(".toast button", has_text="打开").tap()
    expect(ready(page).locator("[name=description]")).to_have_value("叉车漏油")
    expect(page.locator("[name=code_id]")).to_have_value(chosen)
    expect(page.locator(".toast")).to_contain_text("已恢复")
    page.locator("#content form button.primary").tap()
    expect(page.locator("#told")).to_contain_text("办理人：严样八")
    come_in(page, "严样八")
    expect(page.locator(".toast")).to_have_count(0)


def test_a_login_that_had_ended_leads_back_to_the_form(tablet):
    page = tablet()
    begin_report(come_in(page, "严样八"))
    page.context.clear_cookies(name="washline")
    page.locator("#content form button.primary").tap()
    expect(page.locator(".ask-first")).to_be_visible()
    ready(page).locator("#people a", has_text="严样八").tap()
    type_pin(page)
    expect(page.locator("[name=description]")).to_have_value("叉车漏油")


def test_nobody_else_sees_it(tablet):
    page = tablet()
    begin_report(come_in(page, "严样八"))
    page.locator("form#lock button").tap()
    others = ready(page).locator("#people a").filter(has_not_text="严样八")
    others.first.tap()
    type_pin(page)
    expect(page.locator("form#lock")).to_be_visible()
    expect(ready(page).locator(".toast")).to_have_count(0)
    page.locator(".floor-bar .report").tap()
    expect(ready(page).locator("[name=description]")).to_have_value("")
