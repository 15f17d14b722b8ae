"""The first steps of a plant: what is entered, what is missing, and what that prevents."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.flow.roles import ADMIN, AUDITOR
from app.flow.rules.settings import START_ASIDE
from app.flow.texts.lazy_text import _l
from app.models.records.rules.plant_settings import PlantSetting
from app.screens.home.first_start import MOST, is_aside, standings
from app.security import policy
from app.sheets.kinds import KINDS

blueprint = Blueprint("first_start", __name__, url_prefix="/admin/start")


HEADS = (_l("What"), _l("Entered so far"), _l("State"), _l("What cannot be done without it"))


def as_file() -> ListFile:
    rows = [
        [
            each.step.label,
            each.count,
            _l("There") if each.done else _l("Missing") if each.step.required else _l("Optional"),
            None if each.done else each.step.lacking,
        ]
        for each in standings()
    ]
    return "first-steps", [("first steps", HEADS, rows)]


@blueprint.get("/")
@policy(ADMIN, readers=(AUDITOR,))
@offers(as_file)
def show() -> Any:
    """Each step in order, with its form, its file and its import."""
    steps = standings()
    return render_template(
        "master/start.html",
        steps=steps,
        missing=sum(each.missing for each in steps),
        most=MOST,
        aside=is_aside(),
        may_change=current_user.has_role([ADMIN.key]),
        files={key for key, kind in KINDS.items() if current_user.has_role(kind.keepers)},
    )


@blueprint.post("/")
@policy(ADMIN)
@idempotent
def put_aside() -> Any:
    """Put the first steps aside, off the home page, or back on it."""
    aside = "yes" if request.form.get("aside") == "yes" else ""
    version = PlantSetting.current().version
    PlantSetting.change({START_ASIDE.key: aside}, by=current_user, version=version)
    return redirect("/" if aside else url_for("first_start.show"), 303)
