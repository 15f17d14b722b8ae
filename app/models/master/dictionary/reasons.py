"""The departments’ lists of reasons."""

from __future__ import annotations

from app.flow.flows import FLOWS
from app.flow.texts.lazy_text import _l
from app.models.master import reasons
from app.models.master.dictionary.checks import WORK
from app.models.master.dictionary.fields import (
    Field,
    Options,
    Table,
    choice,
    code,
    names,
    several,
    whole,
)
from app.models.master.dictionary.keepers import REASONS

BESIDE = (("over_limit", _l("Going over a limit")), ("unusual", _l("Unusual figures")))


def asking() -> Options:
    """The actions that ask people for a reason, and what forms ask beside any action."""
    return *(
        (f"{flow.key}.{action.key}", _l("%(what)s: %(value)s", what=flow.label, value=action.label))
        for flow in FLOWS.values()
        for action in flow.actions
        if (action.reason or action.reason_at_times) and not action.driven
    ), *BESIDE


def departments() -> Field:
    options = tuple((role.department.key, role.department.label) for role in REASONS)
    return choice("department", _l("Department"), options, fixed=True)


TABLES = (
    Table(
        "reason",
        _l("Reasons"),
        WORK,
        reasons.Reason,
        (
            departments(),
            code(),
            *names(),
            several(
                "steps",
                _l("Offered for"),
                asking(),
                hint=_l("The steps that ask for a reason and offer this one."),
            ),
            whole("position", _l("Place in the list"), high=1000),
        ),
        ("department", "code", "name", "steps", "position"),
        filters=("department",),
    ),
)
