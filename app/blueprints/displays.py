"""The wall displays as an administrator sees them: confirm a screen's code, say what it shows, take it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import walls
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR
from app.flow.words import _l
from app.forms.display import DisplayForm
from app.models.display import Display, UnknownCode
from app.security import new_key, policy

from .once import once

blueprint = Blueprint("displays", __name__, url_prefix="/admin/displays")
ONE = "/<int(max=2147483647):display_id>"


@blueprint.route("/", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@once
def index() -> Any:
    """All displays, and the form that confirms the code of a new one."""
    form = DisplayForm(code=request.args.get("code", ""))
    if form.validate_on_submit():
        try:
            display = Display.pair(form.code.data, by=me(), now=datetime.now(UTC), **form.values)
            return said(_l("“%(name)s” is paired. It shows its first page in a moment.", name=display.name))
        except UnknownCode as unknown:
            form.code.errors = [str(unknown.sentence)]
    form.key.data = new_key() if request.method == "GET" else form.key.data
    return render_template("display/index.html", displays=Display.all(), form=form, layouts=walls.LAYOUTS,
                           may_change=me().has_role([ADMIN.key]), key=new_key()), 422 if form.is_submitted() else 200  # fmt: skip


@blueprint.route(ONE, methods=["GET", "POST"])
@policy(ADMIN)
@once
def change(display_id: int) -> Any:
    """Change what a display shows, and how."""
    display = db.get_or_404(Display, display_id)
    form = DisplayForm(obj=None if request.method == "POST" else display)
    del form.code
    if form.validate_on_submit():
        display.change(by=me(), now=datetime.now(UTC), version=form.version.data or 0, **form.values)
        return said(_l("Saved."))
    form.key.data = form.key.data or new_key()
    return render_template("display/change.html", display=display, form=form), 422 if form.is_submitted() else 200


@blueprint.post(ONE + "/revoke")
@policy(ADMIN)
@once
def revoke(display_id: int) -> Any:
    """Unpair a display: within half a minute it shows a new code."""
    display = db.get_or_404(Display, display_id)
    display.revoke(by=me(), now=datetime.now(UTC))
    return said(_l("“%(name)s” is unpaired.", name=display.name))


def me() -> Any:
    return current_user._get_current_object()


def said(sentence: Any) -> Any:
    flash(str(sentence), "success")
    return redirect(url_for("displays.index"), 303)
