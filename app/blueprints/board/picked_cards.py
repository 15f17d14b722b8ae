"""Several records at once, picked on a department's board: one action and one password for all of
them, an event for each, and a sentence for each of what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user

from app.blueprints.answers import options_of
from app.blueprints.floor import second_signature
from app.blueprints.records.confirmation import confirmation_of
from app.blueprints.records.idempotent import idempotent
from app.blueprints.records.several import refusal
from app.flow.departments import WITH_BOARD, Department
from app.flow.flows import FLOWS
from app.flow.grammar import Action, Flow
from app.flow.texts.lazy_text import Text, _l
from app.forms import only_signed
from app.forms.records.picked_cards import PickedForm
from app.models.records.event_chain import changed_columns
from app.models.records.kinds import record_of
from app.models.records.record import Record
from app.models.records.rules.gating import warnings
from app.required import required
from app.screens.record.about import about
from app.security import STAFF, new_key, policy
from app.web import errors

blueprint = Blueprint("picked_cards", __name__, url_prefix="/picked")
MOST = 100  # each takes its own turn under the lock that all who write wait for
TOO_MANY = _l("Select at most %(most)s cards at once.", most=MOST)
NOT_HERE = _l("%(ref)s: “%(action)s” is not possible from where it stands.")
NEEDS_DATA = _l("This needs data: do it on the card itself.")
HERE = {department.key: department for department in WITH_BOARD}


@dataclass(frozen=True)
class Outcome:
    """What became of one record: done, or the sentence against it."""

    ref: str
    sentence: Text
    record: Record | None = None
    done: bool = False


def with_columns(response: Response) -> Response:
    """The answer with the board's columns that it changed, all of them for a repeated request."""
    department = HERE.get(request.headers.get("X-Board", ""))
    if department and response.mimetype == "text/html":
        response.set_data(response.get_data(as_text=True) + columns(department))
    return response


@blueprint.route("/<department>", methods=["GET", "POST"])
@policy(STAFF)
@idempotent(then=with_columns)
def do(department: str) -> Any:
    """What would be signed, or what became of each."""
    if department not in HERE:
        abort(404)
    form = PickedForm(request.values)
    flow, action = wanted(form.action.data or "")
    seen = sorted(set(form.record.data or ()))
    if not seen:
        abort(400)
    if len(seen) > MOST:
        return errors.answer(409, TOO_MANY)
    if not action.signature:
        del form.password
    if request.method == "GET" or not form.validate() or not second_signature.signed(action, form):
        return ask(department, flow, action, form, seen)
    return render_template(
        "board/_picked_done.html", action=action, results=[do_one(flow, action, n) for n in seen]
    )


def wanted(name: str) -> tuple[Flow, Action]:
    """The action of a name such as ``order.start_review``: plain, or one that is signed."""
    flow, _, key = name.partition(".")
    found = FLOWS[flow].action_or_none(key) if flow in FLOWS else None
    if found is None or found.driven or found.source is None:
        abort(404)
    if found.asks_for_data and not found.signature:
        abort(404)
    return FLOWS[flow], found


def against(flow: Flow, action: Action, record: Record | None, ref: str) -> Text | None:
    """Why an action cannot be done to a record as it stands, or nothing."""
    actions = record.available_actions(current_user) if record and record.flow is flow else []
    available = next((each for each in actions if each.action is action), None)
    if available is None:
        return Text(NOT_HERE.msgid, ref=ref, action=action.label)
    asks = available.over_limit or (action.asks_for_data and not only_signed(action))
    return available.refusal or (NEEDS_DATA if asks else None)


def ask(department: str, flow: Flow, action: Action, form: PickedForm, seen: list[str]) -> Any:
    """What would be signed of each; the others with the sentence against them."""
    if not action.signature:
        abort(404)
    records_and_refs = [(record_of(ref), ref) for ref in (each.rpartition(" ")[0] for each in seen)]
    judged = [(record, ref, against(flow, action, record, ref)) for record, ref in records_and_refs]
    able = [record for record, _, sentence in judged if record and not sentence]
    form.key.data = new_key()
    page = render_template(
        "board/picked.html",
        action=action,
        form=form,
        shown=[(record, about(record), warnings(record, action)) for record in able],
        left=[Outcome(ref, sentence) for _, ref, sentence in judged if sentence],
        department=HERE[department],
    )
    return page, 422 if form.errors else 200


def do_one(flow: Flow, action: Action, seen: str) -> Outcome:
    """Do it to one record as it was seen."""
    ref, _, version = seen.rpartition(" ")
    record = record_of(ref)
    moved = record and version.isdecimal() and record.version != int(version[:9])
    sentence = None if moved else against(flow, action, record, ref)
    if sentence := sentence or refusal(action.key, ref, version):
        return Outcome(ref, sentence)
    record = required(record)
    confirmation = confirmation_of(action)
    return Outcome(
        ref,
        Text(
            confirmation.msgid,
            **{**confirmation.args, "ref": ref, "stage": record.current_stage.label},
        ),
        record,
        done=True,
    )


def columns(department: Department) -> str:
    """The board's columns that changed, as the page that asks looks at them."""
    options = options_of(department, changed_columns())
    return render_template("board/_picked_columns.html", board=options, department=department)
