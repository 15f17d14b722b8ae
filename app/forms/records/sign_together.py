"""One signature for several records at a shared tablet."""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import InputRequired

from app.flow.texts.lazy_text import _l
from app.forms.records.action import signature
from app.forms.records.form import Form


class TogetherForm(Form):
    """The records that are ticked, each as ``ref version``, and the PIN."""

    key = HiddenField()
    record = SelectMultipleField(
        _l("Signed together"),
        [InputRequired(_l("Tick what you sign."))],
        validate_choice=False,
        choices=[],
    )
    password = signature(by_pin=True)
