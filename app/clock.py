"""The one clock. Only the demo may set it back, to play a plant forward with honest ages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

# Where a plant is that has not said it, by its name in the IANA database.
DEFAULT_ZONE = "Asia/Shanghai"
_zone: Callable[[], str] = lambda: DEFAULT_ZONE  # noqa: E731 (a default that is replaced)
_set: datetime | None = None
_happened: ContextVar[datetime | None] = ContextVar("happened", default=None)


def zone_by(name: Callable[[], str]) -> None:
    """Name the function that tells the name of the plant's zone (the settings do, once)."""
    global _zone
    _zone = name


def plant_zone() -> ZoneInfo:
    """Return the zone of the plant's clocks, with its daylight saving."""
    return ZoneInfo(_zone())


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
    return now().astimezone(plant_zone()).date()


def local(moment: datetime) -> datetime:
    """Return the moment as the plant's clocks show it."""
    return moment.astimezone(plant_zone())


def begins(day: date) -> datetime:
    """Return the moment at which a day begins at the plant."""
    return datetime.combine(day, time(), plant_zone())


def zone() -> str:
    """Return what the plant's clocks show and how far they are ahead of UTC now:
    ``Asia/Shanghai, UTC+08:00``.
    """
    ahead = local(now()).strftime("%z")
    return f"{plant_zone().key}, UTC{ahead[:3]}:{ahead[3:]}"


def set_clock(moment: datetime | None) -> None:
    """Hold the clock at a moment (aware), or let it run again.

    The demo's player is the only caller.
    """
    global _set
    _set = moment.astimezone(UTC) if moment else None
