"""What the server writes down: a record a line, plain or as JSON, with the id of its request, and
nobody's name.
"""

import json
import logging
import re
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app import logs
from app.extensions import db
from app.models.people.user import User
from app.models.records.papers.document import Job
from tests.serving import PATIENCE, Server, house, until
from tests.staff import make_user

KEYS = {"time", "level", "logger", "process", "message", "request_id"}


@pytest.fixture
def written(caplog):
    """What this process wrote down until now, as JSON."""
    caplog.handler.setFormatter(logs.Lines())
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


@pytest.mark.parametrize("given", ["7f3c-9.A_b", "x" * 64])
def test_a_plain_id_is_taken_over(client, given):
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", " ", "x" * 65, "a b", '"},{"', "净单", "a/b", "a\tb", "<i>"])
def test_another_one_is_replaced(client, given):
    headers = {"X-Request-ID": given.encode().decode("latin-1")}
    answers = [client.get("/nowhere", headers=headers).headers["X-Request-ID"] for _ in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{16}", made) for made in answers)
    assert answers[0] != answers[1]


def test_a_record_names_the_request_it_belongs_to(login_as, written):
    browser = login_as("operator")
    answers = [
        browser.get("/admin/users", headers={"X-Request-ID": given})
        for given in ("first", "second", "one to replace")
    ]
    records = [each for each in written() if each["logger"] == "washline.security"]
    told = [answer.headers["X-Request-ID"] for answer in answers]
    assert [each["request_id"] for each in records] == told
    assert told[:2] == ["first", "second"]
    assert f"user {browser.user_id} may not GET admin.users" in records[0]["message"]
    logging.getLogger("washline.security").warning("outside of a request")
    assert written()[-1]["request_id"] is None


@pytest.mark.parametrize("login", ["chen-jing", "nobody-of-that-name"])
def test_who_failed_to_log_in_is_told_by_number(app, client, written, login):
    number = make_user(app, "sales", login="chen-jing", name="陈静")
    answer = client.post("/login", data={"login": login, "password": "wrong-one-entirely"})
    assert answer.status_code in (401, 422)
    text = json.dumps(written(), ensure_ascii=False)
    assert f"login refused: user {number if login == 'chen-jing' else 'unknown'}" in text
    assert not [word for word in (login, "陈静", "wrong-one") if word in text]


@pytest.mark.on_both
@pytest.mark.parametrize("formatter", [logs.Lines, logs.Plain])
def test_a_fault_of_the_database_repeats_nothing_that_was_entered(app, caplog, formatter):
    """Neither the parameters nor the row that PostgreSQL tells of; where it happened is there."""
    make_user(app, "sales", login="chen-jing", name="陈静")
    caplog.handler.setFormatter(formatter())
    values = {"login": "chen-jing", "name": "陈静", "language": "en"}
    with app.app_context():
        try:
            db.session.execute(insert(User).values(values))
            raise AssertionError("it was taken twice")
        except IntegrityError as error:
            app.logger.exception("overtaken: %s", error)
            app.logger.warning("overtaken: %s", error)
        db.session.rollback()
    words = ("chen-jing", "陈静", json.dumps("陈静")[1:-1])
    assert not [word for word in words if word in caplog.text]
    assert "Traceback" in caplog.text and "INSERT INTO" in caplog.text
    assert caplog.text.count("overtaken") == 2


def test_a_search_leaves_no_words(login_as, written):
    browser = login_as("sales")
    browser.get("/find?q=陈静")
    browser.get("/admin/users?q=陈静")
    assert "may not" in json.dumps(written()) and "陈静" not in json.dumps(
        written(), ensure_ascii=False
    )


def said(house, ask):
    """What a server wrote on standard error while it was asked something."""
    server = Server(house)
    try:
        until(server.answers)
        ask(server)
    finally:
        server.process.send_signal(signal.SIGTERM)
        _, errors = server.process.communicate(PATIENCE)
    return errors


def trouble(house):
    """Have the worker fail at a job, and a visitor be refused."""

    def ask(server):
        with house.app():
            db.session.add(Job(kind="unheard of", payload={}, due=datetime.now(UTC)))
            db.session.commit()
        assert server.get("/metrics", {"X-Request-ID": "seen-1"}).status == 403
        until(lambda: any(error for _, _, error in house.jobs()))

    return ask


def test_a_server_writes_json_where_it_is_told_to(house):
    house.environment["WASHLINE_LOG"] = "json"
    records = [json.loads(line) for line in said(house, trouble(house)).splitlines()]
    assert all(set(each) - {"exception"} == KEYS for each in records)
    refused = next(each for each in records if each["logger"] == "washline.security")
    assert (refused["level"], refused["request_id"]) == ("WARNING", "seen-1")
    failed = next(each for each in records if each["logger"] == "app.jobs.worker")
    assert failed["level"] == "ERROR" and failed["request_id"] is None
    assert "Traceback" in failed["exception"] and failed["process"] != refused["process"]
    assert len([each for each in records if "WASHLINE_WITNESS" in each["message"]]) == 1


def test_a_server_writes_plain_lines_otherwise(house):
    lines = said(house, trouble(house)).splitlines()
    moment = r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00"
    assert all(re.match(rf"{moment} [A-Z]+ [\w.]+ \[\S+\] |    ", line) for line in lines), lines
    assert [line for line in lines if " WARNING washline.security [seen-1] no token" in line]
    assert [line for line in lines if " ERROR app.jobs.worker [-] job " in line]
    assert "    Traceback (most recent call last):" in lines


def test_nothing_that_was_sent_looks_like_a_record_of_its_own():
    record = logging.LogRecord(
        "x", logging.ERROR, "", 1, "GET %s", ("/\nERROR forged\u2028x",), None
    )
    assert "\nERROR" not in logs.Plain().format(record)
    assert len(logs.Lines().format(record).splitlines()) == 1


def test_another_form_is_refused(house):
    house.environment["WASHLINE_LOG"] = "xml"
    answer = house.run("serve")
    assert answer.returncode == 1 and "WASHLINE_LOG is plain or json" in answer.stderr
