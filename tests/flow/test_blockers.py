"""Blockers are data: any action can have one more, and what a guard reads it hears of."""

import re
from html import unescape

import pytest
from flask import g
from sqlalchemy import func, select

from app.extensions import db
from app.flow.flows import FLOWS
from app.flow.rules import blockers
from app.flow.rules.blockers import LINE_TAKEN, Blocker, Guard
from app.flow.rules.gates import GATES
from app.jobs.alerts.overdue import waiting_too_long
from app.models.people.user import User
from app.models.records.kinds import KINDS
from app.models.records.rules.availability import KnownBlocker, NamedRole
from app.models.records.rules.reevaluation import reevaluate
from app.models.sales.order import PREPAID
from app.models.warehouse.stock import Lot
from app.screens.home.tasks import places, tasks_of
from app.screens.wall import facts, page_cache
from tests.pages.test_today import DEPARTMENTS, lists

BELL, DRUM = "Wait for the bell.", "Wait for the drum."
PLAIN = (str, int, float, bool, type(None))


# One more on every action


def another(code, sentence):
    return Guard(lambda record: Blocker(code, blockers.Text(sentence)))


@pytest.fixture
def guarded(everywhere):
    """The plant with a guard before and one behind those of every action, which let nothing by;
    and without a lot of material that may be used.
    """
    first, last = another("bell", BELL), another("drum", DRUM)
    actions = [action for flow in FLOWS.values() for action in flow.actions]
    before = [action.guards for action in actions]
    for action in actions:
        object.__setattr__(action, "guards", (first, *action.guards, last))
    with everywhere.app.app_context():
        for lot in db.session.scalars(select(Lot).where(Lot.material_id.is_not(None))):
            lot.status = "quarantine"
        for kind in KINDS.values():
            for record in db.session.scalars(select(kind)):
                record.touch()
        db.session.commit()
    yield everywhere
    for action, guards in zip(actions, before, strict=True):
        object.__setattr__(action, "guards", guards)


def text(walk, role, path):
    answer = walk.browser(role).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.text)


def test_one_more_guard_on_every_action_breaks_no_page_and_is_told(guarded):
    walk = guarded
    for (flow, stage), ref in walk.refs.items():
        actions = [a for a in FLOWS[flow].actions_from(stage) if not a.driven]
        department = FLOWS[flow].stage(stage).departments[0].key
        roles = [min(a.role_keys) for a in actions if isinstance(a.roles, frozenset)]
        page = text(walk, roles[0] if roles else "sales", f"/{department}/{ref}")
        assert BELL in page if roles else True, (flow, stage)
    for department, role in DEPARTMENTS.items():
        assert BELL in text(walk, role, f"/{department}/"), department
        assert text(walk, role, f"/{department}/today")
        assert text(walk, role, "/")
    ready, kit = walk.refs["production", "ready"], walk.refs["production", "to_prepare"]
    starting = text(walk, "supervisor", "/production/today?all=starting")
    assert BELL in re.search(rf'data-record="{ready}".*?</li>', starting, re.S)[0]
    short = lists(walk.browser("buyer"), "purchasing")["shortages"]
    assert short == lists(walk.browser("planner"), "production")["short_kits"] == [kit]
    with walk.app.test_request_context():
        g.language = "en"
        person = db.session.get(User, walk.browser("planner").user_id)
        assert not list(tasks_of(places(), person))
        for layout in (page_cache.HALTED, *page_cache.LAYOUTS):
            assert page_cache.rendered(layout, False, person) is not None
        coming = [coming for line in facts.plant().lines for coming in line.coming]
        assert coming and not any(each.ready for each in coming)
        assert not list(waiting_too_long())


def test_what_is_known_is_plain_and_of_open_records_alone(everywhere):
    with everywhere.app.app_context():
        ended = [
            (flow.key, record.id)
            for flow in FLOWS.values()
            for record in db.session.scalars(select(KINDS[flow.key]))
            if record.current_stage.ends
        ]
        for table in (KnownBlocker, NamedRole):
            rows = db.session.scalars(select(table)).all()
            assert rows and not {(row.flow, row.record_id) for row in rows} & set(ended)
        for row in db.session.scalars(select(KnownBlocker)):
            for fact in row.facts.values():
                each = fact if isinstance(fact, list) else [fact]
                assert all(isinstance(one, PLAIN) for one in each), (row.code, row.facts)


# What a guard reads


