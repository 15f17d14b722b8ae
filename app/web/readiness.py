"""Whether people can work here: what a monitor asks at ``/readyz``.

It writes and listens as the pages do, rather than believe that it could.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple

from flask import Flask
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app import clock, live
from app.database import is_full
from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.records.event import NOTICE
from app.models.records.papers.document import FAILED, WAITING, Job
from app.security.autonomous_transaction import autonomous_transaction
from app.storage import paper_day, shared_store, store

# A watcher hears of a commit within a tenth of a second; after so long it is deaf.
DEAF = 2.0
# Whoever asks more often gets the last answer: each question writes to the disk.
FRESH = 1.0
# The worker looks every second; what is due for so long has nobody to do it.
IDLE = timedelta(minutes=5)

# What a form and its event may need.
ROOM = 65_536

FULL = _l("The disk is full: nothing can be written.")
NO_DATABASE = _l("The database does not answer, or takes nothing: nothing can be written.")
NO_STORE = _l("The store of files takes nothing: no paper and no file can be kept.")
NOT_SHARED = _l("The store of files of this server is not the one that the others use.")
UNHEARD = _l("The watcher is deaf: open boards show changes only every few seconds.")
GIVEN_UP = _l("Jobs given up by the worker: %(number)s. See “Failed jobs”.")
RUNS_OUT = _l("The server’s certificate, or the authority behind it, runs out on %(day)s.")
NO_PACK = _l(
    "The emergency pack for a day on paper could not be made or put in its place: see “Paper day”."
)
IDLE_WORKER = _l("Work has been waiting for more than five minutes, and the worker does nothing.")


class Findings(NamedTuple):
    """What keeps people from working, and what an administrator should look at; the moment it
    was seen.
    """

    problems: list[Text]
    warnings: list[Text]
    at: float


_asking = threading.Lock()


def asked(app: Flask) -> Findings:
    """Return what is wrong, seen a second ago at most."""
    with _asking:
        last: Findings | None = app.extensions.get("washline-readiness")
        if last is None or monotonic() - last.at > FRESH:
            last = app.extensions["washline-readiness"] = look(app)
        return last


def look(app: Flask) -> Findings:
    """Write to the database and the store, and listen whether the watcher hears of it."""
    problems: list[Text] = []
    try:
        problems += files(app)
        if not live.news(app).hears(write, DEAF):
            problems.append(UNHEARD)
        warnings = [*outbox(), *certificate(app), *emergency_pack(app)]
    except SQLAlchemyError as error:
        app.logger.warning("not ready: %s", error)
        db.session.rollback()
        return Findings([FULL if is_full(error) else NO_DATABASE, *problems], [], monotonic())
    return Findings(problems, warnings, monotonic())


def write() -> None:
    """Commit a row that comes and goes: nothing stays of it but that it went to the disk.

    Raises SQLAlchemyError.
    """
    now = datetime.now(UTC)
    with autonomous_transaction() as connection:
        row = {
            "kind": "trial",
            "payload": {"room": "x" * ROOM},
            "state": "done",
            "attempts": 0,
            "progress": 0,
            "due": now,
        }
        number = connection.execute(insert(Job).values(row).returning(Job.id)).scalar_one()
        connection.execute(delete(Job).where(Job.id == number))
        if connection.dialect.name == "postgresql":
            connection.execute(NOTICE)


def files(app: Flask) -> Iterator[Text]:
    """What is wrong with the store that files are kept in."""
    try:
        store.of(app).trial()
        shared_store.check()
    except shared_store.NotShared as error:
        app.logger.critical("%s", error)
        yield NOT_SHARED
    except OSError as error:
        app.logger.warning("not ready: %s", error)
        yield FULL if is_full(error) else NO_STORE


def certificate(app: Flask) -> Iterator[Text]:
    """What nobody but a person can renew, once it is time."""
    if (tls := app.config["TLS"]) and (day := tls.certificate.runs_out_soon(clock.now())):
        yield Text(RUNS_OUT.msgid, day=str(day))


def outbox() -> Iterator[Text]:
    """What the worker gave up, and whether it works at all."""
    if given_up := db.session.scalar(select(func.count()).where(Job.state == FAILED)):
        yield Text(GIVEN_UP.msgid, number=given_up)
    now = datetime.now(UTC)
    waits = (
        Job.state == WAITING,
        Job.due < now - IDLE,
        Job.leased_until.is_(None),
        Job.attempts == 0,
    )
    busy = select(Job.id).where(Job.state == WAITING, Job.leased_until > now).exists()
    if db.session.scalar(select(Job.id).where(*waits, ~busy).limit(1)):
        yield IDLE_WORKER


def emergency_pack(app: Flask) -> Iterator[Text]:
    """Whether what is to be worked with on paper is at hand, where the plant wants it to be."""
    if app.config["PAPER_DAY_FOLDER"] and paper_day.failure():
        yield NO_PACK
