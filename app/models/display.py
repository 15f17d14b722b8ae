"""Wall displays: a screen shows a code, an administrator confirms it once, and from then on it only looks on."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.flow.roles import ADMIN
from app.flow.words import _l

from .event import FIRST, Event
from .people import User
from .refusals import MovedOn, Refused
from .types import Json, Key, Moment

# Letters and digits that nobody takes for another one, read out across a hall.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LIFE = timedelta(minutes=15)
MOST_WAITING = 40


class UnknownCode(Refused):
    """No screen shows this code any more."""


class Pairing(db.Model):
    """A screen that waits to be confirmed: it knows its secret, everybody sees its code. Used once."""

    __tablename__ = "pairing"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    at: Mapped[datetime] = mapped_column(Moment)
    display_id: Mapped[int | None] = mapped_column(ForeignKey("display.id"))

    @classmethod
    def of(cls, secret: str, now: datetime) -> Pairing | None:
        """The living pairing of a screen's secret."""
        return db.session.scalar(select(cls).where(cls.secret_hash == digest(secret), cls.at > now - CODE_LIFE)) if secret else None


class Display(db.Model):
    """A paired screen. ``layouts`` are shown in turn, each page for ``seconds``; ``distance`` (m) and ``diagonal`` (inch) give the size
    of its letters. Its token opens nothing but its own pages."""

    __tablename__ = "display"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    layouts: Mapped[list[str]] = mapped_column(Json)
    seconds: Mapped[int]
    distance: Mapped[int]
    diagonal: Mapped[int]
    language: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime] = mapped_column(Moment)
    paired_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    paired_by: Mapped[User] = relationship()

    @property
    def unit(self) -> float:
        """The smallest letters in hundredths of the screen's height: capitals are as high as the distance divided by 200 (ux.md),
        a capital is 0.72 of its letter size, and a screen of 16:9 is 0.49 of its diagonal high."""
        return round(max(2.4, self.distance * 1000 / 200 / (self.diagonal * 25.4 * 0.4903) * 100 / 0.72), 2)

    @classmethod
    def all(cls) -> list[Display]:
        """Every display, those in use first."""
        return list(db.session.scalars(select(cls).order_by(cls.revoked_at.is_not(None), cls.name, cls.id)))

    @classmethod
    def of(cls, token: str) -> Display | None:
        """The display in use that holds this token."""
        return db.session.scalar(select(cls).where(cls.token_hash == digest(token), cls.revoked_at.is_(None))) if token else None

    @classmethod
    def pair(cls, code: str, *, by: User, now: datetime, **settings: Any) -> Display:
        """Confirm the screen that shows this code. Raises UnknownCode; the caller commits."""
        found = db.session.scalar(select(Pairing).where(Pairing.code == code, Pairing.at > now - CODE_LIFE,
                                                        Pairing.display_id.is_(None)).with_for_update())  # fmt: skip
        if found is None:
            raise UnknownCode(_l("No screen shows this code now. Read it again from the screen; it changes every quarter of an hour."))
        display = cls(paired_at=now, paired_by_id=by.id, version=0, seq=0, head=FIRST, **settings)
        db.session.add(display)
        db.session.flush()
        found.display_id = display.id
        display._write_event("pair", by, now, settings)
        return display

    def change(self, *, by: User, now: datetime, version: int, **settings: Any) -> None:
        """Change what it shows and how. Raises MovedOn; the caller commits."""
        self._lock(version)
        for key, value in settings.items():
            setattr(self, key, value)
        self._write_event("change", by, now, settings)

    def revoke(self, *, by: User, now: datetime) -> None:
        """Take its token away; it shows a new code from then on."""
        self._lock(None)
        if self.revoked_at is None:
            self.revoked_at, self.token_hash = now, None
            self._write_event("revoke", by, now, {})

    def _lock(self, version: int | None) -> None:
        db.session.refresh(self, with_for_update={"of": Display})
        if version is not None and version != self.version:
            raise MovedOn(_l("Somebody has changed this display meanwhile. Here is the current state."))

    def _write_event(self, action: str, by: User, now: datetime, data: dict[str, Any]) -> None:
        self.seq += 1
        self.version += 1
        event = Event(flow="display", record_id=self.id, seq=self.seq, at=now, actor_id=by.id, role=by.acting_role([ADMIN.key]),
                      action=action, source=None, target=None, clause="四")  # fmt: skip
        event.seal(data, self.head)
        self.head = event.hash
        db.session.add(event)
        db.session.flush()


def ask(now: datetime) -> tuple[str, str] | None:
    """Let a new screen wait: its secret and its code; None where too many wait already. The caller commits."""
    db.session.execute(db.delete(Pairing).where(Pairing.at <= now - CODE_LIFE))
    if (db.session.scalar(select(func.count()).select_from(Pairing)) or 0) >= MOST_WAITING:
        return None
    secret, code = secrets.token_urlsafe(32), "".join(secrets.choice(ALPHABET) for _ in range(6))
    db.session.add(Pairing(secret_hash=digest(secret), code=code, at=now))
    return secret, code


def admit(secret: str, now: datetime) -> str | None:
    """Exchange the secret of a confirmed screen for its token, once; None while nobody has confirmed it. The caller commits."""
    waiting = Pairing.of(secret, now)
    if waiting is None or waiting.display_id is None:
        return None
    display, token = db.session.get_one(Display, waiting.display_id), secrets.token_urlsafe(32)
    db.session.delete(waiting)
    if display.revoked_at is None:
        display.token_hash = digest(token)
    return token


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
