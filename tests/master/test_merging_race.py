"""An order is entered for a customer while that customer is merged: it never stays behind."""

from threading import Thread

import pytest

from app import clock
from app.extensions import db
from app.flow.orders import RECEIVE
from app.models.master import Customer
from app.models.people.user import User
from app.models.sales.merging import Merging
from app.models.sales.order import Order

from .test_merging import decide, propose, twice


def beside(walk, call, ended):
    """Send a request; end our own transaction as soon as that waits for what we hold. On SQLite
    everybody waits for whoever writes, so there ours ends first.
    """
    answers = []
    thread = Thread(target=lambda: answers.append(call()))
    if db.engine.dialect.name == "sqlite":
        ended()
    thread.start()
    while thread.is_alive() and not waiting():
        pass
    ended()
    thread.join()
    return answers[0]


def waiting():
    """Whether another transaction waits for a lock."""
    if db.engine.dialect.name == "sqlite":
        return True
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "wait_event_type = 'Lock'"
    )
    with db.engine.connect() as onlooker:
        return bool(onlooker.scalar(db.text(query)))


def staff(walk, number):
    return db.session.get_one(User, walk.browser("sales", number).user_id)


@pytest.mark.on_both
def test_an_order_that_comes_while_its_customer_is_merged_is_refused(walk, twice):
    assert propose(walk, twice).status_code == 303
    walk.browser("sales", 2)

    def take_in():
        try:
            return walk.order(customer="C-099", customer_po="PO-LATE")
        except AssertionError as refused:
            return str(refused)

    with walk.app.app_context():
        double, stays = db.session.get_one(Customer, twice), Customer.by_code("C-002")
        seen = {"revision": double.revision, "stays_revision": stays.revision}
        Merging(double, stays).confirm(staff(walk, 2), reason="Same tax number", **seen)
        said = beside(walk, take_in, db.session.commit)
        on_postgresql = db.engine.dialect.name == "postgresql"
        left = db.session.scalars(db.select(Order).where(Order.customer_id == twice)).all()
    assert left == [], said
    assert not on_postgresql or "merged into C-002 meanwhile" in said, said


@pytest.mark.on_both
def test_an_order_entered_just_before_its_customer_is_merged_goes_with_it(walk, twice):
    assert propose(walk, twice).status_code == 303
    walk.browser("sales", 2)
    with walk.app.app_context():
        place = db.session.get_one(Customer, twice).addresses[0]
        order = Order.create(
            RECEIVE.key,
            by=staff(walk, 1),
            message="x",
            lines=[],
            customer_id=twice,
            address_id=place.id,
            customer_po="PO-EARLY",
            channel="phone",
            received_at=clock.now(),
        )
        number = order.request_no
        answer = beside(walk, lambda: decide(walk, 2, twice), db.session.commit)
    assert answer.status_code == 303, answer.text
    assert walk.look(number, lambda found: found.customer.code) == "C-002"
