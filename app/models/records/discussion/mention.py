"""People named in comments: what each of them has not looked at yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Update, bindparam, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.models.records.column_types import Key, Moment
from app.models.records.event import Event

if TYPE_CHECKING:
    from app.models.records.record import Record


class Mention(Model):
    """One person named in one comment; seen once they have opened the record."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_user_seen", "user_id", "seen_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship()

    @classmethod
    def open_for(cls, user_id: Any) -> tuple[Any, ...]:
        return cls.user_id == user_id, cls.seen_at.is_(None)

    @classmethod
    def count_for(cls, user_id: int) -> int:
        """How many a person has not looked at."""
        return db.session.scalar(OPEN, {"person": user_id}) or 0

    @classmethod
    def waits_at(cls, record: Record, user_id: int) -> bool:
        """Whether a person is named at a record and has not looked since."""
        here = (*cls.open_for(user_id), cls.flow == record.flow.key, cls.record_id == record.id)
        return bool(db.session.scalar(select(exists().where(*here))))

    @classmethod
    def seen_at_record(cls, flow: str, record_id: int, user_id: int) -> Update:
        """The statement that notes that a person has looked."""
        return (
            update(cls)
            .where(*cls.open_for(user_id), cls.flow == flow, cls.record_id == record_id)
            .values(seen_at=clock.now())
        )


# Every page asks it.
OPEN = select(func.count()).where(*Mention.open_for(bindparam("person")))
