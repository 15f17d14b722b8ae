"""The plant's own settings: administrators change them, the auditor reads them, and every change
is on record.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.flow.roles import ADMIN, AUDITOR
from app.flow.rules.settings import LABELS, SETTINGS
from app.flow.texts.lazy_text import _l
from app.forms.master.settings import SettingsForm
from app.models.records.event import Event
from app.models.records.rules.plant_settings import PlantSetting
from app.security import new_key, policy

blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")


@blueprint.route("/", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
def show() -> Any:
    """Show what is set, with the history of its changes; change it."""
    setting = PlantSetting.current()
    drawn = {"version": setting.version, **setting.values}
    form = SettingsForm(data=None if request.method == "POST" else drawn)
    if form.validate_on_submit():
        changed = PlantSetting.change(form.values, by=current_user, version=form.version.seen)
        flash(str(_l("Saved.") if changed else _l("Nothing was changed.")), "success")
        return redirect(url_for("settings.show"), 303)
    form.key.data = form.key.data or new_key()
    return render_template(
        "master/settings.html",
        form=form,
        fields=[form[declared.key] for declared in SETTINGS],
        set=[(each.label, setting.values.get(each.key) or "–") for each in SETTINGS],
        changes=[line(event) for event in reversed(setting.history)],
        may_change=current_user.has_role([ADMIN.key]),
    ), 422 if form.is_submitted() else 200


def line(event: Event) -> dict[str, Any]:
    """One change, as the page's timeline shows it."""
    changes = [
        f"{LABELS[key]}: {change['old'] or '–'} → {change['new'] or '–'}"
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
