"""The answer given to a key, so that a retry is answered again and nothing happens twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.database import inserting
from app.extensions import db

from .types import Moment


class Answer(db.Model):
    """One person's key, the hash of the request that used it, and what was answered; written in the change's transaction."""

    __tablename__ = "answer"

    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(String(80))
    body: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def claim(cls, actor_id: int, key: str, request_hash: str, at: datetime) -> tuple[Answer, bool]:
        """Return the row of a key and whether it is new. A racing request with the same key waits here for the first."""
        made = db.session.scalar(inserting(cls.__table__).values(actor_id=actor_id, key=key, request_hash=request_hash, at=at)
                                 .on_conflict_do_nothing().returning(cls.__table__.c.key))  # fmt: skip
        if made is not None:
            return cls(actor_id=actor_id, key=key, request_hash=request_hash, at=at), True
        row = db.session.scalars(select(cls).where(cls.actor_id == actor_id, cls.key == key)
                                 .execution_options(populate_existing=True)).one()  # fmt: skip
        return row, False

    def fill_in(self, **answered: Any) -> None:
        """Store what was answered to a key that this transaction claimed."""
        db.session.execute(ANSWERED, {**answered, "whose": self.actor_id, "which": self.key})


ANSWERED = update(Answer.__table__).where(Answer.__table__.c.actor_id == bindparam("whose"), Answer.__table__.c.key == bindparam("which")).values(
    {name: bindparam(name) for name in ("status", "location", "kind", "body")})
