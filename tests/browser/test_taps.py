"""Under gloves: three taps from a tablet's home to a plain step, and targets large enough with
room between them on every floor screen.
"""

import pytest
from playwright.sync_api import expect

from app.flow.flows import FLOWS
from tests.browser.tablet import Tablet
from tests.browser.test_pages import busy, forms, plant, refs

FLOOR = ("warehouse", "production")
# What a finger can hit, as boxes: of a choice its whole pill. Words that lead somewhere within a
# text are no targets of their own.
TARGETS = """root => {
  const hit = [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(e => e.type !== 'hidden'
      && e.checkVisibility({ checkVisibilityCSS: true }) && !e.matches('.visually-hidden, .skip') && !e.closest('.visually-hidden')
      && !e.closest('#keypad') && !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'))
    .map(e => e.matches('[type=radio], [type=checkbox]') ? e.closest('label') ?? e : e);
  const boxes = [...new Set(hit)].map(e => ({ e, b: e.getBoundingClientRect(), name: (e.className || e.tagName) + ' ' + (e.innerText || e.name || e.id || '').slice(0, 40) }))
    .filter(({ b }) => b.width && b.height);
  const small = boxes.filter(({ b }) => Math.min(b.width, b.height) < 55.5).map(({ name, b }) => `${name}: ${b.width} × ${b.height}`);
  const close = [];
  boxes.forEach((one, n) => boxes.slice(n + 1).forEach(other => {
    if (one.e.contains(other.e) || other.e.contains(one.e)) return;
    const across = Math.max(one.b.left, other.b.left) - Math.min(one.b.right, other.b.right);
    const down = Math.max(one.b.top, other.b.top) - Math.min(one.b.bottom, other.b.bottom);
    if (Math.max(across, down) < 7.5) close.push(`${one.name} | ${other.name}: ${across}, ${down}`);
  }));
  return { small, close, none: boxes.length < 4 };
}"""
SCREENS = [
    (flow.key, action.key)
    for flow in FLOWS.values()
    for action in flow.actions
    if action.asks_for_data
    and not action.driven
    and {d.key for s in (action.sources or action.targets) for d in flow.stage(s).departments}
    & set(FLOOR)
]


@pytest.fixture(scope="module")
def kind():
    return "sqlite"


@pytest.fixture
def tablet(plant, open_page):
    return Tablet(plant, open_page, *FLOOR)


def is_for_gloves(page, what):
    found = page.evaluate(TARGETS)
    assert found == {"small": [], "close": [], "none": False}, what


def test_the_screens_before_any_form(tablet, plant, refs):
    is_for_gloves(tablet.goes_to("/floor/"), "names")
    tablet.page.locator("#people a").first.tap()
    tablet.ready()
    tablet.page.wait_for_selector("#pad:visible")
    is_for_gloves(tablet.page, "PIN")
    for login in ("store1", "operator1", "super1"):
        tablet.come_in(login)
        is_for_gloves(tablet.goes_to("/floor/"), login)
    tablet.come_in("head1")
    is_for_gloves(tablet.goes_to("/floor/together/production/approve_plan"), "signed together")


@pytest.mark.parametrize("flow, action", SCREENS)
def test_a_form_at_a_tablet(tablet, forms, flow, action):
    login, address = forms.get((flow, action), ("", ""))
    if not login or address.split("/")[1] not in FLOOR:
        return
    tablet.come_in(login)
    page = tablet.goes_to(address)
    if not page.locator("#content form[method=post]").count():
        return  # not done at a tablet
    is_for_gloves(page, address)


@pytest.mark.parametrize("stage", ["preparing", "running", "in_stock", "to_stock_in"])
def test_a_record_at_a_tablet(tablet, refs, stage):
    tablet.come_in("operator1" if stage == "running" else "store1")
    is_for_gloves(
        tablet.goes_to(
            f"/{'production' if stage == 'running' else 'warehouse'}/{getattr(refs['production'], stage)}"
        ),
        stage,
    )


def test_what_is_found_at_a_tablet(tablet):
    tablet.come_in("store1")
    is_for_gloves(tablet.goes_to("/find?q=2026-0001"), "find")


def test_three_taps_from_home_to_a_plain_step_beside_name_and_pin(tablet, plant):
    """Without anything to fill in it is one; a step that is looked at and answered takes three;
    the next follows and takes two.
    """
    tablet.goes_to("/floor/")
    ref = plant.look(
        plant.offered("operator1", "production", "sign_step"),
        lambda card: card.ref if card.open_step.entry_type == "confirm" else "",
    )
    assert ref
    tablet.page.locator(f"#people a[href^='/floor/pin/{tablet.person('operator1')}']").tap()
    tablet.pin()
    step = tablet.page.locator(f"[data-record='{ref}'] a.button")
    expect(step).to_be_visible()
    tablet.ready()
    tablet.tap(step)
    tablet.ready()
    tablet.tap(tablet.page.locator(".choice", has_text="符合要求").first)
    with tablet.page.expect_navigation():  # to the next step, or to the names
        tablet.tap(tablet.page.locator(".submit .primary"))
    expect(tablet.page.locator("#told, .step-sheet .place")).to_be_visible()
    assert plant.events(ref, "sign_step") and tablet.taps <= 3
