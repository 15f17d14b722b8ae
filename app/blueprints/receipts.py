"""The receipt of several issued plans at once: a list in view, one button, an event for each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from app.extensions import db
from app.flow.departments import Department
from app.flow.words import SEMICOLON, Text, _l, listed
from app.models.receipts import SHOWN
from app.models.refs import record_of
from app.models.refusals import Refused
from app.security import safe_path


class PlanReceipts:
    """``/<department>/receipts``: for a department's blueprint."""

    department: Department
    name: str

    def acknowledge_all(self) -> Any:
        """Acknowledge the plans that stood in view; what is refused is told with its sentence, the others are done."""
        done, refused = 0, []
        for seen in sorted(set(request.form.getlist("plan")))[:SHOWN]:
            ref, _, version = seen.rpartition(" ")
            if sentence := refusal(ref, version):
                refused.append(_l("%(what)s: %(value)s", what=ref, value=sentence))
            else:
                done += 1
        if done:
            flash(str(_l("Plans acknowledged: %(count)s.", count=done)), "success")
        if refused:
            flash(str(listed(refused, SEMICOLON)), "error")
        return redirect(safe_path(request.form.get("next"), url_for(f"{self.name}.board")), 303)


def refusal(ref: str, version: str) -> Text | None:
    """Acknowledge one plan as it was seen; the sentence against it where it cannot be, and then nothing has changed."""
    record = record_of(ref)
    if record is None or record.flow.action("acknowledge_plan") is None or not version.isdecimal():
        return _l("There is no such plan any more.")
    try:
        with db.session.begin_nested():
            record.perform("acknowledge_plan", by=current_user, version=int(version[:9]))
    except Refused as said:
        return said.sentence
    return None
