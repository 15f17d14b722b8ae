"""Merging a customer entered twice: which one stays and why; a second person decides."""

from __future__ import annotations

from wtforms import HiddenField, StringField

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Prose, needed
from app.forms.records.form import Form, Version
from app.plant import reading


class ProposeForm(Form):
    """``revision`` is what of the double the form was drawn from."""

    key = HiddenField()
    revision = Version()
    stays = StringField(
        _l("Code of the customer that stays"),
        [needed()],
        [reading.code],
        render_kw={"autocomplete": "off", "maxlength": 40},
    )
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))


class DecideForm(Form):
    """``do`` says whether the proposal is confirmed or dropped."""

    key = HiddenField()
    revision = Version()
    stays_revision = Version()
    do = HiddenField(default="merge")
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))
