"""How the columns of somebody's files are called, chosen once and kept by a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.models.records.column_types import Json, Key


class ColumnMapping(Model):
    """``said`` is what a file's columns are, what stands in those that it lacks, and how it is
    read.
    """

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    said: Mapped[dict[str, Any]] = mapped_column(Json)

    @classmethod
    def named(cls, kind: str, name: str) -> ColumnMapping | None:
        return db.session.scalar(select(cls).where(cls.kind == kind, cls.name == name))

    @classmethod
    def of(cls, kind: str) -> list[ColumnMapping]:
        """Those of a kind, by their names."""
        return list(db.session.scalars(select(cls).where(cls.kind == kind).order_by(cls.name)))

    @classmethod
    def keep(cls, kind: str, name: str, said: dict[str, Any]) -> ColumnMapping:
        """Keep one, in place of the one of that name. The caller commits."""
        row = cls.named(kind, name) or cls(kind=kind, name=name)
        row.said = said
        db.session.add(row)
        return row
