"""The one clock. Only the demo may set it back, to play a plant forward with honest ages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PLANT_ZONE = ZoneInfo("Asia/Shanghai")
_set: datetime | None = None
_happened: ContextVar[datetime | None] = ContextVar("happened", default=None)


def now() -> datetime:
    """Return the moment, aware, in UTC."""
    return _set or datetime.now(UTC)


def happened() -> datetime:
    """Return when what is being recorded happened: now, or when a sheet of paper says so."""
    return _happened.get() or now()


def happened_on() -> date:
    """Return the plant's calendar day of that."""
    return local(happened()).date()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Record as of a moment (aware) that has passed: what was written down on paper."""
    token = _happened.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _happened.reset(token)


def today() -> date:
    """Return the plant's calendar day."""
    return now().astimezone(PLANT_ZONE).date()


def local(moment: datetime) -> datetime:
    """Return the moment as the plant's clocks show it."""
    return moment.astimezone(PLANT_ZONE)


def zone() -> str:
    """Return how far the plant's clocks are ahead of UTC now: ``+08:00``."""
    ahead = local(now()).strftime("%z")
    return f"{ahead[:3]}:{ahead[3:]}"


def set_clock(moment: datetime | None) -> None:
    """Hold the clock at a moment (aware), or let it run again.

    The demo's player is the only caller.
    """
    global _set
    _set = moment.astimezone(UTC) if moment else None
