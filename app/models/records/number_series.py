"""Number series without gaps: the counter's row is locked until the transaction that takes a
number ends.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import inserting
from app.extensions import Model, db
from app.flow.rules.numbers import ORDERS, setting_of
from app.flow.rules.settings import YES
from app.models.records.rules.plant_settings import plant_setting
from app.models.records.sealing import sealed_rows


class Series(Model):
    """One counter a prefix and year."""

    __tablename__ = "series"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def next_serial(key: str) -> int:
    """Take the next number of a series. A rolled-back transaction gives it back."""
    connection = db.session.connection()
    number: int = connection.scalar(counting(connection.dialect.name), {"key": key, "last": 1})
    sealed_rows.note(Series.__table__, key, last=number)
    return number


@cache
def counting(_dialect: str) -> Any:
    """The INSERT that begins the series ``key``, or counts on; each database has its own."""
    statement = inserting(Series.__table__)
    return statement.on_conflict_do_update(
        index_elements=[Series.key], set_={"last": Series.last + 1}
    ).returning(Series.last)


def next_number(series: str = ORDERS) -> str:
    """Return the next number of a series: ``MPS-2026-00017``, an order's ``2026-00042``, or as
    the plant has its numbers begin.

    What stands before the serial names the counter: two series that begin alike, one after the
    other, go on counting, and no number comes twice.
    """
    year = str(clock.today().year) if plant_setting("number_year") == YES else ""
    begins = "-".join(filter(None, (prefix_of(series), year)))
    return f"{begins}-{next_serial(begins):05d}"


def prefix_of(series: str) -> str:
    """What the numbers of a series begin with now."""
    return plant_setting(setting_of(series))
