"""Who stands in for whom, as pages ask it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.roles import HEADS
from app.models.people.deputy import COMING, Deputy
from app.models.people.user import User

REMEMBERED = timedelta(days=90)  # how long the list shows what is over
SOON = timedelta(days=7)
SHOWN = 100


def listed(*which: Any) -> list[Deputy]:
    """The hand-overs to come, on, or over not long ago; the latest first, with the people."""
    statement = (
        select(Deputy)
        .where(Deputy.until > clock.now() - REMEMBERED, *which)
        .options(
            joinedload(Deputy.principal).lazyload(User.holds),
            joinedload(Deputy.deputy).lazyload(User.holds),
        )
        .order_by(Deputy.until.desc(), Deputy.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def of_person(user: User) -> list[Deputy]:
    """Those that concern a person, as whoever is away or as the deputy."""
    return listed(or_(Deputy.principal_id == user.id, Deputy.deputy_id == user.id))


def to_tell(user: User) -> list[Deputy]:
    """Those that a deputy or a head should know of: on, or to begin within a week."""
    away = any(role.key in user.own_role_keys for role in HEADS)
    known = [*user.stands_in, *(listed(Deputy.principal_id == user.id) if away else ())]
    return [
        each
        for each in known
        if each.is_on or (each.state == COMING and each.since - clock.now() < SOON)
    ]


def active() -> list[User]:
    """Everybody who may log in, as they joined."""
    return list(db.session.scalars(select(User).where(User.active).order_by(User.id)))


def at_present() -> list[Deputy]:
    """Those that are on."""
    return listed(Deputy.on_at(clock.now()))
