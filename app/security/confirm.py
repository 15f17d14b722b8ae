"""The password asked again, for what counts as a signature and for changing it."""

from __future__ import annotations

from flask import request

from app.extensions import db
from app.models.people import User

from . import attempts
from .aside import aside
from .passwords import verify


def confirm(user: User, password: str) -> bool:
    """Tell whether the person typed their own password. Raises TooManyAttempts.

    After a wrong one the request's transaction is rolled back, so that the failure can be counted in one of its own.
    """
    login, address = user.login, request.remote_addr or ""
    attempts.refuse_exhausted(db.session.connection(), login, address)
    if verify(user.password_hash, password):
        return True
    db.session.rollback()
    with aside() as connection:
        attempts.record(connection, login, address)
    return False
