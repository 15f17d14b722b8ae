"""Views of a board that people keep under a name, and the columns that they fold away."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import abort, redirect, request, url_for
from flask_login import current_user

from app.blueprints.answers import view_of
from app.blueprints.of_department import blueprint
from app.blueprints.records.idempotent import once
from app.flow.departments import Department
from app.models.people.preferences import SavedView
from app.screens.board.columns import stages_on
from app.security import STAFF, policy, safe_path


@blueprint.post("/views")
@policy(STAFF)
@once
def keep_view(department: Department) -> Any:
    """Keep the view of an address under a name; back to it."""
    view = view_of(department, dict(parse_qsl(request.form.get("view", "").removeprefix("?"))))
    SavedView.keep(
        current_user._get_current_object(),
        department.key,
        request.form.get("name", ""),
        view.query,
    )
    return redirect(url_for("department.board", department=department) + view.query, 303)


@blueprint.post("/fold")
@policy(STAFF)
@once
def fold(department: Department) -> Any:
    """Fold a column of the board away, or open it: for this person, on every machine."""
    column, user = request.form.get("column", ""), current_user._get_current_object()
    if column not in {f"{flow.key}.{stage.key}" for flow, stage, _ in stages_on(department)}:
        abort(404)
    asked = request.form.get("folded")  # which a script says; a form turns it
    folded = asked == "1" if asked else column not in user.folded_on(department.key)
    user.fold(department.key, column, folded)
    return redirect(
        safe_path(request.form.get("next"), url_for("department.board", department=department)), 303
    )


@blueprint.post("/views/<int:number>/delete")
@policy(STAFF)
@once
def forget_view(department: Department, number: int) -> Any:
    """Delete one of one's own views."""
    SavedView.forget(
        current_user._get_current_object(),
        SavedView.id == number,
        SavedView.department == department.key,
    ) or abort(404)
    return redirect(
        safe_path(request.form.get("next"), url_for("department.board", department=department)), 303
    )
