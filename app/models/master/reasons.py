"""The reasons that a department’s people choose from where a step asks for one."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import String, Text, bindparam, select, type_coerce
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.flow.texts.lazy_text import for_record
from app.models.master.base import Coded, Named
from app.models.records.column_types import Json, canonical


class Reason(Coded, Named):
    """A reason of one department’s list.

    ``steps`` are the actions it is offered for, as “flow.action”, or what forms ask beside any
    action; ``position`` is its place among their reasons.
    """

    __tablename__ = "reason"

    department: Mapped[str] = mapped_column(String(20))
    steps: Mapped[list[str]] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(default=0)

    @property
    def signed(self) -> str:
        """What goes on record when it is chosen: its words of today, which no later change of
        the list alters.
        """
        return for_record(self.name_zh, self.name_en)

    @classmethod
    def offered_for(cls, step: str) -> list[Reason]:
        """Return the reasons in use for an action, in their order."""
        rows = db.session.scalars(cls.naming(), {"step": canonical(step)})
        return [row for row in rows if step in row.steps]

    @classmethod
    @cache
    def naming(cls) -> Any:
        """The SELECT of the reasons in use whose steps name a ``step``, as JSON has it."""
        steps = type_coerce(cls.steps, Text)
        named = steps.like("%" + bindparam("step", type_=Text) + "%")
        return select(cls).where(cls.active, named).order_by(cls.position, cls.code)
