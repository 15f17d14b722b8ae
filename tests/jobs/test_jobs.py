"""The outbox: every job is settled once, whoever is killed, and nothing that failed is
forgotten.
"""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app import verification
from app.blueprints.jobs import MADE_BY
from app.database import only_reading, reading
from app.extensions import db
from app.jobs import leases, rounds
from app.jobs import worker as jobs
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.idempotency import Answer
from app.models.records.papers.document import Document, Job
from app.storage import archive
from tests.jobs import waiting_press
from tests.serving import PATIENCE, house, until

PDF = b"%PDF-1.7 a page\n%%EOF\n"


@pytest.fixture
def press(monkeypatch):
    """Stand in for the press: ``press.pages`` is what it gives, an exception is what it raises."""
    import app.documents

    class Press:
        pages, printed = PDF, []

        def produce(self, document):
            self.printed.append(document.number)
            if isinstance(self.pages, Exception):
                raise self.pages
            return self.pages

    found = Press()
    found.printed = []
    monkeypatch.setattr(app.documents, "produce", found.produce, raising=False)
    return found


def work_once(house, me="test:1"):
    with house.app():
        return jobs.do_next(me)


def filings(house):
    with house.app():
        return [
            e.data
            for e in db.session.scalars(
                select(Event).where(Event.action == "file_document").order_by(Event.id)
            )
        ]


def true_to_record(house):
    with house.app():
        return not [fault for check in verification.check() for fault in check.faults]


def test_who_waits_for_a_job_does_not_wait_for_what_comes_round(house, press, monkeypatch):
    house.order_sheet()
    house.order_sheet()
    stopping, seen = threading.Event(), []

    def look():
        seen.append([state for state, *_ in house.jobs()])
        if len(seen) == 2:
            stopping.set()

    monkeypatch.setattr(rounds, "others", lambda: (rounds.Round(60, look), rounds.Round(60, look)))
    with house.app() as app:
        jobs.run(app, stopping)
    assert seen == [["waiting", "done"], ["done", "done"]]


@pytest.mark.on_both
def test_a_document_is_filed_with_its_event(house, press):
    number = house.order_sheet()
    assert work_once(house)
    document = house.document(number)
    filed = archive.stored(PDF)
    assert (document.sha256, document.size) == (filed.sha256, filed.size)
    assert filings(house) == [
        {
            "document": document.number,
            "kind": "material_prep",
            "sha256": filed.sha256,
            "size": filed.size,
        }
    ]
    with house.app():
        assert archive.read(document) == PDF
    assert house.jobs() == [("done", 1, None)]
    assert not work_once(house)
    assert true_to_record(house)


@pytest.mark.on_both
def test_filing_raises_the_face_and_leaves_the_lock(house, press):
    number = house.order_sheet()
    with house.app():
        before = db.session.get_one(Document, number).record
        version, face = before.version, before.face
    work_once(house)
    with house.app():
        after = db.session.get_one(Document, number).record
        assert (after.version, after.face) == (version, face + 1)


def test_the_newest_is_made_first(house, press):
    first, second = house.order_sheet(), house.order_sheet()
    while work_once(house):
        pass
    assert press.printed == [house.document(second).number, house.document(first).number]


def test_a_failure_is_tried_again_later_and_kept_after_the_last_attempt(house, press):
    house.order_sheet()
    press.pages = RuntimeError("no paper")
    for attempt in range(1, len(leases.WAITS) + 2):
        assert work_once(house)
        assert not work_once(house), "it waits before the next attempt"
        last = attempt > len(leases.WAITS)
        assert house.jobs() == [
            ("failed" if last else "waiting", attempt, "RuntimeError: no paper")
        ]
        with house.app():
            db.session.execute(update(Job).values(due=datetime.now(UTC)))
            db.session.commit()
    assert not work_once(house)
    assert filings(house) == []


def test_what_waits_for_another_document_is_no_failure(house, press):
    from app.documents import Unfinished

    number = house.order_sheet()
    press.pages = Unfinished("a sheet is missing")
    for _ in range(len(leases.WAITS) + 3):
        assert work_once(house)
        assert house.jobs() == [("waiting", 0, "a sheet is missing")]
        with house.app():
            db.session.execute(update(Job).values(due=datetime.now(UTC)))
            db.session.commit()
    press.pages = PDF
    assert work_once(house)
    assert house.document(number).sha256


@pytest.mark.on_both
def answers():
    """The keys of the forms that were carried out; the worker may write meanwhile."""
    with only_reading():
        keys = db.session.scalars(select(Answer.key)).all()
        db.session.rollback()
    return keys