def record(walk, flow, stage):
    return walk.record(walk.refs[flow, stage])


def stock(walk):
    card = record(walk, "production", "to_prepare")
    need = next(need for need in card.requirements if not need.material.untracked)
    for lot in db.session.scalars(select(Lot).where(Lot.material_id == need.material_id)):
        lot.status = "quarantine"
    return card, {need.material_id: None}, "start_preparing", blockers.KIT_SHORT


def goods(walk):
    card = record(walk, "production", "in_stock")
    card.line_id = None
    for held in card.lot.stocks:
        held.quantity = 0
    return card, card.product_id, "withhold", "no_units"


def lot(walk):
    shipment = record(walk, "shipment", "to_pack")
    shipment.cards[0].lot.status = "rejected"
    return shipment, shipment.cards[0].lot_id, "pack", "goods_unusable"


def line(walk):
    card, other = record(walk, "production", "ready"), record(walk, "production", "running")
    assert card.known.first("start").code == LINE_TAKEN
    other.plan.line_id = None
    return card, card.plan.line_id, "start", None


def payment(walk):
    card = record(walk, "production", "ready")
    card.order.customer.payment_rule = PREPAID
    return card, card.order.id, "start", "not_paid_in_advance"


def shipment(walk):
    card = record(walk, "production", "in_stock")
    card.shipment_id = record(walk, "shipment", "to_pack").id
    return card, [card.id], "hold", "on_shipment"


def shortfall(walk):
    found = record(walk, "shipment", "shipped")
    found.cards[0].quantity += 5
    return found, found.cards[0].id, "follow_up", "fewer_than_ordered"


def people(walk):
    card = record(walk, "production", "running")
    return card, None, "finish", "step_unsigned"


def wording(walk):
    card = record(walk, "production", "closed")
    return card, card.order.id, "", None


def shelf_life(walk):
    return record(walk, "shipment", "to_pack"), None, "pack", None


SEEDS = {
    blockers.STOCK: stock,
    blockers.GOODS: goods,
    blockers.LOT: lot,
    blockers.LINE: line,
    blockers.PAYMENT: payment,
    blockers.SHIPMENT: shipment,
    blockers.SHORTFALL: shortfall,
    blockers.PEOPLE: people,
    blockers.WORDING: wording,
    GATES["shelf_life"].topic: shelf_life,
}


def test_every_topic_is_seeded():
    declared = {each for each in vars(blockers).values() if isinstance(each, blockers.Topic)}
    assert declared | {gate.topic for gate in GATES.values()} == set(SEEDS)


@pytest.mark.parametrize("topic", SEEDS, ids=lambda topic: topic.key)
def test_who_reads_what_changed_looks_again_and_nobody_else(everywhere, topic):
    with everywhere.app.app_context():
        waiting, key, action, code = SEEDS[topic](everywhere)
        db.session.flush()
        before = faces()
        flow, face = waiting.flow.key, waiting.face
        reevaluate(topic, key)
        first = waiting.known.first(action)
        assert (first and first.code) == code
        assert waiting.face == face + 1
        looked_at = {place for place, face in faces().items() if face != before[place]}
        assert (flow, waiting.id) in looked_at
        reading = {
            (flow.key, stage) for flow in FLOWS.values() for stage in flow.stages_reading(topic)
        }
        others = [record_at(place) for place in looked_at]
        shown = {kind.flow.key for kind in KINDS.values() if topic in kind.shows}
        assert all((r.flow.key, r.stage) in reading or r.flow.key in shown for r in others)
        count = sum(
            db.session.scalar(select(func.count()).select_from(kind)) for kind in KINDS.values()
        )
        assert len(looked_at) < count / 2


def faces():
    db.session.flush()
    return {
        (flow, number): face
        for flow, kind in KINDS.items()
        for number, face in db.session.execute(select(kind.id, kind.face))
    }


def record_at(place):
    return db.session.get(KINDS[place[0]], place[1])


def test_a_short_kit_names_the_materials_that_screens_join_by(everywhere):
    with everywhere.app.app_context():
        card, key, action, _ = stock(everywhere)
        reevaluate(blockers.STOCK, key)
        found = card.known.first(action)
        assert found.subjects == tuple(key)
        codes = [need.material.code for need in card.requirements if need.material_id in key]
        assert found.facts == {"materials": codes}
        asked = select(KnownBlocker.record_id).where(KnownBlocker.subject_id.in_(key))
        assert db.session.scalars(asked).all() == [card.id]
