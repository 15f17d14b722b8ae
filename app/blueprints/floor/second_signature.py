"""Two people at one tablet: the second signs in the first one's form, and the next step follows
at once.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_login import current_user

from app.flow.departments import Department
from app.flow.grammar import Action
from app.flow.texts.lazy_text import _l
from app.models.people.station import Station
from app.models.people.user import User
from app.models.records.available_actions import next_of
from app.models.records.event import Event
from app.models.records.record import Record
from app.screens.forms.choices import Choices
from app.security import confirm, devices


def choices() -> Choices:
    """What the forms of this request offer."""
    return Choices(request.args, people, current_user)


def signed(action: Action, form: Any) -> bool:
    """Whether the signatures that the action demands were given; a wrong password is an error of
    its field.
    """
    if not action.signature or confirm(current_user, form.password.data):
        return is_signed(form)
    form.password.errors = [
        str(_l("This is not your PIN.") if current_user.spot else _l("This is not your password."))
    ]
    return False


def is_signed(form: Any) -> bool:
    """Whether the second signature is right, or was not given here; what is wrong is an error of
    its field.
    """
    form.second_user = None
    if getattr(form, "second_by", None) is None or not (
        form.second_by.data or form.second_pin.data
    ):
        return True
    person = next((each for each in people() if each.id == form.second_by.data), None)
    if person is None:
        form.second_by.errors = [str(_l("Choose the second person’s name."))]
        return False
    person.spot = current_user.spot
    if not confirm(person, form.second_pin.data or ""):
        form.second_pin.errors = [str(_l("This is not the second person’s PIN."))]
        return False
    form.second_user = person
    return True


def people() -> list[User]:
    """Everybody who works at this tablet but the one who is in."""
    station = devices.here(Station) if current_user.spot else None
    return [person for person in station.people if person.id != current_user.id] if station else []


def carry_out(record: Record, action: Action, form: Any, **more: Any) -> Event:
    """Do what the first person signed (``by`` in ``more`` is who did it on paper), and what the
    second one did with it where that is still to be done.
    """
    event = record.perform(action.key, **{"by": current_user, **more}, **form.answers())
    second = getattr(form, "second_user", None)
    second_action = record.flow.action(action.second) if action.second else None
    if (
        second
        and second_action
        and record.stage in second_action.sources
        and second.has_role(record.roles_for(second_action))
    ):
        record.perform(second_action.key, by=second)
    return event


def onward(record: Record, action: Action, department: Department) -> str | None:
    """The form of the next thing that the person at a tablet does to the record, where one thing
    follows another; or None.
    """
    available = (
        next_of(record.available_actions(current_user))
        if current_user.spot and action.second
        else None
    )
    if available is None or available.refusal or not available.asks_for_data:
        return None
    return url_for(
        "department.act", department=department, ref=record.ref, action=available.action.key
    )
