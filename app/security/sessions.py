"""Logins that live on the server: the browser holds a random token, the database its SHA-256."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user
from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import clock
from app.extensions import db, login
from app.models.people.deputy import Deputy
from app.models.people.logins import Login
from app.models.people.station import Station
from app.models.people.user import IDLE, WHOLE, User, UserRole, UserSession
from app.models.records.column_types import Moment
from app.models.records.rules.plant_settings import tell_head
from app.security import devices
from app.security.autonomous_transaction import autonomous_transaction

TOUCH_EVERY, FLOOR_TOUCH_EVERY = timedelta(minutes=1), timedelta(seconds=10)
log = logging.getLogger("washline.security")


class FormSession(SecureCookieSessionInterface):
    """Flask's signed cookie: it carries the CSRF token and notices, never a login.

    Secure, and bound to the host, on https.
    """

    def get_cookie_name(self, app: Flask) -> str:
        return devices.name("form")

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"


def init_app(app: Flask) -> None:
    app.session_interface = FormSession()
    login.session_protection = None
    login.init_app(app)
    login.request_loader(load)


def cookie_name() -> str:
    return devices.name()


def token_hash() -> str:
    """The hash of the token that the browser sends; empty without one."""
    token = request.cookies.get(cookie_name(), "")
    return digest(token) if token else ""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def load(_request: Request) -> User | None:
    """Return the person whose living login the browser names, with where they stand.

    Asked once a request.
    """
    hashed = token_hash()
    found = Login.find(hashed, datetime.now(UTC), devices.token_hash(Station)) if hashed else None
    # Plain values: the row may be gone or expired when the request ends.
    g.login_touched = found.touched if found else None
    g.touch_every = FLOOR_TOUCH_EVERY if found and found.spot else TOUCH_EVERY
    if not found:
        return None
    g.let_in_as = found.person.role_keys  # a deputyship may end while the request waits
    tell_head(found.settings_head)
    found.person.spot = found.spot
    return found.person


def end_reading() -> None:
    """End a transaction that has only read, without reading the person and their roles again
    after it.
    """
    person = current_user._get_current_object()
    if not person.is_authenticated:
        db.session.rollback()
        return
    db.session.expunge(person)
    db.session.rollback()
    db.session.add(person)


@cache
def access() -> Any:
    """The SELECT of the roles of somebody who may log in, their own and those they stand in for,
    one a row (one row with nothing for no role).
    """
    person, user_roles = User.__table__, UserRole.__table__
    here = and_(person.c.id == bindparam("person"), person.c.active)
    lent = (
        select(Deputy.role)
        .join(person, Deputy.deputy_id == person.c.id)
        .where(here, Deputy.on_at(bindparam("now", type_=Moment)))
    )
    return (
        select(user_roles.c.role)
        .select_from(person.outerjoin(user_roles))
        .where(here)
        .union_all(lent)
    )


def still_has_access(person: User) -> bool:
    """Whether somebody is what they were when their request came in; asked once their
    transaction may write, which it may have waited for.
    """
    asked = {"person": person.id, "now": clock.now()}
    found = db.session.connection().scalars(access(), asked).all()
    return bool(found) and g.let_in_as == set(filter(None, found))


def start(user: User, station: Station | None = None) -> str:
    """Open a login of a person, at a shared tablet or of their own, and return its new token;
    the caller commits, then sets the cookie.
    """
    now, token = datetime.now(UTC), secrets.token_urlsafe(32)
    db.session.execute(delete(UserSession).where(UserSession.created < now - WHOLE))
    if old := token_hash():
        db.session.execute(delete(UserSession).where(UserSession.token_hash == old))
    db.session.add(
        UserSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            user_id=user.id,
            created=now,
            station_id=station and station.id,
            touched=now,
            address=(request.remote_addr or "")[:45],
            agent=request.headers.get("User-Agent", "")[:200],
        )
    )
    session.clear()
    return token


def set_cookie(response: Response, token: str) -> Response:
    """Hand the token to the browser, for as long as a login can last."""
    response.set_cookie(
        cookie_name(), token, max_age=WHOLE, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def forget() -> None:
    """Forget on the server the login that the browser names; the caller commits."""
    db.session.execute(delete(UserSession).where(UserSession.token_hash == token_hash()))


def end(response: Response) -> Response:
    """Forget the login that the browser names, on both sides; the caller commits."""
    forget()
    return clear(response)


def clear(response: Response) -> Response:
    """Let the browser forget its login."""
    session.clear()
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def way_in(wanted: str = "/") -> str:
    """Where somebody comes in who wanted to go to a path: the log-in page; on a shared tablet
    its names.
    """
    return f"{'/floor/' if devices.here(Station) else '/login'}?next={quote(wanted, safe='/')}"


def bind_form_session() -> None:
    """Let a CSRF token serve only the login it was issued to: one from before, or from another
    login, is dropped.
    """
    bound = token_hash()[:32]
    if session.get("login", "") != bound:
        session.clear()
        session["login"] = bound


def touch() -> None:
    """After a person's request, note that the login was used: at most once a minute (a tablet's,
    whose logins are short, at most every ten seconds), in a transaction of its own.
    """
    touched = g.get("login_touched")
    every = g.get("touch_every", TOUCH_EVERY)
    now = datetime.now(UTC)
    if touched is None or now - touched < every or polls():
        return
    try:
        with autonomous_transaction() as connection:
            connection.execute(
                update(UserSession)
                .where(
                    UserSession.token_hash == token_hash(),
                    UserSession.touched > now - IDLE,
                    UserSession.touched < now - every,
                )
                .values(touched=now)
            )
    except SQLAlchemyError:
        current_app.logger.warning("a login could not be touched", exc_info=True)


def polls() -> bool:
    """True for what a page asks by itself; it must not keep a login alive while nobody is there."""
    return request.method in ("GET", "HEAD") and (
        request.path in ("/live", "/metrics")
        or "seen" in request.args
        or request.path.startswith("/figures/")
    )
