"""Fields for numbers: read by the one grammar (app/plant/reading.py), which the browser knows
too.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from app.flow.texts.lazy_text import Text, _l
from app.forms.records.form import NO_WHOLE, needed
from app.plant import reading
from app.plant.reading import LARGEST

NO_NUMBER = _l("Write a number, such as 7.25.")


def two_ways(typed: str) -> Text:
    """The sentence for a comma that may group thousands."""
    plain = reading.code(typed)
    return _l(
        "Write a number, such as 7.25: “%(typed)s” may mean %(thousands)s or %(fraction)s.",
        typed=plain,
        thousands=plain.replace(",", ""),
        fraction=plain.replace(",", "."),
    )


class Between(NumberRange):
    """Bounds whose message is a lazy text: it becomes words when it is needed."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and not self.min <= field.data <= self.max:
            raise ValidationError(str(self.message))


class Checked:
    """A control that the browser checks by the same grammar.

    A control of the browser's own would read by another one.
    """

    widget = TextInput()

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**{"data-number": self.kind, **kwargs})  # type: ignore[misc]


class Whole(Checked, IntegerField):
    """A whole number that somebody types. ``data`` is an int or None."""

    kind = "whole"
    wrong = NO_WHOLE

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed, self.data = valuelist[0] if valuelist else "", None
        if not reading.words(typed):
            return
        try:
            self.data = reading.whole(typed)
        except reading.TwoWays:
            raise ValueError(str(two_ways(typed))) from None
        except ValueError:
            raise ValueError(str(self.wrong)) from None


class Count(Whole):
    """A whole number of units, from ``least`` up."""

    def __init__(
        self, label: Any, validators: Any = (), least: int = 0, unit: Any = None, **kwargs: Any
    ) -> None:
        bounds = Between(least, LARGEST, _l("Between %(least)s and 1,000,000,000.", least=least))
        kwargs.setdefault(
            "render_kw", {"inputmode": "numeric", "autocomplete": "off", "unit": unit}
        )
        super().__init__(label, [*(validators or [needed()]), bounds], **kwargs)


class Number(Checked, StringField):
    """A decimal number, exact. ``data`` is a Decimal or None."""

    kind = "decimal"

    def __init__(self, label: Any, validators: Any = (), unit: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault(
            "render_kw", {"inputmode": "decimal", "autocomplete": "off", "unit": unit}
        )
        super().__init__(label, validators or [Optional()], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed, self.data = valuelist[0] if valuelist else "", None
        if not reading.words(typed):
            return
        try:
            self.data = reading.number(typed)
        except reading.TwoWays:
            raise ValueError(str(two_ways(typed))) from None
        except ValueError:
            raise ValueError(str(NO_NUMBER)) from None

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return (
            format(self.data.normalize(), "f")
            if isinstance(self.data, Decimal)
            else str(self.data or "")
        )
