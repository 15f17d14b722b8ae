"""Who may have done on paper what somebody enters now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.flow.grammar import Action
from app.models.people.user import User
from app.models.records.record import Record


def doers(action: Action, record: Record | None) -> list[tuple[int, str]]:
    """Everybody who may do an action now, each by id and name."""
    roles = record.roles_for(action) if record else action.role_keys
    found = db.session.scalars(
        select(User).where(User.active).options(selectinload(User.stands_in)).order_by(User.id)
    )
    return [(each.id, each.known_as) for each in found if each.has_role(roles)]
