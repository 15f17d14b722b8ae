"""What a plant sets for itself: a field for each declared setting; empty is not set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from app.flow.rules import settings as s
from app.flow.texts.lazy_text import _l
from app.forms.fields.numbers import Between
from app.forms.records.action import Whole, Words, offered
from app.forms.records.form import Form, Version

UNSET = ("", _l("Not set"))


class SettingsForm(Form):
    """``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()

    @property
    def values(self) -> dict[str, str]:
        """What was entered, by the setting's key."""
        entered = {key: self[key].data for key in s.SETTINGS}
        return {key: "" if value is None else str(value) for key, value in entered.items()}


def field(declared: s.Declared) -> Any:
    """The field of a setting."""
    hint = declared.hint or ""
    if declared.kind == s.WHOLE:
        bounds = Between(0, declared.most, _l("Between 0 and %(most)s.", most=declared.most))
        how = {"inputmode": "numeric", "autocomplete": "off", "unit": declared.unit}
        return Whole(declared.label, [Optional(), bounds], description=hint, render_kw=how)
    if declared.kind == s.ZONE:
        return listed(declared, [(name, name) for name in sorted(available_timezones())])
    if declared.kind == s.CHOICE:
        return listed(declared, declared.choices)
    return Words(declared.label, length=declared.most, description=hint)


def listed(declared: s.Declared, choices: Iterable[tuple[str, Any]]) -> Any:
    """The field of a setting that is one of a list; what was not sent is not set."""
    pairs = offered([UNSET, *choices])
    return SelectField(declared.label, choices=pairs, default="", description=declared.hint or "")


for _declared in s.SETTINGS.values():
    setattr(SettingsForm, _declared.key, field(_declared))
