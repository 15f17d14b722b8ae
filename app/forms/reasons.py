"""The reason of a step: one of the department’s short list, or words of one’s own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField
from wtforms.validators import StopValidation

from app.flow.words import _l

from .base import OTHER, ActionForm, Prose, offered
from .form import NEEDED

UNKNOWN = _l("This reason is not in use any more. Choose one of those offered.")
NOT_SAID = _l("Choose a reason.")


class Listed(RadioField):
    """One of the list by the words that will go on record, so that nobody signs others than those that stood there."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in {OTHER, None, *(choice.value for choice in self.choices)}:
            raise StopValidation(str(UNKNOWN))
        if not self.data and not form.reason.data:
            raise StopValidation(str(NOT_SAID))


class OwnWords:
    """A validator: needed where no list is offered, or none of it was meant."""

    def __call__(self, form: Any, field: Any) -> None:
        listed = form.reason_listed.data if "reason_listed" in form else OTHER
        if listed == OTHER and not field.data:
            raise StopValidation(str(NEEDED))


def fields() -> dict[str, Any]:
    """The fields of an action that demands a reason; it goes on record."""
    goes = _l("Goes on record.")
    return {
        "reason_listed": Listed(_l("Reason"), choices=[], description=goes, render_kw={"wide": True}),
        "reason": Prose(_l("Reason"), [OwnWords()], description=goes),
    }


def offer(form: ActionForm, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Let choose among these words on record and what is shown of them; without any, the reason is written."""
    if listed := list(pairs):
        form.reason_listed.choices = offered([*listed, (OTHER, _l("Other"))])
        form.reason_listed.flags.required = True
        form.reason.label.text, form.reason.description = _l("Other reason, in your words"), ""
    else:
        del form.reason_listed
        form.reason.flags.required = True
