"""Workers of two nodes share the queue: whoever is killed, each list is done exactly once."""

import io
import signal
import zipfile

import pytest
from sqlalchemy import func, select, text, update

from app import documents
from app.extensions import db
from app.jobs import bundles, worker
from app.jobs.leases import transaction
from app.models.people.user import User
from app.models.records.papers.document import Job
from app.screens.archive.audit_list import Wanted, ask_for
from app.storage import store
from app.storage.store import streams
from tests.jobs import unpressed
from tests.serving import PATIENCE, house, until

LISTS, KILLS = 300, 6
# The database counts, whatever a worker believes of what it did.
COUNTER = """
CREATE TABLE settled (job bigint NOT NULL);
CREATE FUNCTION settled() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO settled VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER settled AFTER UPDATE ON job FOR EACH ROW
  WHEN (OLD.state = 'waiting' AND NEW.state = 'done') EXECUTE FUNCTION settled()
"""


def test_who_stood_still_for_longer_than_a_lease_publishes_nothing(house, monkeypatch):
    """The file is the one that was settled, whoever comes to the end of it later."""
    pages = iter([b"%PDF of the second", b"%PDF of the first"])

    def overtaken(paper):
        if db.session.scalar(select(Job.leased_by)) == "first:1":
            with transaction():
                db.session.execute(update(Job).values(leased_by=None, leased_until=None))
            assert worker.do_next("second:1")
        return next(pages)

    monkeypatch.setattr(documents, "set_in_type", overtaken)
    with house.app():
        number = ask_for(Wanted(numbers=("none",)), db.session.scalar(select(User))).id
        db.session.commit()
        assert worker.do_next("first:1")
        job = db.session.get_one(Job, number)
        assert job.state == "done" and not worker.do_next("second:1")
        assert in_the_store(number).items() <= job.result.items()
        with store.here().open(bundles.place(number)) as (file, _):
            bundle = zipfile.ZipFile(io.BytesIO(file.read(1 << 20)))
        assert bundle.read("index.pdf") == b"%PDF of the second"


def in_the_store(number):
    """What the file of a list proves to be."""
    with store.here().open(bundles.place(number)) as (file, size):
        return {"size": size, "sha256": streams.copy(file, None)}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")
def test_three_hundred_lists_and_six_killed_workers(house):
    with house.app():
        db.session.execute(text(COUNTER))
        auditor = db.session.scalar(select(User))
        for number in range(LISTS):
            ask_for(Wanted(numbers=(f"none-{number}",)), auditor)
        db.session.commit()

        def done():
            db.session.rollback()
            return db.session.scalar(select(func.count()).where(Job.state == "done"))

        workers = [house.start(unpressed.work) for _ in range(2)]
        try:
            for killed in range(KILLS):
                wanted = (killed + 1) * LISTS // (KILLS + 1)
                until(lambda wanted=wanted: done() >= wanted)
                victim = workers[killed % 2]
                victim.send_signal(signal.SIGKILL)
                victim.wait(PATIENCE)
                workers[killed % 2] = house.start(unpressed.work)
            until(lambda: done() == LISTS)
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
                worker.wait(PATIENCE)
        jobs = db.session.scalars(select(Job).order_by(Job.id)).all()
        assert sorted(db.session.scalars(text("SELECT job FROM settled"))) == [j.id for j in jobs]
        assert len(jobs) == LISTS and {job.error for job in jobs} == {None}
        for job in jobs:
            assert in_the_store(job.id).items() <= job.result.items()
