"""Forms of master data, built from the data dictionary: an explicit list of fields for each
table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TextArea

from app.flow.texts.lazy_text import Text, _l
from app.forms.records.action import Prose, day_typed, needed, offered
from app.forms.records.form import NEEDED, Form, Version
from app.models.master.dictionary import Field as Entry
from app.models.master.dictionary import Table
from app.models.master.dictionary import fields as f
from app.plant import reading
from app.plant.quantities import from_base, to_base

UNKNOWN = _l("Choose one of those offered.")
LARGEST_WHOLE = 2**31 - 1
LARGEST = 10**12
ONE_IS_ENOUGH = _l("One language is enough.")


class Typed(StringField):
    """A field whose text stands for a value; what was typed stays when it does not."""

    wrong = _l("This is not a number.")

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else self.to_text(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = None
        if reading.words(typed):
            try:
                self.data = self.to_value(typed)
            except ValueError:
                raise ValueError(self.wrong) from None

    def to_text(self, value: Any) -> str:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def to_value(self, typed: str) -> Any:
        return typed


class ExactField(Typed):
    """An exact decimal."""

    def to_value(self, typed: str) -> Decimal:
        return reading.number(typed, LARGEST)


class WholeField(Typed):
    wrong = _l("This is not a whole number.")

    def to_value(self, typed: str) -> int:
        return reading.whole(typed, LARGEST_WHOLE)


class QuantityField(Typed):
    """A whole number of base units, typed and shown in its unit."""

    wrong = _l("This is not a number, or too finely divided.")

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def to_text(self, value: int) -> str:
        return f"{from_base(value, self.unit):f}"

    def to_value(self, typed: str) -> int:
        return to_base(reading.number(typed, LARGEST), self.unit)


class DayField(Typed):
    widget = DateInput()
    wrong = _l("This is not a date.")

    def to_value(self, typed: str) -> date:
        return day_typed(reading.code(typed))


class LinesField(Typed):
    """A list of texts, one a line."""

    widget = TextArea()

    def to_text(self, value: list[str]) -> str:
        return "\n".join(value)

    def to_value(self, typed: str) -> list[str]:
        return [line for each in typed.splitlines() if (line := reading.line(each))]


class OneOf(SelectField):
    def pre_validate(self, form: Form) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(UNKNOWN) from None


class SomeOf(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Form) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(UNKNOWN) from None


class MasterForm(Form):
    """What the forms of all tables have in common; ``revision`` is what the form was drawn from."""

    table: Table
    revision = Version()

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by field of the dictionary."""
        return {e.name: plain(e, self[e.name].data) for e in self.table.fields if e.name in self}


class ActiveForm(Form):
    """Retire a row (``active`` empty) or bring it back, and why."""

    revision = Version()
    active = HiddenField()
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))


def form_for(
    table: Table, row: Any, options: Callable[[Entry], Any], given: Mapping[str, str]
) -> type[MasterForm]:
    """Return the form of a table: for a new row all its fields, for a row those that may still
    change.

    ``options`` tells what a reference may name; ``given`` is what was sent, for a unit that is
    itself entered.
    """
    entries = [e for e in table.fields if row is None or not e.fixed]
    return type(
        "Form",
        (MasterForm,),
        {
            "table": table,
            **{e.name: field(table, e, row, options, unit_of(e, row, given)) for e in entries},
        },
    )


