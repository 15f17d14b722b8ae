"""The played plant: whole, alive in every stage, honest about time and people."""

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock, documents, verification
from app.demo import warned
from app.demo.play import player
from app.demo.play.clock import Days, day_of
from app.documents.pdf.typeset import environment
from app.extensions import db
from app.flow.flows import FLOWS
from app.models.floor.anomaly import Anomaly
from app.models.people.deputy import Deputy
from app.models.people.user import User
from app.models.production.execution import StepRecord
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.records.event import Event, broken_links
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.records.rules.availability import blocker_rows
from app.models.sales.order import Order
from app.models.sales.pot_proposal import PotProposal
from app.models.warehouse.stock import Lot, ledger_faults
from tests import application
from tests.played import played_plant

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """The application on a played plant, an open context with it."""
    home = tmp_path_factory.mktemp("played")
    with application.renewed(played_plant(home).copy("played"), home) as app, app.app_context():
        yield app


@pytest.mark.parametrize("started", [time(8), time(8, 3), time(12), time(18, 31), time(23, 59)])
def test_the_last_day_is_pressed_into_what_of_it_is_over(started):
    """A demo that starts just after eight is as full: nothing lies in the future, in the same
    order.
    """
    now = datetime.combine(date(2027, 3, 1), started, clock.plant_zone())
    days = Days(day_of(now), now)
    written = [days.at(0, time(7)) + timedelta(minutes=minute) for minute in range(11 * 60 + 31)]
    moments = [days.real(moment) for moment in written]
    assert moments == sorted(set(moments)) and moments[-1] <= now
    assert moments[:51] == written[:51], "what was before work began is as it was"


def test_before_eight_the_day_before_is_the_last():
    now = datetime(2027, 3, 1, 7, 59, tzinfo=clock.plant_zone())
    assert day_of(now) == date(2027, 2, 28)
    assert Days(day_of(now), now).real(now) == now


def card(po, line_no):
    return next(
        c
        for c in db.session.query(ProductionOrder)
        if c.order and c.order.customer_po == po and c.line.line_no == line_no
    )


def events():
    """What was done in the plant; that it was set up at all stands before, at the real hour."""
    return list(db.session.scalars(select(Event).where(Event.flow != "plant").order_by(Event.id)))


def test_every_stage_of_every_flow_is_populated(plant):
    empty = {
        flow.key: [stage.key for stage in flow.stages if not counts(flow)[stage.key]]
        for flow in FLOWS.values()
    }
    assert not any(empty.values()), empty


def counts(flow):
    return Counter(db.session.scalars(select(KINDS[flow.key].stage)))


def test_the_record_is_whole(plant):
    assert list(broken_links()) == []
    assert list(ledger_faults()) == []


def test_verification_finds_nothing(plant):
    db.session.rollback()  # it reads through connections of its own
    assert [fault for found in verification.check() for fault in found.faults] == []


def test_no_event_lies_in_the_future_and_each_follows_the_one_before(plant):
    moments = [event.at for event in events()]
    assert max(moments) <= datetime.now(UTC)
    assert moments == sorted(moments)


def test_the_clock_runs_again(plant):
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


def test_people_work_in_working_hours(plant):
    """But for the last day, whose hours are pressed together when the demo starts early."""
    last = max(clock.local(event.at).date() for event in events())
    odd = {
        (e.action, clock.local(e.at).isoformat())
        for e in events()
        if e.role and clock.local(e.at).date() < last and not 7 <= clock.local(e.at).hour < 21
    }
    assert odd == set()


def test_every_sample_order_is_there_with_its_message(plant):
    orders = db.session.query(Order).all()
    assert len({o.customer_po for o in orders}) == len(orders) >= 24
    assert all(len(o.message) > 20 for o in orders)
    assert all(o.channel in ("phone", "email", "online") for o in orders)
    assert "订购" in order("PO-HT-2611-01").message or "采购" in order("PO-HT-2611-01").message


def order(po):
    return db.session.query(Order).filter_by(customer_po=po).one()


def test_four_eyes_were_two_people(plant):
    for record in db.session.query(ProductionOrder):
        found = {e.action: e.actor_id for e in record.history}
        for action in record.flow.actions:
            assert all(
                found.get(action.key) is None or found.get(action.key) != found.get(other)
                for other in action.not_by
            )
    for signed in db.session.query(StepRecord).filter(StepRecord.second_by_id.is_not(None)):
        assert signed.by_id != signed.second_by_id


def test_what_a_board_knows_of_each_record_is_what_its_guards_say(plant):
    """Written when the record last changed, or what it waits for did, in whatever transaction
    that was.
    """
    told = {
        (flow, r.ref): [
            (list(blocker_rows(found)), found.roles) for found in (r.known, r.availability())
        ]
        for flow, kind in KINDS.items()
        for r in db.session.scalars(select(kind))
    }
    assert {ref: each for ref, each in told.items() if each[0] != each[1]} == {}


