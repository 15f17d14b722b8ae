"""What the forms of all actions share: the lock, the idempotency key, and fields that speak the
plant's units and time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from app import clock
from app.flow.texts.lazy_text import _l
from app.forms.fields.numbers import LARGEST, Between, Count, Number, Whole
from app.forms.records.form import NO_DATE, Form, Row, Version, needed
from app.plant import reading

__all__ = ["LARGEST", "Between", "Count", "Number", "Row", "Whole", "needed"]
# What a calendar of this plant can hold; beyond it there are only slips of the finger.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
OUT_OF_CALENDAR = _l("Give a date between 2000 and 2099.")
LEFT_OUT = _l("The clocks are put forward then: this hour is left out. Give another one.")
# ISO 8601 also counts weeks, as nobody here does.
WRITTEN_OUT = re.compile("[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
# A watch may be this much ahead of the server's clock, and a form may lie open this long.
OTHER = "other"  # of a list of reasons: none of it, but what is written
AHEAD, OPEN = timedelta(minutes=5), timedelta(hours=1)


class ActionForm(Form):
    """The form of an action that asks for nothing; every other one adds its fields."""

    version = Version()
    key = HiddenField()
    shows_facts = True  # beside it; a form whose own part reads them out says no

    @classmethod
    def of(cls, record: Any) -> type[ActionForm]:
        """The form for one record: the same for all, unless its fields come from data."""
        return cls

    def prepare(self, record: Any, choices: Any) -> None:
        """Fill in choices, limits and proposals from the record.

        Called once, before validation and rendering.
        """

    def grow(self) -> bool:
        """Add an empty row where the person asked for one instead of sending the form."""
        return False

    def answers(self) -> dict[str, Any]:
        """What goes to ``perform``: every field but the lock, the key, the token and the
        password.
        """
        quiet = {"version", "key", "csrf_token", "password", "reason_listed"}
        told = {name: value for name, value in self.data.items() if name not in quiet}
        listed = self.data.get("reason_listed")
        return told | {"reason": listed} if listed and listed != OTHER else told


def offered(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Pairs of value and label as a field's choices."""
    return [SelectChoice(value, label) for value, label in pairs]


