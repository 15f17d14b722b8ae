"""The witness in a second place: what whoever owns the whole database could do shows against it,
and what it does not cover is said.
"""

import os
import time
from contextlib import closing
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import select, text

from app import verification
from app.extensions import db
from app.flow.documents import DOSSIER
from app.jobs import worker
from app.models.master import Supplier
from app.models.master.dictionary import TABLES
from app.models.master.editing import change, create
from app.models.records.event import FIRST, Event, digest, guard_ledgers
from app.models.records.papers.document import Document
from app.storage import witness
from app.verification import files
from tests.serving import house


@pytest.fixture
def seen(house, tmp_path):
    """A house with two anomalies whose witness stands elsewhere; a third is not covered yet."""
    house.environment["WASHLINE_WITNESS"] = str(tmp_path / "second" / "place")
    house.report()
    house.report()
    assert "chains" in house.run("witness").stdout
    house.report()
    return house


def found(house):
    """Faults, and what is told beside them."""
    with house.app() as app:
        app.config["WITNESS"] = house.environment["WASHLINE_WITNESS"]
        checks = list(verification.check())
    return [fault for check in checks for fault in check.faults], [
        note for check in checks for note in check.told
    ]


def alter(house, *statements, rehash=()):
    """Change the database as its owner could, and make the chains hold again."""
    with house.app():
        for name in db.session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            db.session.execute(text(statement))
        for flow, record in rehash:
            head = FIRST
            for event in db.session.scalars(
                select(Event)
                .where(Event.flow == flow, Event.record_id == record)
                .order_by(Event.seq)
            ):
                event.previous, event.hash = head, digest(head, event.body)
                head = event.hash
            db.session.flush()
            db.session.execute(text(f"UPDATE {flow} SET head = '{head}' WHERE id = {record}"))
        guard_ledgers(db.session.connection())
        db.session.commit()


def test_what_no_witness_covers_yet_is_said(seen):
    faults, told = found(seen)
    assert faults == [] and [
        note for note in told if "no witness covers yet: 1 events since" in note
    ], told
    seen.run("witness")
    assert found(seen) == ([], [])


def test_heads_of_master_data_are_witnessed_too(seen):
    with seen.app():
        names = {"code": "SUP-01", "name_zh": "甲", "name_en": "A"}
        create(TABLES["supplier"], names, by=None)
        db.session.commit()
    seen.run("witness")
    assert found(seen) == ([], [])
    with seen.app():
        row = Supplier.by_code("SUP-01")
        change(TABLES["supplier"], row, {"name_en": "B"}, by=None, revision=row.revision)
        db.session.commit()
    seen.run("witness")
    assert found(seen) == ([], [])


def test_a_rewritten_history_shows(seen):
    alter(
        seen,
        "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND record_id = 1",  # noqa: E501
        "UPDATE anomaly SET description = '没事' WHERE id = 1",
        rehash=[("anomaly", 1)],
    )
    assert found(seen)[0] == [
        "anomaly 1: event 1 is not the one that the witness saw: its chain was rewritten"
    ]


def test_an_anomaly_removed_with_its_chain_shows(seen):
    alter(
        seen,
        "DELETE FROM event WHERE flow = 'anomaly' AND record_id >= 2",
        "DELETE FROM search_subject",
        "DELETE FROM search_entry",
        "DELETE FROM anomaly WHERE id >= 2",
        "UPDATE series SET last = 1",
    )
    faults, _ = found(seen)
    assert "anomaly 2: event 1, which the witness saw, is gone" in faults
    assert any(fault.startswith("anomaly: the witness counted 2 at") for fault in faults)


def test_a_database_set_back_shows(seen, tmp_path):
    with closing(pysqlite3.connect(seen.home / "washline.sqlite3")) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "kept"),))
    seen.report()
    seen.run("witness")
    for suffix in ("", "-wal", "-shm"):
        (seen.home / f"washline.sqlite3{suffix}").unlink(missing_ok=True)
    (tmp_path / "kept").rename(seen.home / "washline.sqlite3")
    assert any("which the witness saw, is gone" in fault for fault in found(seen)[0])