def test_the_unpaid_order_is_blocked_by_its_payment(plant):
    blocked = card("QH-58", 1)
    assert blocked.stage == "ready"
    assert blocked.known.first("start").code == "not_paid_in_advance"


def test_a_shortage_blocks_preparing(plant):
    blocked = card("HT-URG-7", 1)
    assert blocked.rush and blocked.stage == "to_prepare"
    assert blocked.known.first("start_preparing").facts == {"materials": ["K-110", "L-006"]}


def test_unknown_products_and_zero_quantities_never_become_cards(plant):
    assert order("SV-19").stage == "awaiting_customer"
    assert order("BC-0913").stage == order("WH-77121").stage == "declined"
    assert not order("SV-19").cards and not order("BC-0913").cards


def test_a_line_stands_still_behind_an_open_and_behind_an_acknowledged_problem(plant):
    stopped = {
        a.stage
        for a in db.session.query(Anomaly)
        if a.stops and a.card and a.card.stage == "halted"
    }
    assert stopped == {"reported", "acknowledged"}


def test_a_scrapped_card_has_its_replacement_and_a_refused_lot_too(plant):
    scrapped = db.session.query(ProductionOrder).filter_by(stage="scrapped").one()
    assert [c.stage for c in scrapped.children] == ["ready"]
    refused = [
        p
        for need in card("PO-HT-2611-02", 1).requirements
        for p in need.picks
        if p.accepted is False
    ]
    assert refused and card("PO-HT-2611-02", 1).uncovered() == []


def test_what_ships_was_made_and_paid_for(plant):
    for record in db.session.query(ProductionOrder).filter(
        ProductionOrder.stage.in_(("shipped", "closed"))
    ):
        assert record.good and record.lot.status == "released"
        assert record.order is None or not record.order.must_be_paid_before("ship")


def test_lots_are_those_of_the_stores_with_their_status(plant):
    lots = db.session.query(Lot).filter(Lot.lot_no.like("ML26-%")).all()
    assert len(lots) == 152
    assert {lot.status for lot in lots} == {"released", "quarantine", "rejected"}


def test_there_are_late_and_rush_cards(plant):
    cards = [c for c in db.session.query(ProductionOrder) if not c.current_stage.ends]
    assert any(c.due < clock.today() for c in cards)
    assert any(c.rush for c in cards)
    assert any(c.promised_date and c.promised_date > c.requested_date for c in cards)
    assert sum(c.due >= clock.today() for c in cards) > len(cards) / 2


def test_a_day_raises_at_most_one_warning_in_fifty_entries(plant):
    days = warned.by_day()
    assert sum(entries for entries, _ in days.values()) > 500
    assert {
        day: (entries, found)
        for day, (entries, found) in days.items()
        if found * warned.ONE_IN > entries
    } == {}
    assert sum(found for _, found in days.values()) == 1, (
        "a delivery of more than was ordered; another is counted too"
    )


def test_failing_and_passing_results(plant):
    verdicts = Counter(r.verdict for s in db.session.query(Sample) for r in s.results)
    assert verdicts["passed"] > 20 * verdicts["failed"] > 0


def test_every_login_that_the_tour_needs_is_printed_and_people_are_named_in_both_scripts(plant):
    tour = README.read_text("utf-8").split("## The tour")[1].split("## On the wall")[0]
    needed = set(re.findall(r"`([a-z]+\d)`", tour))
    assert len(needed) >= 12 and needed <= {login for _, login, _ in player.logins()}
    assert len({str(role) for role, _, _ in player.logins()}) == 11
    for person in db.session.query(User):
        assert person.language is None and re.search("[A-Za-z]", person.name)


def test_every_paper_of_the_plant_can_be_set_without_a_missing_character(plant):
    """But for those that wait for another to be filed."""
    for document in db.session.query(Document).filter(Document.kind != "dossier"):
        if document.type.repeats:
            continue
        paper = documents.compose(document)
        as_written = environment().get_template("paper.html").render(paper=paper)
        assert documents.typeset(paper) == as_written, document.name


def test_a_head_is_away_and_a_deputy_signs(plant):
    """The plant of the demo shows a deputyship that is on, and plans that the deputy approved."""
    (row,) = db.session.scalars(select(Deputy)).all()
    assert row.is_on and (row.principal.login, row.deputy.login) == ("head2", "super2")
    approved = [
        event for event in events() if event.action == "approve_plan" and event.actor is row.deputy
    ]
    assert approved and all(
        event.acting_for == row.principal_id and event.at >= row.since for event in approved
    )
    assert not [
        event
        for event in events()
        if event.actor is row.principal and event.at > row.since and event.flow != "deputy"
    ]


def test_sales_have_proposed_pots_to_the_planner(plant):
    proposals = [each.said.msgid for each in db.session.query(PotProposal)]
    assert sorted(proposals) == ["in %(pots)s pots", *["in one pot with %(lines)s"] * 2]
