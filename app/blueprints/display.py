"""What a wall display sees. It has no login: a screen that nobody has confirmed shows a code, a confirmed one holds a token that opens
these pages and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for

from app import live, walls
from app.clock import PLANT_ZONE
from app.database import reading
from app.documents import qr
from app.extensions import db
from app.models import display as displays
from app.models.display import CODE_LIFE, Display, Pairing
from app.security import PUBLIC, policy

blueprint = Blueprint("display", __name__, url_prefix="/display")
YEARS = 10 * 365 * 24 * 3600


@blueprint.get("/")
@policy(PUBLIC)
def show() -> Any:
    """The display's first page; to a screen that is not paired, its code."""
    display = mine()
    if display is None:
        return wait()
    pages = walls.screens(display)
    return render_template("display/show.html", display=display, page=pages[0], pages=len(pages), version=walls.version(), zone=PLANT_ZONE.key)


@blueprint.get("/screen")
@policy(PUBLIC)
def screen() -> Any:
    """One page of the display; 410 once it has been unpaired."""
    display = mine()
    if display is None:
        return marked(make_response("", 410))
    pages = walls.screens(display)
    place = request.args.get("page", 0, type=int) % len(pages)
    answer = make_response(render_template("display/_screen.html", page=pages[place], place=place, pages=len(pages)))
    return marked(answer)


@blueprint.get("/state")
@policy(PUBLIC)
def state() -> Any:
    """What became of a waiting screen: 200 once it is confirmed, 204 while it waits, 410 when its code is over."""
    waiting = Pairing.of(request.cookies.get(name("waiting"), ""), datetime.now(UTC))
    return "", 410 if waiting is None else 200 if waiting.display_id else 204


@blueprint.get("/live")
@policy(PUBLIC)
def stream() -> Any:
    """The stream of changes, while the display is paired."""
    if mine() is None:
        return "", 410
    app = current_app._get_current_object()
    return Response(live.stream(app, paired(app, request.cookies.get(name("screen"), ""))), mimetype="text/event-stream",
                    headers={"X-Accel-Buffering": "no"})  # fmt: skip


def mine() -> Display | None:
    """The display that asks; what follows speaks its language."""
    display = Display.of(request.cookies.get(name("screen"), ""))
    g.language = display.language if display else None
    g.pop("spoken", None)
    return display


def wait() -> Any:
    """Let a confirmed screen in, or show the code of one that waits."""
    now, secret = datetime.now(UTC), request.cookies.get(name("waiting"), "")
    db.session.rollback()
    reading.set(False)
    if token := displays.admit(secret, now):
        db.session.commit()
        return keep(redirect(url_for("display.show"), 303), "screen", token, YEARS)
    waiting = Pairing.of(secret, now)
    code = waiting.code if waiting else None
    if code is None:
        secret, code = displays.ask(now) or ("", None)
    db.session.commit()
    address = url_for("displays.index", code=code, _external=True)
    page = make_response(render_template("display/pair.html", code=code, qr=qr.code(address), address=url_for("displays.index", _external=True)))
    return keep(page, "waiting", secret, int(CODE_LIFE.total_seconds()))


def keep(response: Response, what: str, value: str, seconds: int) -> Response:
    """Hand the screen a value that only the server reads."""
    response.set_cookie(name(what), value, max_age=seconds, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def name(what: str) -> str:
    return f"{'__Host-' if request.is_secure else ''}washline_{what}"


def marked(response: Response) -> Response:
    """Sign an answer as ours: a screen takes no proxy's page for its own."""
    response.headers["X-Display"] = walls.version()
    return response


def paired(app: Flask, token: str) -> Callable[[], bool]:
    """Return the question whether a display is still paired; asking keeps no connection."""

    def ask() -> bool:
        with app.app_context():
            reading.set(True)
            return Display.of(token) is not None

    return ask
