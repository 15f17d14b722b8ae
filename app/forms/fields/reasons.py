"""A reason that is asked for: one of the department’s short list, or words of one’s own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import Field, RadioField, SelectField
from wtforms.validators import StopValidation

from app.flow.texts.lazy_text import _l
from app.forms.records.action import OTHER, ActionForm, Prose, offered
from app.forms.records.form import NEEDED, Form

UNKNOWN = _l("This reason is not in use any more. Choose one of those offered.")
NOT_SAID = _l("Choose a reason.")
OWN = _l("Other reason, in your words")
LISTED = "_listed"  # what the list's name has after the name of the words


class Listed(RadioField):
    """One of the list by the words that will go on record, so that nobody signs others than
    those that stood there. ``demanded``: one of the list, or words, must be given.
    """

    def __init__(
        self, label: Any, demanded: bool = True, autofocus: bool = False, **kwargs: Any
    ) -> None:
        shown = {"wide": True, **({"autofocus": True} if autofocus else {})}
        super().__init__(
            label, choices=[], description=_l("Goes on record."), render_kw=shown, **kwargs
        )
        self.demanded = demanded

    def pre_validate(self, form: Any) -> None:
        if self.data not in {OTHER, None, *(choice.value for choice in self.choices)}:
            raise StopValidation(str(UNKNOWN))
        if self.demanded and not self.data and not form[self.name.removesuffix(LISTED)].data:
            raise StopValidation(str(NOT_SAID))


class OwnWords:
    """A validator: needed where no list is offered, or none of it was meant."""

    def __init__(self, demanded: bool = True) -> None:
        self.demanded = demanded

    def __call__(self, form: Any, field: Any) -> None:
        name = field.name + LISTED
        meant = form[name].data == OTHER if name in form else self.demanded
        if meant and not field.data:
            raise StopValidation(str(NEEDED))


class ListedInRow(SelectField):
    """One of the list in a row of a form; the words stand beside it."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=offered([("", "–")]), **kwargs)

    def offer(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        self.choices = offered([("", "–"), *pairs, (OTHER, _l("Other"))])

    def pre_validate(self, form: Any) -> None:
        if self.data not in {choice.value for choice in self.choices} | {None}:
            raise StopValidation(str(UNKNOWN))


def fields() -> dict[str, Any]:
    """The fields of an action that demands a reason; it goes on record."""
    goes = _l("Goes on record.")
    return {
        "reason_listed": Listed(_l("Reason")),
        "reason": Prose(_l("Reason"), [OwnWords()], description=goes),
    }


def offer(form: ActionForm | Form, pairs: Iterable[tuple[Any, Any]], name: str = "reason") -> None:
    """Let choose among these words on record and what is shown of them; without any, the reason
    is written.
    """
    listed, written = form[name + LISTED], form[name]
    if choices := list(pairs):
        listed.choices = offered([*choices, (OTHER, _l("Other"))])
        listed.flags.required = listed.demanded
        written.label.text, written.description = OWN, ""
    else:
        written.flags.required = listed.demanded
        del form[name + LISTED]


def reason_given(form: Any, name: str = "reason") -> str:
    """What goes on record: the words chosen, else those written."""
    listed = form[name + LISTED].data if name + LISTED in form else None
    return listed if listed and listed != OTHER else form[name].data or ""


def missing(form: Any, name: str) -> None:
    """Say that the reason is what is missing."""
    field: Field = form[name + LISTED] if name + LISTED in form else form[name]
    field.errors = [str(NOT_SAID if field is not form[name] else NEEDED)]
