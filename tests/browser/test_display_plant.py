"""What the wall shows of the lines, and how a screen comes to hang there: the layout *plant*,
the code and its QR.
"""

import re
from datetime import UTC, datetime

import pytest
import segno
from playwright.sync_api import expect

from app import clock
from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.production.production_order import ProductionOrder
from tests.browser.test_bulk import kind
from tests.browser.test_display import FULL, hung, paired

COMING = ("to_prepare", "preparing", "handed_over", "ready")


def at_the_lines(page):
    """The pages of what is halted and of the figures are over."""
    for place in ("1", "2"):
        page.clock.fast_forward(21_000)
        expect(page.locator("#screen")).to_have_attribute("data-place", place)
    expect(page.locator(".lines")).to_be_visible()
    return page


def of(page, line):
    return page.locator(f".line[data-line={line}]")


def halts(plant):
    """The problems that halt a line now, by whether somebody has them: {stage: (number, line,
    since)}.
    """
    with plant.app.app_context():
        found = db.session.scalars(
            db.select(Anomaly)
            .where(Anomaly.stage.in_(("reported", "acknowledged")))
            .order_by(Anomaly.id)
        )
        return {
            a.stage: (a.number, a.card.plan.line.code, a.created_at)
            for a in found
            if a.card and a.card.stage == "halted" and a.code.stops_line
        }


def test_a_halted_line_says_who_has_it_and_for_how_long_and_flashes_until_somebody_has(
    plant, open_page
):
    found = halts(plant)
    (_, seen, _), (number, unseen, since) = found["acknowledged"], found["reported"]
    page = at_the_lines(
        hung(
            open_page,
            plant.url,
            paired(plant.app, plant.url, layouts=["plant"], distance=2, language="en"),
            reduced_motion="no-preference",
        )
    )
    expect(of(page, seen).locator(".stop + .sub")).to_contain_text("张样五")
    expect(of(page, unseen).locator(".stop + .sub")).to_contain_text("nobody has it yet")
    flashing = (
        "document.getAnimations().map(each => each.effect.target.closest('.line').dataset.line)"
    )
    assert page.evaluate(flashing) == [unseen]
    # Half an hour past a full hour: seconds do not matter.
    minutes = int((datetime.now(UTC) - since).total_seconds() // 60)
    later = 210 - minutes % 60
    page.clock.fast_forward(later * 60_000)
    at_the_lines(page)
    expect(of(page, unseen).locator("time[data-age]")).to_have_text(f"{(minutes + later) // 60} h")
    plant.do("super1", number, "acknowledge")
    page.clock.fast_forward(11_000)
    expect(of(page, unseen).locator(".stop + .sub")).to_contain_text("张样五")
    assert page.evaluate(flashing) == []


def test_who_wants_no_motion_sees_the_unacknowledged_one_without_it(plant, open_page):
    page = at_the_lines(
        hung(open_page, plant.url, paired(plant.app, plant.url, layouts=["plant"], distance=2))
    )
    expect(page.locator(".stop.unseen")).to_have_count(1)
    assert page.evaluate("document.getAnimations().length") == 0
    still = page.locator(".stop:not(.unseen)").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (
        page.locator(".stop.unseen").evaluate("e => getComputedStyle(e).backgroundColor") != still
    )  # it stands out all the same


@pytest.mark.parametrize("distance", [2, 6])
def test_each_line_shows_its_next_three_and_the_vehicles_that_are_due(plant, open_page, distance):
    with plant.app.app_context():
        cards = [
            c
            for c in db.session.scalars(
                db.select(ProductionOrder).where(ProductionOrder.stage.in_(COMING))
            )
            if c.plan
        ]
        planned = {}
        for card in sorted(cards, key=lambda c: (c.plan.start, c.id)):
            start = clock.local(card.plan.start)
            planned.setdefault(card.plan.line.code, []).append(
                (
                    start.strftime("%H:%M" if start.date() == clock.today() else "%m-%d"),
                    card.product.name_zh,
                )
            )
    page = at_the_lines(
        hung(
            open_page, plant.url, paired(plant.app, plant.url, layouts=["plant"], distance=distance)
        )
    )
    looked = set()
    for place in range(2, int(page.locator("#screen").get_attribute("data-pages"))):
        expect(page.locator("#screen")).to_have_attribute("data-place", str(place))
        expect(page.locator(".vehicles")).to_have_text(re.compile("SH-2026-00008 08:00-17:00"))
        for line in page.locator(".line").all():
            code = line.get_attribute("data-line")
            shown = [each.inner_text() for each in line.locator(".coming li:not(.none)").all()]
            assert len(shown) == min(3, len(planned.get(code, []))), (code, shown, planned)
            assert all(
                at in text and name in text
                for text, (at, name) in zip(shown, planned[code], strict=False)
            ), (code, shown, planned[code])
            assert line.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), (
                code
            )  # none of it is cut off
            looked.add(code)
        page.clock.fast_forward(21_000)
    assert looked == {"L1", "L2", "L3", "L4"}


def dark_modules(path):
    """Column and row of every module that a path of lines along the rows strikes through."""
    x, y, dark = 0, 0.5, set()
    for step, along, down in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", path):
        if step == "h":
            dark |= {(x + n, int(y)) for n in range(int(along))}
        x = int(along) if step == "M" else x + int(along)
        y = float(down) if step == "M" else y + float(down or 0)
    return dark


def test_the_qr_leads_to_the_confirmation_with_the_code_filled_in(plant, open_page, at):
    screen = open_page(base_url=plant.url, viewport=FULL)
    screen.goto("/display/")
    code = screen.locator("#code").inner_text().replace(" ", "")
    address = f"{plant.url}/admin/displays/?code={code}"
    assert dark_modules(screen.locator(".qr path").last.get_attribute("d")) == {
        (x + 2, y + 2)
        for y, row in enumerate(segno.make_qr(address, error="m").matrix)
        for x, module in enumerate(row)
        if module
    }
    box = screen.locator(".qr").bounding_box()
    assert box["width"] == box["height"] >= 300 and box["x"] + box["width"] <= FULL["width"]
    admin = at("admin1", address.removeprefix(plant.url))
    admin.locator("[name=name]").fill("二车间")
    admin.locator("#content form footer.submit button.primary").click()
    expect(admin.locator(".notice.good")).to_contain_text("二车间")
    expect(screen.locator("h1")).to_have_text("二车间")
