"""Pages and actions of every department, as one person each asks for them: what is measured as
the past grows.

Every page is drawn with empty caches: what is kept in memory would hide what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample
from app.models.sales.order import Order
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Lot
from tests.staff import Browser, log_in

from .life import CHECKED
from .plant import catalogue, take_in, who
from .walls import COOKIE, paired

Do = Callable[[], Any]
BOARDS = (
    ("sales", "sales1"),
    ("production", "planner1"),
    ("warehouse", "store1"),
    ("quality", "qhead1"),
    ("purchasing", "buyer1"),
)
STAFF = ("head1", "operator1", "inspector1", "admin1")


def visits(app: Flask) -> Iterator[tuple[str, Do]]:
    """Yield what is measured: a name, and what to call each time."""
    people = browsers(app)
    for login, browser in people.items():
        yield f"home, {login}", got(app, browser, "/")
    for department, login in BOARDS:
        yield f"board, {department}", got(app, people[login], f"/{department}/")
        yield f"today, {department}", got(app, people[login], f"/{department}/today")
    with app.app_context():
        pages = list(pages_of_records())
    for name, login, path in pages:
        yield name, got(app, people[login], path)
    yield "wall", got(app, wall(app), "/display/screen?page=0")
    yield "a card held and resumed", moved(app, people["planner1"])
    yield "order taken in and approved", approved(app)
    yield "plan approved", issued(app)


def browsers(app: Flask) -> dict[str, Browser]:
    app.test_client_class = Browser
    with app.app_context():
        logins = dict(db.session.execute(select(User.login, User.id)).tuples().all())
    names = [login for _, login in BOARDS] + list(STAFF)
    return {login: log_in(app, logins[login]) for login in names}


def pages_of_records() -> Iterator[tuple[str, str, str]]:
    """Yield name, login and address of a page of each kind: from the middle of the past, and one
    that is open.
    """

    def middle(kind: Any, *where: Any) -> Any:
        past = select(kind).where(*where).order_by(kind.id)
        number = db.session.scalar(select(func.count()).select_from(kind).where(*where)) or 0
        return db.session.scalars(past.offset(number // 2).limit(1)).one()

    card, order = ProductionOrder, Order
    last = db.session.scalar(select(func.count()).select_from(order)) or 0
    old = middle(order, order.stage == "fulfilled")
    yield "card, closed", "planner1", f"/production/{middle(card, card.stage == 'closed').ref}"
    yield "card, open", "planner1", f"/production/{middle(card, card.stage == 'ready').ref}"
    yield "card, to plan", "planner1", f"/production/{middle(card, card.stage == 'to_plan').ref}"
    yield "order, closed", "sales1", f"/sales/{old.ref}"
    yield "order, open", "sales1", f"/sales/{middle(order, order.stage == 'approved').ref}"
    yield "sample", "qhead1", f"/quality/{middle(Sample).ref}"
    yield "shipment", "store1", f"/warehouse/{middle(Shipment).ref}"
    yield "requisition", "buyer1", f"/purchasing/{middle(Requisition).ref}"
    yield "anomaly", "planner1", f"/production/{middle(Anomaly).ref}"
    made = middle(Lot, Lot.product_id.is_not(None)).lot_no
    yield "lot, made", "store1", f"/lots/{made}"
    bought = middle(Lot, Lot.lot_no.startswith("ML-")).lot_no
    yield "lot, bought", "store1", f"/lots/{bought}"
    deep = f"/archive/?page={last // 50}&after={old.id}"
    yield "archive", "sales1", "/archive/"
    yield "archive, page in the middle", "sales1", deep
    yield "archive, that page typed", "sales1", f"/archive/?page={last // 50}"
    yield "archive, a customer", "sales1", f"/archive/?customer={old.customer.code}"
    yield "archive, words", "sales1", "/archive/?words=柔顺剂"
    yield "archive, words, in the middle", "sales1", f"{deep}&words=柔顺剂"
    yield "archive, rare words", "sales1", f"/archive/?words={old.number}"
    month = f"first={old.due - timedelta(days=30)}&last={old.due}"
    yield "archive, a month", "sales1", f"/archive/?{month}"
    yield "archive, all days", "sales1", f"/archive/?first=2000-01-01&last={clock.today()}"
    yield "archive, all days, in the middle", "sales1", f"{deep}&first=2000-01-01"
    yield "archive, words in a month", "sales1", f"/archive/?words=柔顺剂&{month}"
    yield "archive, one order", "sales1", f"/archive/{old.ref}"
    yield "search, many found", "sales1", "/find?q=柔顺剂"
    yield "search, one found", "sales1", f"/find?q={old.customer_po}"
    yield "search, nothing found", "sales1", "/find?q=无此"
    yield "stock, by item", "store1", "/stock/"
    yield "stock, by lot", "store1", "/stock/?by=lot"
    yield "audit", "admin1", "/audit/"


def got(app: Flask, browser: Browser, path: str) -> Do:
    """What asks for a page with nothing kept of it."""

    def get() -> None:
        for name in [name for name in app.extensions if name.startswith("cache of ")]:
            del app.extensions[name]
        answer = browser.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status}")

    return get


def wall(app: Flask) -> Browser:
    """A wall display that shows the lines, the phases and every board."""
    browser = app.test_client()
    browser.set_cookie(COOKIE, paired(app, *(department for department, _ in BOARDS)))
    return browser


# Actions


def moved(app: Flask, browser: Browser) -> Do:
    """What puts a card on hold and resumes it, both through a form."""
    with app.app_context():
        ready = select(ProductionOrder).where(ProductionOrder.stage == "ready")
        card = db.session.scalars(ready.order_by(ProductionOrder.id)).first()
        ref, versions = card.ref, count(card.version)

    def move() -> None:
        for action, fields in (("hold", {"reason": "等客户确认"}), ("resume", {})):
            path = f"/production/{ref}/{action}"
            answer = browser.submit(
                path,
                {"HX-Request": "true", "X-Board": "production"},
                version=next(versions),
                **fields,
            )
            if answer.status_code != 200 or b'data-kind="done"' not in answer.data:
                raise AssertionError(f"{path}: {answer.status}")

    return move


def approved(app: Flask) -> Do:
    numbers = count(1)

    def approve() -> None:
        with app.app_context():
            products, addresses = catalogue()
            due = clock.today()
            order = take_in(addresses[0], next(numbers), [(products[0].code, 1200, due)])
            order.perform("start_review", by=who("sales1"))
            order.perform("approve", by=who("sales1"), **CHECKED)
            db.session.commit()

    return approve


def issued(app: Flask) -> Do:
    """What approves the plan of another card each time."""
    with app.app_context():
        asked = select(ProductionOrder.id).where(ProductionOrder.stage == "plan_review")
        cards = iter(db.session.scalars(asked.order_by(ProductionOrder.id)).all())

    def issue() -> None:
        with app.app_context():
            card = db.session.get_one(ProductionOrder, next(cards))
            card.perform("approve_plan", by=who("head1"))
            db.session.commit()

    return issue
