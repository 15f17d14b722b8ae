"""When a line works, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import clock
from app.models.master import CalendarEntry, Line

MOST = 12


@dataclass(frozen=True)
class LineCalendar:
    """A line with the entries of the calendar that hold for it and are not over, the next first;
    ``more`` are not shown.
    """

    line: Line
    entries: list[CalendarEntry]
    more: int


def line_calendar(row: Any) -> LineCalendar | None:
    """The calendar of a line; None of anything else."""
    if not isinstance(row, Line):
        return None
    entries = CalendarEntry.from_day(clock.today(), row.id)
    return LineCalendar(row, entries[:MOST], len(entries[MOST:]))
