"""The answer given to a key, so that a retry is answered again and nothing happens twice."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ForeignKey, String, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.database import inserting
from app.extensions import Model, db
from app.models.records.column_types import Moment


class Answer(Model):
    """One person's key, the hash of the request that used it, and what was answered; written in
    the change's transaction.
    """

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
        """Return the row of a key and whether it is new.

        A racing request with the same key waits here for the first.
        """
        claimed = {"actor_id": actor_id, "key": key, "request_hash": request_hash, "at": at}
        connection = db.session.connection()
        if connection.scalar(cls.unless_there(connection.dialect.name), claimed) is not None:
            return cls(**claimed), True
        row = db.session.scalars(
            select(cls)
            .where(cls.actor_id == actor_id, cls.key == key)
            .execution_options(populate_existing=True)
        ).one()
        return row, False

    @classmethod
    @cache
    def unless_there(cls, _dialect: str) -> Any:
        """The INSERT that gives back the key where nobody has used it before; each database has
        its own.
        """
        table = cls.__table__
        return (
            inserting(table)
            .values({name: bindparam(name) for name in ("actor_id", "key", "request_hash", "at")})
            .on_conflict_do_nothing()
            .returning(table.c.key)
        )

    def fill_in(self, **answered: Any) -> None:
        """Store what was answered to a key that this transaction claimed."""
        own = {"whose": self.actor_id, "which": self.key}
        db.session.connection().execute(ANSWERED, {**answered, **own})


ANSWERED = (
    update(Answer.__table__)
    .where(
        Answer.__table__.c.actor_id == bindparam("whose"),
        Answer.__table__.c.key == bindparam("which"),
    )
    .values({name: bindparam(name) for name in ("status", "location", "kind", "body")})
)
