"""Whose signature is waited for: the roles, and where they are few the people who hold them and
may sign.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from app import clock
from app.extensions import db
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.people.deputy import Deputy
from app.models.people.user import User, UserRole
from app.models.records.event import Event

FEW = 3


def whose(roles: Collection[str], barred: Collection[int] = ()) -> Text | str:
    """Who may sign, in words: each role in the procedure's order, and the people in them if they
    are few, without those whom the second pair of eyes bars. Says so where nobody is left.
    """
    labels = listed(
        (ROLES[key].label for key in ROLES if key in roles), by=_l("%(some)s / %(one)s")
    )
    has_role = User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(sorted(roles))))
    lent = select(Deputy.deputy_id).where(Deputy.role.in_(sorted(roles)), Deputy.on_at(clock.now()))
    may = (or_(has_role, User.id.in_(lent)), User.id.not_in(sorted(barred)))
    statement = select(User).where(User.active, *may).order_by(User.id)
    people = list(db.session.scalars(statement.limit(FEW + 1)))
    if not people:
        return _l("%(roles)s (nobody who may sign holds this role)", roles=labels)
    if len(people) > FEW:
        return labels
    return _l(
        "%(roles)s (%(people)s)", roles=labels, people=listed(each.known_as for each in people)
    )


def awaited(record: Any, event: Event) -> list[tuple[Text, Any]]:
    """What a history says of a signing that a second person has not signed yet: whose turn it
    is.
    """
    action = record.flow.action_or_none(event.action)
    signed_twice = action is not None and action.second
    waiting = getattr(record, "unfinished_signature", None) if signed_twice else None
    if waiting is None or event.data.get("step") != waiting.step_no or event.at < waiting.at:
        return []
    return [(_l("Waits for"), record.whose_signature())]
