"""Documents on file, and the outbox of work that the worker does after the commit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import few, rows_changed
from app.extensions import Model, db
from app.flow.documents import DOCUMENTS, DocumentType
from app.models.records.column_types import Json, Key, Moment
from app.models.records.kinds import KINDS, records
from app.models.records.number_series import next_number
from app.models.records.rules.plant_settings import number_set

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.record import Record


WAITING, FAILED = "waiting", "failed"
# A long job between two turns waits as if it had been due ever since: what is newer comes first.
FIRST_DUE = datetime(2000, 1, 1, tzinfo=UTC)


class Job(Model):
    """A row of the outbox, written in the change's transaction; leased, retried and done by
    ``app.jobs``.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_due", "state", "due"),
        Index(
            "ix_job_long",
            "kind",
            postgresql_where=text("asked_at IS NOT NULL"),
            sqlite_where=text("asked_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)  # or done, or failed
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime] = mapped_column(Moment)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    leased_by: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[int] = mapped_column(default=0)  # of a long one: so many parts are done …
    parts: Mapped[int | None]  # … of so many
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), index=True
    )  # who asked for it and comes back for what it makes
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)

    @classmethod
    def ask(cls, kind: str, payload: dict[str, Any], by: User) -> Job:
        """Have something done that takes long, for somebody who comes back for it; in the caller's
        transaction.
        """
        now = datetime.now(UTC)
        job = cls(kind=kind, payload=payload, due=now, asked_at=now, by_id=by.id)
        db.session.add(job)
        db.session.flush()
        return job

    @classmethod
    def asked_by(cls, kind: str, by: User) -> Select[Any]:
        """The SELECT of what somebody has asked for of a kind, the latest first."""
        own = select(cls).where(cls.kind == kind, cls.asked_at.is_not(None), cls.by_id == by.id)
        return own.order_by(cls.id.desc())

    @classmethod
    def is_in(cls, *states: str) -> ColumnElement[bool]:
        """The condition that it is not done: few of all are."""
        return few(cls.state.in_(states))

    @classmethod
    def unsettled(
        cls, limit: int | None
    ) -> tuple[int, list[tuple[Job, Document | None, Record | None]]]:
        """How many jobs are not done, and the first of them, those given up before those that
        wait: each with the document that it makes and that one's record, in a fixed number of
        statements.
        """
        here = cls.is_in(WAITING, FAILED)
        jobs = list(
            db.session.scalars(
                select(cls).where(here).order_by(cls.state == WAITING, cls.due, cls.id).limit(limit)
            )
        )
        documents = db.session.scalars(
            select(Document).where(Document.id.in_([job.payload.get("document") for job in jobs]))
        )
        papers = {document.id: document for document in documents}
        owners = records((document.flow, document.record_id) for document in papers.values())
        jobs_and_papers = [(job, papers.get(job.payload.get("document", 0))) for job in jobs]
        count = db.session.scalar(select(func.count()).select_from(cls).where(here)) or 0
        return count, [
            (job, document, owners[document.flow, document.record_id] if document else None)
            for job, document in jobs_and_papers
        ]

    @classmethod
    def failed(cls) -> list[Job]:
        """The jobs that the worker gave up; they stay undone until somebody starts them again."""
        return list(db.session.scalars(select(cls).where(cls.is_in(FAILED)).order_by(cls.id)))

    @classmethod
    def has_failed(cls) -> bool:
        return db.session.scalar(select(cls.id).where(cls.is_in(FAILED)).limit(1)) is not None

    @property
    def given_up(self) -> bool:
        return self.state == FAILED

    @property
    def document(self) -> Document | None:
        """The document that it makes."""
        number = self.payload.get("document")
        return db.session.get(Document, number) if number else None

    def again(self) -> bool:
        """Have a job that was given up tried afresh. False where somebody did so before."""
        done = rows_changed(
            update(Job)
            .where(Job.id == self.id, Job.state == FAILED)
            .values(
                state=WAITING, attempts=0, due=datetime.now(UTC), leased_by=None, leased_until=None
            )
        )
        return done == 1


def kept_until(kind: str, filed: datetime) -> date:
    """Until when the plant keeps a document of a kind that was filed at a moment."""
    day, years = clock.local(filed).date(), number_set(f"keep_{kind}")
    first_of_next = day.month == 2 and day.day == 29  # most years have no such day
    return day.replace(year=day.year + years, day=28 if first_of_next else day.day)


class Document(Model):
    """A numbered document of one record: ordered in the change's transaction, rendered later,
    stored once.

    What is printed again (a sheet once its materials are accepted) is a revision of its own under
    the same number.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("number", "revision"),
        Index("ix_document_record", "flow", "record_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(30))
    revision: Mapped[int] = mapped_column(default=1)
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    ordered_at: Mapped[datetime] = mapped_column(Moment)
    filed_at: Mapped[datetime | None] = mapped_column(Moment)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]

    @classmethod
    def queue(cls, record: Record, kind: DocumentType) -> Document:
        """Order a document of a record; its number is taken now, its pages are made by the worker.

        A kind that the record has already is revised. The record's row is locked, so two revisions
        never meet.
        """
        now = clock.now()
        before = db.session.scalar(
            select(cls)
            .where(cls.flow == record.flow.key, cls.record_id == record.id, cls.kind == kind.key)
            .order_by(cls.revision.desc())
            .limit(1)
        )
        document = cls(
            kind=kind.key,
            number=before.number if before else next_number(kind.prefix),
            flow=record.flow.key,
            revision=before.revision + 1 if before else 1,
            record_id=record.id,
            ordered_at=now,
        )
        db.session.add(document)
        db.session.flush()
        # Due by the wall clock: the demo plays with the plant's clock set back, the worker does
        # not.
        db.session.add(Job(kind="render", payload={"document": document.id}, due=now))
        return document

    @classmethod
    def exists(cls, record: Record, kind: DocumentType) -> bool:
        """Whether a record has a document of a kind."""
        here = (cls.flow == record.flow.key, cls.record_id == record.id, cls.kind == kind.key)
        return db.session.scalar(select(cls.id).where(*here).limit(1)) is not None

    @property
    def type(self) -> DocumentType:
        return DOCUMENTS[self.kind]

    @property
    def kept_until(self) -> date | None:
        """The last day on which the plant must still have it; None until it is filed."""
        return self.filed_at and kept_until(self.kind, self.filed_at)

    @property
    def record(self) -> Record:
        return db.session.get_one(KINDS[self.flow], self.record_id)

    @property
    def name(self) -> str:
        """What names this very paper: its number, from the second revision on with ``-r2``.

        Its address and file carry it.
        """
        return self.number if self.revision == 1 else f"{self.number}-r{self.revision}"

    @property
    def given_up(self) -> Job | None:
        """The worker's job that makes it, where that was given up; it says why."""
        if self.sha256:
            return None
        asked = select(Job).where(Job.is_in(FAILED), Job.kind == "render")
        return db.session.scalar(asked.where(Job.payload == {"document": self.id}).limit(1))

    @property
    def filename(self) -> str:
        return f"{self.name}.pdf"

    @property
    def place(self) -> str:
        """Where its file is, or will be, under the home folder: one folder a year."""
        return f"archive/{self.number.split('-')[1]}/{self.filename}"

    @classmethod
    def find(cls, name: str) -> Document | None:
        """Return the document of a name, or None."""
        number, _, revision = name.partition("-r")
        which = (
            int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 6 else 1
        )
        found = db.session.scalar(select(cls).where(cls.number == number, cls.revision == which))
        return found if found and found.name == name else None
