"""The plant's own settings: administrators change them, the auditor reads them, and every change
is on record.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.documents.paper.heading import by_environment
from app.flow.roles import ADMIN, AUDITOR
from app.flow.rules.settings import CHOICE, SECTIONS, SETTINGS, Declared
from app.flow.texts.lazy_text import _l
from app.forms.master.settings import SettingsForm
from app.models.records.event import Event
from app.models.records.rules.plant_settings import PlantSetting
from app.models.sales.order import Order
from app.security import new_key, policy
from app.web.template_context import is_open

# What a plant sets on pages of their own.
ELSEWHERE = (
    (
        "/admin/stages/",
        _l("Stages and limits"),
        _l("When a card is too long in a stage, how many may stand there"),
    ),
    ("/admin/gates/", _l("Gates"), _l("What must be fulfilled before a step")),
    ("/admin/master/line", _l("Lines"), _l("Shifts of each line")),
    ("/admin/robots/", _l("Group robots"), _l("Who is told what where nobody looks at a screen")),
)
blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")


@blueprint.route("/", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
def show() -> Any:
    """Show what is set, with the history of its changes; change it."""
    setting = PlantSetting.current()
    drawn = {"version": setting.version, **setting.values}
    form = SettingsForm(data=None if request.method == "POST" else drawn)
    form.money_on_record = Order.holds_money()
    if form.validate_on_submit():
        changed = PlantSetting.change(form.values, by=current_user, version=form.version.seen)
        flash(str(_l("Saved.") if changed else _l("Nothing was changed.")), "success")
        return redirect(url_for("settings.show"), 303)
    form.key.data = form.key.data or new_key()
    return render_template(
        "master/settings.html",
        form=form,
        sections=SECTIONS,
        said=lambda declared: in_words(declared, setting.values.get(declared.key, "")),
        without=without,
        elsewhere=[each for each in ELSEWHERE if is_open(each[0], current_user)],
        changes=[line(event) for event in reversed(setting.history)],
        may_change=current_user.has_role([ADMIN.key]),
    ), 422 if form.is_submitted() else 200


def in_words(declared: Declared, value: str) -> str:
    """A setting's value as people read it."""
    said = dict(declared.choices).get(value, value) if declared.kind == CHOICE else value
    return " ".join(filter(None, (str(said), value and declared.unit))) or "–"


def without(declared: Declared) -> str:
    """What holds where the setting is not set, and where that is said; "" for nothing."""
    if declared.environment:
        name = by_environment().name
        said = {"company_zh": name.zh, "company_en": name.en}[declared.key]
        return str(_l("%(value)s (%(name)s)", value=said, name=declared.environment))
    return in_words(declared, declared.default) if declared.default else ""


def line(event: Event) -> dict[str, Any]:
    """One change, as the page's timeline shows it."""
    changes = [
        f"{SETTINGS[key].label}: {in_words(SETTINGS[key], change['old'])} → "
        f"{in_words(SETTINGS[key], change['new'])}"
        for key, change in event.data.items()
    ]
    return {
        "who": event.who or "–",
        "what": _l("changed the settings"),
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": "\n".join(changes),
    }
