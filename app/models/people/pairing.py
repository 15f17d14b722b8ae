"""Devices that are paired once: one shows a code, an administrator confirms it, and from then on
it holds a token.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.extensions import Model, db
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Key, Moment
from app.models.records.errors import MovedOn, Refused
from app.models.records.event import FIRST
from app.models.records.sealing.administered import append

if TYPE_CHECKING:
    from app.models.people.user import User

# Letters and digits that nobody takes for another one, read out across a hall.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LIFE = timedelta(minutes=15)
# So many wait at once; the oldest makes room for the next, so that nobody keeps a new screen out.
MOST_WAITING = 400


class UnknownCode(Refused):
    """No device of this kind shows this code any more."""


class Pairing(Model):
    """A device that waits to be confirmed as one of its kind: it knows its secret, everybody
    sees its code. Used once.
    """

    __tablename__ = "pairing"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    device_id: Mapped[int | None] = mapped_column(Key)


class Paired(Model):
    """What every paired device has: a name, a token that opens nothing but its own pages, and a
    chain of events of its ``kind``. Its browser keeps the token in ``cookie``; where it is
    ``shared``, nobody logs in on it by password any more.
    """

    __abstract__ = True
    kind: ClassVar[str]
    cookie: ClassVar[str]
    shared: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    @declared_attr
    def paired_by_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("user.id"))

    @declared_attr
    def paired_by(cls) -> Mapped[User]:
        return relationship("User")

    @classmethod
    def all(cls) -> list[Self]:
        """Every device of this kind, those in use first."""
        return list(
            db.session.scalars(select(cls).order_by(cls.revoked_at.is_not(None), cls.name, cls.id))
        )

    @classmethod
    def of(cls, token: str) -> Self | None:
        """The device in use that holds this token."""
        return db.session.scalar(cls.holding(), {"token": digest(token)}) if token else None

    @classmethod
    @cache
    def holding(cls) -> Any:
        """The SELECT of the device in use that holds a token; every screen asks it with every
        page.
        """
        return select(cls).where(cls.token_hash == bindparam("token"), cls.revoked_at.is_(None))

    # Pairing

    @classmethod
    def pending(cls, secret: str, now: datetime) -> Pairing | None:
        """The living pairing of a device's secret."""
        return (
            db.session.scalar(
                select(Pairing).where(
                    Pairing.secret_hash == digest(secret),
                    Pairing.kind == cls.kind,
                    Pairing.at > now - CODE_LIFE,
                )
            )
            if secret
            else None
        )

    @classmethod
    def request_codes(cls, now: datetime) -> tuple[str, str]:
        """Let a new device wait: its secret and its code. The caller commits."""
        db.session.execute(db.delete(Pairing).where(Pairing.at <= now - CODE_LIFE))
        unconfirmed = (Pairing.kind == cls.kind, Pairing.device_id.is_(None))
        newest = (
            select(Pairing.secret_hash)
            .where(*unconfirmed)
            .order_by(Pairing.at.desc())
            .limit(MOST_WAITING - 1)
        )
        db.session.execute(
            db.delete(Pairing).where(*unconfirmed, Pairing.secret_hash.not_in(newest))
        )
        secret = secrets.token_urlsafe(32)
        code = "".join(secrets.choice(ALPHABET) for _ in range(6))
        db.session.add(Pairing(secret_hash=digest(secret), code=code, kind=cls.kind, at=now))
        return secret, code

    @classmethod
    def pair(cls, code: str, *, by: User, now: datetime, **settings: Any) -> Self:
        """Confirm the device that shows this code. Raises UnknownCode; the caller commits."""
        pairing = db.session.scalar(
            select(Pairing)
            .where(
                Pairing.code == code,
                Pairing.kind == cls.kind,
                Pairing.at > now - CODE_LIFE,
                Pairing.device_id.is_(None),
            )
            .with_for_update()
        )
        if pairing is None:
            raise UnknownCode(
                _l(
                    "No screen shows this code now. Read it again from the screen; it changes "
                    "every quarter of an hour."
                )
            )
        device = cls(paired_at=now, paired_by_id=by.id, version=0, seq=0, head=FIRST, **settings)
        db.session.add(device)
        db.session.flush()
        pairing.device_id = device.id
        device._write_event("pair", by, settings)
        return device

    @classmethod
    def claim_token(cls, secret: str, now: datetime) -> str | None:
        """Exchange the secret of a confirmed device for its token, once; None while nobody has
        confirmed it. The caller commits.
        """
        pairing = cls.pending(secret, now)
        if pairing is None or pairing.device_id is None:
            return None
        device, token = db.session.get_one(cls, pairing.device_id), secrets.token_urlsafe(32)
        db.session.delete(pairing)
        if device.revoked_at is None:
            device.token_hash = digest(token)
        return token

    def change(self, *, by: User, now: datetime, version: int, **settings: Any) -> None:
        """Change its settings. Raises MovedOn; the caller commits."""
        self._lock(version)
        for key, value in settings.items():
            setattr(self, key, value)
        self._write_event("change", by, settings)

    def revoke(self, *, by: User, now: datetime) -> None:
        """Take its token away; it shows a new code from then on."""
        self._lock(None)
        if self.revoked_at is None:
            self.revoked_at, self.token_hash = now, None
            self._write_event("revoke", by, {})

    def _lock(self, version: int | None) -> None:
        db.session.refresh(self, with_for_update={"of": type(self)})
        if version is not None and version != self.version:
            raise MovedOn(_l("Somebody has changed this meanwhile. Here is the current state."))

    def _write_event(self, action: str, by: User, data: dict[str, Any]) -> None:
        self.version += 1
        append(self, self.kind, action, by=by, data=data)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
