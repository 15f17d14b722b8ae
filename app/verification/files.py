"""Files: those on record are there and unaltered, and no others are. Reads only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import FOLDERS
from app.extensions import db
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document, Job
from app.storage import archive
from app.verification.older import OLDER

# So many seconds after its file a form has committed, or never will (app/database.py ends a
# statement sooner).
FILING, LOOK = 12, 0.25


def filed() -> int:
    return db.session.scalar(select(func.count()).where(Document.sha256.is_not(None))) or 0


def unfiled() -> Iterator[str | None]:
    """Yield the documents whose file or row is not what the event that filed them says."""
    events = db.session.scalars(
        select(Event).where(Event.action == "file_document").execution_options(yield_per=1000)
    )
    sealed = {event.data["document"]: (event.flow, event.record_id, event.data) for event in events}
    for document in db.session.scalars(
        select(Document)
        .where(Document.sha256.is_not(None))
        .order_by(Document.id)
        .execution_options(yield_per=1000)
    ):
        if document.name not in sealed:
            yield f"{document.name}: filed without an event"
            continue
        flow, record, data = sealed.pop(document.name)
        if data.get("sha256", document.sha256) != document.sha256:
            yield f"{document.name}: its hash is not the one its event sealed"
        elif (flow, record) != (document.flow, document.record_id):
            yield (
                f"{document.name}: hangs on {document.flow} {document.record_id}, but was filed "
                f"for {flow} {record}"
            )
        elif (data.get("kind", document.kind), data.get("size", document.size)) != (
            document.kind,
            document.size,
        ):
            yield f"{document.name}: is not of the kind and size that its event sealed"
        elif fault := archive.fault(document):
            yield fault
        elif not {"sha256", "kind", "size"} <= data.keys():
            yield OLDER
    for name in sorted(sealed):
        yield f"{name}: an event filed it, but the document is gone"


def detached() -> Iterator[str | None]:
    """Yield the attached files whose content or row is not what the event that attached them
    says.
    """
    sealed = {
        event.id: event
        for event in db.session.scalars(select(Event).where(Event.action == "attach"))
    }
    for file in db.session.scalars(
        select(Attachment).order_by(Attachment.id).execution_options(yield_per=1000)
    ):
        event = sealed.pop(file.event_id, None)
        if event is None:
            yield f"{file.name}: attached without an event"
        elif (event.flow, event.record_id, event.data) != (
            file.flow,
            file.record_id,
            sealed_of(file, event),
        ):
            yield f"{file.name}: is not what its event sealed"
        elif fault := archive.fault(file):
            yield fault
        elif not file.facts.keys() <= event.data.keys():
            yield OLDER
    for event in sealed.values():
        yield (
            f"{event.flow} {event.record_id}: event {event.seq} attached "
            f"{event.data.get('stored_as', 'a file')}, but it is gone"
        )


def sealed_of(file: Attachment, event: Event) -> dict[str, Any]:
    """Of a file's facts those that its event recorded."""
    return {key: file.facts.get(key) for key in event.data}


def lasting() -> Iterator[str]:
    """Yield the place of every file that lasts, under the home folder.

    A name that begins with a dot is a draft.
    """
    home = Path(current_app.config["HOME"])
    for folder in FOLDERS:
        for path in (home / folder).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(home).as_posix()


def strange() -> Iterator[str]:
    """Yield the files that no document and no attachment names.

    One so young that its form may not have come to its end is waited for.
    """
    home = Path(current_app.config["HOME"])
    unnamed = set(lasting()) - named(db.session())
    while any(0 <= age(home / place) < FILING for place in unnamed):
        time.sleep(LOOK)
        with Session(db.engine) as later:  # this one sees what was there when it began
            unnamed -= named(later)
    for place in sorted(unnamed):
        if (home / place).exists():  # else its form was refused
            yield f"{place}: no document and no attachment names this file"


def named(session: Session) -> set[str]:
    """The places of all files on record; what the worker is about to file has its row already."""
    some = {"yield_per": 1000}
    documents = session.scalars(select(Document), execution_options=some)
    attachments = session.scalars(select(Attachment), execution_options=some)
    return {filed.place for filed in documents} | {filed.place for filed in attachments}


def age(file: Path) -> float:
    """How many seconds ago a file was written; one that is gone is of no age."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return -1


def given_up() -> Iterator[str]:
    """Yield the jobs that failed for good; what waits for them (a dossier for its documents)
    waits until they are tried again.
    """
    for job in Job.failed():
        what = job.document.name if job.document else f"job {job.id}"
        yield (
            f"{what}: could not be made ({job.error}); an administrator can have it tried again "
            f"at /admin/jobs/"
        )
