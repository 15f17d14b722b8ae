"""停机时段: from when until when the plant worked on paper. What was done then may be entered
afterwards, for some days, by anybody but whoever declared it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.flow.roles import ADMIN, PRODUCTION_HEAD, QUALITY_HEAD, SUPERVISOR
from app.flow.texts.lazy_text import Text, _l
from app.models.records.column_types import Key, Moment
from app.models.records.errors import MovedOn, Refused
from app.models.records.event import FIRST, Event
from app.models.records.rules.demands import given
from app.models.records.sealing.administered import append, chain

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "down_time"
DECLARERS = (SUPERVISOR, PRODUCTION_HEAD, QUALITY_HEAD, ADMIN)
# For so long after its end sheets can be entered; longer ago, and longer, no down time is declared.
ENTERING, LONGEST = timedelta(days=7), timedelta(days=3)
REMEMBERED, LISTED = timedelta(days=366), 100
REASON = _l("Reason")


class CannotDeclare(Refused):
    """A down time that cannot have been."""

    status = 422


class DownTime(Model):
    """One down time; ``closed_at`` is when somebody said that all sheets are in."""

    __tablename__ = "down_time"
    __table_args__ = (Index("ix_down_time_until", "until"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(400))
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    declared_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    declared_by: Mapped[User] = relationship()

    @property
    def entered_until(self) -> datetime:
        """Until when sheets can be, or could be, entered."""
        return self.closed_at or self.until + ENTERING

    @property
    def is_open(self) -> bool:
        return clock.now() < self.entered_until

    @property
    def history(self) -> list[Event]:
        return chain(FLOW, self.id)

    @classmethod
    def latest(cls) -> list[DownTime]:
        """Those of the last year, the newest first."""
        lately = select(cls).where(cls.until > clock.now() - REMEMBERED)
        return list(db.session.scalars(lately.order_by(cls.until.desc()).limit(LISTED)))

    @classmethod
    def still_open(cls) -> list[DownTime]:
        """Those of which sheets can be entered now."""
        here = (cls.closed_at.is_(None), cls.until > clock.now() - ENTERING)
        return list(db.session.scalars(select(cls).where(*here).order_by(cls.until)))

    # The ways to change

    @classmethod
    def declare(cls, *, by: User, since: datetime, until: datetime, reason: str) -> DownTime:
        """Say from when until when the plant worked on paper, and why. Raises CannotDeclare or
        Missing; the caller commits.
        """
        reason = given(reason, REASON)
        if refusal := wrong_span(since, until):
            raise CannotDeclare(refusal)
        row = cls(
            since=since,
            until=until,
            reason=reason,
            declared_by=by,
            declared_at=clock.now(),
            version=0,
            seq=0,
            head=FIRST,
        )
        db.session.add(row)
        db.session.flush()
        told = {"since": since.isoformat(), "until": until.isoformat(), "reason": reason}
        row._write("declare", by, told)
        return row

    def close(self, by: User, version: int) -> None:
        """Say that all sheets are in. Raises MovedOn."""
        db.session.refresh(self, with_for_update=True)
        if version != self.version or not self.is_open:
            raise MovedOn(
                _l("Somebody else has changed this meanwhile. Here is the current state.")
            )
        self.closed_at = clock.now()
        self._write("all_sheets_in", by, {})

    def _write(self, action: str, by: User, data: dict[str, Any]) -> None:
        self.version += 1
        roles = [role.key for role in DECLARERS]
        append(self, FLOW, action, by=by, data=data, roles=roles)


def wrong_span(since: datetime, until: datetime) -> Text | None:
    """Why nobody can have worked on paper then, or why it is too late to say so."""
    if until <= since:
        return _l("The end must come after the beginning.")
    if until > clock.now():
        return _l("The end lies in the future: declare the down time once the system is back.")
    if until - since > LONGEST:
        return _l("A down time lasts three days at most; declare a longer one in parts.")
    if until < clock.now() - ENTERING:
        return _l("This ended more than seven days ago: nothing can be entered for it any more.")
    return None
