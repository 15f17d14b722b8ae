"""The sales board with a month's orders just received: what the tests of boards stand on, and
words for what a person does there.
"""

import re
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import clock
from app.demo.load import load
from app.extensions import db
from app.live import latest
from app.models.master import Customer
from app.models.people.user import User, UserSession
from app.models.records.event import Event
from app.models.sales.order import Order
from app.storage import schema
from tests import application, shared
from tests.browser.plant import served
from tests.shared import Template

ORDERS = 30  # more than a first page
BOARD = "/sales/"


@pytest.fixture(scope="session")
def kind():
    """A browser meets the same pages on every database: once is enough."""
    return "sqlite"


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A database with the demo's master data and orders just received, made once."""
    found = Template("sqlite", "orders")

    def make():
        app = application.build(found.create(), HOME=tmp_path_factory.mktemp("orders"))
        with app.app_context():
            schema.create()
            load(clock.today())
            receive_orders()
            db.session.commit()
        application.close(app)

    shared.once("orders", make)
    return found


def receive_orders():
    clerk = people("sales")[0]
    customer = db.session.scalar(select(Customer).order_by(Customer.code))
    for number in range(ORDERS):
        line = {
            "product_text": "P-DW-500",
            "quantity": 600,
            "requested_date": clock.today() + timedelta(days=20 + number),
        }
        Order.create(
            "receive",
            by=clerk,
            message="您好,请安排。",
            customer_id=customer.id,
            address_id=customer.addresses[0].id,
            customer_po=f"PO-{number:03}",
            channel="email",
            received_at=clock.now(),
            lines=[line],
        )


def people(role):
    return [
        user
        for user in db.session.scalars(select(User).order_by(User.id))
        if role in user.role_keys
    ]


class Plant:
    """The application behind a port of its own, and what a test wants to know of it."""

    def __init__(self, app, url):
        self.app, self.url = app, url

    def cookie(self, place=0, language="en"):
        """A login of one of the sales clerks, who reads this language."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self.app.app_context():
            clerks = people("sales")
            clerk = clerks[place % len(clerks)]
            clerk.language = language
            db.session.add(
                UserSession(
                    token_hash=sha256(token.encode()).hexdigest(),
                    created=now,
                    touched=now,
                    user_id=clerk.id,
                )
            )
            db.session.commit()
        return {"name": "washline", "value": token, "url": self.url}

    def events(self):
        """What was done with orders after they came in, and how often."""
        with self.app.app_context():
            return Counter(
                db.session.scalars(
                    select(Event.action).where(Event.flow == "order", Event.action != "receive")
                )
            )

    def number(self):
        """The number that the stream tells."""
        with self.app.app_context():
            return latest()

    def do(self, number, action, **data):
        """A colleague acts, elsewhere."""
        with self.app.app_context():
            db.session.get_one(Order, number).perform(action, by=people("sales")[-1], **data)
            db.session.commit()


@pytest.fixture
def plant(template, tmp_path, browser):
    with served(template, tmp_path, browser) as plant:
        yield Plant(plant.app, plant.url)


@pytest.fixture
def board(plant, open_page):
    """``board()`` opens the sales board as a clerk of their own, in English, once its script is
    ready.
    """
    opened = iter(range(100))

    def visit(locale="en", **options):
        page = open_page(base_url=plant.url, locale=locale, **options)
        page.context.add_cookies(
            [plant.cookie(next(opened), "en" if locale == "en" else "zh_Hans_CN")]
        )
        return ready(page)

    return visit


def slow(page):
    """The page with a clock that a test can put forward."""
    page.clock.install()
    return ready(page)


def stopped(page):
    """Let the page's clock stand still from now on."""
    page.clock.pause_at((page.evaluate("Date.now()") + 1_000) / 1_000)
    return page


def ready(page):
    """The board once its script works and the strip above it lies where it will stay."""
    page.goto(BOARD)
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#today.awaited")).to_have_count(0)
    return page


# Words for what a person sees and does


def card(page, number):
    return page.locator(f"#card-order-{number}")


def column(page, stage):
    return page.locator(f"#column-order-{stage}")


def sees(page, number, stage):
    expect(column(page, stage).locator(f"#card-order-{number}")).to_have_count(1)


def is_settled(page, number, version=None):
    """The card is nobody's question any more, and stands with this version."""
    expect(card(page, number)).not_to_have_attribute("aria-busy", "true")
    if version:
        expect(card(page, number)).to_have_attribute("data-version", str(version))


def hears(page, words):
    expect(page.locator("#live")).to_contain_text(words)


def is_told(page, words):
    expect(page.locator(".toast").last).to_contain_text(words, timeout=10_000)


def grab(page, grip):
    """Press the handle of a card, once it lies still and nothing covers it, and pull a little."""
    grip.hover()
    box = grip.bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=4)
    expect(page.locator("body")).to_have_class(re.compile("dragging"))


def take(page, number):
    grab(page, card(page, number).locator(".grip"))


def carry(page, stage):
    box = column(page, stage).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120, steps=8)
    expect(column(page, stage).locator(".sortable-ghost")).to_have_count(1)


def drag(page, number, stage):
    take(page, number)
    carry(page, stage)
    page.mouse.up()


def ask(page, question):
    page.locator("#panel textarea").first.fill(question)
    page.locator("#panel .choice").first.click()
    page.locator("#panel footer button").last.click()
