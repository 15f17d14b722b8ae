"""Days as files write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from app.content.tables.sheet import Value
from app.flow.texts.lazy_text import Text, _l
from app.plant import reading

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
# Spreadsheets count days from here.
COUNTED_FROM = date(1899, 12, 30)
YEAR_FIRST = re.compile(r"([12][0-9]{3})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?")
TOGETHER = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
MONTH = re.compile(r"([12][0-9]{3})\s*[-./年]\s*([0-9]{1,2})\s*月?")
YEAR_LAST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([12][0-9]{3})")
SHORT = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}")
CLOCK = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?:Z|[+-][0-9:]{5})?$")
CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
NO_DAY = _l("This is not a day: write it like 2026-11-29.")


class NoDay(ValueError):
    """What is no day; ``sentence`` says why."""

    def __init__(self, sentence: Text = NO_DAY) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


def day_of(value: Value, *, last: bool = False) -> tuple[date, bool]:
    """Return the day that a cell says, and whether that needs telling.

    A month alone is its first day, its ``last`` one where something ends. Raises NoDay.
    """
    if isinstance(value, datetime):
        return within(value.date()), value.time() != time()
    if isinstance(value, date):
        return within(value), False
    if isinstance(value, Decimal):
        return counted(value)
    if not isinstance(value, str):
        raise NoDay
    plain = reading.code(value).translate(CHINESE)
    plain = CLOCK.sub("", plain)
    if found := YEAR_FIRST.fullmatch(plain) or TOGETHER.fullmatch(plain):
        return made(found[1], found[2], found[3]), plain != f"{found[1]}-{found[2]}-{found[3]}"
    if found := MONTH.fullmatch(plain):
        first = made(found[1], found[2], "1")
        return first.replace(day=monthrange(first.year, first.month)[1] if last else 1), True
    if found := YEAR_LAST.fullmatch(plain):
        return year_last(*found.groups())
    if SHORT.fullmatch(plain):
        raise NoDay(_l("Which part of “%(day)s” is the year? Write it like 2026-11-29.", day=value))
    raise NoDay


def counted(value: Decimal) -> tuple[date, bool]:
    """A day as a number: 20261129, or as spreadsheets count days."""
    if found := TOGETHER.fullmatch(f"{value:f}"):
        return made(found[1], found[2], found[3]), True
    if not 30000 < value < 80000:
        raise NoDay
    return within(COUNTED_FROM + timedelta(days=int(value))), True


def year_last(one: str, other: str, year: str) -> tuple[date, bool]:
    """29/11/2026 can be told, 5/11/2026 cannot."""
    if int(one) > 12:
        return made(year, other, one), True
    if int(other) > 12:
        return made(year, one, other), True
    if int(one) == int(other):
        return made(year, one, other), True
    raise NoDay(
        _l(
            "“%(day)s” may be the %(one)s or the %(other)s: write it like 2026-11-29.",
            day=f"{one}/{other}/{year}",
            one=made(year, one, other).isoformat(),
            other=made(year, other, one).isoformat(),
        )
    )


def made(year: str, month: str, day: str) -> date:
    try:
        return within(date(int(year), int(month), int(day)))
    except ValueError as wrong:
        raise wrong if isinstance(wrong, NoDay) else NoDay() from None


def within(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise NoDay
    return day


def moment_of(value: Value, zone: object) -> tuple[datetime, bool]:
    """Return the moment that a cell says; a day alone is its noon. Raises NoDay."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)), False  # type: ignore[arg-type]
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(reading.code(value))
        except ValueError:
            pass
        else:
            if ":" in value:
                return (found if found.tzinfo else found.replace(tzinfo=zone)), False  # type: ignore[arg-type]
    day, _ = day_of(value)
    return datetime.combine(day, time(12), zone), True  # type: ignore[arg-type]
