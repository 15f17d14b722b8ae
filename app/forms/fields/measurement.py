"""Fields for readings: a number or a censored value; what lies outside its limits is typed twice
before it counts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from wtforms.validators import StopValidation, ValidationError

from app.flow.texts.lazy_text import Text, _l, halves
from app.flow.texts.terms import unit
from app.forms.records.action import Number
from app.plant.bounds import reading
from app.plant.quality.censored import Censored, read_reading
from app.plant.quality.verdict import FAILED, UNCLEAR, judge
from app.plant.reading import line

SIGN_ALONE = _l("Write the number after the sign, such as < 0.1.")
CANNOT_BE_JUDGED = _l(
    "“%(value)s” cannot be judged against the limits: it may lie on either side. Give a number, or "
    "measure with a finer method."
)
AGAIN = _l("This lies outside the limits. Read the instrument once more and type the value again.")
HALTS = _l(
    "Sending it halts the line and calls the supervisor; you will be asked to type it again."
)
HALTS_AGAIN = _l(
    "This lies outside the limits: sending it halts the line and calls the supervisor. Read the "
    "instrument once more and type the value again."
)
OUTSIDE = _l("%(value)s %(unit)s is outside the limits of %(lower)s to %(upper)s %(unit)s.")
BELOW = _l("%(value)s %(unit)s is below the lower limit of %(lower)s %(unit)s.")
ABOVE = _l("%(value)s %(unit)s is above the upper limit of %(upper)s %(unit)s.")
DIFFER = _l(
    "The two entries differ (%(first)s and %(second)s). Read the instrument once more and type the "
    "same value twice."
)


class Measurement(Number):
    """A reading.

    ``data`` is a Decimal, a Censored or None; ``lower`` and ``upper`` are the limits it is judged
    by.
    """

    lower: Decimal | None = None
    upper: Decimal | None = None
    kind = "reading"
    render_kw: dict[str, Any] | None
    uom = ""
    alone = True  # not the second of two entries, which only repeats the first
    counted = False  # a count is a number, nothing else
    asks: Any = AGAIN  # what is said where it lies outside
    halts = False  # what lies outside halts the line
    saved: Any = None  # what stands on record already is not asked for twice

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = read_reading(valuelist[0] if valuelist else "", self.number)
        except Unread as unread:
            raise ValueError(str(unread)) from None
        except ValueError:
            raise ValueError(str(SIGN_ALONE)) from None

    def number(self, typed: str) -> Decimal | None:
        try:
            super().process_formdata([typed])
        except ValueError as wrong:
            raise Unread(str(wrong)) from None
        return self.data

    def _value(self) -> str:
        return (
            super()._value()
            if self.raw_data or isinstance(self.data, Decimal)
            else str(halves(str(self.data or "")))
        )

    def within(
        self, lower: Decimal | None, upper: Decimal | None, uom: str, halts: bool = False
    ) -> None:
        """Judge by these limits, also while somebody types; ``halts``: a value outside halts the
        line.
        """
        self.lower, self.upper, self.uom, self.halts = lower, upper, uom, halts
        self.asks = HALTS_AGAIN if halts else AGAIN
        self.render_kw = {**(self.render_kw or {}), "unit": str(unit(uom))}

    @property
    def asked_with(self) -> dict[str, Any]:
        more = {**self.limits, "uom": self.uom, "halts": self.halts and 1}
        return {key: value for key, value in more.items() if value}

    @property
    def limits(self) -> dict[str, str]:
        bounds = {"lower": self.lower, "upper": self.upper}
        return {key: f"{bound:f}" for key, bound in bounds.items() if bound is not None}

    @property
    def told(self) -> str:
        return super().told or (self.outside if self.judged == FAILED else "")

    @property
    def outside(self) -> str:
        """The sentence for a value outside the limits, with what follows on it."""
        which = ABOVE if self.lower is None else BELOW if self.upper is None else OUTSIDE
        typed = line(self._value())
        said = Text(which.msgid, value=typed, unit=unit(self.uom), **self.limits)
        tidied = re.sub(r"\s+(?=[.。]$)", "", " ".join(str(said).split()))
        return f"{tidied} {HALTS}" if self.halts else tidied

    @property
    def verdict(self) -> str | None:
        """The verdict on what was entered; None without limits, or where nothing could be read."""
        return None if self.errors else self.judged

    @property
    def judged(self) -> str | None:
        """The verdict, also on what has errors: it may have been typed otherwise twice."""
        limited = self.lower is not None or self.upper is not None
        read = isinstance(self.data, (Decimal, Censored))
        return judge(self.data, self.lower, self.upper) if limited and read else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.counted and isinstance(self.data, Censored):
            raise ValidationError(str(_l("Write a whole number, such as 3.")))
        if (
            self.alone
            and isinstance(self.data, (Decimal, Censored))
            and (odd := next(reading(self.data, self.lower, self.uom, self.counted), None))
        ):
            raise ValidationError(str(odd.sentence))
        if self.verdict == UNCLEAR:
            raise ValidationError(str(_l(CANNOT_BE_JUDGED.msgid, value=halves(str(self.data)))))

    @property
    def is_beyond(self) -> bool:
        """Whether something new was entered that lies outside the limits."""
        return self.verdict == FAILED and not same(self.data, self.saved)


class Again(Measurement):
    """The same reading once more.

    It is asked for, and shown, only where the first lies outside its limits.
    """

    first: Measurement
    alone = False

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label or _l("The reading again"), [typed_twice], **kwargs)

    def repeats(self, first: Measurement) -> None:
        self.first, self.counted = first, first.counted
        self.render_kw = {
            key: value
            for key, value in (first.render_kw or {}).items()
            if not key.startswith("data-")
        }

    @property
    def is_asked(self) -> bool:
        return self.first.is_beyond


class Unread(Exception):
    """Figures that no number can be read from, with the sentence that says so."""


def same(one: Any, other: Any) -> bool:
    """Whether two readings are the same one; 7.20 is 7.2."""
    return type(one) is type(other) and one == other


def typed_twice(form: Any, field: Again) -> None:
    if not field.is_asked:
        field.errors = []
        raise StopValidation()
    if field.data is None:
        raise StopValidation("" if field.errors else str(field.first.asks))
    if not same(field.data, field.first.data):
        raise StopValidation(
            str(
                _l(
                    DIFFER.msgid,
                    first=halves(str(field.first.data)),
                    second=halves(str(field.data)),
                )
            )
        )
