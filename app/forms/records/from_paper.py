"""What goes with an action's own form where it was done on paper and is entered afterwards; and
the form of the time in which that was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Optional

from app.flow.texts.lazy_text import _l
from app.forms.records.action import (
    Chosen,
    Code,
    PlantTime,
    Prose,
    needed,
    not_future,
    offered,
    signature,
)
from app.forms.records.form import NEEDED, SIGNATURES, Form, Version


class FromPaperForm(Form):
    """Empty for what is done now; where one field is filled in, all are needed."""

    beside = SIGNATURES
    paper_at = PlantTime(
        _l("When it happened"),
        [Optional(), not_future],
        description=_l("As on the sheet, in the plant’s time."),
    )
    paper_by = Chosen(_l("Who did it"), [Optional()], description=_l("Who signed the sheet."))
    paper_sheet = Code(
        _l("Sheet no."),
        [Optional()],
        40,
        description=_l("A photo of the sheet can be attached to the record afterwards."),
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Take those who may have done it as the choices."""
        self.paper_by.choices = offered([("", _l("Please choose")), *people])

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.paper_at, self.paper_by, self.paper_sheet

    @property
    def is_used(self) -> bool:
        """Whether something was filled in."""
        return any(any(field.raw_data or ()) for field in self.parts)

    def validate(self, extra_validators: Any = None) -> bool:
        if not self.is_used:
            return True
        valid = super().validate(extra_validators)
        for field in self.parts:
            if not field.data and not field.errors:
                field.errors, valid = [str(NEEDED)], False
        return valid


class DeclareForm(Form):
    """From when until when the plant worked on paper, and why: signed with the password."""

    key = HiddenField()
    since = PlantTime(_l("Down from"), [needed(), not_future])
    until = PlantTime(_l("Down until"), [needed()])
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))
    password = signature()

    @property
    def span(self) -> dict[str, Any]:
        """The two moments, as the down time is declared with them."""
        return {"since": self.since.data, "until": self.until.data}


class CloseForm(Form):
    key = HiddenField()
    version = Version()
