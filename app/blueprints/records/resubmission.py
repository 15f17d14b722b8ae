"""What was filled in outlives a refusal: the form comes back where it can still be sent, else
its words, to copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from flask_login import current_user
from wtforms import FieldList, FormField, IntegerField, StringField
from wtforms.fields import DateField, DateTimeField

from app.blueprints.floor import second_signature
from app.flow.flows import FLOWS
from app.flow.grammar import Action
from app.forms import form_for
from app.forms.records.action import ActionForm
from app.models.records.record import Record

WRITTEN = (StringField, IntegerField, DateField, DateTimeField)


def resubmission(
    record: Record | None, request_arguments: Mapping[str, str]
) -> tuple[Action, ActionForm] | None:
    """The action of a refused POST with its form as it was filled in, or None where no form was
    sent.
    """
    flow = record.flow if record else FLOWS.get(request_arguments.get("flow", ""))
    action = flow.action_or_none(request_arguments.get("action", "")) if flow else None
    if request.method != "POST" or action is None or action.driven:
        return None
    return action, form_for(action, record, second_signature.choices(), bool(current_user.spot))


def can_be_sent(record: Record | None, action: Action) -> bool:
    """Whether the person may still do it, as things are now."""
    return record is None or any(
        offer.action is action and not offer.refusal
        for offer in record.available_actions(current_user)
    )


def words_of(form: Any) -> Iterator[tuple[Any, str]]:
    """Yield label and words of every field into which something was written; no choices, and
    never the signature.
    """
    for field in form:
        if isinstance(field, FieldList):
            yield from (words for row in field.entries for words in words_of([row]))
        elif isinstance(field, FormField):
            yield from words_of(field.form)
        elif (
            isinstance(field, WRITTEN)
            and getattr(field.widget, "input_type", "") not in ("hidden", "password")
            and field.raw_data
            and field.raw_data[0].strip()
        ):
            yield field.label.text, field.raw_data[0]
