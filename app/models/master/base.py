"""What all master data has in common: a key, a lock for editing, retirement instead of deletion."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from sqlalchemy import Index, String, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.extensions import Model, db
from app.flow.texts.lazy_text import Both
from app.models.records.column_types import Key
from app.models.records.event import FIRST
from app.plant import reading


class Master(Model):
    """A row of master data.

    Never deleted, because records name it; an inactive one is offered to nobody, and no longer
    among the parts of what it belongs to. ``revision`` is the lock a form carries; ``seq`` and
    ``head`` are the end of its event chain.

    Classifications (class, family, zone, wash level) are referred to by code, things (material,
    product, line) by row.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-9)
    active: Mapped[bool] = mapped_column(default=True, sort_order=9)
    revision: Mapped[int] = mapped_column(sort_order=9)
    seq: Mapped[int] = mapped_column(default=0, sort_order=9)
    head: Mapped[str] = mapped_column(String(64), default=FIRST, sort_order=9)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}


class Coded(Master):
    """Master data with a code that people know it by; it never changes."""

    __abstract__ = True

    code: Mapped[str] = mapped_column(String(40), unique=True, sort_order=-8)

    @property
    def goes_on_as(self) -> Self:
        """The row that stands for it today: itself, unless it became part of another."""
        return self

    @classmethod
    def by_code(cls, code: str) -> Self | None:
        """Return the row of a code, or None."""
        return db.session.scalar(cls.coded(), {"code": code})

    @classmethod
    @cache
    def coded(cls) -> Any:
        return select(cls).where(cls.code == bindparam("code"))

    @classmethod
    def called(cls, typed: str) -> Self | None:
        """Return the row whose code somebody typed, in whatever width and case; None where none
        or more than one fits.
        """
        if exact := cls.by_code(reading.code(typed)):
            return exact
        alike = db.session.scalars(
            select(cls).where(func.lower(cls.code) == reading.folded(typed)).limit(2)
        ).all()
        return alike[0] if len(alike) == 1 else None


class Versioned(Coded):
    """Master data whose revisions stand beside each other under one code: one of them, the active
    one, is in force or was the last to be.
    """

    __abstract__ = True

    code: Mapped[str] = mapped_column(String(40), sort_order=-8)
    version: Mapped[str] = mapped_column(String(10))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("code", "version"),
            Index(
                f"ix_{cls.__tablename__}_in_force",
                "code",
                unique=True,
                sqlite_where=text("active IS 1"),
                postgresql_where=text("active IS true"),
            ),
        )

    @classmethod
    @cache
    def coded(cls) -> Any:
        return (
            select(cls)
            .where(cls.code == bindparam("code"))
            .order_by(cls.active.desc(), cls.id.desc())
            .limit(1)
        )


class Named:
    """Names in both languages."""

    name_zh: Mapped[str] = mapped_column(String(120), sort_order=-7)
    name_en: Mapped[str] = mapped_column(String(120), sort_order=-7)

    @property
    def name(self) -> Both:
        return Both(self.name_zh, self.name_en)
