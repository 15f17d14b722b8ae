"""What people do to each other at the played plant, and the whole way without a script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app import clock
from tests.browser.colleague import Colleague, fill
from tests.browser.orders_board import grab


@pytest.fixture
def at(at):
    """The same before a wide screen."""
    return lambda login, address, **options: at(
        login, address, **{"viewport": {"width": 1600, "height": 900}, **options}
    )


def card(page, ref):
    return page.locator(f".card[data-record='{ref}']")


def carry_to(page, ref, stage):
    """Drag a card to a column of its flow."""
    grab(page, card(page, ref).locator(".grip"))
    there = page.locator(f"#column-production-{stage}").bounding_box()
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + 120, steps=8)
    page.mouse.up()


def stands(page, ref, stage):
    expect(page.locator(f"#column-production-{stage} .card[data-record='{ref}']")).to_have_count(1)
    expect(card(page, ref)).not_to_have_attribute("aria-busy", "true")


def told(page):
    return page.locator(".toast.bad").last


# Refused


def test_a_move_after_another_s_says_who_moved_it_where_and_when(plant, at):
    ref = plant.offered("store1", "production", "start_preparing")
    page = at("store2", "/warehouse/")
    page.route("**/warehouse/?*", lambda route: route.abort())  # the news does not reach this page
    plant.do("store1", ref, "start_preparing")
    carry_to(page, ref, "preparing")
    expect(told(page)).to_contain_text("严样八")
    expect(told(page)).to_contain_text("Preparing materials")
    expect(told(page)).to_contain_text(re.compile(r"\d\d:\d\d"))
    stands(page, ref, "preparing")
    assert plant.events(ref, "start_preparing") == 1


def test_a_drop_that_a_guard_forbids_returns_with_what_is_missing(plant, at):
    ref = plant.offered("store1", "production", "start_preparing", refused=True)
    page = at("store1", "/warehouse/")
    carry_to(page, ref, "preparing")
    expect(told(page)).to_contain_text("wait for Purchasing’s receipt")
    stands(page, ref, "to_prepare")
    assert plant.events(ref, "start_preparing") == 0


def test_the_planner_drags_a_card_to_those_who_answer(plant, at):
    """A column that is only waited for takes what is handed over to it; the form that opens
    proposes everything.
    """
    ref = plant.offered("planner1", "production", "draw_up")
    page = at("planner1", "/production/")
    carry_to(page, ref, "consulting")
    page.locator("#panel footer button.primary").click()
    stands(page, ref, "consulting")
    assert plant.events(ref, "draw_up") == 1


def test_a_form_that_is_left_puts_the_card_back(plant, at):
    ref = plant.offered("store1", "production", "stock_in")
    page = at("store1", "/warehouse/", viewport={"width": 2400, "height": 900})
    carry_to(page, ref, "in_stock")
    page.locator("#panel footer [data-close]").click()
    stands(page, ref, "to_stock_in")
    carry_to(page, ref, "in_stock")
    page.locator("#panel footer button.primary").click()
    stands(page, ref, "in_stock")
    assert plant.events(ref, "stock_in") == 1


# Twice, late, and back


def test_a_stale_tab_is_told_and_shows_what_is(plant, at):
    """Two tabs of one person: what the first did, the second must not do again."""
    ref = plant.offered("store1", "production", "start_preparing")
    page = at("store1", f"/warehouse/{ref}", java_script_enabled=False)
    plant.do("store2", ref, "start_preparing")
    page.locator("form[action$='/start_preparing'] button").click()
    expect(page.locator("#content [role=alert]")).to_contain_text("华样九")
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "preparing")
    assert plant.events(ref, "start_preparing") == 1


@pytest.mark.parametrize("script", [True, False])
def test_going_back_to_a_sent_form_shows_what_became_of_it(plant, at, script):
    ref = plant.offered("store1", "production", "stock_in")
    page = at("store1", f"/warehouse/{ref}/stock_in", java_script_enabled=script)
    page.locator("#content form button.primary").click()
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "in_stock")
    page.go_back()
    expect(page.locator("#content [role=alert]")).to_contain_text("严样八")
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "in_stock")
    assert plant.events(ref, "stock_in") == 1


def test_going_back_after_a_form_that_was_refused_first(plant, at):
    """Between the form and what became of it stands the page with its faults; the browser asks
    nobody to send it again.
    """
    ref = plant.offered("store1", "production", "answer_warehouse")
    page = at("store1", f"/warehouse/{ref}")
    page.goto(f"/warehouse/{ref}/answer_warehouse")
    page.locator("#content form button.primary").click()
    expect(page.locator("#content .error").first).to_be_visible()
    page.locator("label.choice").first.click()
    page.locator("#content form button.primary").click()
    expect(page.locator(".record-page")).to_be_visible()
    page.go_back()
    expect(page.locator("#content [role=alert]")).to_contain_text("The warehouse has answered")
    assert plant.events(ref, "answer_warehouse") == 1


def test_a_double_click_makes_one_event(plant, at):
    ref = plant.offered("store1", "production", "start_preparing")
    page = at("store1", f"/warehouse/{ref}")
    page.locator("form[action$='/start_preparing'] button").dblclick()
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "preparing")
    assert plant.events(ref, "start_preparing") == 1


def test_a_form_stays_while_its_card_changes_and_is_refused_in_words(plant, at):
    """A live update comes while a field has the focus: what was typed stays, and the late
    sending says what happened.
    """
    ref = plant.offered("sales1", "order", "ask_customer")
    page = at("sales1", f"/sales/{ref}")
    page.locator("a[data-dialog][href$='/ask_customer']").click()
    question = page.locator("#panel [name=question]")
    question.fill("Which label do you")
    plant.do("sales2", ref, "ask_customer", question="Which date?", asked_by="phone")
    page.wait_for_selector(f"html[data-heard='{plant.number()}']", state="attached")
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "in_review")
    question.press_sequentially(" want?")
    expect(question).to_have_value("Which label do you want?")
    fill(page.locator("#panel"), "asked_by", "phone")
    page.locator("#panel footer button.primary").click()
    expect(page.locator("#panel [role=alert]")).to_contain_text(
        re.compile("何样二.* can no longer be sent")
    )
    expect(page.locator("#panel footer button.primary")).to_be_disabled()
    expect(question).to_have_value("Which label do you want?")
    page.keyboard.press("Escape")
    expect(page.locator(".record-page")).to_have_attribute("data-stage", "awaiting_customer")
    assert plant.events(ref, "ask_customer") == 1


# Without a script


class Plainly(Colleague):
    """Somebody whose browser runs no script: every form is a page, every move a link or a
    button.
    """

    def is_ready(self):
        pass

    def act(self, action, then=None, **answers):
        before = self.record.get_attribute("data-version")
        button = self.record.locator(
            f"a[data-dialog][href$='/{action}'], form[action$='/{action}'] button"
        )
        asks = button.get_attribute("href") is not None
        button.click()
        if asks:
            self.arrive(action)
            self.send(**answers)
        expect(self.record).not_to_have_attribute("data-version", before)
        if then:
            expect(self.record).to_have_attribute("data-stage", then)
        return self

    def create(self, flow, action, **answers):
        self.page.locator(f".board-head a[href$='/new/{flow}/{action}']").click()
        self.arrive(action)
        self.send(**answers)
        expect(self.record).to_be_visible()
        return self.record.get_attribute("data-record")

    def arrive(self, action):
        """A click does not wait for the page it leads to."""
        expect(self.page).to_have_url(re.compile(rf"/{action}($|\?)"))

    def send(self, **answers):
        form = self.page.locator("#content form[novalidate]")
        if form.locator("[name=password]").count():
            answers["password"] = f"washline-{self.login}"
        for name, value in answers.items():
            fill(form, name, value)
        form.locator("footer.submit button.primary").click()


@pytest.fixture
def plainly(plant, open_page):
    came = {}

    def person(login):
        if login not in came:
            page = open_page(base_url=plant.url, locale="en", java_script_enabled=False)
            came[login] = Plainly(page, login, "en").enter()
        return came[login]

    return person


def test_the_main_steps_need_no_script(plant, plainly):
    clerk = plainly("sales1").board("sales")
    clerk.create(
        "order",
        "receive",
        address_id={"index": 1},
        channel="phone",
        message="洗衣液",
        **{
            "lines-0-product_text": "P-LD-2K",
            "lines-0-quantity": 1800,
            "lines-0-requested_date": f"{clock.today() + timedelta(days=60)}",
        },
    )
    clerk.act("start_review", "in_review").act(
        "approve",
        "approved",
        customer_right=True,
        product_right=True,
        quantity_right=True,
        date_feasible=True,
        terms_right=True,
    )
    card = f"{clerk.record.get_attribute('data-record')}-1"
    plainly("planner1").open("production", card).act("draw_up", "consulting")
    plainly("store1").open("warehouse", card).act("answer_warehouse", "consulting", in_time="yes")
    plainly("buyer1").open("purchasing", card).act(
        "answer_purchasing", "plan_review", in_time="yes"
    )
    plainly("head1").open("production", card).act("approve_plan", "to_prepare")
    plainly("store1").open("warehouse", card).act("start_preparing", "preparing").act("prepare")
    plainly("store2").open("warehouse", card).act("hand_over", "handed_over")
    operator = (
        plainly("operator1")
        .open("production", card)
        .act("accept_materials", "ready")
        .act("start", "running")
    )
    operator.act("sign_step", "running", conforming=True)
    shipment = plant.offered("store1", "shipment", "ship")
    plainly("store1").open("warehouse", shipment).act(
        "ship", "shipped", carrier="示例物流", vehicle="样A00001", driver="司机"
    )
    plainly("sales1").open("sales", shipment).act("follow_up", "delivered", received_by="周示二")


def test_an_order_grows_by_a_line_without_a_script(plainly):
    clerk = plainly("sales1").board("sales")
    clerk.page.locator(".board-head a[href$='/new/order/receive']").click()
    fill(clerk.page.locator("#content form[novalidate]"), "message", "两种产品")
    clerk.page.locator("button[name=add_line]").click()
    expect(clerk.page.locator("[name='lines-1-quantity']")).to_be_visible()
    expect(clerk.page.locator("[name=message]")).to_have_value("两种产品")
