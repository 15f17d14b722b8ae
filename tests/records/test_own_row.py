"""The row that an action changes is sent by one statement, and what comes after it as well."""

import pytest
from sqlalchemy import event

from app.extensions import db
from app.models.people.user import User
from app.models.records.kinds import record_of


@pytest.fixture
def updates(app):
    """The UPDATEs of production orders that the database is sent."""
    sent = []

    def hear(_connection, _cursor, statement, *_):
        if statement.startswith("UPDATE production_order"):
            sent.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", hear)
    return sent


@pytest.mark.on_both
def test_an_action_s_own_row_is_sent_once_and_nothing_waits(app, walk, updates):
    ref, planner = walk.card("ready"), walk.browser("planner").user_id
    updates.clear()
    with app.test_request_context():
        card = record_of(ref)
        card.perform("hold", by=db.session.get_one(User, planner), reason="等一等")
        assert len(updates) == 1 and card not in db.session.dirty
        card.note = "后来"  # whoever changes it once more has that sent, too
        db.session.commit()
        assert len(updates) == 2
        stood = card.version, card.face, card.stage, card.head, card.note
        db.session.expire_all()
        assert stood == (card.version, card.face, card.stage, card.head, card.note)
        assert (card.stage, card.note) == ("on_hold", "后来")


@pytest.mark.on_both
def test_a_row_whose_action_is_rolled_back_is_as_it_was(app, walk, updates):
    ref, planner = walk.card("ready"), walk.browser("planner").user_id
    with app.test_request_context():
        card = record_of(ref)
        stood = card.version, card.stage, card.head
        card.perform("hold", by=db.session.get_one(User, planner), reason="等一等")
        db.session.rollback()
        assert (card.version, card.stage, card.head) == stood
        card.perform(
            "hold", by=db.session.get_one(User, planner), reason="等一等", version=stood[0]
        )
        db.session.commit()
        assert card.version == stood[0] + 1


@pytest.mark.on_both
def test_what_a_savepoint_takes_back_is_as_it_was(app, walk):
    ref, planner = walk.card("ready"), walk.browser("planner").user_id
    with app.test_request_context():
        card, by = record_of(ref), db.session.get_one(User, planner)
        stood = card.version, card.stage, card.head
        with db.session.begin_nested() as savepoint:
            card.perform("hold", by=by, reason="等一等")
            savepoint.rollback()
        assert (card.version, card.stage, card.head) == stood


@pytest.mark.on_both
def test_what_is_to_be_changed_is_read_once_and_held_from_then_on(app, walk):
    ref, read = walk.card("ready"), []
    walk.browser("planner")
    version = walk.look(ref, lambda card: card.version)

    def hear(_connection, _cursor, statement, *_):
        if "FROM production_order" in statement and "production_order.number = " in statement:
            read.append("FOR UPDATE" in statement)

    with app.app_context():
        dialect = db.engine.dialect.name
        event.listen(db.engine, "before_cursor_execute", hear)
    assert walk.post("planner", ref, "hold", version=version, reason="等一等").status_code == 303
    assert read == [dialect == "postgresql"]
