"""A card that halts stays in view, and the focus stays with it: on the board where it was
halted, and on those that look on.
"""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from tests.browser.colleague import conform


@pytest.fixture
def running(plant):
    """A run; its last step has both signatures."""
    with plant.app.app_context():
        ref = (
            db.session.scalars(db.select(ProductionOrder).where(ProductionOrder.stage == "running"))
            .first()
            .ref
        )
    if plant.look(ref, lambda card: card.unfinished_signature):
        plant.do("inspector1", ref, "countersign_step")
    return ref


def halts(plant):
    """A kind of anomaly that stops the line."""
    with plant.app.app_context():
        return (
            db.session.scalars(
                db.select(AnomalyCode).where(AnomalyCode.stops_line, AnomalyCode.active)
            )
            .first()
            .id
        )


def stays(page, ref):
    """The card lies in the column of what is halted, in view, and has the focus."""
    card = page.locator(f"#column-production-halted .card[data-record='{ref}']")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport(ratio=0.5)


SIZES = ({"width": 1024, "height": 768}, {"width": 390, "height": 844})


@pytest.mark.parametrize("size", SIZES, ids=("tablet", "phone"))
def test_a_problem_that_halts_a_run_brings_its_card_into_view(plant, at, running, size):
    page = at("super1", "/production/", viewport=size)
    page.locator(".board-head a[href*='/new/anomaly/report']").click()
    form = page.locator("#panel form[method=post]")
    form.locator("[name=code_id]").select_option(str(halts(plant)))
    form.locator("[name=card_ref]").fill(running)
    form.locator("[name=description]").fill("The cap screwer jams")
    form.locator("button.primary").click()
    stays(page, running)


def test_a_step_that_halts_a_run_keeps_the_focus_on_its_card(plant, at, running):
    page = at("super1", "/production/", viewport=SIZES[0])
    page.locator(f".card[data-record='{running}'] .next").click()
    form = page.locator("#panel form[method=post]")
    expect(form).to_be_visible()
    conform(form, 7)
    for wrong in form.locator("label.choice:has([name$=conforms][value=no])").all():
        wrong.click()
    form.locator("button.primary").click()
    form.locator("[name=again]").fill("7")
    form.locator("button.primary").click()
    expect(page.locator("#panel")).to_be_hidden()
    stays(page, running)


@pytest.mark.parametrize("size", SIZES, ids=("tablet", "phone"))
def test_the_card_under_somebodys_focus_stays_in_view_when_another_halts_it(
    plant, at, running, size
):
    page = at("planner1", "/production/", viewport=size)
    page.locator(f".card[data-record='{running}']").focus()
    code = halts(plant)
    with plant.app.app_context():
        by = db.session.scalars(db.select(User).where(User.login == "operator1")).one()
        Anomaly.create(
            "report", by=by, code_id=code, card_ref=running, description="The cap screwer jams"
        )
        db.session.commit()
    stays(page, running)
