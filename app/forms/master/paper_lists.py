"""One signature over a list of documents that are in force on paper."""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField

from app.flow.texts.lazy_text import _l
from app.forms.records.action import signature
from app.forms.records.form import Form


class SignListForm(Form):
    """The revisions that stood in view, each as ``ref version``, and the password."""

    key = HiddenField()
    record = SelectMultipleField(_l("Documents"), validate_choice=False, choices=[])
    password = signature()
