"""An order taken in while somebody speaks: by keys alone, and few of them, among two thousand
customers.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models.master import Customer, CustomerAddress
from app.models.sales.order import Order
from tests.browser.orders_board import board, kind, plant, template

CUSTOMERS = 2000
CITIES, TRADES = ("青岛", "重庆", "乌鲁木齐", "佛山", "嘉兴"), ("酒店", "超市", "学校", "医院")


@pytest.fixture
def many(plant):
    """Two thousand customers more."""
    with plant.app.app_context():
        for n in range(CUSTOMERS):
            name = f"{CITIES[n % 5]}第{n}{TRADES[n % 4]}(示例)"
            customer = Customer(
                code=f"C-{n + 1000}",
                name_local=name,
                name_en=f"Sample {n}",
                country="CN",
                language="zh-CN",
                min_remaining_shelf_life_pct=Decimal(50),
                label_variant="zh-CN",
                phone=f"000 7{n:07d}",
            )
            db.session.add(
                CustomerAddress(
                    customer=customer, code="SHIP-1", address_local=f"示例路{n}号", transit_days=1
                )
            )
        db.session.commit()
    return plant


class Keys:
    """A keyboard that counts; what the customer said is not counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def type(self, text):
        self.count += len(text)
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.count += len(key.split("+"))
            self.page.keyboard.press(key)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_three_lines_by_phone_take_at_most_45_keys(many, board, locale):
    page = board(locale)
    keys = Keys(page)
    keys.press("n")
    expect(page.locator("#panel #customer")).to_be_focused()
    keys.type("cq1001")
    expect(page.locator("#suggestions [role=option]").first).to_contain_text("C-2001 ")
    keys.press("Enter")
    expect(page.locator("#customers-message")).to_be_focused()
    page.keyboard.type("洗洁精、洗衣液、洁厕灵各一批,两周后到")
    keys.press("Tab")
    keys.type("dw5")
    keys.press("Enter")
    keys.type("6000")
    keys.press("Tab")
    keys.type("+14")
    keys.press("Enter")
    for product, quantity in (("ld2", "1800"), ("ta", "2400")):
        keys.type(product)
        keys.press("Enter")
        keys.type(quantity)
        keys.press("Enter" if product == "ld2" else "Control+Enter")
    expect(page.locator("#panel")).not_to_have_attribute("open", "")
    with many.app.app_context():
        order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
        due = clock.today() + timedelta(days=14)
        assert (order.customer.code, order.channel) == ("C-2001", "phone")
        assert [(n.product.code, n.quantity, n.requested_date) for n in order.lines] == [
            ("P-DW-500", 6000, due),
            ("P-LD-2K", 1800, due),
            ("P-TA-600", 2400, due),
        ]
    assert keys.count <= 45, keys.count


def test_a_caller_in_no_list_by_keys(many, board):
    page = board()
    page.keyboard.press("n")
    expect(page.locator("#panel #customer")).to_be_focused()
    page.keyboard.type("晨星幼儿园")
    page.keyboard.press("Enter")
    expect(page.locator("#customer_text")).to_have_value("晨星幼儿园")
    expect(page.locator("#phone_text")).to_be_focused()
    expect(page.locator("#panel input[name=channel]:checked")).to_have_value("phone")
    # Enter goes on as after a customer who was found; it sends nothing half filled in.
    page.keyboard.type("0532 000000")
    page.keyboard.press("Enter")
    expect(page.locator("#address_text")).to_be_focused()
    page.keyboard.type("示例路1号")
    page.keyboard.press("Enter")
    expect(page.locator("#customers-message")).to_be_focused()
    expect(page.locator("#panel .notice")).to_have_count(0)


def test_a_refused_form_shows_the_field_that_has_the_caret(many, board):
    """The foot of a dialog stays where it is; it covers no field."""
    page = board()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("n")
    page.locator("#panel #customer").fill("晨星幼儿园")
    page.keyboard.press("Enter")
    expect(page.locator("#phone_text")).to_be_focused()
    page.locator("#customers-message").fill("洗洁精")
    page.locator("#panel footer .primary").click()
    field = page.locator("#lines-0-product_text")
    expect(field).to_be_focused()
    assert (
        field.bounding_box()["y"] + field.bounding_box()["height"]
        <= page.locator("#panel footer").bounding_box()["y"]
    )


def test_the_keys_tell_of_it(board):
    page = board()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("take in an order by telephone")
