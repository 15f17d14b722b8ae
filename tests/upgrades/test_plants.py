"""Every plant that a landed commit left is upgraded, verified, and worked on."""

import pytest

from app import clock, verification
from app.extensions import db
from app.flow.departments import WITH_BOARD
from app.jobs import worker
from app.models.controlled.revision import Revision
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.quality import sample
from app.models.records.event import unguarded_ledgers
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Job
from app.models.records.record import Record
from app.models.records.rules.availability import KnownBlocker, blocker_rows
from app.models.records.rules.reevaluation import LOOK_AT_ALL
from app.models.records.search_index.entries import SearchEntry, SearchSubject
from app.models.records.search_index.grams import shelf_of
from app.models.records.search_index.newest import Sought, newest
from app.models.sales.order import Order
from app.models.sales.order_line import OrderLine
from app.security import demo_password
from tests.migrated import migrated
from tests.upgrades.conftest import COMMITS, upgraded
from tests.upgrades.tables import look

pytestmark = pytest.mark.on_both


@pytest.fixture(params=COMMITS)
def plant(request, kind):
    """Each on SQLite, the oldest and the newest on PostgreSQL too: the template of its upgrade."""
    if kind == "postgresql" and request.param not in (COMMITS[0], COMMITS[-1]):
        pytest.skip("those between differ on SQLite as much")
    return upgraded(request.param, kind)


def faults():
    found = [fault for check in verification.check() for fault in check.faults]
    db.session.rollback()
    return found


def test_an_old_plant_says_the_same_in_the_one_schema(plant, kind, opened):
    opened(plant.copy("upgraded"))
    assert faults() == []
    assert plant.backups == plant.behind, "none where nothing was to do"
    blockers_are_known()
    rush_is_known()
    statutory_tests_are_known()
    documents_stay_in_force()
    all_is_found()
    db.session.rollback()
    with db.engine.connect() as connection:
        old, bare = look(connection), unguarded_ledgers(connection)
    opened(migrated(kind).copy("migrated"))
    with db.engine.connect() as connection:
        assert old == look(connection)
    assert bare == []


def blockers_are_known():
    """What guards say of every open record is on record; where the upgrade was cut off before
    that, the worker makes it good.
    """
    assert not (wrong := misjudged()), wrong
    assert db.session.scalar(db.select(db.func.count()).select_from(KnownBlocker))
    db.session.execute(db.delete(KnownBlocker))
    db.session.execute(db.delete(Job))
    db.session.add(Job(kind=LOOK_AT_ALL, payload={}, due=clock.now()))
    db.session.commit()
    assert misjudged()
    assert worker.do_next("the worker")
    assert not (wrong := misjudged()), wrong


def misjudged():
    """The records of which something else is known than their guards say now."""
    found = []
    for kind in KINDS.values():
        for record in db.session.scalars(db.select(kind)):
            kept, now = record.known, record.availability()
            if (list(blocker_rows(kept)), kept.roles) != (list(blocker_rows(now)), now.roles):
                found.append(record.ref)
    db.session.rollback()
    return found


def all_is_found():
    """Every entry of the search index by its words, and by what it is about."""
    subjects = {}
    for key, entry in db.session.execute(db.select(SearchSubject.subject, SearchSubject.entry_id)):
        subjects.setdefault(entry, []).append(key)
    entries = list(db.session.scalars(db.select(SearchEntry)))
    assert len(entries) > 15 and subjects
    for entry in entries:
        shelf, about = shelf_of(entry.flow), tuple(subjects.get(entry.id, ()))
        assert all(key[0] == shelf for key in about)
        for wanted in (Sought((entry.words,)), Sought(subjects=tuple(key[1:] for key in about))):
            found = [row.id for row in newest(wanted, (shelf,), 1000)]
            assert entry.id in found or wanted.subjects == wanted.texts == ()


def rush_is_known():
    orders = list(db.session.scalars(db.select(Order)))
    assert {order.customer_po for order in orders if order.rush} == {"HT-URG-7"}
    assert all(order.rush is order.is_rush for order in orders)
    for kind in (Requisition, sample.Sample):
        for record in db.session.scalars(db.select(kind)):
            assert record.rush is bool(record.card and record.card.rush)


def statutory_tests_are_known():
    results = list(db.session.scalars(db.select(sample.TestResult)))
    by_law = [
        r
        for r in results
        if r.sample.lot.product
        for test in r.sample.lot.product.tests
        if test.code == r.code and test.is_statutory
    ]
    assert by_law == [result for result in results if result.statutory] != []


def documents_stay_in_force():
    """In the version that they say, and nobody is said to have signed them; every plan keeps them,
    and every line of an order its price.
    """
    assert db.session.scalar(db.select(db.func.count()).select_from(Revision)) == 0
    cards = [card for card in db.session.scalars(db.select(ProductionOrder)) if card.plans]
    assert cards
    for card in cards:
        product = card.product
        assert {plan.instruction_id for plan in card.plans} == {product.instruction_id} != {None}
        assert card.tests == product.tests != [] and card.packaging == product.packaging != []
        assert card.behind == set()
    lines = [line for line in db.session.scalars(db.select(OrderLine)) if line.product]
    assert all(line.unit_price == line.product.list_price for line in lines)


def test_people_of_an_old_plant_log_in_see_everything_and_work(plant, opened):
    app = opened(plant.copy("upgraded"))
    order = db.session.scalar(db.select(Order).where(Order.stage == "received"))
    number, ref, version = order.id, order.ref, order.version
    records = [record for kind in KINDS.values() for record in db.session.scalars(db.select(kind))]
    pages = [f"/{record.current_stage.departments[0].key}/{record.ref}" for record in records]
    db.session.rollback()
    browser = app.test_client()
    answer = browser.post("/login", data={"login": "sales1", "password": demo_password("sales1")})
    assert (answer.status_code, answer.location) == (303, "/")
    browser.user_id = db.session.scalar(db.select(User.id).where(User.login == "sales1"))
    db.session.rollback()
    answer = browser.submit(f"/sales/{ref}/start_review", version=version)
    assert answer.status_code < 400
    assert db.session.get(Order, number, populate_existing=True).stage == "in_review"
    db.session.rollback()
    assert faults() == []
    assert len(pages) > 15
    for page in [*(f"/{department.key}/" for department in WITH_BOARD), *pages]:
        assert browser.get(page).status_code == 200, page
