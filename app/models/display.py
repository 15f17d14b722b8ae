"""Wall displays: screens that are paired once, and from then on only look on."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db

from .pairing import Paired
from .types import Json


class Display(Paired, db.Model):
    """A paired screen. ``layouts`` are shown in turn, each page for ``seconds``; ``distance`` (m) and ``diagonal`` (inch) give the size
    of its letters."""

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
        """The smallest letters in hundredths of the screen's height: capitals are as high as the distance divided by 200 (ux.md),
        a capital is 0.72 of its letter size, and a screen of 16:9 is 0.49 of its diagonal high."""
        return round(max(2.4, self.distance * 1000 / 200 / (self.diagonal * 25.4 * 0.4903) * 100 / 0.72), 2)
