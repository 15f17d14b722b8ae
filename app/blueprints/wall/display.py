"""What a wall display sees.

It has no login: a screen that nobody has confirmed shows a code, a confirmed one holds a token that
opens these pages and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    make_response,
    render_template,
    request,
)

from app import clock, live
from app.blueprints.people import pairing
from app.database import only_reading
from app.extensions import this_app
from app.models.people.display import Display
from app.screens.wall import page_cache
from app.security import PUBLIC, devices, policy
from app.web import assets

blueprint = Blueprint("display", __name__, url_prefix="/display")


@blueprint.get("/")
@policy(PUBLIC)
def show() -> Any:
    """The display's first page; to a screen that is not paired, its code."""
    display = mine()
    if display is None:
        return pairing.wait(Display, "display.show", "displays.index")
    pages = page_cache.screens(display)
    return render_template(
        "wall/show.html",
        display=display,
        page=pages[0],
        pages=len(pages),
        version=version(),
        zone=clock.plant_zone().key,
    )


@blueprint.get("/screen")
@policy(PUBLIC)
def screen() -> Any:
    """One page of the display; 410 once it has been unpaired."""
    display = mine()
    if display is None:
        return marked(make_response("", 410))
    pages = page_cache.screens(display)
    place = request.args.get("page", 0, type=int) % len(pages)
    answer = make_response(
        render_template("wall/_screen.html", page=pages[place], place=place, pages=len(pages))
    )
    return marked(answer)


@blueprint.get("/state")
@policy(PUBLIC)
def state() -> Any:
    """What became of a waiting screen: 200 once it is confirmed, 204 while it waits, 410 when
    its code is over.
    """
    return pairing.state(Display)


@blueprint.get("/live")
@policy(PUBLIC)
def stream() -> Any:
    """The stream of changes, while the display is paired."""
    if mine() is None:
        return "", 410
    app = this_app()
    return Response(
        live.stream(app, paired(app, devices.held(Display.cookie))),
        mimetype="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def mine() -> Display | None:
    """The display that asks; what follows speaks its language."""
    display = devices.here(Display)
    g.language = display.language if display else None
    g.pop("spoken", None)
    return display


def version() -> str:
    """What a screen that is open was drawn with: with another it opens its page again."""
    return f"{assets.version()} {clock.plant_zone().key}"


def marked(response: Response) -> Response:
    """Sign an answer as ours: a screen takes no proxy's page for its own."""
    response.headers["X-Display"] = version()
    return response


def paired(app: Flask, token: str) -> Callable[[], bool]:
    """Return the question whether a display is still paired; asking keeps no connection."""

    def ask() -> bool:
        with app.app_context(), only_reading():
            return Display.of(token) is not None

    return ask
