"""A wall display in a browser: paired by its code, live, legible from where people stand, and
true while the server is away.
"""

import hashlib
import math
import re
import secrets
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.people.display import Display
from app.models.people.user import User
from tests import application
from tests.browser.axe import AXE, violations
from tests.serving import House

FULL, LARGE = {"width": 1920, "height": 1080}, {"width": 3840, "height": 2160}


def paired(app, url, **settings):
    """A display of these settings; the cookie of its screen."""
    token = secrets.token_urlsafe(32)
    with app.app_context():
        keeper = db.session.scalars(db.select(User).where(User.login == "admin1")).one()
        db.session.add(
            Display(
                **{
                    "name": "一车间",
                    "layouts": ["plant", "flow"],
                    "seconds": 20,
                    "distance": 6,
                    "diagonal": 55,
                    "theme": "dark",
                    "language": "zh_Hans_CN",
                    "paired_at": datetime.now(UTC),
                    "paired_by_id": keeper.id,
                }
                | settings,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
            )
        )
        db.session.commit()
    return {"name": "washline_screen", "value": token, "url": url}


def hung(open_page, url, cookie, viewport=FULL, **options):
    """A screen that shows its display, with a clock that the test can put forward."""
    page = open_page(base_url=url, viewport=viewport, **options)
    page.context.add_cookies([cookie])
    page.clock.install()
    page.goto("/display/")
    page.wait_for_selector("html[data-ready]")
    return page


def past_the_halted(page):
    """The first page, of what is halted, is over."""
    page.clock.fast_forward(21_000)
    expect(page.locator("#screen")).to_have_attribute("data-place", "1")
    return page


def test_two_displays_live_through_a_stop_and_start_of_the_server(template, open_page, tmp_path):
    house = House(tmp_path, template.copy_into(tmp_path, "walls"))
    app = application.build(house.url, HOME=tmp_path)
    with house.serving("--demo") as server:
        url = f"http://127.0.0.1:{server.port}"
        screens = [
            hung(open_page, url, paired(app, url, layouts=layouts))
            for layouts in (["plant"], ["flow", "production"])
        ]
        shown = [page.locator("#screen").inner_text() for page in screens]
    for page, text in zip(screens, shown, strict=True):
        page.clock.fast_forward(25_000)
        expect(page.locator("html[data-stale]")).to_be_attached()
        expect(page.locator("#age")).to_have_text(re.compile(r"\d\d:\d\d 起无新数据"))
        assert page.locator("#screen").inner_text().split("\n")[0] == text.split("\n")[0]
    with house.serving("--demo", port=server.port):
        for page in screens:
            page.clock.fast_forward(11_000)
            expect(page.locator("html:not([data-stale])")).to_be_attached()
            expect(page.locator("#age")).to_have_text(re.compile("数据时间"))
            assert page.url == f"{url}/display/" and not page.locator("[name=password]").count()


def test_a_screen_is_renewed_after_an_update_only_once_the_server_has_its_page(
    plant, open_page, allowed
):
    allowed.append(r"GET .*/display/ 500")
    page = hung(open_page, plant.url, paired(plant.app, plant.url, layouts=["flow"]))
    page.route("**/display/", lambda route: route.fulfill(status=500, body="Internal Server Error"))
    page.evaluate("document.documentElement.dataset.version = 'before the update'")
    page.clock.fast_forward(11_000)
    page.clock.fast_forward(25_000)
    expect(page.locator("html[data-stale] .lines")).to_be_visible()
    page.unroute("**/display/")
    page.clock.fast_forward(11_000)
    expect(
        page.locator(
            "html:not([data-stale])[data-ready]:not([data-version='before the update']) .lines"
        )
    ).to_be_visible()


def test_a_change_in_the_plant_is_on_the_wall_and_an_unpaired_screen_asks_for_a_new_pairing(
    plant, open_page
):
    cookie = paired(plant.app, plant.url, layouts=["production"], distance=2)
    page = past_the_halted(hung(open_page, plant.url, cookie))
    ref = plant.offered("head1", "production", "approve_plan")
    column = page.locator(".column[data-stage=plan_review]")
    before = int(column.get_attribute("data-count"))
    plant.do("head1", ref, "approve_plan")
    expect(column).to_have_attribute("data-count", str(before - 1))
    with plant.app.app_context():
        db.session.execute(db.update(Display).values(token_hash=None, revoked_at=datetime.now(UTC)))
        db.session.commit()
    page.clock.fast_forward(11_000)
    expect(page.locator("#code")).to_be_visible()


