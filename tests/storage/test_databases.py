"""The databases the tests run on are real, empty and separate, and end with their process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests import databases

pytestmark = pytest.mark.on_both

ROOT = Path(__file__).resolve().parents[2]


def answer(url, question):
    """The single value with which the database at `url` answers."""
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(question))
        value = result.scalar() if result.returns_rows else None
    engine.dispose()
    return value


def test_each_kind_answers(empty_database):
    assert answer(empty_database, "SELECT 1") == 1


def test_a_fresh_database_forgets_the_former_one():
    server = databases.postgres_url()
    url = databases.fresh_database(server, "twice")
    answer(url, "CREATE TABLE lot (number text)")
    assert answer(url, "SELECT to_regclass('lot')") == "lot"
    assert answer(databases.fresh_database(server, "twice"), "SELECT to_regclass('lot')") is None


def test_a_template_is_copied():
    server = databases.postgres_url()
    template = databases.fresh_database(server, "filled")
    answer(template, "CREATE TABLE lot (number text)")
    copy = databases.fresh_database(server, "copied", template="filled")
    assert answer(copy, "SELECT to_regclass('lot')") == "lot"


def test_the_server_keeps_chinese_text():
    url = databases.fresh_database(databases.postgres_url(), "chinese")
    assert answer(url, "SELECT length('料体批')") == 3


def test_a_killed_run_leaves_no_server_behind():
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from tests import databases; print(databases.postgres_url(), flush=True); input()",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "WASHLINE_TEST_POSTGRES"},
    )
    folder = Path(make_url(run.stdout.readline().strip()).query["host"])
    assert folder.exists()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


def test_a_machine_without_postgresql_is_told_so(monkeypatch):
    monkeypatch.setattr(databases.Path, "glob", lambda *_: [])
    monkeypatch.setattr(databases.shutil, "which", lambda _: None)
    try:
        databases._binaries()
    except RuntimeError as error:
        assert "apt-get install postgresql" in str(error)
    else:
        raise AssertionError("a missing server must fail the tests, never skip them")
