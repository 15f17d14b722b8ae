"""What a paired device's browser holds: its secret while it waits, then its token.

Only the server reads them.
"""

from __future__ import annotations

from typing import TypeVar

from flask import current_app, request
from werkzeug.wrappers import Response

from app.models.people.pairing import CODE_LIFE, Paired, digest

YEARS = 10 * 365 * 24 * 3600
Device = TypeVar("Device", bound=Paired)


def token_hash(kind: type[Paired]) -> str:
    """The hash of the token by which this browser is a device of a kind; empty without one."""
    token = held(kind.cookie)
    return digest(token) if token else ""


def here(kind: type[Device]) -> Device | None:
    """The device of a kind that this browser is, while it is paired."""
    return kind.of(held(kind.cookie))


def secret(kind: type[Paired]) -> str:
    return held(f"{kind.cookie}_waiting")


def keep_token(response: Response, kind: type[Paired], token: str) -> Response:
    return keep(response, kind.cookie, token, YEARS)


def keep_secret(response: Response, kind: type[Paired], value: str) -> Response:
    return keep(response, f"{kind.cookie}_waiting", value, int(CODE_LIFE.total_seconds()))


def held(what: str) -> str:
    return request.cookies.get(name(what), "")


def keep(response: Response, what: str, value: str, seconds: int) -> Response:
    response.set_cookie(
        name(what), value, max_age=seconds, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def name(what: str = "") -> str:
    """What a cookie is called. Ports of a host share cookies, so a practice copy has its own."""
    plant = "washline_practice" if current_app.config["PRACTICE"] else "washline"
    return ("__Host-" if request.is_secure else "") + "_".join(filter(None, (plant, what)))
