"""What is wrong and nobody has acknowledged yet: shown on top of every page to those who may."""

from __future__ import annotations

from sqlalchemy import func, select

from app.extensions import db
from app.flow.anomalies import ACKNOWLEDGE, ANOMALIES
from app.flow.rules.tags import NEW
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User

CALLING = ANOMALIES.tagged(NEW)
SHOWN = 5
FIRST = ANOMALIES.stage(CALLING[0])
COLUMN = f"/{FIRST.department.key}/#column-{ANOMALIES.key}-{FIRST.key}"


def calls(user: User) -> bool:
    """Whether a new anomaly waits for this person; a shared tablet serves one step at a time."""
    return user.spot is None and user.has_role(ACKNOWLEDGE.role_keys)


def count() -> int:
    """How many nobody has acknowledged."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Anomaly).where(Anomaly.stands_in(CALLING))
        )
        or 0
    )


def first() -> list[Anomaly]:
    """The first of them, the newest on top."""
    asked = select(Anomaly).where(Anomaly.stands_in(CALLING)).options(*Anomaly.shown_with())
    return list(
        db.session.scalars(
            asked.order_by(Anomaly.created_at.desc(), Anomaly.id.desc()).limit(SHOWN)
        )
    )
