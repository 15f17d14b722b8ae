"""Wall displays: screens that are paired once, and from then on only look on."""

from __future__ import annotations

from math import ceil

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db

from .pairing import Paired
from .types import Json


SMALLEST, LARGEST = 2.4, 6.5  # letters, in hundredths of the height: below it looks empty, beyond a line's card finds no room


def letters(distance: int, diagonal: int) -> float:
    """Letters for a reader at ``distance`` (m) of a screen of 16:9 with this ``diagonal`` (inch), in hundredths of the screen's height:
    capitals are as high as the distance divided by 200 (ux.md), a capital is 0.72 of its letter size, the height 0.49 of the diagonal."""
    return distance * 1000 / 200 / (diagonal * 25.4 * 0.4903) * 100 / 0.72


def least_diagonal(distance: int) -> int:
    """The smallest screen (inch) on which letters for this distance (m) leave room for what is shown."""
    return ceil(letters(distance, 1) / LARGEST)


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
        """The size of its smallest letters, in hundredths of the screen's height."""
        return round(max(SMALLEST, letters(self.distance, self.diagonal)), 2)
