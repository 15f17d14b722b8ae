"""Paper day 停机应急: the pack to work with on paper, to take away and to have made at once; and
the times in which the plant worked so, with what was entered of them.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user
from werkzeug import Response as WerkzeugResponse

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text, _l
from app.forms.records.from_paper import CloseForm, DeclareForm
from app.jobs import paper_day as making
from app.models.people.user import User
from app.models.records.rules.demands import Missing
from app.models.records.rules.down_time import DECLARERS, CannotDeclare, DownTime
from app.screens.record.entered_from_paper import entries_of
from app.security import STAFF, confirm, new_key, policy
from app.storage import paper_day as pack

blueprint = Blueprint("paper_day", __name__, url_prefix="/paper-day")
ASKED = _l("The pack is being made; it can be downloaded here in a minute.")
DECLARED = _l("Declared. What was done on paper in this time can be entered for seven days.")
CLOSED = _l("Closed. Nothing more is entered for this time.")
TIMES = (_l("Down from"), _l("Down until"), _l("Reason"), _l("Declared by"), _l("State"))
ENTRIES = (
    _l("Record"),
    _l("What was done"),
    _l("When it happened"),
    _l("Who did it"),
    _l("When it was entered"),
    _l("Who entered it"),
    _l("Sheet no."),
)


def times_as_file() -> ListFile:
    rows = [
        [
            row.since,
            row.until,
            row.reason,
            row.declared_by.name_at(row.declared_at),
            _l("Sheets can be entered") if row.is_open else _l("Closed"),
        ]
        for row in DownTime.latest()
    ]
    return "down-times", [("down-times", TIMES, rows)]


@blueprint.get("/")
@policy(STAFF)
@offers(times_as_file)
def index() -> Any:
    """How things stand with the pack; that alone for a page that looks again."""
    alone = request.headers.get("HX-Request") == "true"
    return render_template(
        "paper_day/_pack.html" if alone else "paper_day/index.html",
        made_at=pack.made_at(),
        folder=pack.folder(),
        failure=pack.failure(),
        busy=making.is_being_made(),
        responsible=current_user.has_role([role.key for role in DECLARERS]),
        down_times=[] if alone else DownTime.latest(),
    )


@blueprint.route("/declare", methods=["GET", "POST"])
@policy(*DECLARERS)
@idempotent
def declare() -> Any:
    """Say from when until when the plant worked on paper."""
    form = DeclareForm()
    if form.validate_on_submit() and signed(form):
        try:
            row = DownTime.declare(by=me(), reason=form.reason.data or "", **form.span)
            return saved(row, DECLARED)
        except (CannotDeclare, Missing) as refused:
            form.form_errors.append(refused.sentence)
            db.session.rollback()
    form.key.data = form.key.data or new_key()
    page = render_template("paper_day/declare.html", form=form)
    return page, 422 if form.is_submitted() else 200


def entries_as_file(number: int) -> ListFile:
    rows = [
        [
            each.record.ref,
            each.what,
            each.event.happened_at,
            each.event.who,
            each.event.at,
            each.event.entered_by,
            each.event.paper["sheet"],
        ]
        for each in entries_of(db.get_or_404(DownTime, number))
    ]
    return f"down-time-{number}", [("entries", ENTRIES, rows)]


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@policy(*DECLARERS, readers=tuple(ROLES.values()))
@idempotent
@offers(entries_as_file)
def show(number: int) -> Any:
    """One down time with everything that was entered of it; say that all sheets are in."""
    row, form = db.get_or_404(DownTime, number), CloseForm()
    if request.method == "POST" and form.validate():
        row.close(me(), form.version.seen)
        return saved(row, CLOSED)
    form.version.data, form.key.data = row.version, new_key()
    return render_template(
        "paper_day/show.html",
        row=row,
        form=form,
        entries=entries_of(row),
        responsible=current_user.has_role([role.key for role in DECLARERS]),
    )


def me() -> User:
    return current_user._get_current_object()


def signed(form: Any) -> bool:
    """Whether the password is the person's own; a wrong one is an error of its field."""
    if confirm(me(), form.password.data):
        return True
    form.password.errors = [str(_l("This is not your password."))]
    return False


def saved(row: DownTime, sentence: Text) -> WerkzeugResponse:
    flash(str(sentence), "success")
    return redirect(url_for("paper_day.show", number=row.id), 303)


@blueprint.post("/pack")
@policy(*DECLARERS)
@idempotent
def make() -> Any:
    """Have the pack made now."""
    making.ask_for()
    flash(str(ASKED), "success")
    return redirect(url_for("paper_day.index"), 303)


@blueprint.get("/pack.pdf")
@policy(STAFF)
def download() -> Response:
    """The newest pack."""
    if pack.made_at() is None:
        abort(404)
    return send_file(
        pack.at_home(), "application/pdf", as_attachment=True, download_name=pack.NEWEST
    )
