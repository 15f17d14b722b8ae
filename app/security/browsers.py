"""Browsers in which somebody has logged in before: whoever guesses elsewhere in the plant does not
lock them out.

A signed cookie says which logins came in here (as hashes) and names the browser. It opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from app.security.devices import held, keep

COOKIE = "known"
ONE_YEAR = 365 * 24 * 3600
MOST = 20  # people at one browser; a shared one has its PINs


def signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="washline known browser")


def known() -> dict[str, Any]:
    """What the cookie says: ``{"browser": its name, "logins": [hash, …]}``; empty where it says
    nothing that is ours.
    """
    try:
        said: dict[str, Any] = signer().loads(held(COOKIE))
    except BadSignature:
        return {}
    return said


def source(login: str) -> str:
    """From where an attempt comes: this browser, where that login came in here before, else the
    address.
    """
    here = known()
    return (
        f"browser {here['browser']}"
        if digest(login) in here.get("logins", ())
        else request.remote_addr or ""
    )


def remember(response: Response, login: str) -> Response:
    """Let the browser prove from now on that this login came in here."""
    here = known()
    logins = [digest(login), *(each for each in here.get("logins", ()) if each != digest(login))][
        :MOST
    ]
    value = signer().dumps(
        {"browser": here.get("browser") or secrets.token_hex(8), "logins": logins}
    )
    return keep(response, COOKIE, value if isinstance(value, str) else value.decode(), ONE_YEAR)


def digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()[:16]
