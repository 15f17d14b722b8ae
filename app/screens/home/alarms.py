"""What is wrong and nobody has acknowledged yet: shown on top of every page to those who may."""

from __future__ import annotations

from sqlalchemy import func, select

from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User

ACKNOWLEDGE = ANOMALIES.action("acknowledge")
NEW = Anomaly.stage.in_(ACKNOWLEDGE.sources)
SHOWN = 5
COLUMN = f"/{ANOMALIES.stage('reported').department.key}/#column-anomaly-reported"


def calls(user: User) -> bool:
    """Whether a new anomaly waits for this person; a shared tablet serves one step at a time."""
    return user.spot is None and user.has_role(ACKNOWLEDGE.role_keys)


def count() -> int:
    """How many nobody has acknowledged."""
    return db.session.scalar(select(func.count()).select_from(Anomaly).where(NEW)) or 0


def first() -> list[Anomaly]:
    """The first of them, the newest on top."""
    asked = select(Anomaly).where(NEW).options(*Anomaly.shown_with())
    return list(
        db.session.scalars(
            asked.order_by(Anomaly.created_at.desc(), Anomaly.id.desc()).limit(SHOWN)
        )
    )
