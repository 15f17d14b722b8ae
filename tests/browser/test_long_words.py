"""A word as long as a link stays in its box, whoever wrote it and wherever it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode, Customer
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.kinds import record_of
from app.models.sales.order import Order
from tests.browser.test_pages import is_contained

LINK = "https://mail.example/" + "a1b2c3d4" * 25 + "end"  # 224 characters


@pytest.fixture
def said(plant):
    """The addresses of records in which somebody wrote a link: as message, number, reason,
    description, comment.
    """
    held = plant.offered("planner1", "production", "hold")
    with plant.app.app_context():
        person = {user.login: user for user in db.session.scalars(select(User))}
        customer = db.session.scalars(select(Customer)).first()
        order = Order.create(
            "receive",
            by=person["sales1"],
            message=LINK,
            customer_id=customer.id,
            channel="email",
            address_id=customer.addresses[0].id,
            customer_po=LINK[:60],
            received_at=clock.now(),
            lines=[
                {
                    "product_text": "P-DW-500",
                    "quantity": 600,
                    "note": LINK,
                    "requested_date": clock.today() + timedelta(days=30),
                }
            ],
        )
        order.perform("start_review", by=person["sales1"])
        order.perform("ask_customer", by=person["sales1"], question=LINK, asked_by="phone")
        order.perform("decline", by=person["sales1"], reason=LINK)
        db.session.flush()
        card = record_of(held)
        card.perform("hold", by=person["planner1"], reason=LINK)
        code = db.session.scalar(select(AnomalyCode.id).where(AnomalyCode.stage == "any"))
        anomaly = Anomaly.create(
            "report", by=person["operator1"], code_id=code, description=LINK, card_ref=card.ref
        )
        db.session.commit()
        assert db.session.scalar(select(Event.id).where(Event.body.contains(LINK)).limit(1))
        return [
            f"/sales/{order.ref}",
            f"/production/{card.ref}",
            f"/production/{anomaly.ref}",
            f"/find?q={LINK[:40]}",
            "/production/",
            "/sales/",
            "/archive/",
        ]


def test_a_word_as_long_as_a_link_stays_in_its_box(said, at):
    page = at("auditor1", "/")
    for address in said:
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        is_contained(page)
