"""Fields for numbers: read by the one grammar (app/plant/reading.py), also while somebody types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

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
    """A control that asks, as one types, what the server would say of it
    (app/blueprints/records/figures.py).

    A control of the browser's own would read by another grammar.
    """

    kind: ClassVar[str]
    widget = TextInput()
    name: Any
    process_errors: Any
    errors: Any

    def __call__(self, **kwargs: Any) -> Any:
        asks = {
            "data-number": self.kind,
            "hx-get": f"/figures/{self.kind}?{urlencode({'of': self.name, **self.asked_with})}",
            "hx-trigger": "input delay:200ms",
            "hx-target": "next .verdict",
            "hx-sync": "this:replace",  # the last word wins
        }
        # a mixin of fields: the field that it is mixed into is called
        return super().__call__(**{**asks, **kwargs})  # type: ignore[misc]

    @property
    def asked_with(self) -> dict[str, Any]:
        """What the server needs to know beside what is typed."""
        return {}

    @property
    def told(self) -> str:
        """What is to be said at once of what stands here: once it was sent, too, so that the
        next word of the same takes its place.
        """
        return " ".join(map(str, self.process_errors))

    @property
    def other_errors(self) -> list[Any]:
        """What else is wrong with it."""
        return [each for each in self.errors if each not in self.process_errors]


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

    data: Any  # in what builds on it more: a reading may be censored
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
