"""A watcher that cannot hear says so – in the log, to monitors, and to pages by its silence – and
hears again by itself.
"""

import threading

import pytest
from sqlalchemy import event

from app import live
from app.database import reading
from app.web import readiness
from tests.serving import PATIENCE, until
from tests.web.test_readiness import on_postgresql, told

AGAIN = "the watcher hears again"


@pytest.fixture
def news(app, monkeypatch):
    """The news of the application, whose watcher tries again soon."""
    monkeypatch.setattr(live, "AGAIN", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)
    found = live.news(app)
    assert not reading.get()  # who asked may write as before
    assert hears(app, found)
    return found


def hears(app, news):
    with app.app_context():
        return news.hears(readiness.write, 5)


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.name == live.__name__]


@on_postgresql
def test_a_watcher_whose_line_was_cut_hears_again(app, news, outage, caplog):
    outage.cut()
    until(lambda: AGAIN in said(caplog))
    assert hears(app, news)
    assert [line.partition(",")[0] for line in said(caplog)] == ["the watcher cannot hear", AGAIN]


@on_postgresql
def test_a_watcher_that_cannot_connect_is_told_of_and_connects_when_it_can(
    app, client, news, outage, caplog
):
    tried = []
    event.listen(news.engine, "do_connect", lambda *_: tried.append(news.failure))
    outage.begin()
    until(lambda: [reason for reason in tried if "accepting" in reason][2:])
    assert told(client)[:2] == (503, [str(readiness.NO_DATABASE)])
    outage.end()
    until(lambda: not news.deaf)
    assert told(client)[:2] == (200, [])
    assert hears(app, news)
    _lost, refused, again = said(caplog)  # once each, though it tried often
    assert "not currently accepting connections" in refused
    assert again == AGAIN


@on_postgresql
def test_where_only_the_watcher_cannot_hear_pages_are_not_told_that_all_is_well(
    app, client, news, outage, monkeypatch
):
    stream = live.stream(app, lambda: True)
    assert b"event: changed" in next(stream)
    monkeypatch.setattr(readiness, "DEAF", 0.1)
    with monkeypatch.context() as trouble:
        trouble.setattr(live, "CHANNEL", "no channel")
        outage.cut()
        until(lambda: news.deaf)
        until(lambda: next(stream) == live.SILENCE)
        assert next(live.stream(app, lambda: True)) == b"retry: 2000\n" + live.SILENCE
        assert told(client)[:2] == (503, [str(readiness.UNHEARD)])
    until(lambda: b"event: changed" in next(stream))
    assert told(client)[:2] == (200, [])


def test_a_watcher_that_hangs_is_not_taken_for_one_that_hears(app, news, monkeypatch):
    stream, read, over = live.stream(app, lambda: True), news.read, threading.Event()
    assert b"event: changed" in next(stream)
    monkeypatch.setattr(live, "LATE", 0.1)
    monkeypatch.setattr(news, "read", lambda: over.wait(PATIENCE) and read())
    with app.app_context():
        readiness.write()
    until(lambda: next(stream) == live.SILENCE)
    over.set()
    until(lambda: b"event: changed" in next(stream))
