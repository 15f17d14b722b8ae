"""Group robots: who is needed is told on the phone.

An administrator sets them, tries them and reads what came of it; the auditor reads.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.forms.alerts.group_robots import RobotForm
from app.jobs.alerts import outgoing
from app.jobs.alerts.robots import KINDS
from app.models.alerts import alerting
from app.models.alerts.group_robot import SET, Robot, RobotMessage
from app.models.records.errors import Blocked
from app.models.records.event import Event
from app.models.records.papers.document import Job
from app.security import new_key, policy
from app.web.languages import LANGUAGES

blueprint = Blueprint("robots", __name__, url_prefix="/admin/robots")
WAS = {"create": _l("set up the robot"), "change": _l("changed the robot")}
LABELS = {
    "name": _l("Name"),
    "kind": _l("Product"),
    "roles": _l("Serves"),
    "language": _l("Language"),
    "active": _l("Switched on"),
}


HEADS = (_l("Name"), _l("Product"), _l("Serves"), _l("Switched on"), _l("Last sending"))


def rows_shown() -> list[dict[str, Any]]:
    """Every robot with whom it serves and what came of its last sending."""
    failed = {job.payload["robot"] for job in Job.failed() if job.kind == alerting.JOB}
    return [
        {
            "robot": each,
            "kind": KINDS[each.kind],
            "roles": serves(each.roles),
            "waiting": len(RobotMessage.waiting(each.id)),
            "given_up": each.id in failed,
        }
        for each in Robot.everyone()
    ]


def as_file() -> ListFile:
    """The list without what the products answered, in which an address may stand."""
    rows = [
        [
            row["robot"].name,
            row["kind"],
            row["roles"],
            YES[row["robot"].active],
            row["robot"].answered_at,
        ]
        for row in rows_shown()
    ]
    return "robots", [("robots", HEADS, rows)]


@blueprint.get("/")
@policy(ADMIN, readers=(AUDITOR,))
@offers(as_file)
def index() -> Any:
    """Every robot."""
    rows = rows_shown()
    return render_template("alerts/group_robots/index.html", rows=rows, may_change=may_change())


@blueprint.route("/new", methods=["GET", "POST"])
@policy(ADMIN)
@idempotent
def new() -> Any:
    """Set up a robot."""
    form = RobotForm()
    if form.validate_on_submit() and form.complete():
        try:
            return saved(Robot.create(by=current_user, **form.values))
        except Blocked as taken:
            form.name.errors = [taken.sentence]
    return shown(None, form)


def lines(robot: Robot) -> list[dict[str, Any]]:
    """A robot's chain, the latest first."""
    return [event_line(event) for event in reversed(robot.history)]


def history_as_file(number: int) -> ListFile:
    return history_file(f"robot-{number}", lines(db.get_or_404(Robot, number)))


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
@offers(history_as_file)
def change(number: int) -> Any:
    """A robot with the history of its settings; set it otherwise."""
    robot = db.get_or_404(Robot, number)
    form = RobotForm(
        data=None
        if request.method == "POST"
        else {name: getattr(robot, name) for name in ("version", *SET)}
    )
    form.has_address = True
    if form.validate_on_submit():
        try:
            robot.change(by=current_user, version=form.version.seen, **form.values)
            return saved(robot)
        except Blocked as taken:
            form.name.errors = [taken.sentence]
    return shown(robot, form)


@blueprint.post("/<int:number>/test")
@policy(ADMIN)
@idempotent
def test(number: int) -> Any:
    """Have a robot say that it is heard; the list tells what it answered."""
    alerting.test(db.get_or_404(Robot, number))
    flash(str(_l("A test message is on its way. The answer appears below.")), "success")
    return redirect(url_for("robots.index"), 303)


def saved(robot: Robot) -> Response:
    flash(str(_l("Saved. Send a test message to see whether it arrives.")), "success")
    return redirect(url_for("robots.index"), 303)


def may_change() -> bool:
    return current_user.has_role([ADMIN.key])


def shown(robot: Robot | None, form: RobotForm) -> Any:
    form.key.data = form.key.data or new_key()
    page = render_template(
        "alerts/group_robots/change.html",
        robot=robot,
        form=form,
        changes=lines(robot) if robot else [],
        may_change=may_change(),
        masked=outgoing.masked,
        kind=robot and KINDS[robot.kind],
        roles=robot and serves(robot.roles),
    )
    return page, 422 if form.is_submitted() else 200


def serves(roles: list[str]) -> Any:
    return listed(ROLES[key].label for key in ROLES if key in roles)


def event_line(event: Event) -> dict[str, Any]:
    """One event of a robot, as the page's timeline shows it; of address and secret only that
    they changed.
    """
    lines = [
        str(_l("%(what)s: %(value)s", what=LABELS[name], value=in_words(name, event.data[name])))
        for name in SET
        if name in event.data
    ]
    lines += (
        [str(_l("The address or the secret was changed."))]
        if "changed_secrets" in event.data
        else []
    )
    return {
        "who": event.who or "–",
        "what": WAS[event.action],
        "at": event.at,
        "seq": event.seq,
        "role": ROLES[event.role].label if event.role else None,
        "note": "\n".join(lines),
    }


def in_words(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"{one(name, value['old'])} → {one(name, value['new'])}"
    return one(name, value)


def one(name: str, value: Any) -> str:
    words: dict[str, Any] = {
        "kind": KINDS.get,
        "roles": serves,
        "language": dict(LANGUAGES).get,
        "active": YES.get,
    }
    return str(words.get(name, str)(value))


YES: dict[bool, Text] = {True: _l("yes"), False: _l("no")}