def test_what_restore_set_back_is_told_and_no_fault(seen, tmp_path):
    assert seen.run("backup", tmp_path / "b.tar").returncode == 0
    seen.report()
    seen.run("witness")
    answer = seen.run("restore", tmp_path / "b.tar", "--replace")
    assert answer.returncode == 0, answer.stderr
    faults, told = found(seen)
    assert faults == [] and any(
        "set back by `washline restore` to b.tar, made 20" in note for note in told
    ), (faults, told)
    assert "set back by" in seen.run("verify").stdout


def test_a_line_taken_from_the_witness_shows(seen):
    seen.run("witness")
    file = next(Path(seen.environment["WASHLINE_WITNESS"]).glob("witness-*.jsonl"))
    seen.run("witness")
    kept = file.read_text().splitlines(keepends=True)
    file.write_text("".join(kept[:1] + kept[2:]))
    assert any(
        "lines of the witness were altered or taken away" in fault for fault in found(seen)[0]
    )


def test_each_dossier_tells_the_witness_and_a_full_place_stops_nothing(house, tmp_path):
    with house.app() as app:
        app.config["WITNESS"] = tmp_path / "second"
        app.config["WITNESS"].write_text("no folder")
        house.report(DOSSIER)
        number = db.session.scalar(select(Document.id))
        worker.JOBS["render"].after({"document": number})
        app.config["WITNESS"].unlink()
        worker.JOBS["render"].after({"document": number})
        assert [line["why"] for line, _ in witness.lines(witness.folder())] == ["dossier"]
        witness.hourly()
        assert len(list(witness.lines(witness.folder()))) == 1, "an hour is not over"


def test_a_strange_file_that_was_just_put_there_is_named_and_one_being_attached_is_not(
    house, monkeypatch
):
    """What a form has stored but not committed yet is waited for, not taken for a stranger; a
    stranger is told at once.
    """
    monkeypatch.setattr(files, "FILING", 2)
    stray, coming = (
        house.home / "archive" / "2026" / name
        for name in ("DOS-2026-00008.pdf", "DOS-2026-00009.pdf")
    )
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"%PDF")
    coming.write_bytes(b"%PDF")
    known = files.named
    monkeypatch.setattr(
        files,
        "named",
        lambda session: (
            {*known(session)}
            | ({"archive/2026/DOS-2026-00009.pdf"} if session is not db.session() else set())
        ),
    )
    with house.app():
        faults = [fault for check in verification.check() for fault in check.faults]
    assert faults == [
        "archive/2026/DOS-2026-00008.pdf: no document and no attachment names this file"
    ]


def test_strange_files_and_dropped_triggers_are_named(house):
    stray = house.home / "archive" / "2026" / "DOS-2026-00009.pdf"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"%PDF")
    os.utime(stray, (time.time() - 3600,) * 2)
    with house.app():
        db.session.execute(text("DROP TRIGGER event_no_update"))
        db.session.execute(text("DROP TRIGGER stock_movement_no_delete"))
        db.session.execute(
            text(
                "CREATE TRIGGER stock_movement_no_delete BEFORE DELETE ON stock_movement BEGIN "
                "SELECT 1; END"
            )
        )
        db.session.execute(text("CREATE TRIGGER other AFTER INSERT ON event BEGIN SELECT 1; END"))
        db.session.commit()
        faults = [fault for check in verification.check() for fault in check.faults]
    assert faults == [
        "trigger event_no_update is missing",
        "trigger stock_movement_no_delete does not do what it should",
        "trigger other is none of Washline's",
        "archive/2026/DOS-2026-00009.pdf: no document and no attachment names this file",
    ]
