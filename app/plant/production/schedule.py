"""A plain planning proposal: the earliest place on a line, the lot's number, the date to promise.

All times are the plant's local time, all of one kind (aware or naive). Work goes on only inside
shifts: what does not end today goes on at the next shift's start.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from app.plant.production.incompatibility import Changeovers
from app.plant.quantities import ceil_whole
from app.required import required

RELEASE_DAYS = 3  # from filling to a released lot (README, `warn:shelf_life`)
HORIZON_DAYS = 730
EVERY_DAY = frozenset(range(1, 8))
_LOT_NUMBER = re.compile(r"([A-Z][A-Z0-9]*)-(\d{6})-(\d{2})")


class NoRoom(ValueError):
    """No place on the line within the horizon."""


@dataclass(frozen=True)
class WorkingHours:
    """When a line works: shifts as (start, end); an end not after its start is on the next day.

    `weekdays` 1 = Monday; `closed` are holidays, `opened` days that are worked whatever their
    weekday. A shift belongs to the day it starts on.
    """

    shifts: tuple[tuple[time, time], ...]
    weekdays: frozenset[int] = EVERY_DAY
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        return day in self.opened or (day.isoweekday() in self.weekdays and day not in self.closed)


@dataclass(frozen=True)
class Occupied:
    """A span of the line already taken, its own wash-out included, and the family it makes."""

    start: datetime
    end: datetime
    family: str


@dataclass(frozen=True)
class Proposal:
    """A place on the line: wash-out from `start`, mixing from `mix_start`, filling from
    `fill_start` to `end`.
    """

    start: datetime
    mix_start: datetime
    fill_start: datetime
    end: datetime
    changeover_minutes: int
    wash_level: str
    previous_family: str | None


def fill_minutes(units: int, units_per_hour: int) -> int:
    """Return whole minutes to fill `units`, rounded up."""
    return ceil_whole(Fraction(units * 60, units_per_hour))


def mix_minutes(mix_hours: Decimal, pots: int = 1) -> int:
    """Return whole minutes to mix `pots` tank charges, rounded up; 0 pots when the bulk is there
    already.
    """
    return ceil_whole(Fraction(mix_hours) * 60 * pots)


def propose(
    hours: WorkingHours,
    occupied: Iterable[Occupied],
    ready: datetime,
    family: str,
    mixing: int,
    filling: int,
    changeovers: Changeovers,
    last_family: str | None = None,
) -> Proposal:
    """Return the earliest place from `ready` on for a run of `mixing` + `filling` working minutes.

    Gaps between `occupied` spans are used when the run fits with its wash-out, and when what
    follows can still be washed to. `last_family` is what the line made before the first span.
    Raises NoRoom when none is left within two years or every place would follow a family that may
    not share the equipment.
    """
    if mixing < 0 or filling <= 0:
        raise ValueError("a run takes time")
    spans = sorted(occupied, key=lambda span: span.start)
    previous, free_from, latest = last_family, ready, None
    for following in [*spans, None]:
        limit = absolute(following.start if following else ready + timedelta(days=HORIZON_DAYS))
        wash = changeovers.between(previous, family)
        extra = _extra_wash(changeovers, previous, family, following)
        if not wash.forbidden and extra is not None:
            limit -= extra
            washing = required(wash.minutes)
            times = _milestones(hours, free_from, limit, (washing, mixing, filling))
            if times:
                return Proposal(*times, washing, wash.wash_level, previous)
        if following and (latest is None or following.end >= latest):
            previous, latest = following.family, following.end
            free_from = max(free_from, latest)
    raise NoRoom(f"no place for family {family}")


def working_spans(hours: WorkingHours, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the (start, end) of working time from `after` on, in order, up to the horizon."""
    for offset in range(-1, HORIZON_DAYS):
        day = after.date() + timedelta(days=offset)
        if not hours.works_on(day):
            continue
        for shift_start, shift_end in sorted(hours.shifts):
            start = datetime.combine(day, shift_start, after.tzinfo)
            end = datetime.combine(
                day + timedelta(days=shift_end <= shift_start), shift_end, after.tzinfo
            )
            if end > after:
                yield max(start, after), end


def absolute(moment: datetime) -> datetime:
    """Return the same moment as it can be reckoned with: on the plant's clocks an hour is missing
    or comes twice where they are put forward or back.
    """
    return moment.astimezone(UTC) if moment.tzinfo else moment


def on_clocks_of(other: datetime, moment: datetime) -> datetime:
    """Return the moment as the clocks show it that another one was read from."""
    return moment.astimezone(other.tzinfo) if moment.tzinfo else moment


def promise_date(
    end: datetime,
    transit_days: int,
    release_days: int = RELEASE_DAYS,
    receiving_days: frozenset[int] = EVERY_DAY,
) -> date:
    """Return the day of arrival to promise: filled, released, travelled, on a day the customer
    receives.
    """
    if not receiving_days or not receiving_days <= EVERY_DAY:
        raise ValueError("receiving days are weekdays 1 to 7, at least one")
    arrival = end.date() + timedelta(days=release_days + transit_days)
    while arrival.isoweekday() not in receiving_days:
        arrival += timedelta(days=1)
    return arrival


def days_late(promised: date, requested: date) -> int:
    """Return by how many days a promise misses the requested day of arrival; 0 when it is kept."""
    return max((promised - requested).days, 0)


def lot_number(day: date, line_code: str, serial: int) -> str:
    """Return a finished lot's number: line, day, serial of the day on that line: `L1-261122-01`.

    Raises ValueError when the serial is not 1–99 or the line's code is not of capitals and digits.
    """
    number = f"{line_code}-{day:%y%m%d}-{serial:02d}"
    if not 1 <= serial <= 99 or not _LOT_NUMBER.fullmatch(number):
        raise ValueError(f"not a lot number: {number}")
    return number


def _milestones(
    hours: WorkingHours, after: datetime, limit: datetime, minutes: tuple[int, int, int]
) -> tuple[datetime, datetime, datetime, datetime] | None:
    # The moments at which each step begins and the last one ends, in working time; None if that is
    # past limit.
    time_left = [timedelta(minutes=each) for each in minutes]
    times: list[datetime] = []
    for span in working_spans(hours, after):
        start, end = map(absolute, span)
        if start >= limit:
            return None
        now = start
        while time_left and now < end:
            if len(times) == len(minutes) - len(time_left):
                times.append(now)
            worked = min(time_left[0], end - now)
            now, time_left[0] = now + worked, time_left[0] - worked
            if not time_left[0]:
                time_left.pop(0)
        if not time_left:
            first, second, third, last = (on_clocks_of(after, each) for each in (*times, now))
            return (first, second, third, last) if now <= limit else None
    return None


def _extra_wash(
    changeovers: Changeovers, previous: str | None, family: str, following: Occupied | None
) -> timedelta | None:
    # A run put in between changes what the next one is washed from; its span holds only the old
    # wash-out. None: what follows could not be washed to at all.
    if following is None:
        return timedelta(0)
    new = changeovers.between(family, following.family)
    old = changeovers.between(previous, following.family)
    if new.forbidden:
        return None
    return timedelta(minutes=max(0, required(new.minutes) - (old.minutes or 0)))
