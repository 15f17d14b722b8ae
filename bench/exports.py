"""Lists of one row that the workers of two nodes gather while one after the other is killed: each
must be done exactly once.

The database itself counts, by a trigger: whatever a worker believes, a list that was settled twice
stands there twice.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from app import clock
from app.demo.load import load
from app.extensions import db
from app.jobs import bundles
from app.models.people.user import User
from app.models.records.papers.document import Job
from app.models.warehouse.stock import Lot
from app.screens.archive.audit_list import BUNDLE, Wanted, ask_for
from app.storage import schema, store
from app.storage.store import streams

from .servers import Server
from .table import Figure, said

# A worker that stands still for so long in seconds does no more: a lease of the dead ends sooner.
PATIENCE = 120
COUNTER = """
CREATE TABLE settled (job bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION settled() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO settled (job) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER settled AFTER UPDATE ON job FOR EACH ROW
  WHEN (OLD.state = 'waiting' AND NEW.state = 'done' AND NEW.kind = 'bundle')
  EXECUTE FUNCTION settled()
"""


@dataclass(frozen=True)
class Tally:
    """What became of the lists."""

    asked: int
    done: int
    twice: int  # settled more than once
    wrong: int  # whose file is not there, or not the one that was settled
    begun_again: int  # which a worker had begun that was killed
    killed: int
    seconds: float

    @property
    def figures(self) -> list[Figure]:
        return [
            Figure("lists of one row asked for", "", self.asked),
            Figure("workers killed, of two nodes", "", self.killed),
            Figure("… in the midst of a list", "", self.begun_again),
            Figure("lists not done", "", self.asked - self.done, most=0),
            Figure("lists settled more than once", "", self.twice, most=0),
            Figure("files missing, or not the one settled", "", self.wrong, most=0),
            Figure("lists a second, both nodes", "/s", self.done / self.seconds),
        ]


def planted(app: Flask, count: int) -> None:
    """Fill an empty database with the demo's master data and stock; a list is asked for of one lot
    after the other, and whatever is settled from now on is counted.
    """
    with app.app_context():
        schema.create()
        load(clock.today())
        for statement in ("TRUNCATE job", COUNTER):
            db.session.execute(text(statement))
        lots = itertools.cycle(db.session.scalars(select(Lot.lot_no).order_by(Lot.id)).all())
        auditor = db.session.scalars(select(User).where(User.login == "auditor1")).one()
        for _ in range(count):
            ask_for(Wanted(numbers=(next(lots),)), auditor)
        db.session.commit()
        db.session.remove()


def gathered(app: Flask, nodes: list[Server], asked: int, kills: int) -> Tally:
    """Wait until every list is done, killing a worker of the one and of the other node in turns,
    evenly spread.
    """
    began, victims, killed = time.monotonic(), itertools.cycle(nodes), 0
    for done in progress(app, asked):
        if killed < kills and done >= (killed + 1) * asked / (kills + 1):
            kill(next(victims))
            killed += 1
            said(f"{done:,} of {asked:,} lists, {killed} workers killed")
    return tally(app, asked, killed, time.monotonic() - began)


def progress(app: Flask, asked: int) -> Iterator[int]:
    """Yield how many lists are done, until all are."""
    done, moved = -1, time.monotonic()
    while done < asked:
        with app.app_context():
            now = db.session.scalar(select(func.count()).where(Job.state == "done")) or 0
            db.session.remove()
        if now != done:
            done, moved = now, time.monotonic()
            yield done
        elif time.monotonic() - moved > PATIENCE:
            raise RuntimeError(f"{done} of {asked} lists, and no more for {PATIENCE} s")
        time.sleep(0.02)


def kill(node: Server) -> None:
    """Kill the worker of a node in whatever it does, once it has one."""
    while True:
        with suppress(FileNotFoundError, ProcessLookupError):  # it may just end by itself
            for process in node.family:
                if Path(f"/proc/{process}/comm").read_text().strip() == "washline-worker":
                    os.kill(process, signal.SIGKILL)
                    return
        time.sleep(0.02)


def tally(app: Flask, asked: int, killed: int, seconds: float) -> Tally:
    with app.app_context():
        jobs = list(db.session.scalars(select(Job).where(Job.kind == BUNDLE)))
        settled = Counter(db.session.scalars(text("SELECT job FROM settled")))
        found = Tally(
            asked,
            done=sum(settled[job.id] > 0 and job.state == "done" for job in jobs),
            twice=sum(times > 1 for times in settled.values()),
            wrong=sum(not is_settled(job) for job in jobs),
            begun_again=sum(job.attempts > 1 for job in jobs),
            killed=killed,
            seconds=seconds,
        )
        db.session.remove()
    return found


def is_settled(job: Job) -> bool:
    """Whether a list's file is there, and is the one that was put on the job."""
    try:
        with store.here().open(bundles.place(job.id)) as (file, _):
            return bool(job.result) and streams.copy(file, None) == job.result["sha256"]
    except FileNotFoundError:
        return False
