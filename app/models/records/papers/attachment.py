"""Files that people put to a record: kept under a random name, never changed; the event that
attached one seals its hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from app.extensions import Model, db
from app.models.records.column_types import Key
from app.models.records.event import Event

if TYPE_CHECKING:
    from app.models.people.user import User


class Attachment(Model):
    """One file of one record.

    ``name`` is what it is stored and asked for under, ``filename`` what its owner called it.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_record", "flow", "record_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    filename: Mapped[str] = mapped_column(String(160))
    content_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]

    event: Mapped[Event] = relationship(lazy="joined")

    @classmethod
    def new(cls, filename: str, content_type: str) -> Attachment:
        """A file that is about to be stored, under a name that nobody can guess."""
        return cls(name=secrets.token_hex(16), filename=filename, content_type=content_type)

    @property
    def place(self) -> str:
        """Where its file is, under the home folder."""
        return f"uploads/{self.name[:2]}/{self.name}"

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def by(self) -> User | None:
        return self.event.actor

    @property
    def facts(self) -> dict[str, Any]:
        """What the event that attaches it seals."""
        return {
            "filename": self.filename,
            "content_type": self.content_type,
            "bytes": self.size,
            "sha256": self.sha256,
            "stored_as": self.name,
        }

    @classmethod
    def find(cls, name: str) -> Attachment | None:
        return db.session.scalar(select(cls).where(cls.name == name))

    @classmethod
    def of(cls, records: Iterable[Any]) -> list[Attachment]:
        """What was attached to some records, oldest first."""
        keys = {(record.flow.key, record.id) for record in records}
        rows = db.session.scalars(
            select(cls)
            .join(cls.event)
            .options(contains_eager(cls.event))
            .order_by(cls.id)
            .where(
                cls.flow.in_({flow for flow, _ in keys}),
                cls.record_id.in_({number for _, number in keys}),
            )
        )
        return [each for each in rows if (each.flow, each.record_id) in keys]
