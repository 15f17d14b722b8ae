"""Who stands in for whom: a head, or an administrator with a reason, hands a role over for a stated time, on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, DEPUTISED, HEADS, ROLES, Role
from app.flow.words import Text, _l

from .administered import append
from .demands import given
from .event import FIRST, Event
from .people import User
from .refusals import Forbidden, MovedOn, Refused
from .types import Key, Moment

FLOW = "deputy"
LONGEST = timedelta(days=92)
REMEMBERED = timedelta(days=90)  # how long the list shows what is over
SOON = timedelta(days=7)
SHOWN = 100
COMING, ON, OVER, WITHDRAWN = "coming", "on", "over", "withdrawn"
REASON = _l("Reason")


class CannotHandOver(Refused):
    """The role cannot be handed over so."""

    status = 422


class Deputy(db.Model):
    """One hand-over of a role from ``since`` until ``until``; ended early or withdrawn by an earlier ``until``, never deleted."""

    __tablename__ = "deputy"
    __table_args__ = (Index("ix_deputy_deputy_id", "deputy_id", "until"),
                      Index("ix_deputy_principal_id", "principal_id", "until"), Index("ix_deputy_until", "until"))  # fmt: skip

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
        chain = select(Event).where(Event.flow == FLOW, Event.record_id == self.id)
        return list(db.session.scalars(chain.order_by(Event.seq)))

    # The ways to change

    @classmethod
    def hand_over(cls, *, by: User, role: str, principal_id: int, deputy_id: int, since: datetime,
                  until: datetime, reason: str) -> Deputy:  # fmt: skip
        """Hand a role over. Raises CannotHandOver, Missing or Forbidden; the caller commits."""
        people = {user.id: user for user in db.session.scalars(
            select(User).where(User.id.in_({principal_id, deputy_id})).order_by(User.id).with_for_update())}  # fmt: skip
        principal, deputy = people[principal_id], people[deputy_id]
        if not may_hand_over(by, principal, ROLES[role]):
            raise Forbidden(_l("Only whoever holds the role as head, or an administrator, hands it over: %(role)s.",
                               role=ROLES[role].label))  # fmt: skip
        if by is not principal:
            reason = given(reason, REASON)
        since = max(since, clock.now())  # nobody stood in before it was on record
        row = cls(role=role, principal=principal, deputy=deputy, since=since, until=until, reason=reason or "",
                  version=0, seq=0, head=FIRST)  # fmt: skip
        if refusal := unfit(by, principal, deputy, role) or wrong_span(since, until) or row.overlapping():
            raise CannotHandOver(refusal)
        db.session.add(row)
        db.session.flush()
        db.session.expire(deputy, ["stands_in"])
        row._write("hand_over", by, {"principal": principal_id, "deputy": deputy_id, "reason": row.reason,
                                     "since": since.isoformat(), "until": until.isoformat()})  # fmt: skip
        return row

    def overlapping(self) -> Text | None:
        """The sentence about another hand-over of this role by the same person in this time."""
        with db.session.no_autoflush:
            other = db.session.scalar(select(Deputy).where(
                Deputy.role == self.role, Deputy.principal_id == self.principal.id, Deputy.since < Deputy.until,
                Deputy.since < self.until, Deputy.until > self.since).order_by(Deputy.since).limit(1))  # fmt: skip
        return other and _l("%(name)s stands in already from %(since)s until %(until)s: end that first, or choose another time.",
                            name=other.stand_in, since=said(other.since), until=said(other.until))  # fmt: skip

    def may_be_ended_by(self, user: User) -> bool:
        """Whoever handed the role over, or an administrator; the deputy cannot."""
        return self.until > clock.now() and (user.id == self.principal_id or ADMIN.key in user.own_role_keys)

    def end(self, by: User, reason: str = "", version: int | None = None) -> None:
        """End it now, or withdraw it before it begins. Raises MovedOn, Missing or Forbidden; the caller commits."""
        db.session.refresh(self, with_for_update=True)
        if version is not None and version != self.version or self.until <= clock.now():
            raise MovedOn(_l("Somebody else has changed this meanwhile. Here is the current state."))
        if not self.may_be_ended_by(by):
            raise Forbidden(_l("Only whoever handed the role over, or an administrator, ends this."))
        self._end(by, given(reason, REASON) if by.id != self.principal_id else reason)

    def _end(self, by: User | None, reason: str, **facts: Any) -> None:
        old, self.until = self.until, max(clock.now(), self.since)
        self._write("withdraw" if self.until == self.since else "end", by,
                    {"until": {"old": old.isoformat(), "new": self.until.isoformat()}, "reason": reason, **facts})  # fmt: skip

    def _write(self, action: str, by: User | None, data: dict[str, Any]) -> None:
        self.version += 1
        own = by is not None and by.id == self.principal_id
        append(self, FLOW, action, by=by, data={"role": self.role, **data}, clause="六", roles=[self.role if own else ADMIN.key])


def may_hand_over(by: User, principal: User, role: Role) -> bool:
    """Whether somebody may hand this role of a person over: the head their own, an administrator anybody's. A deputy cannot."""
    return role in DEPUTISED and (by.id == principal.id and role in HEADS and role.key in by.own_role_keys
                                  or ADMIN.key in by.own_role_keys)  # fmt: skip


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
        return _l("%(name)s holds the role %(role)s already and needs no deputyship.", name=deputy.known_as, role=label)
    if AUDITOR.key in deputy.own_role_keys:
        return _l("An auditor changes nothing and stands in for nobody.")
    return None


