"""After every journey the record is whole: chains, stages, stock."""

import pytest

from app.extensions import db
from app.models.records.event import Event, broken_links
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.warehouse.stock import Stock, StockMovement, ledger_faults


@pytest.fixture(autouse=True)
def record_is_whole(walk):
    yield
    with walk.app.app_context():
        assert list(broken_links()) == []
        assert list(ledger_faults()) == []
        for kind in KINDS.values():
            for record in db.session.query(kind):
                stage_is_the_last_move(record)
        assert not db.session.query(Stock).filter(Stock.quantity < 0).count()


def stage_is_the_last_move(record):
    """The stage is a cache: the events alone say where a record stands."""
    events = (
        db.session.query(Event)
        .filter_by(flow=record.flow.key, record_id=record.id)
        .order_by(Event.seq)
        .all()
    )
    stands = None
    for event in events:
        assert event.source in (stands, None), (record.ref, event.seq)
        stands = event.target or stands
    assert (record.stage, record.seq, record.head) == (stands, len(events), events[-1].hash), (
        record.ref
    )


@pytest.fixture
def ledger(walk):
    """``ledger("return")``: the movements of a kind as (lot number, zone, quantity);
    ``ledger()``: all balances of raw lots.
    """

    def read(kind):
        with walk.app.app_context():
            rows = db.session.query(StockMovement).filter_by(kind=kind).order_by(StockMovement.id)
            return [(row.lot.lot_no, row.zone, row.quantity) for row in rows]

    return read


@pytest.fixture
def balances(walk):
    """Where how much of every lot stands, without the empty places."""

    def read():
        with walk.app.app_context():
            return {
                (s.lot.lot_no, s.zone): s.quantity for s in db.session.query(Stock) if s.quantity
            }

    return read


@pytest.fixture
def events(walk):
    """``events(ref)``: the record's history as (action, role, clause)."""

    def read(ref):
        return walk.look(ref, lambda record: [(e.action, e.role, e.clause) for e in record.history])

    return read
