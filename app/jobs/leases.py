"""Who works on a job, and for how long: a worker leases it, keeps the lease alive, and gives the
job back settled or not.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import reading, rows_changed
from app.extensions import db, this_app
from app.models.records.idempotency import Answer
from app.models.records.papers.document import FIRST_DUE, WAITING, Job

LEASE = timedelta(seconds=60)
HEARTBEAT = 10
# The n-th failure is followed by so long a wait; after the last one the job has failed.
WAITS = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300))
# What waits for something else is looked at again after so long.
SOON = timedelta(seconds=3)
# A full disk, or a store out of reach, is mended by somebody: nothing is given up until then.
MENDED = timedelta(seconds=30)
# A page left open for so long can still be sent again safely.
KEPT = timedelta(days=30)

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has the job now; what was done for it here must not be settled."""


class NotYet(Exception):
    """The job waits for something else; that is no failure, however often."""


def persist(step: Callable[..., Any], *args: Any) -> None:
    """Try one step in a transaction; the loop that follows makes good what it could not do."""
    try:
        with transaction():
            step(*args)
    except Exception:
        log.exception("could not %s", step.__name__)


@contextmanager
def transaction(*, reads: bool = False) -> Iterator[None]:
    """One transaction, committed at the end; one that only reads takes no write lock and is
    rolled back.
    """
    token = reading.set(reads)
    try:
        yield
        db.session.rollback() if reads else db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        reading.reset(token)


def due(now: datetime) -> Any:
    """The SELECT of the job to take next.

    The newest comes first: somebody waits for that one, and nobody for what queued up during an
    outage or the demo.
    """
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    return (
        select(Job.id)
        .where(Job.state == "waiting", Job.due <= now, free)
        .order_by(Job.due.desc(), Job.id.desc())
        .limit(1)
    )


def is_due() -> bool:
    """Whether there is a job to take; this can be asked without the write lock."""
    return db.session.scalar(due(datetime.now(UTC))) is not None


def take(me: str) -> tuple[int, str, dict[str, Any], int] | None:
    """Lease a due job: its number, kind, payload and which attempt this is."""
    now = datetime.now(UTC)
    row = db.session.execute(
        update(Job)
        .where(
            Job.id == due(now).with_for_update(skip_locked=True).scalar_subquery(),
            Job.state == "waiting",
        )
        .values(leased_by=me, leased_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).first()
    return tuple(row) if row else None


def change(number: int, me: str, **values: Any) -> None:
    """Write to a job that is still mine. Raises LeaseLost when it is not."""
    done = rows_changed(
        update(Job)
        .where(Job.id == number, Job.leased_by == me, Job.state == "waiting")
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if done != 1:
        raise LeaseLost(number)


def extend(number: int, me: str) -> None:
    """Hold a job for another lease."""
    change(number, me, leased_until=datetime.now(UTC) + LEASE)


def settle(number: int, me: str, result: dict[str, Any] | None = None) -> None:
    """Mark a job done; first in its last transaction, so that it locks the row."""
    change(number, me, state="done", leased_by=None, leased_until=None, error=None, result=result)


def tell(number: int, me: str, progress: int, parts: int) -> None:
    """Say how far a long job is, between two of its parts; nothing that was read before is
    relied on after.
    """
    db.session.rollback()
    with transaction():
        change(number, me, progress=progress, parts=parts)


def tell_beside(number: int, progress: int, parts: int | None) -> None:
    """Say how far a long job is while what was read stays read: past its transaction. Where that
    cannot be said the job goes on.
    """
    token = reading.set(False)
    try:
        with suppress(SQLAlchemyError), Session(db.engine) as own:
            which = update(Job).where(Job.id == number, Job.state == WAITING)
            own.execute(which.values(progress=progress, parts=parts))
            own.commit()
    finally:
        reading.reset(token)


def put_behind(number: int, me: str, attempts: int) -> None:
    """Let a long job wait for its next turn behind all that is due."""
    release(number, me, due=FIRST_DUE, attempts=attempts - 1)


def retry_later(number: int, me: str, attempts: int, error: Exception) -> None:
    """Keep the error, and try again later; after the last attempt the job has failed."""
    again = attempts <= len(WAITS)
    when = {"due": datetime.now(UTC) + WAITS[attempts - 1]} if again else {"state": "failed"}
    release(number, me, error=f"{type(error).__name__}: {error}"[:2000], **when)


def requeue(number: int, me: str, attempts: int, reason: Exception, wait: timedelta = SOON) -> None:
    """Try again after a while, as if it had not been begun."""
    release(
        number, me, error=str(reason)[:2000], due=datetime.now(UTC) + wait, attempts=attempts - 1
    )


def release(number: int, me: str, **values: Any) -> None:
    """Give a job back with what is to be known of it."""
    try:
        change(number, me, leased_by=None, leased_until=None, **values)
    except LeaseLost:
        log.warning("job %s went to another worker", number)


@contextmanager
def heartbeat(number: int, me: str) -> Iterator[None]:
    """Keep the lease of a job while it is worked on."""
    app, over = this_app(), threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT):
            with app.app_context():
                persist(extend, number, me)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def name() -> str:
    """This worker's name in a lease: machine and process."""
    return f"{socket.gethostname()[:28]}:{os.getpid()}"


def sweep(me: str) -> None:
    """Free at once what dead workers of this machine held; those of other machines lose their
    leases by time.
    """
    machine = me.rpartition(":")[0]
    leases = db.session.scalars(
        select(Job.leased_by).distinct().where(Job.is_in(WAITING), Job.leased_by.is_not(None))
    )
    dead = [
        who
        for who in leases
        if who
        and who.rpartition(":")[0] == machine
        and (who == me or not lives(int(who.rpartition(":")[2])))
    ]
    db.session.execute(
        update(Job)
        .where(Job.is_in(WAITING), Job.leased_by.in_(dead))
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def tidy() -> None:
    """Forget what nobody asks for any more: answers to keys whose forms are long gone, and jobs
    that were done.
    """
    expired_before = datetime.now(UTC) - KEPT
    db.session.execute(
        delete(Answer)
        .where(Answer.at < expired_before)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Job)
        .where(Job.state == "done", func.coalesce(Job.asked_at, Job.due) < expired_before)
        .execution_options(synchronize_session=False)
    )


def lives(process: int) -> bool:
    """True while a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
