"""What a plant sets for itself: a field for each declared setting; empty is not set."""

from __future__ import annotations

from wtforms import HiddenField

from app.flow.rules.settings import SETTINGS
from app.forms.records.action import Words
from app.forms.records.form import Form, Version


class SettingsForm(Form):
    """``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()

    @property
    def values(self) -> dict[str, str]:
        """What was entered, by the setting's key."""
        return {declared.key: self[declared.key].data or "" for declared in SETTINGS}


for _declared in SETTINGS:
    setattr(
        SettingsForm,
        _declared.key,
        Words(_declared.label, length=_declared.most, description=_declared.hint or ""),
    )