def wrong_span(since: datetime, until: datetime) -> Text | None:
    if until <= since:
        return _l("The end must be later than the start, and still to come.")
    if until - since > LONGEST:
        return _l("A role is handed over for at most %(days)s days.", days=LONGEST.days)
    return None


def said(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def end_without_right(user: User, by: User | None) -> None:
    """End what a person's access no longer bears: they are gone, lost the role they handed over, or got the one they stand in for."""
    mine = or_(Deputy.principal_id == user.id, Deputy.deputy_id == user.id)
    for row in db.session.scalars(select(Deputy).where(mine, Deputy.until > clock.now()).with_for_update()):
        held = row.role in user.own_role_keys
        if not user.active or held is (row.deputy_id == user.id):
            row._end(by, "", access=True)


# Who stands in for whom


def listed(*which: Any) -> list[Deputy]:
    """The hand-overs that are to come, on, or over not long ago; the latest first, with the people."""
    found = (select(Deputy).where(Deputy.until > clock.now() - REMEMBERED, *which)
             .options(joinedload(Deputy.principal).lazyload(User.holds), joinedload(Deputy.deputy).lazyload(User.holds))
             .order_by(Deputy.until.desc(), Deputy.id.desc()).limit(SHOWN))  # fmt: skip
    return list(db.session.scalars(found))


def of_person(user: User) -> list[Deputy]:
    """Those that concern a person, as whoever is away or as the deputy."""
    return listed(or_(Deputy.principal_id == user.id, Deputy.deputy_id == user.id))


def to_tell(user: User) -> list[Deputy]:
    """Those that a person should know of now, as a deputy or as a head: on, or to begin within a week."""
    away = any(role.key in user.own_role_keys for role in HEADS)
    known = [*user.stands_in, *(listed(Deputy.principal_id == user.id) if away else ())]
    return [each for each in known if each.is_on or each.state == COMING and each.since - clock.now() < SOON]


def active() -> list[User]:
    """Everybody who may log in, as they joined."""
    return list(db.session.scalars(select(User).where(User.active).order_by(User.id)))


def at_present() -> list[Deputy]:
    """Those that are on."""
    return listed(Deputy.on_at(clock.now()))
