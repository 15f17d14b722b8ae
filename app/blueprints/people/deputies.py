"""Who stands in for whom, for all to read; a head or an administrator hands a role over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from app import clock
from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, DEPUTISED, HEADS, ROLES
from app.flow.texts.lazy_text import Text, _l
from app.forms.people.deputies import EndForm, HandOverForm
from app.models.people import deputy as deputies
from app.models.people.deputy import CannotHandOver, Deputy
from app.models.people.standing_in import active, listed
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.rules.demands import Missing
from app.security import STAFF, confirm, new_key, policy

blueprint = Blueprint("deputies", __name__, url_prefix="/deputies")
LENDERS = (*HEADS, ADMIN)
PAST = {
    "hand_over": _l("handed the role over"),
    "end": _l("ended it early"),
    "withdraw": _l("withdrew it before it began"),
}
STATES = {
    deputies.COMING: _l("To come"),
    deputies.ON: _l("Now"),
    deputies.OVER: _l("Over"),
    deputies.WITHDRAWN: _l("Withdrawn"),
}


COLUMNS = (_l("Role"), _l("Away"), _l("Stands in"), _l("Begins"), _l("Ends"), _l("State"))


def as_file() -> ListFile:
    rows = [
        [row.label, row.away, row.stand_in, row.since, row.until, STATES[row.state]]
        for row in listed()
    ]
    return "deputies", [("deputies", COLUMNS, rows)]


@blueprint.get("/")
@policy(STAFF)
@offers(as_file)
def index() -> Any:
    """Who stands in for whom: now, to come, and not long ago."""
    return render_template(
        "people/deputies/index.html",
        rows=listed(),
        states=STATES,
        may_hand_over=bool(roles_to_hand_over()),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@policy(*LENDERS)
@idempotent
def new() -> Any:
    """Hand a role over."""
    form = HandOverForm()
    form.offer(roles_to_hand_over(), who_could())
    if request.method != "POST":
        form.since.process_data(clock.now())
    if form.validate_on_submit() and signed(form):
        try:
            deputy = Deputy.hand_over(by=me(), **form.answers)
            return saved(deputy, _l("Handed over. The role comes back by itself."))
        except (CannotHandOver, Missing) as refused:
            form.form_errors.append(refused.sentence)
            db.session.rollback()
    form.key.data = form.key.data or new_key()
    return render_template(
        "people/deputies/new.html", form=form
    ), 422 if form.is_submitted() else 200


def lines(row: Deputy) -> list[dict[str, Any]]:
    """A hand-over's chain, the latest first."""
    return [event_line(event, row) for event in reversed(row.history)]


def history_as_file(number: int) -> ListFile:
    return history_file(f"deputy-{number}", lines(db.get_or_404(Deputy, number)))


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@policy(*LENDERS, readers=tuple(ROLES.values()))
@idempotent
@offers(history_as_file)
def show(number: int) -> Any:
    """One hand-over with its history; end it early."""
    row, form = db.get_or_404(Deputy, number), EndForm()
    if form.validate_on_submit() and signed(form):
        try:
            row.end(me(), form.reason.data, form.version.seen)
            return saved(row, _l("Ended. The role is back with whoever holds it."))
        except Missing as missing:
            form.reason.errors = [missing.sentence]
            db.session.rollback()
    return shown(row, form)


def shown(row: Deputy, form: EndForm) -> Any:
    """The page of a hand-over; 422 where its form was sent and not accepted."""
    if not form.is_submitted():
        form.version.data = row.version
    form.key.data = form.key.data or new_key()
    page = render_template(
        "people/deputies/show.html",
        row=row,
        form=form,
        state=STATES[row.state],
        may_end=row.may_be_ended_by(me()),
        knows_why=knows_why(row),
        changes=lines(row),
    )
    return page, 422 if form.is_submitted() else 200


def me() -> User:
    return current_user._get_current_object()


def roles_to_hand_over() -> list[tuple[str, Text]]:
    """What the person may hand over: a head their own role, an administrator anybody's."""
    mine = me().own_role_keys
    if ADMIN.key in mine:
        people, roles = active(), tuple(dict.fromkeys((*HEADS, *DEPUTISED)))
    else:
        people, roles = [me()], HEADS
    return [
        (f"{person.id}.{role.key}", _l("%(role)s: %(name)s", role=role.label, name=person.known_as))
        for role in roles
        for person in people
        if role.key in person.own_role_keys
    ]


def who_could() -> list[tuple[int, str]]:
    """Everybody who could stand in for somebody."""
    return [
        (person.id, person.known_as)
        for person in active()
        if person.id != me().id and AUDITOR.key not in person.own_role_keys
    ]


def signed(form: Any) -> bool:
    """Whether the password is the person's own; a wrong one is an error of its field."""
    if confirm(me(), form.password.data):
        return True
    form.password.errors = [str(_l("This is not your password."))]
    return False


def saved(row: Deputy, sentence: Text) -> Response:
    flash(str(sentence), "success")
    return redirect(url_for("deputies.show", number=row.id), 303)


def knows_why(row: Deputy) -> bool:
    """Whether the reason, perhaps an illness, is shown: to the two, administrators, auditors."""
    return me().id in (row.principal_id, row.deputy_id) or me().has_role([ADMIN.key, AUDITOR.key])


def event_line(event: Event, row: Deputy) -> dict[str, Any]:
    """One event of a hand-over, as the page's timeline shows it."""
    notes = [str(_l("because the access was changed"))] if event.data.get("access") else []
    return {
        "who": event.who or _l("System"),
        "what": PAST[event.action],
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": "\n".join([*notes, event.data["reason"]] if knows_why(row) else notes),
    }
