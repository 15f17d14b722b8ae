"""What proves the record holds a batch of it in memory, however long it is, and says how far it
has come.
"""

import os
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine.cursor import CursorFetchStrategy

from app import verification
from app.cli.verify import note
from app.extensions import db
from app.flow.documents import MATERIAL_SHEET
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode
from app.models.people.user import User
from app.models.records.papers.document import Document
from app.storage import witness
from app.verification import chains, events, files, messages, scratch, seals, words
from tests.serving import house

RECORDS, BATCH = 60, 10


@pytest.fixture
def small_batches(monkeypatch):
    for module in (chains, events, files, messages, scratch, seals, words):
        monkeypatch.setattr(module, "BATCH", BATCH)
    monkeypatch.setattr(witness, "PART", BATCH)


def report(count):
    """So many problems are reported, each with a paper."""
    person, code = db.session.scalar(select(User)), db.session.scalar(select(AnomalyCode.id))
    for _ in range(count):
        anomaly = Anomaly.create("report", by=person, description="漏液", code_id=code)
        Document.queue(anomaly, MATERIAL_SHEET)
    db.session.commit()
    db.session.expunge_all()


@contextmanager
def no_long_answers(monkeypatch):
    """No statement may bring more rows at once than some batches have; one that is fetched a batch
    at a time may go on for long.
    """
    rows = Counter()

    def one(strategy, result, *arguments, fetch=CursorFetchStrategy.fetchone, **more):
        row = fetch(strategy, result, *arguments, **more)
        rows[result.context] += row is not None
        return row

    def all_of(strategy, result, *arguments, fetch=CursorFetchStrategy.fetchall):
        found = fetch(strategy, result, *arguments)
        rows[result.context] += len(found)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(CursorFetchStrategy, "fetchone", one)
        patch.setattr(CursorFetchStrategy, "fetchall", all_of)
        yield
    long = [context.statement for context, number in rows.items() if number > 2 * BATCH]
    assert rows and not [statement for statement in long if "FROM sqlite_master" not in statement]


def test_verify_reads_a_batch_of_the_record_at_a_time(house, small_batches, monkeypatch):
    with house.app():
        report(RECORDS)
        witness.write("hourly")
        with no_long_answers(monkeypatch):
            assert not [check.faults for check in verification.check() if check.faults]
        note(witness.last_line(witness.folder())[1], "2026-01-01T00:00:00+00:00")
        report(RECORDS)
        with no_long_answers(monkeypatch):
            checks = list(verification.check(since=True))
        assert checks[0].given and not [check.faults for check in checks if check.faults]


def test_the_witness_is_told_a_batch_at_a_time(house, small_batches, monkeypatch):
    with house.app():
        report(RECORDS)
        with no_long_answers(monkeypatch):
            for line in witness.drawn("restore", None, {}):
                assert len(line["heads"]) <= BATCH


def test_what_is_laid_out_is_on_disk(tmp_path):
    """SQLite's own temporary databases are in memory, as it was built here."""
    laid_out = scratch.Scratch(tmp_path)
    laid_out.put("INSERT INTO place VALUES (?)", ((f"{n:0100}",) for n in range(200_000)))
    here = [
        file for file in Path("/proc/self/fd").iterdir() if "/.verify-" in os.path.realpath(file)
    ]
    assert sum(file.stat().st_size for file in here) > 10e6 and not list(tmp_path.iterdir())
    laid_out.close()
