"""A scanner at a scan step: who scans on while the code before is on its way loses nothing of
it.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.tablet import Tablet

WRONG = "ML26-9999"


@pytest.fixture
def scanning(plant):
    """A run at the step that scans its lots; what its lots are called."""
    for halted in ("2026-00015-2", "2026-00016-1"):
        plant.do("super1", halted, "abort", reason="试验", good=0, rejected=0)
    ref = plant.offered("operator1", "production", "start")
    plant.do("operator1", ref, "start")
    while (
        found := plant.look(
            ref,
            lambda card: (
                card.open_step.step_no,
                card.open_step.entry_type,
                card.open_step.second_role,
            ),
        )
    )[1] != "scan":
        plant.do("operator1", ref, "sign_step", step_no=found[0], value="")
        if found[2]:
            plant.do("super1", ref, "countersign_step")
    return ref, plant.look(ref, lambda card: [lot.lot_no for lot in card.issued_lots])


def meanwhile(page, typed):
    """The next code that is sent is on its way until this was typed."""
    page.route(
        "**/sign_step", lambda route: (page.keyboard.type(typed), route.continue_()), times=1
    )


def scan(page, *codes):
    for code in codes:
        page.keyboard.type(f"{code}\n")


@pytest.mark.parametrize("where", ["tablet", "desk"])
def test_codes_scanned_while_another_is_on_its_way_are_ticked_too(
    plant, open_page, at, scanning, where
):
    ref, lots = scanning
    assert len(lots) > 3
    if where == "tablet":
        tablet = Tablet(plant, open_page, "production")
        tablet.come_in("operator1")
        page = tablet.goes_to(f"/production/{ref}/sign_step")
    else:
        page = at("operator1", f"/production/{ref}")
        page.locator(".record-page a[data-dialog][href$='/sign_step']").first.click()
    expect(page.locator(".scans [data-scan]")).to_be_focused()
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    meanwhile(page, f"{lots[1]}\n{lots[2]}\n")
    scan(page, lots[0])
    ticked(page, 3)
    expect(page.locator(".scans .error")).to_have_count(0)
    meanwhile(page, f"{lots[3]}\n")
    scan(page, WRONG)
    expect(page.locator(".scans .error")).to_contain_text(WRONG)
    begun, rest = lots[3][:4], lots[3][4:]
    meanwhile(page, begun)
    scan(page, WRONG)
    expect(page.locator(".scans [data-scan]")).to_have_value(begun)
    scan(page, rest)  # its sentence is still to be read
    expect(page.locator(".scans [data-scan]")).to_have_value(lots[3])
    expect(page.locator(".scans .error")).to_contain_text(WRONG)
    ticked(page, 3)
    scan(page, *lots[3:])
    expect(page.locator(".tick-list li:not(.done)")).to_have_count(0)
    expect(page.locator(".scans [role=status]")).to_have_text(
        re.compile(rf"\b{len(lots)}\D+{len(lots)}\b")
    )
    assert len(sent) == len(lots) + 2  # nothing that was scanned behind a wrong one


def ticked(page, number):
    expect(page.locator(".tick-list li.done")).to_have_count(number)
