"""Views of a board that people keep under a name, and the columns that they fold away."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import abort, redirect, request, url_for
from flask_login import current_user

from app.blueprints.answers import view_of
from app.blueprints.of_department import blueprint
from app.blueprints.records.idempotent import idempotent
from app.flow.departments import Department
from app.models.people.preferences import SavedView
from app.screens.board.columns import stages_on
from app.security import STAFF, policy, safe_path


@blueprint.post("/views")
@policy(STAFF)
@idempotent
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
@idempotent
def fold(department: Department) -> Any:
    """Fold a column of the board away, or open it: for this person, on every machine."""
    column, user = request.form.get("column", ""), current_user._get_current_object()
    if column not in {f"{flow.key}.{stage.key}" for flow, stage, _ in stages_on(department)}:
        abort(404)
    state_sent = request.form.get("folded")  # which a script says; a form turns it
    folded = state_sent == "1" if state_sent else column not in user.folded_on(department.key)
    user.fold(department.key, column, folded)
    if request.headers.get("HX-Request"):
        return "", 204
    return redirect(
        safe_path(request.form.get("next"), url_for("department.board", department=department)), 303
    )


@blueprint.post("/views/<int:number>/delete")
@policy(STAFF)
@idempotent
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
