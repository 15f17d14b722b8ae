"""A measured value outside its limits is told as it is typed, before anything is sent."""

import json
import re
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import expect

from app.extensions import db
from app.models.quality.sample import Sample
from app.plant.quality.censored import read_reading
from app.plant.quality.verdict import FAILED, judge
from app.plant.reading import number
from tests.browser.tablet import Tablet
from tests.browser.test_bulk import kind


def test_a_reading_outside_its_limits_is_told_while_it_is_typed(plant, at):
    with plant.app.app_context():
        testing = db.session.scalars(
            db.select(Sample).where(Sample.stage == "testing").order_by(Sample.id)
        )
        ref = next(
            s.ref for s in testing if any((r.lower, r.upper) != (None, None) for r in s.results)
        )
    page = at("inspector1", f"/quality/{ref}")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    page.locator("a[data-dialog][href$='/enter_results']").first.click()
    field = page.locator("#panel input[data-lower], #panel input[data-upper]").first
    expect(field).to_be_visible()
    lower, upper, unit, id = (
        field.get_attribute(name) for name in ("data-lower", "data-upper", "data-unit", "id")
    )
    words = (
        "is outside the limits of"
        if lower and upper
        else "is above the upper limit of"
        if upper
        else "is below the lower limit of"
    )
    beyond = f"{float(upper) + 1 if upper else float(lower) - 1:g}"
    verdict = page.locator(f"[id='{id}-limit']")
    field.fill("")
    field.press_sequentially(beyond)
    expect(verdict).to_have_text(
        re.compile(
            f"^{re.escape(beyond)}.* {words} {re.escape(lower or upper)}.*{re.escape(unit or '')}"
        )
    )
    expect(verdict).to_have_role("status")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", re.compile(re.escape(f"{id}-limit")))
    for fine in (
        upper or lower,
        (upper or lower).replace(".", ","),
        "",
    ):  # the limit itself is within; a comma is a point
        field.fill(fine)
        expect(verdict).to_be_hidden()
        expect(field).not_to_have_attribute("aria-invalid", "true")
    field.fill(beyond.replace(".", ","))
    expect(verdict).to_be_visible()
    assert not sent


def test_the_browser_reads_numbers_as_the_server_does(plant, at):
    page = at("inspector1", "/quality/")
    rows = json.loads((Path(__file__).parent.parent / "data" / "numbers.json").read_text("utf-8"))
    read = page.evaluate(
        """async rows => {
        const { number } = await import(document.querySelector('script[type=module]').src);
        return rows.map(([typed]) => { const value = number(typed); return Number.isNaN(value) ? null : value; });
    }""",
        rows,
    )
    assert [[typed, value] for (typed, _), value in zip(rows, read, strict=True)] == [
        [t, v and float(v)] for t, v in rows
    ]


def test_the_browser_judges_readings_as_the_server_does(plant, at):
    page = at("inspector1", "/quality/")
    limits = [(None, 8), (6, None), (6, 8), (0, 8), (0, None)]
    typed = [
        f"{sign}{bound}"
        for sign in ("", "<", ">", "≤", "≥", "⩽", "＞", "<=", "> =")
        for bound in ("0", "6", "7", "8", "9", "5,5")
    ] + ["ND", "未检出"]
    read = page.evaluate(
        """async ([limits, typed]) => {
        const { beyond } = await import(document.querySelector('script[type=module]').src);
        return limits.map(([low, high]) => typed.map(each => beyond(each, low ?? NaN, high ?? NaN)));
    }""",
        [limits, typed],
    )
    for (low, high), told in zip(limits, read, strict=True):
        exact = [each if each is None else Decimal(each) for each in (low, high)]
        surely = [judge(read_reading(each, number), *exact) == FAILED for each in typed]
        assert [(each, said) for each, said in zip(typed, told, strict=True)] == list(
            zip(typed, surely, strict=True)
        ), (low, high)


