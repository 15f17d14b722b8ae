"""The days of the play: moments told by day and hour, and pressed together on the last day so
that none lies in the future.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from app.clock import plant_zone

# Orders come in until then; a demo that starts earlier in the day is played up to the day before.
OPENS = time(8)
PRESSED_FROM = time(7, 50)
OVER = time(18, 30)
OFFICE = (time(8, 30), time(17, 30))
FLOOR = (time(8), time(20))


def day_of(now: datetime) -> date:
    """Return the plant's day on which the play ends."""
    local = now.astimezone(plant_zone())
    return local.date() if local.time() >= OPENS else local.date() - timedelta(days=1)


class Days:
    """Moments of the play, written as if it lasted until 18:30 of the last day; ``real`` is what
    the clock is set to.
    """

    def __init__(self, last: date, now: datetime) -> None:
        self.last = last
        self.pressed_from = self.at(0, PRESSED_FROM)
        self.over = self.at(0, OVER)
        self.end = min(now - timedelta(seconds=30), self.over)

    def at(self, day: int, hour: str | time) -> datetime:
        """The moment at an hour of a day, counted from the last (0, before it negative)."""
        clock = time.fromisoformat(hour) if isinstance(hour, str) else hour
        return datetime.combine(self.last + timedelta(days=day), clock, plant_zone())

    def date(self, day: int) -> date:
        return self.last + timedelta(days=day)

    def real(self, moment: datetime) -> datetime:
        """Return the moment as it is played: what the last day holds is pressed into its hours
        gone by.
        """
        if not self.pressed_from < moment <= self.over:
            return moment
        return self.pressed_from + (moment - self.pressed_from) * (
            (self.end - self.pressed_from) / (self.over - self.pressed_from)
        )


def after(moment: datetime, minutes: int, hours: tuple[time, time] = OFFICE) -> datetime:
    """Return the moment so many minutes on, or where nobody works then, the next at which
    somebody does.
    """
    return within(moment + timedelta(minutes=minutes), hours)


def within(moment: datetime, hours: tuple[time, time] = OFFICE) -> datetime:
    """Return the moment, or soon after work begins: not everything is done at the stroke of the
    hour.
    """
    local = moment.astimezone(plant_zone())
    opens, closes = hours
    if local.time() > closes:
        local = datetime.combine(local.date() + timedelta(days=1), opens, plant_zone()) + timedelta(
            minutes=local.minute // 3
        )
    elif local.time() < opens:
        local = datetime.combine(local.date(), opens, plant_zone()) + timedelta(
            minutes=local.minute // 3
        )
    return local
