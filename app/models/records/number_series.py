"""Number series without gaps: the counter's row is locked until the transaction that takes a
number ends.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import String, case, select
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
    begins = beginning(series)
    return f"{begins}-{next_serial(begins):05d}"


def coming_number(series: str) -> str:
    """Return what ``next_number`` would, and take nothing: for what is made before the number is
    taken, and made anew where another one was.
    """
    begins = beginning(series)
    last = db.session.scalar(select(Series.last).where(Series.key == begins)) or 0
    return f"{begins}-{last + 1:05d}"


def beginning(series: str) -> str:
    """What stands before the serial."""
    year = str(clock.today().year) if plant_setting("number_year") == YES else ""
    return "-".join(filter(None, (prefix_of(series), year)))


def prefix_of(series: str) -> str:
    """What the numbers of a series begin with now."""
    return plant_setting(setting_of(series))


# What ``next_number`` may come to, whatever is set: what it begins with, serial.
OURS = re.compile(r"([A-Z0-9]{1,6}(?:-\d{4})?)-(\d{5,6})")


def pass_over(number: str) -> None:
    """Have the series that may come to an old number go on after it; any other shape of a number
    stands beside ours.
    """
    if ours := OURS.fullmatch(number):
        begins, serial = ours.groups()
        go_past(begins, int(serial))


def go_past(key: str, serial: int) -> None:
    """Have a series go on after a serial, if it is not past it already."""
    connection = db.session.connection()
    last: int = connection.scalar(passing(connection.dialect.name), {"key": key, "last": serial})
    sealed_rows.note(Series.__table__, key, last=last)


@cache
def passing(_dialect: str) -> Any:
    """The INSERT that begins the series ``key`` with ``last``, or lifts it there."""
    statement = inserting(Series.__table__)
    wanted = statement.excluded.last
    return statement.on_conflict_do_update(
        index_elements=[Series.key],
        set_={"last": case((Series.last < wanted, wanted), else_=Series.last)},
    ).returning(Series.last)
