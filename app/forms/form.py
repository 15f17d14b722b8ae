"""The class of every form."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.support import Translations
from flask_wtf import FlaskForm
from wtforms.i18n import messages_path

from app.flow.words import _l
from app.languages import language

NEEDED = _l("Please fill this in.")


class Form(FlaskForm):
    """A form; what the library itself says of its fields is in the reader's language."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return words_of(language())


@cache
def words_of(language: str) -> Any:
    """The library's own words. It would read their file anew for every request."""
    return Translations.load(messages_path(), [language], domain="wtforms")