def test_what_is_no_number_is_told_while_it_is_typed(plant, at):
    page = at("inspector1", "/quality/")
    with plant.app.app_context():
        ref = (
            db.session.scalars(
                db.select(Sample).where(Sample.stage == "testing").order_by(Sample.id)
            )
            .first()
            .ref
        )
    page.goto(f"/quality/{ref}/enter_results")
    field = page.locator("input[data-number]").first
    field.fill("１,２５０")
    verdict = page.locator(f"[id='{field.get_attribute('id')}-limit']")
    expect(verdict).to_contain_text("may mean 1250 or 1.250")
    field.fill("x")
    expect(verdict).to_have_text("Write a number, such as 7.25.")


def test_a_censored_value_is_no_fault_while_it_is_typed(plant, at):
    """< and >, however they are typed, and “nothing found”; what surely lies outside is told,
    what may lie within is not.
    """
    with plant.app.app_context():
        testing = db.session.scalars(
            db.select(Sample).where(Sample.stage == "testing").order_by(Sample.id)
        )
        ref = next(
            s.ref
            for s in testing
            if any((r.lower is not None and r.lower > 0) or r.upper is not None for r in s.results)
        )
    page = at("inspector1", f"/quality/{ref}/enter_results")
    field = page.locator("input[data-upper], input[data-lower]:not([data-lower='0'])").first
    lower, upper = field.get_attribute("data-lower"), field.get_attribute("data-upper")
    verdict = page.locator(f"[id='{field.get_attribute('id')}-limit']")
    within, out = (
        (("<", "﹤", "〈", "＜", "≤", "≦", "⩽", "<=", "＜＝"), (">", "≥", "＞", "⩾", ">=", "〉"))
        if upper
        else (
            (">", "﹥", "〉", "＞", "≥", "≧", "⩾", ">=", "＞＝"),
            ("<", "≤", "＜", "⩽", "<=", "〈"),
        )
    )
    limit, further = float(upper or lower), 1 if upper else -1

    def typed(text, told):
        field.fill("x")
        expect(verdict).to_contain_text("number")
        field.fill(text)
        if told:
            expect(verdict).to_contain_text("limit")
        else:
            expect(verdict).to_be_hidden()

    for sign in within:
        typed(f"{sign} {limit:g}", False)
    for sign in out:
        typed(f"{sign}{limit + further:g}", True)
        typed(f"{sign} {limit - further:g}", False)
    typed(f"{out[0]}{limit:g}", True)
    typed(f"{out[1]}{limit:g}", False)
    for nothing in ("ND", "n.d.", "N.D", "未检出", "ｎｄ", "未检出 ND", "Not detected"):
        typed(nothing, False)


def test_a_reading_outside_its_limits_at_a_tablet(plant, open_page):
    """The keys go past a remark, which would bring the system's keyboard; the second entry has
    the caret; a halt is no green tick.
    """
    anomaly = plant.offered("super1", "anomaly", "resolve")
    ref = plant.look(anomaly, lambda found: found.card.ref)
    plant.do("super1", anomaly, "resolve", measures="mended")
    tablet = Tablet(plant, open_page, "production", "quality")
    tablet.come_in("operator1")
    page = tablet.goes_to(f"/production/{ref}/sign_step")
    press = lambda *keys: [page.locator(f"#keypad [data-key='{key}']").tap() for key in keys]  # noqa: E731
    page.locator("[name=reading]").tap()
    press("9", "9", "9", "next")
    expect(page.locator("[name=reading]")).not_to_be_focused()
    expect(page.locator("[name=note]")).not_to_be_focused()
    page.locator(".submit .primary").tap()
    expect(page.locator("[name=again]")).to_be_focused()
    press("9", "9", "9")
    page.locator(".submit .primary").tap()
    expect(page.locator("#told.halted")).to_contain_text("已通知主管")
    assert plant.look(ref) == "halted"


def test_one_sentence_about_a_figure_is_enough(plant, at):
    with plant.app.app_context():
        ref = (
            db.session.scalars(
                db.select(Sample).where(Sample.stage == "testing").order_by(Sample.id)
            )
            .first()
            .ref
        )
    page = at("inspector1", f"/quality/{ref}")
    page.locator("a[data-dialog][href$='/enter_results']").first.click()
    field = page.locator("#panel input[data-number]").first
    field.fill("1,002")
    page.locator("#panel footer .primary").click()
    expect(page.locator("#panel .notice")).to_be_visible()
    expect(
        page.locator("#panel :is(.error, .verdict):visible").filter(has_text="1,002")
    ).to_have_count(1)
