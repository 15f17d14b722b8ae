"""Several cards at once, and a board's lanes, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from app.models.records.kinds import KINDS
from app.models.records.record import Record
from tests.browser.orders_board import grab


@pytest.fixture(scope="session")
def kind():
    """A browser meets the same pages on every database: once is enough."""
    return "sqlite"


def fresh_orders(plant, count):
    """Orders just received, taken in by a clerk: their refs."""
    from datetime import timedelta

    from sqlalchemy import select

    from app import clock
    from app.extensions import db
    from app.models.master import Customer
    from app.models.people.user import User

    with plant.app.app_context():
        clerk = db.session.scalars(select(User).where(User.login == "sales1")).one()
        customer = db.session.scalar(select(Customer).order_by(Customer.code))
        refs = [
            KINDS["order"].create(
                "receive",
                by=clerk,
                message="您好",
                customer_id=customer.id,
                address_id=customer.addresses[0].id,
                customer_po=f"B-{n}",
                channel="email",
                received_at=clock.now(),
                lines=[
                    {
                        "product_text": "P-DW-500",
                        "quantity": 600,
                        "requested_date": clock.today() + timedelta(days=20),
                    }
                ],
            )
            for n in range(count)
        ]
        db.session.commit()
        return [order.ref for order in refs]


def card(page, ref):
    return page.locator(f".card[data-record='{ref}']")


def test_picked_cards_are_each_done_or_refused_with_the_sentence(plant, at):
    """Picked by box, range and key; one was moved by a colleague meanwhile: the others are done,
    each with one event.
    """
    refs = fresh_orders(plant, 4)
    page = at("sales1", "/sales/")
    # The page hears of nothing until the cards are on their way: what it shows is old.
    page.route("**/sales/?seen=*", lambda route: route.abort())
    for ref in refs:
        expect(card(page, ref)).to_be_visible()
    card(page, refs[0]).hover()
    card(page, refs[0]).locator(".pick").click()
    expect(card(page, refs[0]).locator(".pick")).to_have_attribute("aria-pressed", "true")
    card(page, refs[2]).click(modifiers=["Shift"], position={"x": 40, "y": 40})
    expect(page.locator("#bulk b")).to_have_text("3 selected")
    card(page, refs[3]).focus()
    page.keyboard.press("x")
    expect(page.locator("#bulk b")).to_have_text("4 selected")
    plant.do("sales2" if refs is None else "sales1", refs[1], "start_review")
    page.locator("#bulk [data-bulk='order.start_review']").click()
    results = page.locator("#bulk-results li")
    expect(results).to_have_count(4)
    expect(page.locator("#bulk-results h2")).to_contain_text("3 done, 1 not done")
    expect(results.nth(1)).to_contain_text(refs[1])
    expect(results.nth(1).locator("p")).to_contain_text(re.compile("moved|review", re.I))
    page.keyboard.press("Escape")
    for ref in refs:
        expect(page.locator(f"#column-order-in_review .card[data-record='{ref}']")).to_have_count(1)
        assert plant.events(ref, "start_review") == 1
    page.unroute("**/sales/?seen=*")
    # What could not be done stays picked; giving up lets go of it.
    expect(page.locator(".card.picked")).to_have_count(1)
    page.locator("#bulk button").last.click()
    expect(page.locator("#bulk")).to_be_hidden()


def test_picks_outlive_others_changes_and_do_not_hold_them_up(plant, at):
    refs = fresh_orders(plant, 2)
    page = at("sales1", "/sales/")
    card(page, refs[0]).focus()
    page.keyboard.press("x")
    plant.do("sales1", refs[1], "start_review")
    expect(page.locator(f"#column-order-in_review .card[data-record='{refs[1]}']")).to_have_count(1)
    expect(card(page, refs[0])).to_have_class(re.compile("picked"))
    expect(page.locator("#bulk b")).to_have_text("1 selected")


def test_a_card_moves_by_stage_within_its_lane(plant, at):
    """In lanes a dragged card goes to the stage it is dropped on and stays in its own lane; the
    address keeps the lanes.
    """
    (ref,) = fresh_orders(plant, 1)
    page = at("sales1", "/sales/?lanes=customer")
    lane = card(page, ref).locator("xpath=..").get_attribute("data-lane")
    here, there = (
        page.locator(f"#column-order-{stage} .cards[data-lane='{lane}']")
        for stage in ("received", "in_review")
    )
    before = int(page.locator("#column-order-in_review > header .count").text_content())
    expect(here.locator(f".card[data-record='{ref}']")).to_have_count(1)
    grab(page, card(page, ref).locator(".grip"))
    end = there.bounding_box()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 15, steps=8)
    page.mouse.up()
    expect(there.locator(f".card[data-record='{ref}']")).to_have_count(1)
    expect(page.locator("#column-order-in_review > header .count")).to_have_text(str(before + 1))
    assert plant.look(ref) == "in_review"
    # Folding is an address: the back button opens the lane again.
    page.locator(f".lane-head[href*='closed={lane}']").click()
    expect(card(page, ref)).to_have_count(0)
    expect(there.locator(".folded")).to_be_visible()
    page.go_back()
    expect(card(page, ref)).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_lanes_stand_in_rows(plant, at, width):
    """The cells of a lane begin at the same height in every column, no card lies over another,
    and heads stay in sight.
    """
    page = at("planner1", "/production/?lanes=line", viewport={"width": width, "height": 800})
    for lane in page.locator(".lane-head").all():
        key = lane.get_attribute("id").removeprefix("lane--")
        tops = page.evaluate(
            "key => [...document.querySelectorAll(`.cards[data-lane='${key}'], "
            "[id='lane--${key}']`)].map(each => each.parentElement.id === 'column-lanes' ? null : "
            "Math.round(each.getBoundingClientRect().top)).filter(top => top !== null)",
            key,
        )
        assert len(set(tops)) == 1, (key, tops)
    overlaps = page.evaluate("""() => [...document.querySelectorAll('.column')].flatMap(column => {
        const boxes = [...column.querySelectorAll('.card')].map(card => card.getBoundingClientRect());
        return boxes.slice(1).filter((box, n) => box.top < boxes[n].bottom).map(box => [column.id, box.top]); })""")
    assert overlaps == []
    page.locator("#board").evaluate("board => board.scrollTo(400, 0)")
    heads = page.locator("#column-lanes").bounding_box()
    assert heads["x"] >= 0 and heads["x"] + heads["width"] <= width


def plans_to_approve(plant, count):
    """Cards whose plan waits for the head of production, and one whose plan was drawn up by that
    person: their refs.
    """
    from app.extensions import db
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder

    with plant.app.app_context():
        found = [
            c.ref
            for c in db.session.query(ProductionOrder)
            .filter_by(stage="plan_review")
            .order_by(ProductionOrder.id)
        ]
        waiting = (
            db.session.query(ProductionOrder)
            .filter_by(stage="consulting")
            .order_by(ProductionOrder.id)
            .all()
        )
        people = {
            login: db.session.query(User).filter_by(login=login).one()
            for login in ("store1", "buyer1")
        }
        for card in waiting:
            if len(found) < count:
                for login, action in (
                    ("store1", "answer_warehouse"),
                    ("buyer1", "answer_purchasing"),
                ):
                    if card.stage == "consulting" and not next(
                        (
                            True
                            for o in card.available_actions(people[login])
                            if o.action.key == action and o.refusal
                        ),
                        False,
                    ):
                        card.perform(action, by=people[login], in_time=True)
                found.append(card.ref)
        db.session.commit()
        return found[:count]


def test_several_plans_are_signed_with_one_password(plant, at):
    """What is signed of each stands in view; a wrong password signs nothing; one moved meanwhile
    is told; each has its own event.
    """
    from app.security import demo_password

    refs = plans_to_approve(plant, 3)
    assert len(refs) == 3
    page = at("head1", "/production/")
    page.route("**/production/?seen=*", lambda route: route.abort())
    for ref in refs:
        card(page, ref).focus()
        page.keyboard.press("x")
    page.locator("#bulk [data-bulk='production.approve_plan']").click()
    dialog = page.locator("#together")
    expect(dialog.locator("[data-signed]")).to_have_count(3)
    expect(dialog.locator("#panel-title")).to_be_focused()
    expect(dialog.locator("[data-signed]").first).to_be_in_viewport()
    for ref in refs:
        each = dialog.locator(
            "details", has=page.locator("summary", has_text=re.compile(rf"^{ref} "))
        )
        expect(each.locator("[data-signed]")).to_contain_text(
            plant.look(ref, lambda c: c.plan.line.name.en)
        )
    dialog.locator("[name=password]").fill("not this one")
    dialog.locator("button.primary").click()
    expect(dialog.locator(".error")).to_be_visible()
    assert [plant.events(ref, "approve_plan") for ref in refs] == [0, 0, 0]
    plant.do("head1", refs[1], "return_plan", reason="another line")
    dialog.locator("[name=password]").fill(demo_password("head1"))
    page.keyboard.press("Enter")
    results = page.locator("#bulk-results li")
    expect(results).to_have_count(3)
    expect(page.locator("#bulk-results h2")).to_contain_text("2 done, 1 not done")
    refused = results.filter(has=page.locator("b", has_text=re.compile(rf"^{refs[1]}$")))
    expect(refused).to_contain_text(re.compile("returned|moved|To plan", re.I))
    assert [plant.events(ref, "approve_plan") for ref in refs] == [1, 0, 1]
    page.unroute("**/production/?seen=*")
