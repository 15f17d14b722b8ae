"""Hand-over notes (clause 4.1): what a shift leaves to the next one, shown until its supervisor
has taken over.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.handovers import HANDOVERS
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import SHIFTS, term
from app.models.master import Line
from app.models.records.number_series import next_number
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.people.user import User


class Handover(Record):
    """A note of one shift, about one line or all of them.

    Its words may name people: the chain holds only their hash.
    """

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_board", "stage", "due"),)
    flow = HANDOVERS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    day: Mapped[date]
    shift: Mapped[str] = mapped_column(String(10))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("line.id"))
    text: Mapped[str] = mapped_column(String(1000))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    line: Mapped[Line | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])

    @property
    def headline(self) -> Any:
        return self.line.name if self.line else _l("All lines")

    @property
    def amount(self) -> Any:
        return term(SHIFTS, self.shift)

    @property
    def party(self) -> str:
        return self.author.name_at(self.created_at)

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.line), joinedload(cls.author))

    # Effects

    def write(
        self, by: User, *, shift: str, text: str, line_id: int | None = None
    ) -> dict[str, Any]:
        """Leave the note; the day is the plant's today."""
        self.number = next_number("HO")
        self.day, self.shift, self.text, self.author = clock.happened_on(), shift, text, by
        self.line = db.session.get_one(Line, line_id) if line_id else None
        return {
            "number": self.number,
            "shift": shift,
            "line": self.line and self.line.code,
            "text": text,
        }
