"""What a shift fills in for the next one."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField

from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import SHIFTS
from app.forms.records.action import ActionForm, Prose, needed, offered


class WriteHandoverForm(ActionForm):
    shift = RadioField(_l("Shift"), [needed()], choices=offered(SHIFTS.items()))
    line_id = SelectField(_l("Production line"), coerce=lambda value: int(value) if value else None)
    text = Prose(
        _l("What the next shift must know"),
        [needed()],
        1000,
        description=_l(
            "What runs, what stands still and why, what is to be watched, what is promised."
        ),
    )

    def prepare(self, record: Any, choices: Any) -> None:
        self.line_id.choices = offered([("", _l("All lines")), *choices.lines()])
