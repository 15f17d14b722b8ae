"""A day as one types it on the phone: ``1204``, ``12-4``, ``+14``; written out it stays what it
was.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from wtforms.widgets import TextInput

from app import clock
from app.flow.texts.lazy_text import _l
from app.forms.records.action import Day
from app.plant import reading

MONTH_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?|(\d{1,2})(\d{2})", re.ASCII)
AHEAD = re.compile(r"\+(\d{1,3})", re.ASCII)
# A day that has just passed is a slip that the review tells, not next year's.
LATELY = timedelta(days=60)
HINT = _l("Like 2026-12-04, 1204 (the next December 4), +14 (in 14 days).")


class ShortDay(Day):
    """A calendar day, typed in full or in short. ``data`` is a date or None."""

    widget = TextInput()

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        kwargs.setdefault(
            "render_kw",
            {
                "autocomplete": "off",
                "placeholder": "1204 / +14",
                "title": HINT,
                "data-carry": "",
                "size": 11,
            },
        )
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([in_full(value) for value in valuelist])


def in_full(typed: str) -> str:
    """The day in ISO 8601 that a short one means from today on; anything else as it is."""
    text, today = reading.code(typed), clock.today()
    if match := AHEAD.fullmatch(text):
        return (today + timedelta(days=int(match[1]))).isoformat()
    if match := MONTH_DAY.fullmatch(text):
        month, day = (int(part) for part in match.groups() if part)
        for year in (today.year, today.year + 1):
            try:
                parsed = date(year, month, day)
            except ValueError:
                continue
            if parsed >= today - LATELY:
                return parsed.isoformat()
    return text
