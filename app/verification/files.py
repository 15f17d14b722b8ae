"""Files: those on record are there and unaltered, and no others are. Reads only."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from app.config import FOLDERS
from app.extensions import db
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document, Job
from app.progress import Progress
from app.storage import archive, store
from app.verification.faults import OLDER
from app.verification.scratch import BATCH, Scratch

# So many seconds after its file a form has committed, or never will (app/database.py ends a
# statement sooner).
FILING, LOOK = 12, 0.25
DOCUMENT, ATTACHMENT = "file_document", "attach"
BESIDE = ("proof",)  # what an event says of an attachment beside the file itself


class Filings:
    """Lays out what events say of files, then compares rows and files with it; ``whole`` where it
    is given all events: a file on record that none of them put there is a fault.
    """

    def __init__(self, scratch: Scratch, *, whole: bool, progress: Progress) -> None:
        self.scratch, self.whole, self.progress = scratch, whole, progress
        self.waiting: list[tuple[Any, ...]] = []
        self.documents = self.attachments = self.places = 0

    def add(self, event: Any, data: dict[str, Any]) -> None:
        if event.action in (DOCUMENT, ATTACHMENT):
            name = data.get("document") if event.action == DOCUMENT else data.get("stored_as")
            said = (event.flow, event.record_id, event.seq, json.dumps(data))
            self.waiting.append((event.id, event.action, str(name), *said))
            if len(self.waiting) >= BATCH:
                self.lay_out()

    def lay_out(self) -> None:
        rows, self.waiting = self.waiting, []
        self.scratch.put("INSERT INTO filing VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def end(self) -> None:
        self.lay_out()

    def pages(self, action: str) -> Iterator[list[tuple[Any, ...]]]:
        """What events say of files: event, name, flow, record, sequence number and data."""
        for page in self.scratch.pages(
            "SELECT event, name, flow, record, seq, data FROM filing WHERE action = ? "
            "ORDER BY event",
            action,
        ):
            yield [(*known, json.loads(data)) for *known, data in page]

    def unfiled(self) -> Iterator[str | None]:
        """Yield the documents whose file or row is not what the event that filed them says."""
        for page in self.pages(DOCUMENT):
            numbers = {name.partition("-r")[0] for _, name, *_ in page}
            found = {
                document.name: document
                for document in db.session.scalars(
                    select(Document).where(
                        Document.number.in_(numbers), Document.sha256.is_not(None)
                    )
                )
            }
            for _, name, flow, record, _, data in page:
                if name not in found:
                    yield f"{name}: an event filed it, but the document is gone"
                else:
                    self.documents += 1
                    yield from of_document(found[name], flow, record, data)
            self.progress("documents", self.documents, 0)
        if self.whole and self.documents != filed():
            yield from self.without_event(
                DOCUMENT, select(Document).where(Document.sha256.is_not(None)), "filed"
            )

    def detached(self) -> Iterator[str | None]:
        """Yield the attached files whose content or row is not what the event that attached them
        says.
        """
        for page in self.pages(ATTACHMENT):
            found = {
                file.event_id: file
                for file in db.session.scalars(
                    select(Attachment)
                    .where(Attachment.event_id.in_([event for event, *_ in page]))
                    .options(lazyload(Attachment.event))
                )
            }
            for event, _, flow, record, seq, data in page:
                if event not in found:
                    yield (
                        f"{flow} {record}: event {seq} attached "
                        f"{data.get('stored_as', 'a file')}, but it is gone"
                    )
                else:
                    self.attachments += 1
                    yield from of_attachment(found[event], flow, record, data)
            self.progress("attached files", self.attachments, 0)
        if self.whole and self.attachments != attached():
            yield from self.without_event(
                ATTACHMENT, select(Attachment).options(lazyload(Attachment.event)), "attached"
            )

    def without_event(self, action: str, rows: Any, put: str) -> Iterator[str]:
        """Yield the documents or attachments on record that no event put there."""
        for file in db.session.scalars(rows.execution_options(yield_per=BATCH)):
            column, value = ("name", file.name) if action == DOCUMENT else ("event", file.event_id)
            if not self.scratch.one(
                f"SELECT EXISTS (SELECT 1 FROM filing WHERE action = ? AND {column} = ?)",
                action,
                value,
            ):
                yield f"{file.name}: {put} without an event"

    # The other way round

    def strange(self) -> Iterator[str]:
        """Yield the files that no document and no attachment names.

        One so young that its form may not have come to its end is waited for.
        """
        files = store.here()
        self.scratch.put(
            "INSERT INTO place VALUES (?)", ((place,) for place in files.places(*FOLDERS))
        )
        self.places = self.scratch.one("SELECT count(*) FROM place")
        self.strike(db.session())
        while any(is_young(files.age(place)) for place in self.unnamed()):
            time.sleep(LOOK)
            with Session(db.engine) as later:  # this one sees what was there when it began
                self.strike(later)
        for place in self.unnamed():
            if files.age(place) is not None:  # else its form was refused
                yield f"{place}: no document and no attachment names this file"

    def unnamed(self) -> Iterator[str]:
        for page in self.scratch.pages("SELECT path FROM place ORDER BY path"):
            for (place,) in page:
                yield place

    def strike(self, session: Session) -> None:
        """Strike off the places of all files on record."""
        self.scratch.put("DELETE FROM place WHERE path = ?", ((place,) for place in named(session)))


def filed() -> int:
    return db.session.scalar(select(func.count()).where(Document.sha256.is_not(None))) or 0


def attached() -> int:
    return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def of_document(
    document: Document, flow: str, record: int, data: dict[str, Any]
) -> Iterator[str | None]:
    """Yield what is wrong with a document, by the data of the event that filed it."""
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


def of_attachment(
    file: Attachment, flow: str, record: int, data: dict[str, Any]
) -> Iterator[str | None]:
    """Yield what is wrong with an attached file, by the data of the event that attached it."""
    told = {key: value for key, value in data.items() if key not in BESIDE}
    facts = {key: file.facts.get(key) for key in told}
    if (flow, record, told) != (file.flow, file.record_id, facts):
        yield f"{file.name}: is not what its event sealed"
    elif fault := archive.fault(file):
        yield fault
    elif not file.facts.keys() <= data.keys():
        yield OLDER


def named(session: Session) -> Iterator[str]:
    """The places of all files on record; what the worker is about to file has its row already."""
    some = {"yield_per": BATCH}
    for document in session.scalars(select(Document), execution_options=some):
        yield document.place
    attachments = select(Attachment).options(lazyload(Attachment.event))
    for file in session.scalars(attachments, execution_options=some):
        yield file.place


def is_young(age: float | None) -> bool:
    """Whether the form of a file, if there is one, may not have come to its end."""
    return age is not None and 0 <= age < FILING


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
