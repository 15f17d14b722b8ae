"""A full column: a drop on it comes back with the reason, and who may go over its limit is asked
why.
"""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.flow.flows import FLOWS
from app.models.people.user import User
from app.models.records.rules.stage_settings import StageSetting
from app.models.sales.order import Order
from tests.browser.orders_board import (
    board,
    card,
    column,
    drag,
    is_settled,
    is_told,
    kind,
    plant,
    ready,
    sees,
    template,
)
from tests.browser.plant import Plant


@pytest.fixture
def full(plant):
    """One order may be in review, and one is."""
    with plant.app.app_context():
        flow = FLOWS["order"]
        StageSetting.change(
            flow, flow.stage("in_review"), by=None, version=0, ages_after=None, soft=None, hard=1
        )
        db.session.commit()
    plant.do(1, "start_review")


def test_a_drop_on_a_full_column_comes_back_with_the_reason(plant, board, full):
    page = board()
    expect(column(page, "in_review").locator("header")).to_contain_text("1/1")
    expect(column(page, "in_review").locator(".at-limit")).to_have_text("Full")
    drag(page, 5, "in_review")
    is_told(page, "“In review” is full (1 of 1). Finish one there first")
    sees(page, 5, "received")
    expect(card(page, 5).locator(".next")).to_have_attribute("aria-disabled", "true")
    assert plant.events() == {"start_review": 1}


def test_who_may_go_over_it_is_asked_why(plant, board, open_page, full):
    clerk = board()
    with plant.app.app_context():
        User.create(login="both", name="样", roles=("sales", "production_head"))
        db.session.commit()
    page = open_page(base_url=plant.url, locale="en")
    page.context.add_cookies([Plant(plant.app, plant.url).cookie_of("both")])
    ready(page)
    drag(page, 5, "in_review")
    expect(page.locator("#panel .notice")).to_contain_text(
        "“In review” is full (1 of 1). You may go over the limit; say why."
    )
    page.locator("#panel footer [data-close]").click()
    sees(page, 5, "received")
    card(page, 5).locator(".next").click()
    page.locator("#panel footer button.primary").click()
    expect(page.locator("#panel .error")).to_be_visible()
    page.locator("#panel label.choice", has_text="Other").click()
    page.locator("#panel [name=over_limit]").fill("the customer waits on the phone")
    page.locator("#panel footer button.primary").click()
    is_told(page, "is now over its limit of 1")
    sees(page, 5, "in_review")
    is_settled(page, 5, 2)
    # The others see it without doing anything.
    expect(column(clerk, "in_review").locator(".at-limit")).to_have_text("Over 1")
    expect(column(clerk, "in_review")).to_have_attribute("data-count", "2")
    with plant.app.app_context():
        data = db.session.get_one(Order, 5).history[-1].data["over_limit"]
    assert data == {
        "reason": "the customer waits on the phone",
        "count": 1,
        "limit": 1,
        "role": "production_head",
    }
