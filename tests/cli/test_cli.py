"""The commands an administrator types: exit codes, one sentence when something is wrong, and
what verify finds.
"""

import io
import os
import pty
import re
import signal
import socket
import subprocess
import sys

import pytest
from sqlalchemy import select, text

from app import server, verification
from app.cli import COMMANDS, progress
from app.extensions import db
from app.jobs import worker
from app.models.people.user import User
from app.models.records.event import guard_ledgers
from app.models.records.papers.document import Document
from app.models.records.rules.setting import is_demo, mark_demo
from app.security import demo_password, hash_password, verify
from app.storage import archive
from tests import commands
from tests.serving import PATIENCE, WASHLINE, House, Server, called, house, until


@pytest.fixture
def worked(house):
    """A house with three anomalies, the second with a filed document."""
    house.report()
    number = house.order_sheet()
    with house.app():
        worker.file_document(
            {"document": number}, archive.store(db.session.get_one(Document, number), b"%PDF")
        )
        db.session.commit()
    house.report()
    return house


def one_sentence(answer):
    assert answer.returncode == 1, answer.stdout
    assert re.fullmatch(r"washline: [^\n]+\n", answer.stderr), answer.stderr
    return answer.stderr


def tamper(house, *statements):
    """Change the database as its owner could: without triggers, without the application."""
    with house.app():
        for table in ("event", "stock_movement"):
            for verb in ("update", "delete", "truncate"):
                if db.engine.dialect.name == "sqlite":
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
                else:
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}"))
        for statement in statements:
            db.session.execute(text(statement))
        guard_ledgers(db.session.connection())
        db.session.commit()


# Help and errors


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command, tmp_path):
    answer = House(tmp_path, "sqlite://").run(*command.split(), "--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("Usage: washline")
    assert not list(tmp_path.iterdir()), "asking for help makes nothing"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["fly"], "No such command 'fly'"),
        (["serve", "--port", "ten"], "'ten' is not a valid integer"),
        (["restore", "/nowhere/at.all"], "does not exist"),
        (["backup"], "Missing argument 'FILE'"),
    ],
)
def test_what_is_typed_wrongly_is_told_in_a_sentence(tmp_path, typed, found):
    answer = House(tmp_path, "sqlite://").run(*typed)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert re.fullmatch(r"washline: [^\n]+; see `washline[a-z ]* --help`\n", answer.stderr), (
        answer.stderr
    )
    assert found in answer.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://a/b"),
        ("WASHLINE_HOME", "/proc/none"),
        ("WASHLINE_PROXY_HOPS", "one"),
        ("WASHLINE_SECRET_FILE", "/nowhere/at.all"),
        ("WASHLINE_SECRET_FILE", "/dev/null"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path, setting, value):
    house = House(tmp_path, "sqlite://")
    house.environment[setting] = value
    said = one_sentence(house.run("verify"))
    assert setting in said and "Error" not in said


def test_a_database_out_of_reach_is_told_in_a_sentence(tmp_path):
    nowhere = House(tmp_path, f"postgresql://nobody@/none?host={tmp_path}")
    for command in (["verify"], ["serve", "--port", "1"], ["backup", tmp_path / "x.tar"]):
        one_sentence(nowhere.run(*command))


