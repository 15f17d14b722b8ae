"""What is not a page: the stream of changes, and the answer to “are you well?”."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import live as news
from app.database import reading
from app.extensions import db
from app.models.people import UserSession
from app.models.station import Station
from app.security import PUBLIC, SELF, devices, policy
from app.security.sessions import token_hash

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
@policy(SELF, floor=True)
def live() -> Response:
    """Stream ``changed`` events to one browser while its login lasts; proxies must not hold them back."""
    app = current_app._get_current_object()
    stream = news.stream(app, logged_in(app, token_hash(), devices.token_hash(Station)))
    return Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def logged_in(app: Flask, login: str, device: str) -> Callable[[], bool]:
    """Return the question whether a login, at a shared tablet with its device's token, still lives. Asking does not extend it and
    keeps no connection."""

    def ask() -> bool:
        with app.app_context():
            reading.set(True)
            return UserSession.find(login, datetime.now(UTC), device) is not None

    return ask


@blueprint.get("/healthz")
@policy(PUBLIC)
def healthz() -> tuple[dict[str, str], int]:
    """Answer 200 while the database answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "the database does not answer"}, 503
    return {"status": "ok"}, 200
