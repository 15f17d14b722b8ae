"""A change is heard in other processes, by streams that hold nothing and end when they should."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from app import live
from app.extensions import db
from app.models.people.user import UserSession
from tests.serving import house, until
from tests.staff import log_in, make_user


def events(stream):
    """Yield the number of each event that arrives."""
    while line := stream.readline():
        if line.startswith(b"data: "):
            yield int(line[6:])


def test_healthz_answers_without_a_login(house):
    with house.serving() as server:
        answer = server.get("/healthz")
        assert (answer.status, answer.read()) == (200, b'{"status":"ok"}\n')


def test_a_stream_needs_a_login(house):
    with house.serving() as server:
        assert server.get("/live", {"Accept": "text/event-stream"}).status == 401


@pytest.mark.on_both
def test_a_commit_elsewhere_reaches_a_client_within_a_second(house):
    with house.serving() as server:
        stream = server.get("/live", house.log_in())
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        numbers = events(stream)
        first = next(numbers)
        for _ in range(3):
            house.report()
            since = time.monotonic()
            later = next(numbers)
            assert later > first
            assert time.monotonic() - since < 1
            first = later


def test_three_hundred_streams_and_a_page_is_still_answered(house):
    with house.serving("--processes", 2) as server:
        cookie = house.log_in()
        streams = [server.get("/live", cookie) for _ in range(300)]
        numbers = [events(stream) for stream in streams]
        assert len({next(each) for each in numbers}) == 1
        since = time.monotonic()
        assert server.get("/healthz").status == 200
        assert time.monotonic() - since < 1
        since = time.monotonic()
        house.report()
        assert len({next(each) for each in numbers}) == 1
        assert time.monotonic() - since < 3


def test_a_server_told_to_stop_ends_its_streams_and_children(house):
    with house.serving("--processes", 2) as server:
        stream = server.get("/live", house.log_in())
        next(events(stream))
        children = server.children()
        assert len(children) == 3
    assert not [child for child in children if alive(child)]


@pytest.mark.on_both
def test_a_revoked_login_ends_its_stream(app, monkeypatch):
    monkeypatch.setattr(live, "RECHECK", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)
    browser = log_in(app, make_user(app, "sales"))
    stream = browser.get("/live").response
    assert next(stream).startswith(b"retry: ")
    assert next(stream).startswith(b"event: changed")
    with app.app_context():
        touched = db.session.scalars(db.select(UserSession.touched)).one()
    until(lambda: next(stream), 5)
    with app.app_context():
        assert db.session.scalars(db.select(UserSession.touched)).one() == touched
        db.session.execute(delete(UserSession))
        db.session.commit()
    until(lambda: next(stream, None) is None, 5)
    live.end_streams(app)


@pytest.mark.on_both
def test_a_stream_ends_by_itself_and_holds_no_connection(app, monkeypatch):
    monkeypatch.setattr(live, "LIFE", 0.2)
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)
    stream = live.stream(app, lambda: True)
    next(stream)
    with app.app_context():
        held = db.engine.pool.checkedout()
        streams = [live.stream(app, lambda: True) for _ in range(5)]
        for each in streams:
            next(each)
        assert db.engine.pool.checkedout() == held
    number = live.changed(0)
    assert set(stream) == {number}
    live.end_streams(app)


def test_who_waits_is_woken_at_once(app):
    news = live.News(None, None)
    heard = []
    waiting = [threading.Thread(target=lambda: heard.append(news.wait(-1, 30))) for _ in range(20)]
    for thread in waiting:
        thread.start()
    news.tell(7)
    for thread in waiting:
        thread.join(5)
    assert heard == [7] * 20


@pytest.mark.parametrize(
    "kind", ["postgresql"], indirect=True
)  # SQLite has one writer: a lower event is never committed later
def test_the_number_rises_also_when_a_lower_event_is_committed_later(house, kind):
    with house.app():
        house_number = live.latest()
        db.session.rollback()
        with db.engine.begin() as early:
            early.exec_driver_sql("SELECT nextval('event_id_seq')")
            late = early.exec_driver_sql("SELECT currval('event_id_seq')").scalar()
            house.report()
            between = live.latest()
            assert between != house_number
            db.session.rollback()
            early.exec_driver_sql(
                "INSERT INTO event (id, flow, record_id, seq, at, action, clause, body, previous, "
                "hash) "
                "VALUES (%s, 'x', 1, 1, now(), 'x', '四', '{}', '', '')",
                (late,),
            )
        assert live.latest() > between
        assert live.changed_since(between)


def alive(process):
    try:
        with Path(f"/proc/{process}/stat").open() as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
