"""A measured value outside its limits is told as it is typed, before anything is sent."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.quality.sample import Sample
from app.plant.quality.censored import read_reading
from app.plant.quality.verdict import FAILED, judge
from app.plant.reading import number, words
from tests.browser.colleague import limits_of
from tests.browser.tablet import Tablet
from tests.browser.test_bulk import kind


def said(plant, kind, typed, **more):
    """What a field of this kind is told of what is typed into it, limits beside it."""
    asked = {"of": "figure", "figure": typed, **more}
    given = {name: value for name, value in asked.items() if value is not None}
    answer = plant.app.test_client().get(f"/figures/{kind}", query_string=given)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


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
    field = page.locator("#panel input[hx-get*='lower='], #panel input[hx-get*='upper=']").first
    expect(field).to_be_visible()
    (lower, upper), unit, id = (
        limits_of(field),
        field.locator("~ .unit").text_content(),
        field.get_attribute("id"),
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


def test_a_number_that_is_refused_once_it_is_sent_is_told_before(plant):
    rows = json.loads((Path(__file__).parent.parent / "data" / "numbers.json").read_text("utf-8"))
    told = [said(plant, "decimal", typed) for typed, _ in rows]
    assert [(typed, not sentence) for (typed, _), sentence in zip(rows, told, strict=True)] == [
        (typed, value is not None or not words(typed)) for typed, value in rows
    ]


def test_a_reading_that_surely_lies_outside_is_told_before_it_is_sent(plant):
    limits = [(None, 8), (6, None), (6, 8), (0, 8), (0, None)]
    typed = [
        f"{sign}{bound}"
        for sign in ("", "<", ">", "≤", "≥", "⩽", "＞", "<=", "> =")
        for bound in ("0", "6", "7", "8", "9", "5,5")
    ] + ["ND", "未检出"]
    for low, high in limits:
        given = {"lower": low, "upper": high}
        told = [bool(said(plant, "reading", each, **given)) for each in typed]
        exact = [each if each is None else Decimal(each) for each in (low, high)]
        surely = [judge(read_reading(each, number), *exact) == FAILED for each in typed]
        assert list(zip(typed, told, strict=True)) == list(zip(typed, surely, strict=True)), (
            low,
            high,
        )


@pytest.mark.parametrize(
    "address",
    ["/figures/colour?of=x&x=1", "/figures/reading?lower=8&upper=6", "/figures/reading?lower=x"],
)
def test_a_field_that_there_is_not_has_no_verdict(plant, address):
    assert plant.app.test_client().get(address).status_code == 404


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
    field = page.locator(
        "input[hx-get*='upper='], input[hx-get*='lower=']:not([hx-get*='lower=0&'])"
    ).first
    lower, upper = limits_of(field)
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


def in_testing(plant):
    """A sample under test of which something is measured against limits."""
    with plant.app.app_context():
        testing = db.session.scalars(
            db.select(Sample).where(Sample.stage == "testing").order_by(Sample.id)
        )
        return next(
            s.ref for s in testing if any((r.lower, r.upper) != (None, None) for r in s.results)
        )


def test_a_field_that_arrives_filled_is_judged_with_its_page(plant, at):
    """Without a question for each field."""
    page = at("inspector1", f"/quality/{in_testing(plant)}/enter_results")
    field = page.locator("input[hx-get*='lower='], input[hx-get*='upper=']").first
    verdict = page.locator(f"[id='{field.get_attribute('id')}-limit']")
    lower, upper = limits_of(field)
    field.fill(str(Decimal(upper) + 1 if upper else Decimal(lower) - 1))
    expect(verdict).to_contain_text("limit")
    asked = []
    page.on("request", lambda request: "/figures/" in request.url and asked.append(request.url))
    page.locator("footer .primary").click()
    expect(page.locator(".again").first).to_be_visible()
    expect(verdict).to_contain_text("limit")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert not asked


def test_a_line_that_was_added_is_judged_too(plant, at):
    """The last one cannot be removed."""
    page = at("sales1", "/sales/new/order/receive")
    remove = page.locator("[data-remove-row]")
    expect(remove).to_be_hidden()
    page.locator("[data-add-row]").click()
    page.locator("#lines-1-quantity").fill("1,250")
    expect(page.locator("#lines-1-quantity-limit")).to_contain_text("may mean 1250 or 1.250")
    remove.first.click()
    expect(page.locator("#lines-1-product_text")).to_be_focused()
    expect(remove).to_be_hidden()


def test_without_a_network_nothing_is_said_until_it_is_sent(plant, at, allowed):
    allowed.append("htmx:error: Failed to fetch")
    page = at("inspector1", f"/quality/{in_testing(plant)}/enter_results")
    field = page.locator("input[data-number]").first
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        field.fill("x")
    page.wait_for_timeout(300)
    expect(page.locator(".toast, .verdict:not(:empty)")).to_have_count(0)
    expect(field).to_have_value("x")
    page.context.set_offline(False)
    field.fill("y")
    expect(page.locator(f"[id='{field.get_attribute('id')}-limit']")).to_contain_text("number")