def test_options_override_the_environment(house, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    answer = house.run(
        "verify", "--home", elsewhere, "--database", f"sqlite:///{elsewhere}/other.sqlite3"
    )
    assert "empty" in one_sentence(answer)
    assert elsewhere.is_dir()


# serve


def test_serve_prepares_an_empty_database(tmp_path):
    house = House(tmp_path / "new", "")
    with house.serving() as running:
        assert running.get("/healthz").status == 200
    assert house.run("verify").returncode == 0


def test_serve_answers_to_the_names_it_knows(house):
    house.environment["WASHLINE_URL"] = "https://plant.example"
    with house.serving() as running:
        answers = [
            running.get("/login", {"Host": name}).status
            for name in ("plant.example", "localhost", "evil.example")
        ]
    assert answers == [200, 200, 400]
    del house.environment["WASHLINE_URL"]
    assert "WASHLINE_URL or WASHLINE_HOSTS" in one_sentence(house.run("serve", "--host", "0.0.0.0"))


def test_a_real_start_says_what_could_be_better(house, kind):
    server = Server(house)
    try:
        until(server.answers)
    finally:
        server.process.send_signal(signal.SIGTERM)
        _, said = server.process.communicate(PATIENCE)
    assert "codes on papers hold a bare number" in said
    assert ("owns the record" in said) == (kind == "postgresql")


def test_serve_tells_a_port_that_is_taken(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "port" in one_sentence(house.run("serve", "--port", taken.getsockname()[1])).lower()


def test_serve_refuses_a_database_without_its_triggers(house):
    with house.app():
        on = "" if db.engine.dialect.name == "sqlite" else " ON event"
        db.session.execute(text(f"DROP TRIGGER event_no_update{on}"))
        db.session.commit()
    assert "append-only" in one_sentence(house.run("serve"))


def test_a_real_start_refuses_the_demo_s_passwords(house):
    with house.app():
        db.session.scalars(select(User)).one().password_hash = hash_password(demo_password("zhao"))
        db.session.commit()
    assert "zhao" in one_sentence(house.run("serve"))
    assert "not a demo" in one_sentence(house.run("serve", "--demo"))
    with house.app():
        mark_demo()
        db.session.commit()
        assert is_demo()
    assert "--demo" in one_sentence(house.run("serve"))
    with house.serving("--demo") as running:
        assert running.get("/healthz").status == 200


def test_ctrl_c_stops_everything(house):
    with house.serving() as running:
        children = running.children()
        running.process.send_signal(signal.SIGINT)
        running.process.wait(PATIENCE)
    assert not [child for child in children if called(child)]


def test_a_killed_server_leaves_nobody_behind(house):
    process = None
    with pytest.raises(AssertionError), house.serving() as running:
        process, children = running.process, running.children()
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    until(lambda: not [child for child in children if called(child)])


def orphan():
    server.become("washline-orphan", parent=0, ended_by=signal.SIGTERM)
    print("lives on", flush=True)


def test_who_was_just_forked_when_the_server_was_killed_ends_too():
    forked = commands.Command([], dict(os.environ), work=orphan)
    assert forked.wait(PATIENCE) == 0
    assert not forked.lines()


def test_pages_are_capped_but_streams_are_not():
    inside, waiting = [], server.capped(lambda environ, start: inside.append(1) or iter([b"x"]), 1)
    streams = [waiting({"wsgi.input": io.BytesIO()}, None) for _ in range(3)]
    assert len(inside) == 3
    assert [list(stream) for stream in streams] == [[b"x"]] * 3


# verify


def test_verify_says_what_it_checked(worked):
    answer = worked.run("verify")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert re.search(r"^ok +6 events", answer.stdout, re.MULTILINE)
    assert "1 filed documents" in answer.stdout
    assert answer.stdout.endswith("All is well.\n")


@pytest.mark.parametrize(
    "statement, found",
    [
        (
            "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND "
            "record_id = 2 AND seq = 1",
            "anomaly 2: event 1 was altered",
        ),
        (
            "UPDATE event SET clause = '9.9' WHERE flow = 'anomaly' AND record_id = 2 AND seq = 2",
            "anomaly 2: event 2 was altered outside its sealed body",
        ),
        (
            "UPDATE event SET previous = 'x' WHERE flow = 'anomaly' AND record_id = 2 AND seq = 2",
            "anomaly 2: event 2 does not follow the one before it",
        ),
        (
            "DELETE FROM event WHERE flow = 'anomaly' AND record_id = 2 AND seq = 1",
            "anomaly 2: event 1 was removed",
        ),
        (
            "DELETE FROM event WHERE flow = 'anomaly' AND record_id = 2 AND seq = 2",
            "anomaly 2: counts 2 events, but the last one on record is 1",
        ),
        (
            "UPDATE anomaly SET stage = 'resolved' WHERE id = 3",
            "anomaly 3: stands in resolved, but event 1 left it in reported",
        ),
        (
            "UPDATE anomaly SET head = 'x' WHERE id = 1",
            "anomaly 1: its head is not the hash of its last event",
        ),
        ("DELETE FROM anomaly WHERE id = 3", "anomaly 3: the record is gone, its events are not"),
        ("UPDATE document SET sha256 = 'x'", "its hash is not the one its event sealed"),
        ("UPDATE document SET sha256 = NULL", "an event filed it"),
        ("UPDATE document SET record_id = 1", "hangs on anomaly 1, but was filed for anomaly 2"),
        (
            "UPDATE anomaly SET since = '2026-01-01 00:00:00' WHERE id = 3",
            "anomaly 3: stands in reported since another moment",
        ),
        (
            "UPDATE \"user\" SET password_hash = 'x'",
            "user 1: password_hash is not what event 1 of user 1 wrote",
        ),
        ("INSERT INTO user_role VALUES (1, 'admin')", "user_role 1,admin: no event wrote it"),
        ("DELETE FROM user_role WHERE role = 'sales'", "user_role 1,sales: is gone"),
        (
            "UPDATE private_word SET value = NULL, nonce = NULL, erased_at = '2026-01-01 00:00:00'",
            "is empty, but was not erased",
        ),
    ],
)
def test_tampering_is_named(worked, statement, found):
    tamper(worked, statement)
    with worked.app():
        faults = [fault for check in verification.check() for fault in check.faults]
    assert any(found in fault for fault in faults), faults


def test_verify_names_the_first_event_altered_and_fails(worked):
    tamper(
        worked,
        "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND record_id > 1",  # noqa: E501
    )
    answer = worked.run("verify")
    assert answer.returncode == 1
    assert re.search(
        r"^FAULT .*\n +anomaly 2: event 1 was altered\n +anomaly 3: event 1 was altered\n",
        answer.stdout,
        re.MULTILINE,
    )
    assert re.fullmatch(r"washline: [^\n]+\n", answer.stderr)


def test_verify_finds_a_file_that_was_altered(worked):
    file = next(path for path in (worked.home / "archive").rglob("*.pdf"))
    file.write_bytes(b"%PDF other")
    answer = worked.run("verify")
    assert (answer.returncode, "its file was altered" in answer.stdout) == (1, True)
    file.unlink()
    assert "its file is missing" in worked.run("verify").stdout


# How far it has come


def on_terminal(house, *arguments):
    """What a command writes to a terminal on which its standard error is."""
    here, there = pty.openpty()
    done = subprocess.run(
        [WASHLINE, *arguments], env=house.environment, stdout=subprocess.PIPE, stderr=there
    )
    said = os.read(here, 1 << 16)
    os.close(here)
    os.close(there)
    assert done.returncode == 0
    return said.decode(), done.stdout.decode()


def test_a_terminal_sees_one_line_that_is_gone_at_the_end(worked, tmp_path):
    said, found = on_terminal(worked, "verify")
    assert "rows: " in said and found.endswith("All is well.\n") and "rows: " not in found
    assert "\n" not in said and said.endswith("\r\x1b[K")
    said, _ = on_terminal(worked, "backup", tmp_path / "a.tar")
    assert "the database …" in said or "files: 1" in said, said


def test_a_log_gets_a_line_now_and_then(monkeypatch, capsys):
    moments = iter([0, 1, 11, 22])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(moments))
    with progress.shown() as show:
        for done in (100, 2000):
            show("events", done, 3000)
        show("files", 7, 0)
    assert capsys.readouterr().err == "washline: events: 2,000 of 3,000\nwashline: files: 7\n"


# create-admin


def test_the_first_admin_is_made_and_may_log_in(house):
    answer = house.run(
        "create-admin", "qian", "--name", "钱", "--password-stdin", given="eine lange Reise\n"
    )
    assert answer.returncode == 0, answer.stderr
    with house.app():
        person = db.session.scalars(select(User).where(User.login == "qian")).one()
        assert (
            person.name,
            person.role_keys,
            verify(person.password_hash, "eine lange Reise"),
        ) == ("钱", {"admin"}, True)
    assert house.run("verify").returncode == 0


def test_a_taken_login_and_a_weak_password_are_refused(house):
    one_sentence(
        house.run(
            "create-admin", "zhao", "--name", "x", "--password-stdin", given="eine lange Reise\n"
        )
    )
    weak = one_sentence(
        house.run("create-admin", "sun", "--name", "x", "--password-stdin", given="12345678\n")
    )
    assert "among the first that others would try" in weak, "the command line speaks English"
    one_sentence(house.run("create-admin", "sun", "--name", "x", "--password-stdin", given=""))
    with house.app():
        assert len(db.session.scalars(select(User)).all()) == 1


def test_the_password_is_asked_twice_and_never_shown(house):
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [WASHLINE, "create-admin", "li", "--name", "李"],
        env=house.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )
    os.close(theirs)
    shown = b""
    for prompt in (b"Password: ", b"Password again: "):
        while prompt not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, b"eine lange Reise\n")
    while b"may now log in" not in shown:
        shown += os.read(ours, 1000)
    assert asking.wait(PATIENCE) == 0
    os.close(ours)
    assert b"Reise" not in shown


def test_who_does_not_answer_makes_nobody(house):
    answer = house.run("create-admin", "sun", given="")
    assert (answer.returncode, answer.stderr.splitlines()[-1]) == (
        130,
        "washline: broken off; nothing more was done",
    )


# demo


def test_a_database_in_use_never_becomes_a_demo(house):
    assert "never becomes a demo" in one_sentence(house.run("demo"))


# migration


def test_a_migration_is_written_in_no_other_folder(tmp_path):
    """Where it is called in a tree, tests/recipes/test_field.py has it written."""
    answer = commands.run(["migration", "nothing"], dict(os.environ), where=tmp_path)
    assert "call it in Washline's source tree" in one_sentence(answer)


def test_the_help_needs_no_application(tmp_path):
    code = (
        "import sys, app.cli; assert 'sqlalchemy' not in sys.modules and 'flask' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path).returncode == 0
