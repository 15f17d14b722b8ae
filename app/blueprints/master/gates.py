"""Gates that begin gently: an administrator and the quality head turn them together; the auditor
reads, and all is on record.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.flow.roles import ADMIN, AUDITOR, QUALITY_HEAD, ROLES
from app.flow.rules.gates import ALWAYS, GATES, MODES, Gate
from app.flow.texts.lazy_text import Text, _l
from app.forms.master.gates import DecideForm, ProposeForm
from app.models.records.event import Event
from app.models.records.rules.gate_setting import TURNERS, GateSetting, mode_of
from app.models.records.rules.gate_setting import otherwise as otherwise_of
from app.models.records.rules.reevaluation import reevaluate
from app.screens.forms.choices import Choices
from app.screens.home.staffing import turners
from app.security import confirm, new_key, policy

blueprint = Blueprint("gates", __name__, url_prefix="/admin/gates")
PLANT = "-"  # the place of an address that means all lines
WAS = {
    "propose": _l("proposed"),
    "confirm": _l("confirmed"),
    "withdraw": _l("dropped the proposal"),
}


HEADS = (_l("Gate"), _l("Where"), _l("Stands"), _l("Proposed"))


def as_file() -> ListFile:
    rows = [
        [gate.label, row["name"], row["mode"], row["wanted"]]
        for gate in GATES.values()
        for row in rows_of(gate)
    ]
    return "gates", [("gates", HEADS, rows)]


@blueprint.get("/")
@policy(ADMIN, QUALITY_HEAD, readers=(AUDITOR,))
@offers(as_file)
def index() -> Any:
    """Every gate with how it stands for the plant and each line, and what always refuses."""
    return render_template(
        "master/gates/index.html",
        gates=[(gate, rows_of(gate)) for gate in GATES.values()],
        always=ALWAYS,
        alone=alone(),
    )


def lines_of(setting: GateSetting) -> list[dict[str, Any]]:
    """The chain of a gate's setting, the latest first."""
    return [setting_line(event) for event in reversed(setting.history)]


def history_as_file(gate: str, place: str) -> ListFile:
    return history_file(f"gate-{gate}", lines_of(GateSetting.of(*named(gate, place))))


@blueprint.route("/<gate>/<place>", methods=["GET", "POST"])
@policy(ADMIN, QUALITY_HEAD, readers=(AUDITOR,))
@idempotent
@offers(history_as_file)
def change(gate: str, place: str) -> Any:
    """How a gate stands in one place, with its history; propose that it stand otherwise."""
    declared_gate, line = named(gate, place)
    setting = GateSetting.of(declared_gate, line)
    form = ProposeForm(
        data=None
        if request.method == "POST"
        else {"version": setting.version, "mode": setting.mode or ""}
    )
    form.offer(MODES[otherwise_of(declared_gate, line)])
    if form.validate_on_submit() and signed(form):
        GateSetting.locked(declared_gate, line, form.version.seen).propose(
            current_user, form.wanted, form.reason.data
        )
        return saved(_l("Proposed. It holds once the other of the two has confirmed it."))
    form.key.data = form.key.data or new_key()
    return shown(
        declared_gate,
        line,
        setting,
        form,
        DecideForm(formdata=None, version=setting.version, key=new_key()),
        422 if form.is_submitted() else 200,
    )


@blueprint.post("/<gate>/<place>/decide")
@policy(ADMIN, QUALITY_HEAD)
@idempotent
def decide(gate: str, place: str) -> Any:
    """Confirm what was proposed, or drop it."""
    declared_gate, line = named(gate, place)
    form = DecideForm()
    if not (form.validate() and signed(form)):
        propose = ProposeForm(formdata=None, version=form.version.data, key=new_key())
        propose.offer(MODES[otherwise_of(declared_gate, line)])
        return shown(declared_gate, line, GateSetting.of(declared_gate, line), propose, form, 422)
    setting = GateSetting.locked(declared_gate, line, form.version.seen)
    if form.do.data == "withdraw":
        setting.withdraw(current_user)
        return saved(_l("The proposal is dropped."))
    setting.confirm(current_user)
    reevaluate(declared_gate.topic)
    return saved(_l("Confirmed. The gate stands so from now on."))


def saved(sentence: Text) -> Response:
    flash(str(sentence), "success")
    return redirect(url_for("gates.index"), 303)


def signed(form: Any) -> bool:
    """Whether the password is the person's own; a wrong one is an error of its field."""
    if confirm(current_user, form.password.data):
        return True
    form.password.errors = [str(_l("This is not your password."))]
    return False


def named(gate: str, place: str) -> tuple[Gate, str]:
    """The gate of an address, and the line's code, "" for the plant."""
    line = "" if place == PLANT else place
    if gate not in GATES or line not in {"", *lines()}:
        abort(404)
    return GATES[gate], line


def lines() -> dict[str, Any]:
    return Choices({}).line_names()


def rows_of(gate: Gate) -> list[dict[str, Any]]:
    """What the list says of a gate: the plant first, then line by line."""
    settings = [
        (line, name, GateSetting.of(gate, line))
        for line, name in ({"": _l("Whole plant")} | lines()).items()
    ]
    return [
        {
            "place": line or PLANT,
            "name": name,
            "mode": MODES[mode_of(gate, line)],
            "own": setting.mode is not None or not line,
            "wanted": None if setting.wanted is None else in_words(setting.wanted),
            "setting": setting,
        }
        for line, name, setting in settings
    ]


def in_words(mode: str | None) -> Text:
    return MODES[mode] if mode else _l("as otherwise")


def shown(
    gate: Gate,
    line: str,
    setting: GateSetting,
    form: ProposeForm,
    deciding: DecideForm,
    status: int,
) -> Any:
    may_change = current_user.has_role([role.key for role in TURNERS])
    return render_template(
        "master/gates/change.html",
        gate=gate,
        place=line or PLANT,
        name=lines().get(line) or _l("Whole plant"),
        setting=setting,
        mode=MODES[mode_of(gate, line)],
        wanted=None if setting.wanted is None else in_words(setting.wanted),
        form=form,
        deciding=deciding,
        may_change=may_change,
        may_decide=bool(setting.decider(current_user)),
        alone=alone(),
        who=ROLES[setting.proposed_as].label if setting.proposed_as else None,
        changes=lines_of(setting),
    ), status


def alone() -> Text | None:
    """What keeps the plant from turning a gate: one of the two roles is nobody's, or both are
    the same person's.
    """
    people = turners()
    if len({name for names in people.values() for name in names}) > 1 and all(people.values()):
        return None
    return _l(
        "A gate is turned by an administrator and the quality head together: the plant needs two "
        "persons for that."
    )


def setting_line(event: Event) -> dict[str, Any]:
    """One event of a gate, as the page's timeline shows it."""
    old, new = event.data.get("mode", (None, event.data.get("wanted")))
    modes = (
        str(in_words(new)) if event.action != "confirm" else f"{in_words(old)} → {in_words(new)}"
    )
    return {
        "who": event.who or "–",
        "what": WAS[event.action],
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": "\n".join(filter(None, (modes, event.data.get("reason")))),
    }
