"""The class of every form: what was sent is read in one way, and every sentence is in the
reader's language; and the lock that a form carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import wtforms
from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import HiddenInput

from app.flow.texts.lazy_text import Text, _l
from app.plant import reading
from app.security.credentials import gives_away
from app.security.resumption import is_resumed

NEEDED = _l("Please fill this in.")
LARGEST_VERSION = 2**31 - 1
NO_DATE = _l("Write a date, such as 2027-02-28.")
NO_TIME = _l("Write a date and time, such as 2027-02-28 14:30.")
NO_WHOLE = _l("Write a whole number, such as 12.")
NO_CHOICE = _l("Not a valid choice: choose one of those offered.")
LONGER = _l("This cannot be longer than %(max)s characters.")
OVER = _l("This form was open too long. Send it again.")
GIVEN_AWAY = _l(
    "This is the password or PIN that you sign with. It belongs in its own field only; it was "
    "taken out here "
    "and not kept."
)
# The fields in which a form is signed; a form of one question beside another looks there too.
SIGNATURES = ("password", "second_pin")
# What the library says of its fields, in this plant's words.
SAID: dict[str, Text] = {
    "This field is required.": NEEDED,
    "Not a valid date value.": NO_DATE,
    "Not a valid datetime value.": NO_TIME,
    "Not a valid time value.": _l("Write a time, such as 14:30."),
    "Not a valid integer value.": NO_WHOLE,
    "Not a valid decimal value.": _l("Write a number, such as 7.25."),
    "Not a valid choice.": NO_CHOICE,
    "Invalid Choice: could not coerce.": NO_CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": NO_CHOICE,
    "'%(value)s' is not a valid choice for this field.": NO_CHOICE,
    "'%(value)s' are not valid choices for this field.": NO_CHOICE,
    "Invalid input.": _l("This does not have the form that is asked for."),
    "Field cannot be longer than %(max)d character.": LONGER,
    "Field cannot be longer than %(max)d characters.": LONGER,
    "CSRF token missing.": OVER,
    "CSRF token expired.": OVER,
    "Invalid CSRF Token.": OVER,
    "CSRF failed.": OVER,
}


def needed() -> InputRequired:
    return InputRequired(NEEDED)


class Sentences:
    """What the library asks for its sentences."""

    def gettext(self, said: str) -> str:
        return str(SAID.get(said, said))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Reading:
    """How a form, or a row of one, reads and speaks."""

    def get_translations(self, form: Any) -> Any:
        return SENTENCES


SENTENCES = Sentences()
NOT_WRITTEN = (wtforms.PasswordField, wtforms.SelectFieldBase, wtforms.BooleanField)


class Form(FlaskForm):
    """A form.

    Words come without what nobody can see, so that only what says something counts as filled in.

    In a form that is signed, a plain field that holds the password or PIN sent with it is emptied
    as it is read, so that no page shows it and nothing keeps it; the form is not valid then.
    ``beside`` names signatures of the form it is sent with.
    """

    beside: Sequence[str] = ()

    class Meta(Reading, FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            sent = super().wrap_formdata(form, formdata)
            return sent and as_read(sent, secrets_of(form))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; of one that could not be read nothing more is asked than that.

        Where the sender has just come in again the form is only shown once more.
        """
        if is_resumed():
            return False
        for field in self:
            field.validators = (could_be_read, *field.validators)
        valid = super().validate(extra_validators)
        for field in self.given_away:
            field.errors = [str(GIVEN_AWAY)]
        return valid and not self.given_away

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        self.given_away = []
        secrets = [field.data for field in self if signs(field) and field.data]
        secrets += [
            request.form[name]
            for name in self.beside
            if self.is_submitted() and request.form.get(name)
        ]
        for field in plain_fields(self) if secrets else ():
            if any(gives_away(str(value), secrets) for value in field.raw_data or ()):
                field.raw_data, field.data, field.process_errors = (
                    [],
                    [] if isinstance(field.data, list) else "",
                    [],
                )
                self.given_away.append(field)


def could_be_read(form: Form, field: wtforms.Field) -> None:
    """A validator: end the others where what was sent is nothing that the field can hold."""
    if field.process_errors:
        raise StopValidation


class Version(wtforms.IntegerField):
    """The version that a form was drawn from.

    Without it a form changes nothing: whoever sent it did not see what there is.
    """

    widget = HiddenInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        sent = valuelist[0] if valuelist else ""
        told = sent.isascii() and sent.isdigit() and int(sent[:12]) <= LARGEST_VERSION
        self.data = int(sent) if told else None

    @property
    def seen(self) -> int:
        """The version that was seen; one that nothing has where none was told."""
        return -1 if self.data is None else self.data


class Row(wtforms.Form):
    """A row of a form: read with it."""

    class Meta(Reading, wtforms.Form.Meta):
        pass


def signs(field: wtforms.Field) -> bool:
    """Whether it takes a signature."""
    return isinstance(field, wtforms.PasswordField) and bool((field.render_kw or {}).get("signs"))


def plain_fields(form: Any) -> Iterator[wtforms.Field]:
    """Yield every field of a form, and of its rows, into which people write what others read."""
    for field in form:
        if isinstance(field, wtforms.FieldList):
            yield from plain_fields(field.entries)
        elif isinstance(field, wtforms.FormField):
            yield from plain_fields(field.form)
        elif not isinstance(field, NOT_WRITTEN) and not isinstance(field.widget, HiddenInput):
            yield field


def secrets_of(form: Any) -> set[str]:
    """The names of passwords and PINs, which are what was typed."""
    return {field.name for field in form if isinstance(field, wtforms.PasswordField)}


def as_read(sent: Any, verbatim: set[str]) -> ImmutableMultiDict[str, Any]:
    """What was sent, every text but those named in its own words."""
    return ImmutableMultiDict(
        [
            (
                name,
                reading.words(value) if isinstance(value, str) and name not in verbatim else value,
            )
            for name, value in sent.items(multi=True)
        ]
    )