# Numbers that stand alone and are set to be seen first: bold or large. The clock is none of them.
FIGURES = """() => [...document.querySelectorAll('#screen *')].filter(e => e.checkVisibility() && /^[0-9][0-9,.%/]*$/.test(e.textContent.trim())
    && ![...e.children].some(inner => inner.textContent.trim() === e.textContent.trim())
    && (getComputedStyle(e).fontWeight >= 600 || parseFloat(getComputedStyle(e).fontSize) > parseFloat(getComputedStyle(document.documentElement).fontSize)))
    .map(e => e.textContent.trim())"""


@pytest.mark.parametrize("distance", [2, 6])
def test_no_page_shows_more_than_five_figures(plant, open_page, distance):
    layouts = ["plant", "flow", "sales", "production", "purchasing", "warehouse", "quality"]
    page = hung(
        open_page, plant.url, paired(plant.app, plant.url, layouts=layouts, distance=distance)
    )
    counted = []
    for place in range(int(page.locator("#screen").get_attribute("data-pages"))):
        expect(page.locator("#screen")).to_have_attribute("data-place", str(place))
        counted.append(page.evaluate(FIGURES))
        page.clock.fast_forward(21_000)
    assert len(counted[1]) == 4 and all(1 <= len(figures) <= 5 for figures in counted), counted


def test_a_column_shows_whole_cards_and_counts_those_without_room(plant, open_page):
    page = past_the_halted(
        hung(
            open_page, plant.url, paired(plant.app, plant.url, layouts=["warehouse"], language="en")
        )
    )
    found = page.evaluate("""() => [...document.querySelectorAll('.column')].map(column => [Number(column.dataset.count),
        column.querySelectorAll('article').length, parseInt(column.querySelector('.more:not([hidden])')?.textContent ?? 0),
        column.scrollHeight - column.clientHeight])""")
    assert all(
        count == shown + beyond and too_high <= 1 for count, shown, beyond, too_high in found
    ), found
    assert any(0 < shown < 3 and beyond for _, shown, beyond, _ in found), (
        found
    )  # a heading of three lines took a card's place


def least_letters(distance, diagonal, height):
    """The letters (px) whose capitals, 0.72 of them, are a two-hundredth of the distance (m)
    high on a screen of 16:9 of so many inches. A display tells its letters in hundredths of the
    height to two digits.
    """
    capitals, screen = distance * 1000 / 200, diagonal * 25.4 * 9 / math.hypot(16, 9)
    return math.floor(capitals / 0.72 / screen * 10_000) / 10_000 * height


@pytest.mark.parametrize(
    "viewport, theme",
    [(FULL, "dark"), (LARGE, "dark"), (FULL, "light")],
    ids=["1080p", "4K", "light"],
)
def test_it_can_be_read_from_where_people_stand_and_told_apart_in_grey(
    plant, open_page, viewport, theme
):
    """Capitals of distance / 200 (ux.md); each state has its word and its shape; the theme is
    the display's, not the machine's.
    """
    page = hung(
        open_page,
        plant.url,
        paired(plant.app, plant.url, theme=theme, layouts=["plant", "flow", "notices", "quality"]),
        viewport,
        color_scheme="light" if theme == "dark" else "dark",
    )
    paper, ink = (
        sum(
            map(
                int,
                re.findall(
                    r"\d+", page.evaluate(f"getComputedStyle(document.documentElement).{what}")
                )[:3],
            )
        )
        for what in ("backgroundColor", "color")
    )
    assert (paper > 600 and ink < 200) if theme == "light" else (paper < 200 and ink > 600), (
        paper,
        ink,
    )
    states = set()
    for place in range(int(page.locator("#screen").get_attribute("data-pages"))):
        expect(page.locator("#screen")).to_have_attribute("data-place", str(place))
        smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(
            n => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize)))""")
        assert smallest >= least_letters(6, 55, viewport["height"]), smallest
        assert page.evaluate(
            "document.documentElement.scrollHeight <= innerHeight && "
            "document.documentElement.scrollWidth <= innerWidth"
        )
        states |= {
            (
                re.search("halted|running|idle", line.get_attribute("class"))[0],
                line.locator(".state").inner_text(),
                line.locator(".state use").get_attribute("href"),
            )
            for line in page.locator(".line").all()
        }
        page.evaluate(AXE.read_text())
        assert not violations(page)
        page.clock.fast_forward(21_000)
    assert (
        len({s[0] for s in states})
        == len({s[1] for s in states})
        == len({s[2] for s in states})
        >= 2
    )
