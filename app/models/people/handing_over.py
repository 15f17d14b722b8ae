"""Who may hand which role over to whom, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.flow.roles import ADMIN, AUDITOR, DEPUTISED, HEADS, ROLES, Role
from app.flow.texts.lazy_text import Text, _l

if TYPE_CHECKING:
    from app.models.people.user import User

LONGEST = timedelta(days=92)


def may_hand_over(by: User, principal: User, role: Role) -> bool:
    """Whether somebody may hand it over: a head their own, an administrator anybody's."""
    return role in DEPUTISED and (
        (by.id == principal.id and role in HEADS and role.key in by.own_role_keys)
        or ADMIN.key in by.own_role_keys
    )


def unfit(by: User, principal: User, deputy: User, role: str) -> Text | None:
    """Why these two cannot hand the role over and take it."""
    label = ROLES[role].label
    if not principal.active or role not in principal.own_role_keys:
        return _l("%(name)s does not hold the role %(role)s.", name=principal.known_as, role=label)
    if deputy is principal or deputy is by:
        return _l("Nobody hands a role over to themselves.")
    if not deputy.active:
        return _l("The login of %(name)s is closed.", name=deputy.known_as)
    if role in deputy.own_role_keys:
        return _l(
            "%(name)s holds the role %(role)s already and needs no deputyship.",
            name=deputy.known_as,
            role=label,
        )
    if AUDITOR.key in deputy.own_role_keys:
        return _l("An auditor changes nothing and stands in for nobody.")
    return None


def wrong_span(since: datetime, until: datetime) -> Text | None:
    if until <= since:
        return _l("The end must be later than the start, and still to come.")
    if until - since > LONGEST:
        return _l("A role is handed over for at most %(days)s days.", days=LONGEST.days)
    return None
