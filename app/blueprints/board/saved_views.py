"""Views of a board that people keep under a name, and the columns that they fold away."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import abort, redirect, request, url_for
from flask_login import current_user

from app.flow.departments import Department
from app.models.people.preferences import SavedView
from app.screens.board.columns import stages_on
from app.security import safe_path


class SavedViews:
    """``/<department>/views`` and ``/<department>/fold``: for a department's blueprint."""

    department: Department
    name: str
    view: Any

    def keep_view(self) -> Any:
        """Keep the view of an address under a name; back to it."""
        view = self.view(dict(parse_qsl(request.form.get("view", "").removeprefix("?"))))
        SavedView.keep(
            current_user._get_current_object(),
            self.department.key,
            request.form.get("name", ""),
            view.query,
        )
        return redirect(url_for(f"{self.name}.board") + view.query, 303)

    def fold(self) -> Any:
        """Fold a column of the board away, or open it: for this person, on every machine."""
        column, user = request.form.get("column", ""), current_user._get_current_object()
        if column not in {
            f"{flow.key}.{stage.key}" for flow, stage, _ in stages_on(self.department)
        }:
            abort(404)
        asked = request.form.get("folded")  # which a script says; a form turns it
        folded = asked == "1" if asked else column not in user.folded_on(self.department.key)
        user.fold(self.department.key, column, folded)
        return redirect(safe_path(request.form.get("next"), url_for(f"{self.name}.board")), 303)

    def forget_view(self, number: int) -> Any:
        """Delete one of one's own views."""
        SavedView.forget(
            current_user._get_current_object(),
            SavedView.id == number,
            SavedView.department == self.department.key,
        ) or abort(404)
        return redirect(safe_path(request.form.get("next"), url_for(f"{self.name}.board")), 303)
