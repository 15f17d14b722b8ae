"""What is to be done to several cards that somebody picked on a board."""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField

from app.forms.records.action import signature
from app.forms.records.form import Form


class PickedForm(Form):
    """The action as ``flow.action``; the records, each as ``ref version``; the signature."""

    key = HiddenField()
    action = HiddenField()
    record = SelectMultipleField(validate_choice=False, choices=[])
    password = signature()
