"""Several records signed at once at a shared tablet: each in view, one PIN, an event for each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request
from flask_login import current_user

from app.blueprints.floor import second_signature, tablet
from app.blueprints.records.idempotent import idempotent
from app.blueprints.records.several import do_to_each
from app.flow.grammar import Action
from app.flow.texts.lazy_text import COMMA, SEMICOLON, _l, listed
from app.forms import only_signed
from app.forms.records.sign_together import TogetherForm
from app.models.records.rules.gating import warnings
from app.screens.home.tasks import LISTED, WorkList
from app.screens.record.about import about
from app.security import STAFF, new_key, policy

blueprint = Blueprint("together", __name__, url_prefix="/floor/together")


def locked(response: Response) -> Response:
    """Lock the tablet where all was signed; what was refused is shown to whoever signed."""
    return tablet.lock(response) if response.location == tablet.HOME else response


@blueprint.route("/<flow>/<action>", methods=["GET", "POST"])
@policy(STAFF, floor=True)
@idempotent(then=locked)
def sign(flow: str, action: str) -> Any:
    """Sign for every ticked record what this person can sign there now."""
    tasks = WorkList(current_user).of(flow, action) if tablet.is_open() else abort(404)
    if not tasks:
        return render_template("floor/together.html", tasks=[])
    task_action, form = tasks[0].action, TogetherForm()
    if not only_signed(task_action):
        abort(404)
    if (
        request.method == "GET"
        or not form.validate()
        or not second_signature.signed(task_action, form)
    ):
        return ask(task_action, tasks, form)
    if len(form.record.data) > LISTED:  # more than any page shows
        abort(400)
    # In one order for all who lock them.
    return answer(task_action, *do_to_each(task_action.key, sorted(form.record.data)))


def ask(action: Action, tasks: list[Any], form: TogetherForm) -> Any:
    """What would be signed, all of it ticked at first."""
    records = [task.place.record for task in tasks]
    if not form.is_submitted():
        form.record.data = [f"{record.ref} {record.version}" for record in records]
    form.key.data = new_key()
    sheets = [(record, about(record), warnings(record, action)) for record in records]
    page = render_template(
        "floor/together.html", action=action, tasks=tasks, shown=sheets, form=form
    )
    return page, 422 if form.errors else 200


def answer(action: Action, done: list[str], refused: list[Any]) -> Response:
    """What became of them, in words: for the names where all was done, else for whoever signed."""
    said = str(_l("%(what)s: %(value)s", what=action.label, value=listed(done, COMMA)))
    if done and not refused:
        return Response(said, 303, {"Location": tablet.leave()}, mimetype="text/plain")
    if done:
        flash(said, "success")
    flash(str(listed(refused, SEMICOLON)), "error")
    return Response(said, 303, {"Location": request.path}, mimetype="text/plain")
