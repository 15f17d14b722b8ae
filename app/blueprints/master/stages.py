"""The stages' settings: limits and ageing.

Administrators change them, the auditor reads them, and every change is on record.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.flow.departments import WITH_BOARD, Department
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, Stage
from app.flow.roles import ADMIN, AUDITOR, ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.forms.master.stages import StageForm, span
from app.models.records.event import Event
from app.models.records.rules.stage_settings import SET, StageSetting, settings
from app.models.records.rules.wip_limits import standings
from app.security import new_key, policy

blueprint = Blueprint("stages", __name__, url_prefix="/admin/stages")
LABELS = {"ages_after": _l("Old after"), "soft": _l("Soft limit"), "hard": _l("Hard limit")}


HEADS = (
    _l("Department"),
    _l("Flow"),
    _l("Stage"),
    _l("Old after"),
    _l("Soft limit"),
    _l("Hard limit"),
    _l("Now"),
    _l("May go over it, with a reason"),
)


def as_file() -> ListFile:
    now = standings()
    rows = [
        [
            department.label,
            row["flow"].label,
            row["stage"].label,
            row["set"]["ages_after"] or row["default"],
            row["set"]["soft"],
            row["set"]["hard"],
            now[key].count if (key := (row["flow"].key, row["stage"].key)) in now else None,
            listed(row["may_exceed"] or ()),
        ]
        for department in WITH_BOARD
        for row in rows_of(department)
    ]
    return "stages", [("stages", HEADS, rows)]


@blueprint.get("/")
@policy(ADMIN, readers=(AUDITOR,))
@offers(as_file)
def index() -> Any:
    """Every stage by the department that works in it, with what is set and what stands there."""
    return render_template(
        "master/stages/index.html",
        groups=[(department, rows_of(department)) for department in WITH_BOARD],
        standings=standings(),
    )


def lines(setting: StageSetting) -> list[dict[str, Any]]:
    """The chain of a stage's settings, the latest first."""
    return [line(event) for event in reversed(setting.history)]


def history_as_file(flow: str, stage: str) -> ListFile:
    return history_file(f"stage-{flow}-{stage}", lines(StageSetting.of(*named(flow, stage))))


@blueprint.route("/<flow>/<stage>", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
@offers(history_as_file)
def change(flow: str, stage: str) -> Any:
    """Show a stage's settings with the history of their changes; change them."""
    where, what = named(flow, stage)
    setting = StageSetting.of(where, what)
    form = StageForm(data=None if request.method == "POST" else StageForm.drawn_from(setting))
    if not where.can_be_full(what):
        del form.hard
    if form.validate_on_submit():
        changed = StageSetting.change(
            where, what, by=current_user, version=form.version.seen, **form.values
        )
        flash(str(_l("Saved.") if changed else _l("Nothing was changed.")), "success")
        return redirect(url_for("stages.index"), 303)
    form.key.data = form.key.data or new_key()
    return render_template(
        "master/stages/change.html",
        flow=where,
        stage=what,
        form=form,
        default=span(what.ages_after),
        may_exceed=may_exceed(what),
        set=in_words(setting),
        changes=lines(setting),
        may_change=current_user.has_role([ADMIN.key]),
    ), 422 if form.is_submitted() else 200


def named(flow: str, stage: str) -> tuple[Flow, Stage]:
    """The stage of an address, if it has settings."""
    found = [(f, s) for f, s in all_stages() if (f.key, s.key) == (flow, stage)]
    return found[0] if found else abort(404)


def all_stages() -> list[tuple[Flow, Stage]]:
    """The stages that boards show as columns."""
    return [
        (flow, stage)
        for flow in FLOWS.values()
        for stage in flow.stages
        if not stage.ends and not stage.carried
    ]


def rows_of(department: Department) -> list[dict[str, Any]]:
    """What the list says of a department's stages; one that several work in stands with the one
    that leads it.
    """
    chosen = settings()
    return [
        {
            "flow": flow,
            "stage": stage,
            "set": in_words(chosen.get((flow.key, stage.key))),
            "default": span(stage.ages_after),
            "may_exceed": may_exceed(stage) if flow.can_be_full(stage) else None,
        }
        for flow, stage in all_stages()
        if stage.department is department
    ]


def may_exceed(stage: Stage) -> list[Text]:
    return [role.label for role in ROLES.values() if role in stage.over_limit]


def in_words(setting: Any) -> dict[str, Any]:
    """The settings that are made, as people read them."""
    return {name: shown(name, getattr(setting, name, None)) for name in SET}


def shown(name: str, value: int | None) -> Any:
    """A value in words; nothing where none is set."""
    return value if value is None or name != "ages_after" else span(timedelta(minutes=value))


def line(event: Event) -> dict[str, Any]:
    """One event of a stage's settings, as the page's timeline shows it."""
    changes = [
        str(
            _l(
                "%(what)s: %(value)s",
                what=LABELS[name],
                value=f"{shown(name, event.data[name]['old']) or '–'} → "
                f"{shown(name, event.data[name]['new']) or '–'}",
            )
        )
        for name in SET
        if name in event.data
    ]
    return {
        "who": event.who or "–",
        "what": _l("changed the settings"),
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": "\n".join(changes),
    }
