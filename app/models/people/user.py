"""The staff: who may log in, which roles each person holds, and how that came about (clause 六)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, and_, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model, db
from app.flow.roles import ADMIN, ROLES
from app.flow.texts.lazy_text import _l
from app.models.people.acting import Acting
from app.models.people.preferences import Preferring
from app.models.people.signed_names import SignedNames, tell_apart
from app.models.records.column_types import Key, Moment
from app.models.records.errors import MovedOn, Refused
from app.models.records.event import FIRST, Event
from app.models.records.rules.demands import given
from app.models.records.sealing.administered import append, chain
from app.models.records.sealing.sealed_rows import PERSONAL

if TYPE_CHECKING:
    from app.models.people.deputy import Deputy
    from app.models.people.station import Spot, Station

# How long a login lasts: without a request, and altogether.
IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=12)
# What a person can ask to have erased.
PERSONAL["user"] = frozenset(ERASABLE := ("login", "name", "title"))
NAME = _l("Name")


class User(Acting, SignedNames, Preferring, Model):
    """A member of the staff.

    Never deleted: records name them. Whoever changes one leaves an event in its chain.

    ``holds`` are the roles that they were given, ``stands_in`` those of others, now or later, until
    a stated time. ``spot`` is set while they act at a shared tablet, where they proved themselves
    by their PIN.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str | None] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    holds: Mapped[list[UserRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    if TYPE_CHECKING:
        spot: Spot | None
        hand_overs: Mapped[list[Deputy]]  # said of a person where deputies are
    else:
        spot = None  # no column, and none is to be made of its annotation

    # What Flask-Login asks of a person.
    is_authenticated, is_anonymous = True, False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return str(self.id)

    @property
    def history(self) -> list[Event]:
        """What was changed about this person, oldest first."""
        return chain("user", self.id)

    # The ways to change

    @classmethod
    def create(
        cls,
        *,
        login: str,
        name: str,
        title: str = "",
        language: str | None = None,
        roles: Iterable[str] = (),
        active: bool = True,
        password_hash: str | None = None,
        pin_hash: str | None = None,
        by: User | None = None,
    ) -> User:
        """Take a person on. Raises LoginTaken; the caller commits."""
        if db.session.scalar(select(cls.id).where(cls.login == login)):
            raise LoginTaken(_l("The login “%(login)s” is taken.", login=login))
        name = given(name, NAME)
        user = cls(
            login=login,
            name=name,
            title=title,
            language=language,
            active=active,
            password_hash=password_hash,
            pin_hash=pin_hash,
            version=0,
            seq=0,
            head=FIRST,
            holds=[UserRole(role=key) for key in known(roles)],
        )
        db.session.add(user)
        db.session.flush()
        tell_apart(cls)
        user._write_event(
            "create",
            by,
            {"login": login, "name": name, "title": title, "roles": known(roles), "active": active},
        )
        return user

    @classmethod
    def readers(cls) -> list[User]:
        """Everybody who may read records and can be named."""
        active = select(cls).where(cls.active, cls.holds.any())
        return list(db.session.scalars(active.order_by(cls.name, cls.login)))

    def change(self, *, by: User | None, version: int, roles: Iterable[str], **fields: Any) -> None:
        """Change name, login, title, language, active and roles.

        Raises MovedOn, LoginTaken, LastAdmin; the caller commits.
        """
        self._lock(version)
        if "name" in fields:
            fields["name"] = given(fields["name"], NAME)
        if fields.get("login", self.login) != self.login and db.session.scalar(
            select(User.id).where(User.login == fields["login"])
        ):
            raise LoginTaken(_l("The login “%(login)s” is taken.", login=fields["login"]))
        old = {**{key: getattr(self, key) for key in fields}, "roles": known(self.own_role_keys)}
        roles = known(roles)
        facts = {
            key: {"old": old[key], "new": new}
            for key, new in {**fields, "roles": roles}.items()
            if new != old[key]
        }
        if "name" in facts:
            self.leave_name()
        for key, value in fields.items():
            setattr(self, key, value)
        self.holds = [h for h in self.holds if h.role in roles] + [
            UserRole(role=key) for key in roles if key not in self.own_role_keys
        ]
        if not self.active:
            self.end_sessions()
        if "name" in facts:
            tell_apart(User)
        db.session.flush()
        if not administrators():
            raise LastAdmin(
                _l(
                    "Somebody must remain who administers the users: give that role to another "
                    "person first."
                )
            )
        self._write_event("change", by, facts)
        for handed_over in self.hand_overs:
            handed_over.end_without_right(self, by)

    def set_password(
        self, password_hash: str, *, by: User | None, version: int | None = None
    ) -> None:
        """Set the password's hash and end every login of this person; the caller commits.

        Raises MovedOn.
        """
        self._lock(version)
        self.password_hash = password_hash
        self.end_sessions()
        self._write_event("set_password", by, {})

    def set_pin(self, pin_hash: str, *, by: User | None, version: int | None = None) -> None:
        """Set the PIN's hash and end this person's logins at shared tablets; the caller commits.

        Raises MovedOn.
        """
        self._lock(version)
        self.pin_hash = pin_hash
        self.end_sessions(UserSession.station_id.is_not(None))
        self._write_event("set_pin", by, {})

    def end_sessions(self, *which: Any) -> None:
        db.session.execute(delete(UserSession).where(UserSession.user_id == self.id, *which))

    def _lock(self, version: int | None) -> None:
        # Those who administer are locked too, so that two of them cannot demote each other at the
        # same moment.
        db.session.flush()
        db.session.scalars(
            select(User.id)
            .join(UserRole)
            .where(UserRole.role == ADMIN.key)
            .order_by(User.id)
            .with_for_update(of=User)
        ).all()
        db.session.refresh(self, with_for_update=True)
        if version is not None and version != self.version:
            raise MovedOn(
                _l("Somebody else has changed this user meanwhile. Here is the current state.")
            )

    def _write_event(self, action: str, by: User | None, data: dict[str, Any]) -> None:
        self.version += 1
        append(self, "user", action, by=by, data=data, clause="六", private=ERASABLE)


class LoginTaken(Refused):
    """Two people cannot have one login."""


class LastAdmin(Refused):
    """Nobody would be left to administer the users."""


def known(roles: Iterable[str]) -> list[str]:
    """Return the role keys in the order of the procedure. Raises KeyError for an unknown one."""
    held = {ROLES[key].key for key in roles}
    return [key for key in ROLES if key in held]


def administrators() -> list[int]:
    """The ids of those who may log in and administer."""
    return list(
        db.session.scalars(
            select(User.id).join(UserRole).where(UserRole.role == ADMIN.key, User.active)
        )
    )


class UserRole(Model):
    """One role held by one person."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class UserSession(Model):
    """A login: only the SHA-256 of its token is kept; ``touched`` moves at most once a minute.

    With a station it was opened by a PIN, counts only beside that tablet's own token, and is over
    sooner.
    """

    __tablename__ = "user_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    touched: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))

    user: Mapped[User] = relationship(lazy="joined")
    station: Mapped[Station | None] = relationship("Station")

    @classmethod
    def own(cls, idle: Any, whole: Any) -> Any:
        """The condition that a login by password still counts: used and opened after these
        moments of the wall clock.
        """
        return and_(cls.station_id.is_(None), cls.touched > idle, cls.created > whole)

    @classmethod
    def of(cls, user: User, now: datetime) -> list[UserSession]:
        """A person's living logins by password, the latest first."""
        return list(
            db.session.scalars(
                select(cls)
                .where(
                    cls.user_id == user.id,
                    cls.own(now - IDLE, now - WHOLE),
                    cls.user.has(User.active),
                )
                .order_by(cls.touched.desc())
            )
        )

    @property
    def handle(self) -> str:
        """What names it in a form: enough to find it, useless to log in with."""
        return self.token_hash[:16]