class Chosen(SelectField):
    """One of many, by its id.

    ``data`` is an int or None. Nothing stands there beforehand: a hurried hand takes what does.
    """

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, validators or [needed()], coerce=self.read, **kwargs)

    @staticmethod
    def read(value: Any) -> int | None:
        return int(value) if value else None

    def offer(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Take these pairs of id and label as the choices; a single one needs no choosing."""
        pairs = list(pairs)
        self.choices = offered(pairs if len(pairs) == 1 else [("", _l("Please choose")), *pairs])


class Words(StringField):
    """One line of text. ``offers`` are words to tap instead of typing them."""

    read = staticmethod(reading.line)
    offers: Sequence[str] = ()

    def __init__(self, label: Any, validators: Any = (), length: int = 80, **kwargs: Any) -> None:
        super().__init__(
            label, [*(validators or [Optional()]), Length(max=length)], [self.read], **kwargs
        )


class Code(Words):
    """A number or code that others gave, as it is kept: one width, one dash."""

    read = staticmethod(reading.code)


class Prose(TextAreaField):
    """Several lines of text."""

    def __init__(self, label: Any, validators: Any = (), length: int = 400, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"rows": 3, "wide": True})
        super().__init__(
            label, [*(validators or [Optional()]), Length(max=length)], [reading.words], **kwargs
        )


def within_calendar(day: date) -> date:
    """Return the day. Raises ValueError with a sentence where no plant has been or will be."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(str(OUT_OF_CALENDAR))
    return day


def day_typed(typed: str) -> date:
    """Return the day that a code names by year, month and day.

    Raises ValueError with a sentence for every other.
    """
    try:
        if not WRITTEN_OUT.fullmatch(typed):
            raise ValueError(typed)
        day = date.fromisoformat(typed)
    except ValueError:
        raise ValueError(str(NO_DATE)) from None
    return within_calendar(day)


class Day(DateField):
    """A calendar day of the plant. ``data`` is a date or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed, self.data = reading.code(valuelist[0] if valuelist else ""), None
        self.data = day_typed(typed) if typed else None


class PlantTime(DateTimeLocalField):
    """A moment as the plant's clocks show it. ``data`` is aware."""

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(
            label,
            validators or [needed()],
            format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            **kwargs,
        )

    def process_data(self, value: datetime | None) -> None:
        self.data = clock.local(value) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = [text for value in valuelist if (text := reading.code(value))]
        if not typed:  # whether it may stay empty the validators say
            return
        super().process_formdata(typed)
        read, self.data = self.data, None
        if read:
            within_calendar(read.date())
            self.data = read if read.tzinfo else on_the_clock(read)

    def _value(self) -> str:
        return (
            self.raw_data[0]
            if self.raw_data
            else (self.data.strftime("%Y-%m-%dT%H:%M") if self.data else "")
        )


def on_the_clock(typed: datetime) -> datetime:
    """Return the moment at which the plant's clocks show what was typed; of an hour that comes
    twice, when they are put back, the first. Raises ValueError with a sentence for one that is
    left out.
    """
    moment = typed.replace(tzinfo=clock.plant_zone())
    if clock.local(moment.astimezone(UTC)).replace(tzinfo=None) != typed:
        raise ValueError(str(LEFT_OUT))
    return moment


def not_past(form: Any, field: Any) -> None:
    """A validator: a day from today on, or a moment that has not passed since the form was
    opened.
    """
    at = field.data
    if at and (at < clock.now() - OPEN if isinstance(at, datetime) else at < clock.today()):
        raise ValidationError(str(_l("This lies in the past.")))


def not_future(form: Any, field: Any) -> None:
    """A validator: a day or a moment that has come."""
    at = field.data
    if at and (at > clock.now() + AHEAD if isinstance(at, datetime) else at > clock.today()):
        raise ValidationError(str(_l("This lies in the future.")))


class YesNo(RadioField):
    """A choice of two, never typed. ``data`` is True, False or None."""

    def __init__(self, label: Any, yes: Any, no: Any, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(
            label,
            validators or [needed()],
            choices=offered([("yes", yes), ("no", no)]),
            coerce=self.read,
            **kwargs,
        )

    @staticmethod
    def read(value: Any) -> bool | None:
        return {"yes": True, "no": False, True: True, False: False}.get(value)

    def pre_validate(self, form: Any) -> None:
        if self.raw_data and self.raw_data[0] and self.data is None:
            raise StopValidation(str(_l("Choose one of the two.")))


class Rows(FieldList):
    """Rows of a small form that grow and shrink: in the page by script, without one by sending
    the form with ``add_line``.
    """

    entries: list[Any]

    @property
    def blank(self) -> Any:
        """An empty row whose names carry ``__index__`` where its number goes."""
        row = self.unbound_field.bind(form=None, name=f"{self.name}-__index__", _meta=self.meta)
        row.process(None)
        return row

    def drop_empty(self) -> None:
        """Forget the rows in which nothing was entered, but for the last that is left."""
        filled = [
            row
            for row in self.entries
            if any(cell.raw_data and any(map(reading.words, cell.raw_data)) for cell in row.form)
        ]
        self.entries = filled or self.entries[:1]


class Ticked(BooleanField):
    """A box that must be ticked."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(
            label, [InputRequired(_l("Tick this once you have checked it."))], **kwargs
        )


def signature(by_pin: bool = False) -> PasswordField:
    """The signature: the password again, at a shared tablet the PIN."""
    if by_pin:
        return PasswordField(
            _l("Your PIN again, as signature"),
            [needed()],
            render_kw={
                "autocomplete": "off",
                "inputmode": "numeric",
                "maxlength": 6,
                "signs": True,
            },
        )
    return PasswordField(
        _l("Your password, as signature"),
        [needed()],
        render_kw={"autocomplete": "current-password", "signs": True},
    )
