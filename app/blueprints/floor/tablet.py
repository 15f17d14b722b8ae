"""The shared tablet: pick your name, type your PIN, do one step, and it locks again.

Paired once; locked it knows nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user

from app.blueprints.people import pairing
from app.extensions import db
from app.flow.rules.tags import HALTED
from app.flow.texts.lazy_text import _l
from app.forms import only_signed
from app.forms.people.login import PinForm
from app.models.people.station import Station
from app.models.people.user import User
from app.screens.home.tasks import WorkList
from app.screens.today.plan_receipts import owed_by, receives
from app.security import PIN, PUBLIC, devices, policy, recognise, safe_path, sessions
from app.security.attempts import TooManyAttempts

blueprint = Blueprint("floor", __name__, url_prefix="/floor")
HOME = "/floor/"
TOLD_FOR = 20  # seconds for which a locked tablet may tell what was done last


@blueprint.get("/")
@policy(PUBLIC)
def home() -> Any:
    """What is to do here for whoever is in; locked, the names; to a tablet that is not paired,
    its code.
    """
    station = paired()
    if station is None:
        return pairing.wait(Station, "floor.home", "stations.index")
    if is_open():
        work = WorkList(current_user)
        desk = [
            department
            for department in receives(current_user)
            if department in current_user.spot.departments
        ]
        return render_template(
            "floor/home.html",
            work=work,
            together=list(work.several(only_signed)),
            owed=owed_by(desk),
            desk=desk,
        )
    q = " ".join(request.args.get("q", "")[:200].split())
    people = [
        person
        for person in station.people
        if q.casefold() in f"{person.name} {person.login}".casefold()
    ]
    if q and len(people) < 2:
        return redirect(onward(people, q), 303)
    return render_template(
        "floor/lock.html",
        station=station,
        people=people,
        q=q,
        next=safe_path(request.args.get("next"), HOME),
        told=told(),
    )


def onward(people: list[User], q: str) -> str:
    """Where to go on: to the PIN of the one who was found; what is in no name was scanned, or is
    to be found.
    """
    if people:
        return url_for("floor.pin", user_id=people[0].id, next=request.args.get("next"))
    return url_for("floor.home", next=url_for("home.find", q=q))


@blueprint.route("/pin/<int:user_id>", methods=["GET", "POST"])
@policy(PUBLIC)
def pin(user_id: int) -> Any:
    """Ask one of this tablet's people for their PIN; a right one opens a login that counts here
    only, and not for long.
    """
    station = paired()
    if station is None:
        return redirect(HOME, 303)
    person = next((each for each in station.people if each.id == user_id), None) or abort(404)
    form, status = PinForm(next=request.args.get("next", HOME)), 200
    if request.method == "POST":
        user, status = recognised(person.login, form)
        if user:
            token = sessions.start(user, station)
            db.session.commit()
            return sessions.set_cookie(redirect(safe_path(form.next.data, HOME), 303), token)
    return render_template("floor/pin.html", station=station, person=person, form=form), status


@blueprint.get("/state")
@policy(PUBLIC)
def state() -> Any:
    """What became of a waiting tablet: 200 once it is confirmed, 204 while it waits, 410 when
    its code is over.
    """
    return pairing.state(Station)


@blueprint.get("/here")
@policy(PUBLIC)
def here() -> Any:
    """Whether somebody is in (200), nobody (204), or the tablet is not paired (410).

    A page asks by itself with ``seen``; without, when it was touched: that keeps the login alive.
    """
    return "", 410 if devices.here(Station) is None else 200 if is_open() else 204


def paired() -> Station | None:
    """The tablet that asks; what follows speaks its language."""
    station = devices.here(Station)
    g.language = station.language if station else None
    return station


def is_open() -> bool:
    """Whether somebody came in by their PIN."""
    return bool(current_user.is_authenticated and current_user.spot)


def recognised(login: str, form: PinForm) -> tuple[User | None, int]:
    """The person whose PIN was typed, or None; the status of the answer, and the form's error
    with it.
    """
    if not form.validate():
        return None, 422
    try:
        if user := recognise(login, form.pin.data, PIN):
            return user, 303
        form.pin.errors = [str(_l("That is not your PIN."))]
        return None, 422
    except TooManyAttempts as many:
        form.pin.errors = [str(many.sentence)]
        return None, many.status


def leave() -> str:
    """End the login together with what was done; the address at which the tablet goes on."""
    sessions.forget()
    return HOME


def lock(response: Response) -> Response:
    """Send a tablet, whose login has ended with what was done, to the names; they tell for a
    while what it was.
    """
    last = {
        "sentence": response.get_data(as_text=True),
        "who": current_user.name,
        "at": datetime.now(UTC).timestamp(),
        "halted": "record" in g and g.record.current_stage.has(HALTED),
    }
    sessions.clear(response)
    session["told"] = last
    return response


def told() -> dict[str, Any] | None:
    """What was done here last, while it is news."""
    last = session.get("told")
    return last if last and datetime.now(UTC).timestamp() - last["at"] < TOLD_FOR else None