def field(
    table: Table, entry: Entry, row: Any, options: Callable[[Entry], Any], unit: str
) -> Field:
    """Return the form field of a field of the dictionary."""
    needed = DataRequired if entry.kind in (f.TEXT, f.LONG, f.LISTED) else InputRequired
    label, checks = entry.label, [needed(NEEDED) if entry.required else Empty()]
    if other := table.other_language(entry):
        checks = [InEither(entry.name, other.name)]
    hint = entry.hint or (ONE_IS_ENOUGH if other and other.name.endswith("_en") else None)
    more: dict[str, Any] = {"description": hint, "render_kw": {"autocomplete": "off"}}
    if entry.kind in (f.CHOICE, f.CODE_OF, f.ROW_OF):
        choices = list(entry.options or options(entry))
        first = [] if entry.required and row is not None else [("", "–")]
        return OneOf(label, checks, choices=offered(first + choices), description=entry.hint)
    if entry.kind in (f.SEVERAL, f.CODES_OF):
        return SomeOf(
            label,
            choices=offered(entry.options or options(entry)),
            description=entry.hint,
            render_kw={"wide": True},
        )
    if entry.kind == f.YES:
        return BooleanField(label, description=entry.hint)
    if entry.kind in (f.WHOLE, f.EXACT, f.QUANTITY):
        more["render_kw"] |= {"inputmode": "decimal" if entry.kind != f.WHOLE else "numeric"}
        if unit:
            more["render_kw"] |= {"unit": unit}
        if entry.kind == f.QUANTITY:
            return QuantityField(
                label,
                [*checks, Between(0 if entry.low is None else entry.low, None)],
                unit=unit,
                **more,
            )
        kind = WholeField if entry.kind == f.WHOLE else ExactField
        return kind(label, [*checks, Between(entry.low, entry.high)], **more)
    if entry.kind == f.DAY:
        return DayField(label, checks, **more)
    if entry.kind == f.LISTED:
        return LinesField(label, [*checks, Fits(entry, None)], **more)
    kind = TextAreaField if entry.kind == f.LONG else StringField
    read = (
        reading.words if entry.kind == f.LONG else reading.code if entry.pattern else reading.line
    )
    return kind(label, [*checks, Fits(entry, table.size(entry))], [read], **more)


def unit_of(entry: Entry, row: Any, given: Mapping[str, str]) -> str:
    """The unit a number is typed in: its own, or that of its row, which for a new row is entered
    beside it.
    """
    if not entry.unit_from:
        return entry.unit
    return given.get(entry.unit_from, "") if row is None else getattr(row, entry.unit_from)


def plain(entry: Entry, value: Any) -> Any:
    """Return a field's data as master data keeps it."""
    if entry.kind in (f.CODE_OF, f.ROW_OF):
        return value or None
    if entry.kind == f.LISTED:
        return value or []
    if entry.name in f.OF_WEEKDAYS:
        return sorted(int(day) for day in value)
    nullable = (
        entry.kind in (f.TEXT, f.CHOICE)
        and not entry.required
        and entry.name in ("limit_ref", "second_role")
    )
    return value or None if nullable else value


class Empty:
    """Ask nothing of an empty field."""

    def __call__(self, form: Form, field: Field) -> None:
        if not field.raw_data or not reading.says(str(field.raw_data[0])):
            raise StopValidation


class InEither:
    """A text is needed in one of two languages, each a field of the same form; the first of both
    says so.
    """

    def __init__(self, name: str, other: str) -> None:
        self.name, self.other = name, other

    def __call__(self, form: Form, field: Field) -> None:
        if reading.says(field.data or ""):
            return
        beside = form[field.short_name.removesuffix(self.name) + self.other]
        if reading.says(beside.data or "") or self.name.endswith("_en"):
            field.errors = []
            raise StopValidation
        raise StopValidation(str(f.ONE_LANGUAGE))


class Between:
    """Bounds of a number, both allowed."""

    def __init__(self, low: Any, high: Any) -> None:
        self.low = None if low is None else Decimal(low)
        self.high = None if high is None else Decimal(high)

    def __call__(self, form: Form, field: Field) -> None:
        if field.data is None:
            return
        if self.low is not None and field.data < self.low:
            raise ValidationError(
                _l("At least %(low)s.", low=f"{self.low:f}") if self.low else _l("Not below zero.")
            )
        if self.high is not None and field.data > self.high:
            raise ValidationError(_l("At most %(high)s.", high=f"{self.high:f}"))


class Fits:
    """Length and form of a text, or of each text of a list."""

    def __init__(self, entry: Entry, size: int | None) -> None:
        self.entry, self.size = entry, size

    def __call__(self, form: Form, field: Field) -> None:
        texts = field.data if isinstance(field.data, list) else [field.data or ""]
        if self.size and any(len(text) > self.size for text in texts):
            raise ValidationError(_l("At most %(n)s characters.", n=self.size))
        if not all(self.entry.fits(text) for text in texts):
            raise ValidationError(self.hint())

    def hint(self) -> Text:
        return self.entry.hint or UNKNOWN
