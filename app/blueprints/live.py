"""What is not a page: the stream of changes, and the answers to “are you there?”, “can people
work?” and “how much?”.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response

from app import live as news
from app.database import only_reading
from app.extensions import this_app
from app.models.people.logins import is_living
from app.models.people.station import Station
from app.security import MONITOR, PUBLIC, SELF, devices, policy
from app.security.sessions import token_hash
from app.web import exposition, readiness

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
@policy(SELF, floor=True)
def live() -> Response:
    """Stream ``changed`` events to one browser while its login lasts; proxies must not hold them
    back.
    """
    app = this_app()
    stream = news.stream(app, logged_in(app, token_hash(), devices.token_hash(Station)))
    return Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def logged_in(app: Flask, login: str, device: str) -> Callable[[], bool]:
    """Return the question whether a login, at a shared tablet with its device's token, still lives.

    Asking does not extend it and keeps no connection.
    """

    def ask() -> bool:
        with app.app_context(), only_reading():
            return is_living(login, datetime.now(UTC), device)

    return ask


@blueprint.get("/healthz")
@policy(PUBLIC)
def healthz() -> dict[str, str]:
    """Say that the process answers, and no more: whoever restarts it on a bad answer must not do
    so for a database's fault.
    """
    return {"status": "ok"}


@blueprint.get("/readyz")
@policy(PUBLIC)
def readyz() -> tuple[dict[str, object], int]:
    """Answer 200 while people can work here, else 503 with what is wrong in words; and what an
    administrator should look at.
    """
    readiness_now = readiness.asked(this_app())
    return {
        "status": "not ready" if readiness_now.problems else "ready",
        "problems": [str(each) for each in readiness_now.problems],
        "warnings": [str(each) for each in readiness_now.warnings],
    }, 503 if readiness_now.problems else 200


@blueprint.get("/metrics")
@policy(MONITOR)
def metrics() -> Response:
    """Tell a monitor how much is done here, how long it takes, and what lies undone."""
    figures, content_type = exposition.text(this_app())
    return Response(figures, content_type=content_type)
