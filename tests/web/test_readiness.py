"""What monitors ask: whether the process answers, and whether people can work.

And what people read when it does not.
"""

import re

import pytest
from flask import before_render_template, template_rendered
from sqlalchemy import event

from app import clock, live
from app.extensions import db
from app.models.records.papers.document import Job
from app.web import readiness
from tests.people.test_users import NEW

# SQLite has no server that could go away, and PostgreSQL's disk cannot be filled here.
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
WORDS = {"Accept-Language": "en"}


@pytest.fixture
def app(own_app):
    """What is done to its engine here is done to nobody else's."""
    return own_app


def told(client):
    """The status of the answer, and what it says is wrong and worth a look."""
    client.application.extensions.pop("washline-readiness", None)
    answer = client.get("/readyz", headers=WORDS)
    return answer.status_code, answer.json["problems"], answer.json["warnings"]


@pytest.mark.on_both
def test_who_can_work_is_ready(client):
    assert told(client) == (200, [], [])
    with client.application.app_context():
        assert not db.session.query(Job).count()


@on_postgresql
def test_the_process_answers_though_its_database_is_gone(client, outage):
    assert told(client)[0] == 200
    outage.begin()
    assert client.get("/healthz").json == {"status": "ok"}
    status, problems, _ = told(client)
    assert status == 503
    assert str(readiness.NO_DATABASE) in problems


@on_postgresql
@pytest.mark.parametrize(
    "signal, status", [(before_render_template, 503), (template_rendered, 200)]
)
def test_a_database_that_goes_away_while_a_page_is_drawn_is_told_in_words(
    app, login_as, outage, signal, status
):
    browser = login_as("supervisor")

    def cut(*_, template, **__):
        signal.disconnect(cut, app)
        outage.begin()

    signal.connect(cut, app)
    answer = browser.get("/", headers=WORDS)
    assert answer.status_code == status
    assert "The database does not answer" in answer.text or status == 200
    assert browser.get("/", headers=WORDS).status_code == 503


@on_postgresql
def test_pages_work_the_moment_after_all_connections_died(login_as, outage):
    browser = login_as("supervisor")
    outage.cut()
    assert browser.get("/", headers=WORDS).status_code == 200


@pytest.mark.on_both
def test_a_database_that_takes_nothing_is_not_ready(client, kind, empty_database):
    """Read-only for SQLite (its file is full), for PostgreSQL (a standby, or set so)."""
    with client.application.app_context():

        @event.listens_for(db.engine, "connect")
        def read_only(connection, _record):
            if kind == "sqlite":
                connection.execute("PRAGMA query_only=ON")
            else:
                connection.execute("SET default_transaction_read_only = on")
                connection.commit()

        db.engine.dispose()
    status, problems, _ = told(client)
    assert (status, problems) == (503, [str(readiness.NO_DATABASE)])


@on_sqlite
def test_a_full_database_is_told_as_such(client, login_as):
    browser = login_as("admin")
    with client.application.app_context():

        @event.listens_for(db.engine, "connect")
        def full(connection, _record):
            connection.execute(
                f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}"
            )

        db.engine.dispose()
    for number in range(50):  # the pages that are there take a little yet
        answer = browser.submit(
            "/admin/users/new", headers=WORDS, **{**NEW, "login": f"somebody{number}"}
        )
        if answer.status_code != 303:
            break
    assert answer.status_code == 503
    assert "disk is full" in answer.text
    assert told(client)[1] == [str(readiness.FULL)]
    assert browser.get("/admin/users").status_code == 200


@pytest.mark.parametrize("folder", ["archive", "uploads"])
def test_a_folder_that_takes_nothing_is_not_ready(client, folder):
    home = client.application.config["HOME"] / folder
    home.rename(home.with_name("gone"))
    assert told(client)[:2] == (503, [str(readiness.NO_STORE)])


def test_a_deaf_watcher_is_told(client, monkeypatch):
    assert told(client)[0] == 200
    monkeypatch.setattr(readiness, "DEAF", 0.2)
    live.end_streams(client.application)
    with client.application.app_context():
        readiness.write()  # wakes it for the last time
    client.application.extensions["washline-news"].watcher.join()
    status, problems, _ = told(client)
    assert (status, problems) == (503, [str(readiness.UNHEARD)])


@pytest.mark.on_both
def test_what_was_given_up_and_what_nobody_does_is_warned_of(client):
    with client.application.app_context():
        now = clock.now()
        db.session.add(Job(kind="render", payload={}, state="failed", due=now))
        db.session.add(Job(kind="render", payload={}, due=now - 2 * readiness.IDLE))
        db.session.commit()
    status, problems, warnings = told(client)
    assert (status, problems) == (200, [])
    assert warnings == [
        "Jobs given up by the worker: 1. See “Failed jobs”.",
        str(readiness.IDLE_WORKER),
    ]
    with client.application.app_context():
        db.session.add(
            Job(
                kind="render",
                payload={},
                due=now,
                leased_by="a worker",
                leased_until=now + readiness.IDLE,
            )
        )
        db.session.commit()
    assert told(client)[2] == warnings[:1], "a worker that has much to do works"


def test_in_the_reader_s_language(client):
    with client.application.app_context():
        db.session.add(Job(kind="render", payload={}, state="failed", due=clock.now()))
        db.session.commit()
    answer = client.get("/readyz", headers={"Accept-Language": "zh-CN"})
    assert re.search("[\u4e00-\u9fff]", answer.json["warnings"][0])
