"""The choice of a language, of those that the plant offers."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField
from wtforms.widgets import HiddenInput

from app.forms.records.action import offered
from app.web.languages import offered_languages


class Language(SelectField):
    """A language, or none where ``unset`` says what that means. Where only one is offered there is
    nothing to choose: it is hidden, and holds that one.
    """

    def __init__(self, label: Any, validators: Any = (), unset: Any = None, **kwargs: Any) -> None:
        pairs = [*([("", unset)] if unset else []), *offered_languages()]
        self.tags = [tag for tag, _ in pairs]
        super().__init__(label, validators, choices=offered(pairs), **kwargs)
        if len(offered_languages()) == 1:
            self.widget = HiddenInput()

    def process_data(self, value: Any) -> None:
        """One that is no longer offered gives way to the first that is."""
        super().process_data(value if value in self.tags else self.tags[0])

    def _value(self) -> str:
        return self.data or ""
