"""Idempotency keys: issued by the server with a form, so that an invented one is refused."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from flask import Request, abort, current_app
from flask_login import current_user

from app.flow.texts.lazy_text import _l
from app.models.people.user import User

FORM = re.compile(r"([\w-]{22})\.([\w-]{22})(?:\.[0-9]{1,9})?", re.ASCII)


def new_key(user: User | None = None) -> str:
    """Return a key for one form of a person (who asks, unless named).

    A board appends ``.<n>`` for each of its moves.
    """
    person = user or current_user
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_sign('key', nonce, person.get_id() or '')}"


def checked_key(key: str, user: User) -> str:
    """Return the key that a request carries.

    Aborts with 400 where this server did not issue it to this person.
    """
    match = FORM.fullmatch(key)
    if not match or not hmac.compare_digest(match[2], _sign("key", match[1], user.get_id())):
        abort(
            400,
            description=_l("This form is out of date. Load the page again; nothing was changed."),
        )
    return key


def request_hash(request: Request) -> str:
    """A keyed hash of what a request asks for (keyed, because a form may hold a password)."""
    parts = [request.method, request.full_path]
    for name, values in sorted(request.form.lists()):
        if name not in ("key", "csrf_token"):
            parts += [name, *values]
    for name, files in sorted(request.files.lists()):
        for file in files:
            parts += [name, file.filename or "", hashlib.sha256(file.stream.read()).hexdigest()]
            file.stream.seek(0)
    return _digest("request", *parts).hex()


def _sign(*parts: str) -> str:
    return urlsafe_b64encode(_digest(*parts)[:16]).rstrip(b"=").decode()


def _digest(*parts: str) -> bytes:
    text = "\x00".join(f"{len(p)}:{p}" for p in parts)
    return hmac.new(
        current_app.secret_key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).digest()
