"""The link by which a person who has no password yet chooses one: it serves once, for a week, and
holds nothing that opens anything else.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.extensions import db
from app.models.people.user import User

WEEK = 7 * 24 * 3600


def signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="first-login")


def path_for(user: User) -> str:
    """The address of a person's link, without the host."""
    return f"/welcome/{signer().dumps([user.id, user.version])}"


def person_of(token: str) -> User | None:
    """The person whom a link lets choose a password; None where it is over, was used, or the
    person was changed since: then an administrator gives another one.
    """
    try:
        number, version = signer().loads(token, max_age=WEEK)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, number)
    is_meant = user is not None and user.active and user.password_hash is None
    return user if is_meant and user is not None and user.version == version else None
