"""The class of every form, and the lock that a form carries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from babel.support import Translations
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField
from wtforms.i18n import messages_path
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from app.flow.words import _l
from app.languages import language
from app.security.resumption import is_resumed

NEEDED = _l("Please fill this in.")
LARGEST_VERSION = 2**31 - 1


class Form(FlaskForm):
    """A form; one whose sender has just come in again is shown once more before it is accepted; what the library itself says of its fields is in the reader's language."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return words_of(language())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; of one that could not be read nothing more is asked than that."""
        if is_resumed():
            return False
        for field in self:
            field.validators = (could_be_read, *field.validators)
        return super().validate(extra_validators)


def could_be_read(form: Form, field: Field) -> None:
    """A validator: end the others where what was sent is nothing that the field can hold."""
    if field.process_errors:
        raise StopValidation


class Version(IntegerField):
    """The version that a form was drawn from. Without it a form changes nothing: whoever sent it did not see what there is."""

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


@cache
def words_of(language: str) -> Any:
    """The library's own words. It would read their file anew for every request."""
    return Translations.load(messages_path(), [language], domain="wtforms")
