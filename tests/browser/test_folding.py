"""A board with many stages: columns are folded away and stay so, cards can still be dropped on
them, and every column can be jumped to.
"""

import re

from playwright.sync_api import expect

from tests.browser.test_moves import carry_to

FOLDED = re.compile(r"\bfolded\b")


def column(page, stage, flow="production"):
    return page.locator(f"#column-{flow}-{stage}")


def test_a_folded_column_stays_so_on_another_machine_and_opens_by_a_jump(plant, at):
    page = at("planner1", "/production/", viewport={"width": 1440, "height": 900})
    before = column(page, "running").bounding_box()["x"]
    with page.expect_response("**/production/fold"):
        column(page, "consulting").locator("button.fold").click()
    expect(column(page, "consulting")).to_have_class(FOLDED)
    assert column(page, "consulting").bounding_box()["width"] < 60
    assert column(page, "running").bounding_box()["x"] < before
    expect(column(page, "consulting").locator("h2")).to_be_visible()
    expect(column(page, "consulting").locator("button.fold")).to_be_in_viewport(ratio=0.9)
    other = at("planner1", "/production/", viewport={"width": 1440, "height": 900})
    expect(column(other, "consulting")).to_have_class(FOLDED)
    with other.expect_response("**/production/fold"):
        other.locator("#stage-jumps a[href='#column-production-consulting']").click()
    expect(column(other, "consulting")).not_to_have_class(FOLDED)
    other.locator("#stage-jumps a[href='#column-anomaly-acknowledged']").click()
    expect(column(other, "acknowledged", "anomaly")).to_be_in_viewport(ratio=0.9)
    other.reload()
    expect(column(other, "consulting")).not_to_have_class(FOLDED)


def test_a_card_is_dropped_on_a_folded_column(plant, at):
    ref = plant.offered("store1", "production", "start_preparing")
    page = at("store1", "/warehouse/", viewport={"width": 1440, "height": 900})
    with page.expect_response("**/warehouse/fold"):
        column(page, "preparing").locator("button.fold").click()
    carry_to(page, ref, "preparing")
    expect(page.locator(f"#column-production-preparing .card[data-record='{ref}']")).to_have_count(
        1
    )
    expect(page.locator(".toast").last).to_contain_text(ref)
    assert plant.look(ref) == "preparing"
    expect(column(page, "preparing")).to_have_class(FOLDED)
    expect(column(page, "preparing").locator("button.fold")).to_be_focused()
    column(page, "preparing").locator("button.fold").click()
    expect(page.locator(f".card[data-record='{ref}']")).to_be_visible()


def test_without_a_script_columns_are_folded_too(plant, at):
    page = at("planner1", "/production/", java_script_enabled=False)
    column(page, "consulting").locator("button.fold").click()
    expect(column(page, "consulting")).to_have_class(FOLDED)
    column(page, "consulting").locator("button.fold").click()
    expect(column(page, "consulting")).not_to_have_class(FOLDED)


def test_on_a_phone_a_folded_column_is_left_out_until_it_is_jumped_to(plant, at):
    page = at("planner1", "/production/", viewport={"width": 390, "height": 844}, has_touch=True)
    with page.expect_response("**/production/fold"):
        column(page, "to_plan").locator("button.fold").click()
    expect(column(page, "to_plan")).to_be_hidden()
    page.locator("#stage-jumps a[href='#column-production-to_plan']").click()
    expect(column(page, "to_plan")).to_be_visible()
