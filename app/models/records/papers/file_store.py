"""Which store the files of this database lie in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.records.column_types import Key, Moment

ONLY = 1


class FileStore(Model):
    """The one row: the ``identity`` that the store holds, too; and the ``mark`` that a running node
    put there last, with its name.
    """

    __tablename__ = "file_store"

    number: Mapped[int] = mapped_column(Key, primary_key=True)
    identity: Mapped[str] = mapped_column(String(32))
    mark: Mapped[str | None] = mapped_column(String(32))
    marked_at: Mapped[datetime | None] = mapped_column(Moment)
    marked_by: Mapped[str | None] = mapped_column(String(60))
