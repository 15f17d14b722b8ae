"""Days and spans that do not make sense: passed, far off, ending before they begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from app.flow.texts.lazy_text import _l
from app.plant.bounds import Odd

# Nobody delivers what has been of no use for a year.
LONG_EXPIRED = timedelta(days=365)
FAR_AHEAD = FAR_BACK = timedelta(days=2 * 365)
LONG_RUN = timedelta(days=14)

Point = TypeVar("Point", datetime, date)  # both ends of a span alike


def expiry(day: date, today: date, shelf_life_days: int) -> Iterator[Odd]:
    """The day until which a lot that comes in today may be used."""
    arguments = shown(day, today)
    days_left = (day - today).days
    if day < today - LONG_EXPIRED:
        yield Odd(
            _l("The lot expired on %(day)s, more than a year before today, %(today)s.", **arguments)
        )
    elif days_left < 0:
        yield Odd(_l("The lot expired on %(day)s, before today, %(today)s.", **arguments), True)
    elif days_left == 0:
        yield Odd(
            _l("The lot expires today, %(today)s: it can be used today only.", **arguments), True
        )
    elif days_left > shelf_life_days:
        arguments |= {"days": f"{days_left:,}", "life": f"{shelf_life_days:,}"}
        long = _l(
            "The lot expires on %(day)s, in %(days)s days: this material keeps for %(life)s days.",
            **arguments,
        )
        yield Odd(long, True)


def span(start: Point, end: Point, *, longest: timedelta | None = None) -> Iterator[Odd]:
    """A span of time: it ends after it begins, and is not longer than such a span is."""
    if end <= start:
        yield Odd(_l("The end must be later than the start."))
    elif longest and end - start > longest:
        arguments = {"days": (end - start).days, "longest": longest.days}
        long = _l(
            "From start to end are %(days)s days; a run takes at most %(longest)s days.",
            **arguments,
        )
        yield Odd(long, True)


def ahead(day: date, today: date) -> Iterator[Odd]:
    """A day that is promised or wished for."""
    if day - today > FAR_AHEAD:
        yield Odd(
            _l("%(day)s is more than two years after today, %(today)s.", **shown(day, today)), True
        )


def not_before(day: date, today: date) -> Iterator[Odd]:
    """A day that is still to come."""
    if day < today:
        yield Odd(_l("%(day)s lies before today, %(today)s.", **shown(day, today)))


def behind(day: date, today: date) -> Iterator[Odd]:
    """A day that has come."""
    if day > today:
        yield Odd(_l("%(day)s lies after today, %(today)s.", **shown(day, today)))
    elif today - day > FAR_BACK:
        yield Odd(
            _l("%(day)s is more than two years before today, %(today)s.", **shown(day, today)), True
        )


def shown(day: date, today: date) -> dict[str, str]:
    """Both days, as a sentence names them."""
    return {"day": day.isoformat(), "today": today.isoformat()}
