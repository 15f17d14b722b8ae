"""A stage's settings: after how long a record is old there, and how many may stand there.

Empty is the procedure's own, or no limit.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import Optional, ValidationError

from app.flow.texts.lazy_text import Text, _l
from app.forms.records.action import Between, Number, Whole, offered
from app.forms.records.form import Form, Version
from app.required import required

UNITS = {"min": (_l("minutes"), 1), "h": (_l("hours"), 60), "d": (_l("days"), 24 * 60)}
LONGEST = 366 * 24 * 60
MOST = 9_999


def in_unit(minutes: int) -> tuple[Decimal, str]:
    """A span as people say it: the largest unit that it is whole in."""
    unit = next(key for key, (_, size) in reversed(UNITS.items()) if minutes % size == 0)
    return Decimal(minutes) / UNITS[unit][1], unit


class Limit(Whole):
    """How many may stand in a stage; empty is no limit.

    Nothing else but a whole number means something.
    """

    wrong = _l("Write a whole number, or leave this empty.")

    def __init__(self, label: Text, **kwargs: Any) -> None:
        bounds = Between(
            1, MOST, _l("Between 1 and %(most)s; leave it empty for no limit.", most=MOST)
        )
        super().__init__(
            label,
            [Optional(), bounds],
            render_kw={"inputmode": "numeric", "min": 1, "autocomplete": "off"},
            **kwargs,
        )


class StageForm(Form):
    """``version`` is what the form was drawn from.

    Where a stage lets in whatever comes, ``hard`` is taken away.
    """

    key = HiddenField()
    version = Version()
    ages_after = Number(
        _l("Old after"),
        description=_l("From then on a card is marked. Empty: as the procedure says."),
    )
    unit = SelectField(
        _l("Counted in"),
        choices=offered((key, label) for key, (label, _) in UNITS.items()),
        default="h",
    )
    soft = Limit(_l("Soft limit"), description=_l("More than this warns. Empty: none."))
    hard = Limit(_l("Hard limit"), description=_l("More than this is refused. Empty: none."))

    @property
    def minutes(self) -> int | None:
        """The span that was entered, in minutes."""
        return (
            None
            if self.ages_after.data is None
            else int(self.ages_after.data * UNITS[self.unit.data][1])
        )

    def validate_ages_after(self, field: Number) -> None:
        if self.unit.data not in UNITS or field.data is None:
            return
        if self.minutes != field.data * UNITS[self.unit.data][1]:
            raise ValidationError(str(_l("Write whole minutes.")))
        if not 1 <= required(self.minutes) <= LONGEST:
            raise ValidationError(str(_l("Between one minute and a year.")))

    def validate_hard(self, field: Limit) -> None:
        if field.data is not None and self.soft.data is not None and field.data < self.soft.data:
            raise ValidationError(str(_l("The hard limit is below the soft one.")))

    @property
    def values(self) -> dict[str, int | None]:
        return {
            "ages_after": self.minutes,
            "soft": self.soft.data,
            "hard": self.hard.data if "hard" in self else None,
        }

    @staticmethod
    def drawn_from(setting: Any) -> dict[str, Any]:
        """A setting as the form's first data."""
        span, unit = in_unit(setting.ages_after) if setting.ages_after else (None, "h")
        return {
            "version": setting.version,
            "ages_after": span,
            "unit": unit,
            "soft": setting.soft,
            "hard": setting.hard,
        }


def span(value: timedelta) -> Text:
    """A span in words: 8 h, 2 d, 90 min."""
    number, unit = in_unit(int(value.total_seconds() // 60))
    return {
        "min": _l("%(n)s min", n=number),
        "h": _l("%(n)s h", n=number),
        "d": _l("%(n)s d", n=number),
    }[unit]
