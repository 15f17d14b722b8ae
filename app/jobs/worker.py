"""The outbox's worker: takes the rows of ``job`` one by one, does them and settles each in one
transaction.

A job may be begun twice (a worker was killed) but is settled once: the row is marked done in the
transaction that writes what came of it, and only by the one who holds its lease.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask

from app import clock, documents, live
from app.database import is_full
from app.extensions import db
from app.flow.documents import DOCUMENTS, DOSSIER
from app.flow.rules.blockers import PEOPLE
from app.jobs import (
    alerts,
    bundles,
    imports,
    inbox,
    lists,
    lot_labels,
    paper_day,
    rounds,
    vouchers,
)
from app.jobs.leases import (
    MENDED,
    LeaseLost,
    NotYet,
    heartbeat,
    is_due,
    name,
    persist,
    put_behind,
    requeue,
    retry_later,
    settle,
    sweep,
    take,
    tell,
    transaction,
)
from app.models.alerts import alerting
from app.models.people import deputy
from app.models.records.kinds import KINDS
from app.models.records.papers import list_file
from app.models.records.papers.document import Document
from app.models.records.rules.reevaluation import (
    LOOK_AGAIN,
    LOOK_AT_ALL,
    look_at_all,
    reevaluate,
    renew,
)
from app.screens.archive.audit_list import BUNDLE
from app.storage import archive, witness
from app.storage.store import Unavailable

# Jobs whose wait is over are looked for this often even if nobody tells of a commit.
LOOK = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """``work`` does what takes long, in a transaction that only reads; ``settle`` records the
    result, and writes. One that is ``long`` is told its job's number and tells how far it is;
    what is ``kept`` of its result stands on the job. ``after`` is done once all is committed.
    """

    work: Callable[..., Any]
    settle: Callable[[dict[str, Any], Any], None] = lambda payload, result: None
    long: bool = False
    kept: Callable[[Any], dict[str, Any]] = lambda result: result
    after: Callable[[dict[str, Any]], None] = lambda payload: None


def render(payload: dict[str, Any]) -> archive.Stored | None:
    """Make a document's pages and store the file; None for a document that is filed already."""
    document = db.session.get_one(Document, payload["document"])
    if document.sha256:
        return None
    try:
        return archive.left_over(document) or archive.store(document, documents.produce(document))
    except documents.Unfinished as reason:
        raise NotYet(str(reason)) from reason


def file_document(payload: dict[str, Any], stored: archive.Stored | None) -> None:
    """Put the stored file on record: on the document, and as an event of the document's record."""
    if stored is None:
        return
    record = db.session.get_one(Document, payload["document"]).record
    record.lock()
    document = db.session.get_one(
        Document, payload["document"], populate_existing=True, with_for_update=True
    )
    if document.sha256:
        return
    document.sha256, document.size, document.filed_at = stored.sha256, stored.size, clock.now()
    record.write_event(
        "file_document",
        by=None,
        clause=document.type.clause,
        data={
            "document": document.name,
            "kind": document.kind,
            "sha256": stored.sha256,
            "size": stored.size,
        },
    )
    record.touch()


def witness_dossier(payload: dict[str, Any]) -> None:
    """With each dossier the witness is told what stands on record."""
    with transaction(reads=True):
        is_dossier = db.session.get_one(Document, payload["document"]).kind == DOSSIER.key
    if is_dossier:
        rounds.attempt("tell the witness", lambda: witness.write("dossier"))


def look_again(payload: dict[str, Any], _: None) -> None:
    """Look at a record that somebody held when what it waits for changed."""
    record = db.session.get_one(KINDS[payload["flow"]], payload["record"])
    record.lock()
    record.touch()
    if paper := payload.get("paper"):
        renew(record, DOCUMENTS[paper])


JOBS = {
    "render": Kind(render, file_document, after=witness_dossier),
    LOOK_AGAIN: Kind(lambda payload: None, look_again),
    LOOK_AT_ALL: Kind(lambda payload: None, lambda payload, _: look_at_all()),
    deputy.TURNS: Kind(lambda payload: None, lambda payload, _: reevaluate(PEOPLE)),
    BUNDLE: Kind(bundles.gather, long=True),
    lot_labels.JOB: Kind(lot_labels.make, long=True),
    list_file.JOB: Kind(lists.make, long=True),
    alerting.JOB: Kind(alerts.send, alerts.settle),
    paper_day.JOB: Kind(paper_day.ask),
    imports.LOOK: Kind(imports.look, long=True),
    imports.TAKE: Kind(imports.ready, imports.take, long=True, kept=imports.result_of),
    inbox.JOB: Kind(inbox.ready, inbox.take, long=True, kept=inbox.told, after=inbox.after),
    vouchers.SEND: Kind(vouchers.make, vouchers.send, long=True, kept=vouchers.told),
    vouchers.COMPARE: Kind(vouchers.compare, long=True),
    vouchers.DELIVER: Kind(vouchers.deliver),
}


def run(app: Flask, stopping: threading.Event) -> None:
    """Do jobs as they become due until told to stop. A database that went away is waited for."""
    me = name()
    with app.app_context():
        persist(sweep, me)
        news, store, others = live.news(app), rounds.of_the_store(), rounds.others()
        while not stopping.is_set():
            may_file = store.come()
            seen = news.number
            try:
                busy = may_file and do_next(me)
            except Exception:
                log.exception("the worker goes on after an error")
                db.session.rollback()
                busy = False
                stopping.wait(LOOK)
            busy = rounds.one_of(others) or busy
            db.session.remove()
            if not busy and not stopping.is_set():
                news.wait(seen, LOOK)


def do_next(me: str) -> bool:
    """Take a job that is due, do and settle it; False when none is."""
    with transaction(
        reads=True
    ):  # asked after every change: it must not stand in the way of those who write
        if not is_due():
            return False
    with transaction():
        lease = take(me)
    if lease is None:
        return False
    number, kind, payload, attempts = lease
    try:
        with heartbeat(number, me):
            with transaction(reads=True):
                more = (number, partial(tell, number, me)) if JOBS[kind].long else ()
                result = JOBS[kind].work(payload, *more)
            with transaction():
                settle(number, me, JOBS[kind].kept(result) if JOBS[kind].long else None)
                JOBS[kind].settle(payload, result)
        JOBS[kind].after(payload)
    except LeaseLost:
        log.warning("job %s went to another worker", number)
    except NotYet as reason:
        with transaction():
            requeue(number, me, attempts, reason)
    except bundles.GoesOn:
        with transaction():
            put_behind(number, me, attempts)
    except Exception as error:
        with transaction():
            give_back(number, me, attempts, error)
    return True


def give_back(number: int, me: str, attempts: int, error: Exception) -> None:
    """Have a job tried again: until a full disk or a store that is away is mended, else a few
    times.
    """
    if isinstance(error, OSError) and (isinstance(error, Unavailable) or is_full(error)):
        log.warning("job %s waits: %s", number, error)
        requeue(number, me, attempts, error, MENDED)
    else:
        log.error("job %s failed, attempt %s", number, attempts, exc_info=error)
        retry_later(number, me, attempts, error)