def test_what_nobody_asks_for_any_more_is_forgotten(house, press):
    """Old answers and old jobs that were done go; what failed, what waits and what is fresh
    stays.
    """
    now, old = datetime.now(UTC), datetime.now(UTC) - leases.KEPT - timedelta(days=1)
    with house.app():
        whose = db.session.scalar(select(User.id))
        db.session.add_all(
            [
                Job(kind="render", payload={}, state=state, due=due)
                for state in ("done", "failed", "waiting")
                for due in (old, now)
            ]
        )
        db.session.add_all(
            [
                Answer(actor_id=whose, key=key, request_hash="x", at=at)
                for key, at in (("old", old), ("new", now))
            ]
        )
        db.session.commit()
    stopping = threading.Event()
    with house.app() as app:
        worker = threading.Thread(target=jobs.run, args=(app, stopping))
        worker.start()
        until(lambda: answers() == ["new"])
        stopping.set()
        worker.join()
        left = {(job.state, job.due > old) for job in db.session.scalars(select(Job))}
    assert ("done", False) not in left and {
        ("done", True),
        ("failed", False),
        ("failed", True),
    } <= left


def test_an_unknown_kind_of_job_fails_with_its_reason(house):
    with house.app():
        db.session.add(Job(kind="dance", payload={}, due=datetime.now(UTC)))
        db.session.commit()
    assert work_once(house)
    assert house.jobs() == [("waiting", 1, "KeyError: 'dance'")]


@pytest.mark.on_both
def test_a_leased_job_is_left_alone_until_its_lease_ends(house, press):
    house.order_sheet()
    with house.app():
        assert jobs.take("elsewhere:1")
        db.session.commit()
    assert not work_once(house)
    with house.app():
        db.session.execute(
            update(Job).values(leased_until=datetime.now(UTC) - timedelta(seconds=1))
        )
        db.session.commit()
    assert work_once(house)
    assert house.jobs() == [("done", 2, None)]


@pytest.mark.on_both
def test_who_lost_the_lease_settles_nothing(house, press):
    house.order_sheet()

    def slow(document):
        with house.app():
            token = reading.set(False)
            db.session.execute(update(Job).values(leased_by="elsewhere:1"))
            db.session.commit()
            reading.reset(token)
        return PDF

    press.produce = slow
    import app.documents

    app.documents.produce = slow
    assert work_once(house)
    assert house.jobs() == [("waiting", 1, None)]
    assert filings(house) == []


def test_a_file_left_by_a_killed_attempt_is_kept_not_replaced(house, press):
    number = house.order_sheet()
    with house.app():
        archive.store(db.session.get_one(Document, number), b"%PDF first")
    work_once(house)
    assert house.document(number).sha256 == archive.stored(b"%PDF first").sha256
    assert press.printed == []
    with house.app():
        assert archive.store(db.session.get_one(Document, number), b"%PDF other") == archive.stored(
            b"%PDF first"
        )


def test_an_altered_or_missing_file_is_told(house, press):
    number = house.order_sheet()
    work_once(house)
    document = house.document(number)
    with house.app():
        file = house.home / document.place
        file.write_bytes(b"%PDF forged")
        with pytest.raises(archive.Damaged, match=f"{document.number}: its file was altered"):
            archive.read(document)
        file.unlink()
        assert archive.fault(document) == f"{document.number}: its file is missing"
    assert list(file.parent.iterdir()) == [], "no draft is left"


@pytest.mark.on_both
def test_many_workers_do_each_job_once(house, press):
    ordered = [house.order_sheet() for _ in range(12)]

    def work(me):
        while work_once(house, me):
            pass

    workers = [threading.Thread(target=work, args=(f"test:{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert {state for state, *_ in house.jobs()} == {"done"}
    assert sorted(f["document"] for f in filings(house)) == sorted(
        house.document(n).number for n in ordered
    )
    assert true_to_record(house)


@pytest.mark.parametrize("moment", ["while it prints", "after the file is stored"])
def test_a_worker_killed_by_sigkill_leaves_a_job_that_the_next_does_once(house, tmp_path, moment):
    gate, marks = tmp_path / "gate", tmp_path / "marks"
    marks.mkdir()
    stored = moment == "after the file is stored"
    first = house.start(waiting_press.work, gate, marks, *(["stop"] if stored else []))
    number = house.order_sheet()
    until(lambda: list(marks.iterdir()))
    if stored:
        gate.touch()
        until(lambda: list(marks.glob("*-stored")))
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE)
    assert house.jobs() == [("waiting", 1, None)]
    gate.touch()
    second = house.start(waiting_press.work, gate, marks)
    try:
        until(lambda: house.document(number).sha256)
    finally:
        second.send_signal(signal.SIGKILL)
        second.wait(PATIENCE)
    assert house.jobs() == [("done", 2, None)]
    assert len(filings(house)) == 1
    maker = first if stored else second
    assert (
        house.document(number).sha256
        == archive.stored(f"%PDF-1.7 made by {maker.pid}".encode()).sha256
    )
    assert true_to_record(house)


def test_a_killed_worker_of_the_server_is_started_again(house):
    with house.serving() as server:
        first = until(server.worker)
        os.kill(first, signal.SIGKILL)
        until(lambda: server.worker() not in (None, first))
        assert server.get("/healthz").status == 200


def test_each_kind_of_job_has_a_name_for_whoever_looks_after_it():
    assert jobs.JOBS.keys() - MADE_BY.keys() == {"render"}  # that is named by its document
