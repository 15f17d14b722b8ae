"""The plans to acknowledge above a board follow what colleagues do, also where they lay open
meanwhile.
"""

from playwright.sync_api import expect


def test_a_list_that_was_open_is_renewed_once_it_is_closed(plant, at):
    page = at("store1", "/warehouse/")
    number, summary = page.locator("#receipts .number"), page.locator("#receipts > summary")
    before = int(number.text_content())
    summary.click()
    plant.do(
        "store2",
        page.locator("#receipts li").first.get_attribute("data-record"),
        "acknowledge_plan",
    )
    expect(page.locator(f"#board[data-seen='{plant.number()}']")).to_be_attached()
    assert number.text_content() == str(before)
    summary.click()
    expect(number).to_have_text(str(before - 1))


def test_what_signs_the_whole_list_is_in_sight_below_it(plant, at):
    page = at("inspector1", "/quality/", viewport={"width": 1440, "height": 640})
    page.locator("#receipts > summary").click()
    menu, button = page.locator("#receipts .menu"), page.locator("#receipts form.actions button")
    assert menu.evaluate("menu => menu.scrollHeight > menu.clientHeight"), (
        "the list is longer than its box"
    )
    end = menu.bounding_box()["y"] + menu.bounding_box()["height"]
    assert button.bounding_box()["y"] + button.bounding_box()["height"] <= end
