"""What a monitor reads at ``/metrics``: behind its token, added up over all processes, and nothing
about a person.
"""

import fcntl
import os
import signal
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, select, update

from app import clock, metrics
from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.flow.documents import MATERIAL_SHEET
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User, UserSession
from app.models.records.papers.document import FAILED, FIRST_DUE, Job
from app.storage import backup, last_done, witness
from tests.cli.test_cli import one_sentence
from tests.serving import PATIENCE, called, house, until

TOKEN = "a-token-of-a-monitor-0123456789"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(house):
    """A house with two web processes, where a monitor may look."""
    file = house.home / "token"
    file.write_text(f"{TOKEN}\n")
    house.environment |= {
        "WASHLINE_METRICS_TOKEN_FILE": str(file),
        "WASHLINE_PROCESSES": "2",
    }
    return house


@pytest.fixture
def figures(app):
    """What the application tells a monitor, asked when called."""
    app.config["METRICS_TOKEN"] = TOKEN
    client = app.test_client()
    return lambda: read(client.get("/metrics", headers=SHOWN).text)


def read(text):
    """Every figure, by its name and labels as they are written."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            name = f"{sample.name}{{{labels}}}".removesuffix("{}")
            assert name not in found, "told twice"
            found[name] = sample.value
    return found


def asked(server):
    answer = server.get("/metrics", SHOWN)
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.read().decode())


# The token


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer ä€"},
    ],
)
def test_without_the_token_nothing_is_told(app, headers):
    app.config["METRICS_TOKEN"] = TOKEN
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = app.test_client().get("/metrics", headers=headers | {"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "WASHLINE_METRICS_TOKEN_FILE" in answer.text and "washline_" not in answer.text


@pytest.mark.parametrize("headers", [{}, SHOWN, {"Authorization": "Bearer "}])
def test_where_no_token_is_set_nothing_is_told_to_anybody(app, login_as, headers):
    for browser in (app.test_client(), login_as("admin")):
        assert browser.get("/metrics", headers=headers).status_code == 403


def test_a_monitor_needs_no_login_and_keeps_none_alive(app, login_as, figures):
    browser, before = login_as("admin"), datetime.now(UTC) - timedelta(minutes=5)
    with app.app_context():
        db.session.execute(update(UserSession).values(touched=before))
        db.session.commit()
    assert browser.get("/metrics", headers=SHOWN).status_code == 200
    assert browser.get("/metrics").status_code == 403
    with app.app_context():
        assert db.session.scalars(select(UserSession.touched)).all() == [before]


@pytest.mark.parametrize(
    "content", [None, b"", b"\n", b"too-short", b"two words of enough length", b"\xff" * 40]
)
def test_a_token_that_cannot_be_refuses_the_start(watched, content):
    file = watched.home / "token"
    file.unlink() if content is None else file.write_bytes(content)
    said = one_sentence(watched.run("serve"))
    assert "WASHLINE_METRICS_TOKEN_FILE" in said and str(file) in said
    assert watched.run("verify").returncode == 0


# What the plant's state is


def waiting(**values):
    return Job(kind="render", payload={}, **values)


@pytest.mark.on_both
def test_the_queue_tells_how_long_the_oldest_job_has_waited(app, figures):
    def age():
        return round(figures()["washline_queue_age_seconds"] / 60)

    assert (age(), figures()["washline_jobs_due"]) == (0, 0)
    now = datetime.now(UTC)
    soon, minutes = now + timedelta(minutes=5), timedelta(minutes=1)
    with app.app_context():
        db.session.add_all(
            [
                waiting(due=now - 10 * minutes),
                waiting(due=now - 5 * minutes),
                waiting(due=now - 20 * minutes, leased_until=soon, leased_by="another"),
                waiting(due=now - 40 * minutes, state="done"),
                waiting(due=soon),
                waiting(due=FIRST_DUE),
                *(waiting(due=now - 60 * minutes, state=FAILED) for _ in range(3)),
            ]
        )
        db.session.commit()
    assert age() == 10
    told = figures()
    assert (told["washline_jobs_due"], told["washline_jobs_failed"]) == (4, 3)
    with app.app_context():
        db.session.execute(update(Job).values(leased_until=now - minutes))
        db.session.commit()
    assert age() == 20, "a lease that ran out"


@pytest.mark.on_both
def test_anomalies_past_their_clock_are_counted_until_they_are_resolved(house):
    house.report()
    house.report()
    with house.app() as app:
        app.config["METRICS_TOKEN"] = TOKEN

        def overdue():
            client = app.test_client()
            return read(client.get("/metrics", headers=SHOWN).text)["washline_anomalies_overdue"]

        def stands(stage, **ago):
            since = clock.now() - timedelta(**ago)
            db.session.execute(
                update(Anomaly).where(Anomaly.id == 1).values(stage=stage, since=since)
            )
            db.session.commit()

        new, known, done = (stage.key for stage in ANOMALIES.stages)
        assert overdue() == 0
        stands(new, minutes=16)
        assert overdue() == 1
        stands(known, minutes=16)
        assert overdue() == 0
        stands(known, hours=5)
        assert overdue() == 1
        stands(done, days=5000)
        assert overdue() == 0


def test_no_statement_grows_with_the_past(app, figures):
    """Each reads an index, or the handful of settings."""
    asked_for = []
    with app.app_context():
        engine = db.engine

    def keep(_connection, _cursor, statement, parameters, *_):
        asked_for.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    figures()
    event.remove(engine, "before_cursor_execute", keep)
    assert len(asked_for) >= 5
    with engine.connect() as connection:
        plans = [
            row[3]
            for statement, parameters in asked_for
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    scans = [plan for plan in plans if plan.startswith("SCAN")]
    assert not [plan for plan in scans if plan != "SCAN stage_setting"], plans
    assert any("ix_job_state_due" in plan for plan in plans)
    assert any("ix_anomaly_board" in plan for plan in plans)


def test_what_was_never_done_is_told_as_such(figures):
    told = figures()
    assert told["washline_last_backup_timestamp_seconds"] == 0
    assert told["washline_last_verify_timestamp_seconds"] == 0
    assert told["washline_witness_age_seconds"] == float("inf")


def test_backup_verification_and_witness_are_told_once_done(watched, tmp_path):
    watched.report()
    began = datetime.now(UTC).timestamp() - 1
    assert watched.run("backup", tmp_path / "kept.tar").returncode == 0
    assert watched.run("verify").returncode == 0
    with watched.serving() as server:
        until(lambda: asked(server)["washline_witness_age_seconds"] < PATIENCE)
        told = asked(server)
    for what in ("backup", "verify"):
        assert told[f"washline_last_{what}_timestamp_seconds"] >= began
    assert told["washline_last_verify_faults"] == 0
    with watched.app() as app:
        db.session.execute(update(Anomaly).values(stage=ANOMALIES.stages[1].key))
        db.session.commit()
        assert watched.run("verify").returncode == 1
        app.config["METRICS_TOKEN"] = TOKEN
        told = read(app.test_client().get("/metrics", headers=SHOWN).text)
    assert told["washline_last_verify_faults"] == 1


def test_a_line_that_another_machine_wrote_counts_as_the_witness(house):
    with house.app() as app:
        witness.write("command")
        kept = last_done.told(app.config["HOME"], last_done.WITNESS)
        (house.home / last_done.FOLDER / last_done.WITNESS).unlink()
        witness.hourly()
        assert last_done.told(app.config["HOME"], last_done.WITNESS) == kept


def test_what_cannot_be_noted_stops_no_backup(house, tmp_path):
    (house.home / last_done.FOLDER).write_text("in the way")
    with house.app() as app:
        backup.make(app, tmp_path / "kept.tar")
        assert (tmp_path / "kept.tar").exists()
        assert last_done.told(app.config["HOME"], last_done.BACKUP) is None


def test_a_database_that_does_not_answer_is_told_and_the_rest_beside_it(app, figures):
    with app.app_context():
        engine = db.engine

    def refuse(*_):
        raise engine.dialect.dbapi.OperationalError("gone")

    event.listen(engine, "before_cursor_execute", refuse)
    told = figures()
    event.remove(engine, "before_cursor_execute", refuse)
    assert told["washline_database_up"] == 0 and "washline_witness_age_seconds" in told
    assert "washline_queue_age_seconds" not in told
    assert figures()["washline_database_up"] == 1


# What is counted, by several processes


def web(server):
    return [child for child in server.children() if called(child) == "washline-web"]


@pytest.mark.on_both
def test_every_process_counts_and_whoever_is_asked_tells_of_all(watched, kind):
    watched.report(MATERIAL_SHEET)
    cookie = watched.log_in()
    pages = "washline_requests_total{group=auth,method=GET,status=2xx}"
    with watched.serving() as server:
        for _ in range(20):
            assert server.get("/account", cookie).status == 200
        assert server.get("/nowhere", cookie).status == 404
        told = asked(server)
        assert told[pages] == 20
        assert told["washline_requests_total{group=none,method=GET,status=4xx}"] == 1
        assert told["washline_request_seconds_count{group=auth,method=GET}"] == 20
        assert told["washline_request_seconds_bucket{group=auth,le=+Inf,method=GET}"] == 20
        assert told["washline_request_seconds_sum{group=auth,method=GET}"] > 0
        # many that ask at once are spread over both processes
        held = [HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(8)]
        for connection in held:
            connection.request("GET", "/account", headers=cookie)
        for connection in held:
            assert connection.getresponse().status == 200
        for _ in range(10):
            assert asked(server)[pages] == 28
        # the worker, which prints the sheet, counts as well
        lock = "washline_write_lock_wait_seconds_count"
        if kind == "sqlite":
            until(lambda: asked(server)[lock] > 0)
        else:
            assert lock not in asked(server), "not known there"
        # what a process has counted outlives it
        before = web(server)
        for victim in before:
            os.kill(victim, signal.SIGKILL)
            until(lambda gone=victim: len(web(server)) == 2 and gone not in web(server))
        until(server.answers)
        assert server.get("/account", cookie).status == 200
        assert asked(server)[pages] == 29


def counts_of(server):
    """The folder that a server counts in."""
    links = Path(f"/proc/{server.process.pid}/fd").iterdir()
    return next(
        Path(link).parent for link in map(os.readlink, links) if "washline-metrics-" in link
    )


def is_free(lock):
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_what_a_killed_server_counted_in_is_gone_after_the_next_start(watched):
    with watched.serving() as running:
        with pytest.raises(AssertionError), watched.serving() as killed:
            left, children = counts_of(killed), killed.children()
            killed.process.send_signal(signal.SIGKILL)
            killed.process.wait(PATIENCE)
        until(lambda: not [child for child in children if called(child)])
        assert left.exists()
        until(lambda: is_free(left / "0.lock"))  # whoever was just being forked holds it, too
        with watched.serving() as after:
            assert not left.exists() and counts_of(running).exists()
            stopped = counts_of(after)
        assert not stopped.exists() and asked(running)


def test_open_streams_are_counted_while_they_are_open(watched):
    cookie = watched.log_in()
    with watched.serving() as server:

        def streams():
            return asked(server)["washline_open_streams"]

        assert streams() == 0
        held = [server.get("/live", cookie) for _ in range(5)]
        until(lambda: streams() == 5)
        for victim in web(server):
            os.kill(victim, signal.SIGKILL)
            until(lambda gone=victim: len(web(server)) == 2 and gone not in web(server))
        del held
        until(server.answers)
        again = server.get("/live", cookie)
        until(lambda: streams() == 1)
        again.close()


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """This process counts as a server's does."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setattr(metrics, "counted", None)
    folder = tmp_path / "counts"
    folder.mkdir()
    metrics.begin(folder, locks=True)


def test_a_committed_move_is_counted_and_a_refused_one_is_not(walk, counting):
    walk.app.config["METRICS_TOKEN"] = TOKEN

    def moves():
        answer = walk.app.test_client().get("/metrics", headers=SHOWN)
        return read(answer.text).get("washline_moves_total{flow=anomaly}", 0)

    anomaly = walk.anomaly()
    before = moves()
    walk.do("supervisor", anomaly, "acknowledge")
    assert moves() == before + 1
    assert walk.post("supervisor", anomaly, "acknowledge").status_code == 409
    assert walk.post("operator", anomaly, "resolve", measures="x").status_code == 403
    assert moves() == before + 1
    with walk.app.app_context():
        walk.record(anomaly).perform("resolve", by=None, measures="x")
        db.session.rollback()
        db.session.commit()
    assert moves() == before + 1


def test_nothing_is_counted_where_nobody_may_look(house):
    with house.serving() as server:
        assert server.get("/metrics", SHOWN).status == 403
