"""Wall displays: screens that are paired once, and from then on only look on."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.people.pairing import Paired
from app.models.records.column_types import Json
from app.plant.wall.letter_size import SMALLEST, letters


class Display(Paired, db.Model):
    """A paired screen.

    ``layouts`` are shown in turn, each page for ``seconds``; ``distance`` (m) and ``diagonal``
    (inch) give the size of its letters.
    """

    __tablename__ = "display"
    kind = "display"
    cookie = "screen"

    layouts: Mapped[list[str]] = mapped_column(Json)
    seconds: Mapped[int]
    distance: Mapped[int]
    diagonal: Mapped[int]
    language: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str] = mapped_column(String(10))

    @property
    def unit(self) -> float:
        """The size of its smallest letters, in hundredths of the screen's height."""
        return round(max(SMALLEST, letters(self.distance, self.diagonal)), 2)
