"""A list of documents that are in force on paper: one signature over it, or one reason to give it
up.
"""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Prose, needed, signature
from app.forms.records.form import Form


class SignListForm(Form):
    """The revisions that stood in view, each as ``ref version``, and the password."""

    key = HiddenField()
    record = SelectMultipleField(_l("Documents"), validate_choice=False, choices=[])
    password = signature()


class GiveUpListForm(Form):
    """The revisions that stood in view, each as ``ref version``, and why the list is given up."""

    key = HiddenField()
    record = SelectMultipleField(_l("Documents"), validate_choice=False, choices=[])
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))
