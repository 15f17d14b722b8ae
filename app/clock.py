"""The one clock. Only the demo may set it back, to play a plant forward with honest ages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PLANT_ZONE = ZoneInfo("Asia/Shanghai")
_set: datetime | None = None


def now() -> datetime:
    """Return the moment, aware, in UTC."""
    return _set or datetime.now(UTC)


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
