"""The worker's part in the emergency pack: made each hour where a folder is named for it, and
when somebody asks for it.

A thread of its own makes it: a share that hangs must not keep papers and messages waiting.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app import clock
from app.documents import NotPrinted
from app.documents.paper_day import of_now, printed
from app.extensions import db, this_app
from app.jobs.leases import transaction
from app.models.alerts import alerting
from app.models.records.papers.document import Job
from app.storage import paper_day

JOB = "paper_day"
PATIENCE = timedelta(minutes=5)  # a worker that has not begun by then is not there
LOOK = 300.0  # seconds between two looks whether it is due, or can be put there after all

log = logging.getLogger(__name__)
_thread: threading.Thread | None = None


def look() -> None:
    """Have it made in the background if it is due."""
    if paper_day.folder():
        begin(this_app(), only_due=True)


def ask(payload: dict[str, object]) -> None:
    """The same at once, because somebody asked."""
    begin(this_app())


def begin(app: Flask, only_due: bool = False) -> threading.Thread:
    """Begin to make it, unless that is being done; the thread that does comes back."""
    global _thread
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=run, args=(app, only_due), name="paper day", daemon=True)
        _thread.start()
    elif only_due:
        log.warning("the emergency pack is still being made, or its folder does not answer")
    return _thread


def run(app: Flask, only_due: bool) -> None:
    with app.app_context():
        if not only_due or paper_day.is_due():
            try:
                make()
            except Exception:
                log.exception("the emergency pack could not be made")
        db.session.remove()


def make() -> None:
    """Print it, put it where it belongs, and note that; or why not, which is raised."""
    at = clock.now()
    try:
        paper_day.checked()
        with transaction(reads=True):
            parts = of_now(at)
        paper_day.keep(printed(parts), at)
    except Exception as fault:
        paper_day.note(sentence(fault))
        with transaction():
            alerting.paper_day_failed(clock.today())
        raise
    paper_day.note()


def sentence(fault: Exception) -> str:
    """What went wrong, for an administrator."""
    if isinstance(fault, OSError):
        return f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror)
    return str(fault) if isinstance(fault, NotPrinted) else type(fault).__name__


def ask_for() -> None:
    """Write the job that has it made, in the caller's transaction, unless one is being made."""
    if not is_being_made():
        now = datetime.now(UTC)
        db.session.add(Job(kind=JOB, payload={}, due=now, asked_at=now))


def is_being_made() -> bool:
    """Whether somebody asked for one lately, and nothing came of it yet."""
    query = select(Job.asked_at).where(Job.kind == JOB, Job.asked_at.is_not(None))
    asked = db.session.scalar(query.order_by(Job.id.desc()).limit(1))
    if asked is None or asked < datetime.now(UTC) - PATIENCE:
        return False
    ends = [each for each in (paper_day.made_at(), paper_day.noted_at()) if each]
    return not ends or max(ends) < asked
