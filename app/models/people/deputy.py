"""A head, or an administrator with a reason, hands a role over for a stated time, on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, bindparam, or_, select
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.flow.roles import ADMIN, ROLES
from app.flow.rules.blockers import PEOPLE
from app.flow.texts.lazy_text import Text, _l
from app.models.people.handing_over import may_hand_over, unfit, wrong_span
from app.models.people.user import User
from app.models.records.column_types import Key, Moment
from app.models.records.errors import Forbidden, MovedOn, Refused
from app.models.records.event import FIRST, Event
from app.models.records.papers.document import Job
from app.models.records.rules.demands import given
from app.models.records.rules.reevaluation import reevaluate
from app.models.records.sealing.administered import append, chain

FLOW = "deputy"
TURNS = "deputy"  # the job at the moment when a role changes hands
COMING, ON, OVER, WITHDRAWN = "coming", "on", "over", "withdrawn"
REASON = _l("Reason")


class CannotHandOver(Refused):
    """The role cannot be handed over so."""

    status = 422


class Deputy(Model):
    """One hand-over of a role; an earlier ``until`` ends or withdraws it, nothing deletes it."""

    __tablename__ = "deputy"
    __table_args__ = (
        Index("ix_deputy_deputy_id", "deputy_id", "until"),
        Index("ix_deputy_principal_id", "principal_id", "until"),
        Index("ix_deputy_until", "until"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    principal_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(400))
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    principal: Mapped[User] = relationship(foreign_keys=[principal_id])
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id])

    @property
    def is_on(self) -> bool:
        """Whether the deputy may act in the role at this moment."""
        return self.since <= clock.now() < self.until

    @classmethod
    def on_at(cls, moment: Any) -> Any:
        """The same as a condition, at a moment."""
        return and_(cls.since <= moment, cls.until > moment)

    @property
    def state(self) -> str:
        if self.until <= self.since:
            return WITHDRAWN
        now = clock.now()
        return COMING if now < self.since else ON if now < self.until else OVER

    @property
    def label(self) -> Text:
        return ROLES[self.role].label

    @property
    def away(self) -> str:
        """Who is away, under the name of that time."""
        return self.principal.name_at(self.since)

    @property
    def stand_in(self) -> str:
        return self.deputy.name_at(self.since)

    @property
    def history(self) -> list[Event]:
        """What was done about it, oldest first."""
        return chain(FLOW, self.id)

    # The ways to change

    @classmethod
    def hand_over(
        cls,
        *,
        by: User,
        role: str,
        principal_id: int,
        deputy_id: int,
        since: datetime,
        until: datetime,
        reason: str,
    ) -> Deputy:
        """Hand a role over. Raises CannotHandOver, Missing or Forbidden; the caller commits."""
        people = {
            user.id: user
            for user in db.session.scalars(
                select(User)
                .where(User.id.in_({principal_id, deputy_id}))
                .order_by(User.id)
                .with_for_update()
            )
        }
        principal, deputy = people[principal_id], people[deputy_id]
        if not may_hand_over(by, principal, ROLES[role]):
            raise Forbidden(
                _l(
                    "Only whoever holds the role as head, or an administrator, "
                    "hands it over: %(role)s.",
                    role=ROLES[role].label,
                )
            )
        if by is not principal:
            reason = given(reason, REASON)
        since = max(since, clock.now())  # nobody stood in before it was on record
        row = cls(
            role=role,
            principal=principal,
            deputy=deputy,
            since=since,
            until=until,
            reason=reason or "",
            version=0,
            seq=0,
            head=FIRST,
        )
        if (
            refusal := unfit(by, principal, deputy, role)
            or wrong_span(since, until)
            or row.overlapping()
        ):
            raise CannotHandOver(refusal)
        db.session.add(row)
        db.session.flush()
        db.session.expire(deputy, ["stands_in"])
        for moment in (since, until):
            db.session.add(Job(kind=TURNS, payload={"deputy": row.id}, due=moment))
        row._write(
            "hand_over",
            by,
            {
                "principal": principal_id,
                "deputy": deputy_id,
                "reason": row.reason,
                "since": since.isoformat(),
                "until": until.isoformat(),
            },
        )
        return row

    def overlapping(self) -> Text | None:
        """The sentence about another hand-over of this role by the same person in this time."""
        with db.session.no_autoflush:
            other = db.session.scalar(
                select(Deputy)
                .where(
                    Deputy.role == self.role,
                    Deputy.principal_id == self.principal.id,
                    Deputy.since < Deputy.until,
                    Deputy.since < self.until,
                    Deputy.until > self.since,
                )
                .order_by(Deputy.since)
                .limit(1)
            )
        if other is None:
            return None
        return _l(
            "%(name)s stands in already from %(since)s until %(until)s: "
            "end that first, or choose another time.",
            name=other.stand_in,
            since=moment_in_words(other.since),
            until=moment_in_words(other.until),
        )

    def may_be_ended_by(self, user: User) -> bool:
        """Whoever handed the role over, or an administrator; the deputy cannot."""
        return self.until > clock.now() and (
            user.id == self.principal_id or ADMIN.key in user.own_role_keys
        )

    def end(self, by: User, reason: str = "", version: int | None = None) -> None:
        """End it, or withdraw it before it begins. Raises MovedOn, Missing, Forbidden."""
        db.session.refresh(self, with_for_update=True)
        if (version is not None and version != self.version) or self.until <= clock.now():
            raise MovedOn(
                _l("Somebody else has changed this meanwhile. Here is the current state.")
            )
        if not self.may_be_ended_by(by):
            raise Forbidden(
                _l("Only whoever handed the role over, or an administrator, ends this.")
            )
        self._end(by, given(reason, REASON) if by.id != self.principal_id else reason)

    def _end(self, by: User | None, reason: str, **facts: Any) -> None:
        old, self.until = self.until, max(clock.now(), self.since)
        self._write(
            "withdraw" if self.until == self.since else "end",
            by,
            {
                "until": {"old": old.isoformat(), "new": self.until.isoformat()},
                "reason": reason,
                **facts,
            },
        )

    def end_without_right(self, user: User, by: User | None) -> None:
        """End what the access of one of the two no longer bears: it is closed, or the role is
        gone or their own.
        """
        db.session.refresh(self, with_for_update=True)
        unborne = not user.active or (
            (self.role in user.own_role_keys) is (self.deputy_id == user.id)
        )
        if self.until > clock.now() and unborne:
            self._end(by, "", access=True)

    def _write(self, action: str, by: User | None, data: dict[str, Any]) -> None:
        self.version += 1
        own = by is not None and by.id == self.principal_id
        append(
            self,
            FLOW,
            action,
            by=by,
            data={"role": self.role, **data},
            clause="六",
            roles=[self.role if own else ADMIN.key],
        )
        reevaluate(PEOPLE)


def moment_in_words(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def standing_in() -> Any:
    """What joins a person with the hand-overs to them that are not over yet."""
    return and_(foreign(Deputy.deputy_id) == User.id, Deputy.until > NOW)


def handed_over() -> Any:
    """What joins a person with the hand-overs to and from them that are not over yet."""
    mine = or_(foreign(Deputy.principal_id) == User.id, foreign(Deputy.deputy_id) == User.id)
    return and_(mine, Deputy.until > NOW)


NOW = bindparam(None, callable_=clock.now, type_=Moment, unique=True)
# A person without hand-overs is whole: what they have of them is said here.
User.stands_in = relationship(Deputy, primaryjoin=standing_in, viewonly=True, order_by=Deputy.since)
User.hand_overs = relationship(Deputy, primaryjoin=handed_over, viewonly=True)
