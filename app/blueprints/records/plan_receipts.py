"""The receipt of several issued plans at once: a list in view, one button, an event for each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from app.blueprints.of_department import blueprint
from app.blueprints.records.idempotent import idempotent
from app.blueprints.records.several import do_to_each
from app.flow.departments import Department
from app.flow.production import ACKNOWLEDGE_PLAN
from app.flow.texts.lazy_text import SEMICOLON, _l, listed
from app.screens.today.plan_receipts import SHOWN
from app.security import STAFF, policy, safe_path


@blueprint.post("/receipts")
@policy(STAFF, floor=True)
@idempotent
def acknowledge_all(department: Department) -> Any:
    """Acknowledge the plans that stood in view; what is refused is told with its sentence,
    the others are done.
    """
    done, refused = do_to_each(
        ACKNOWLEDGE_PLAN.key, sorted(set(request.form.getlist("plan")))[:SHOWN]
    )
    if done:
        flash(str(_l("Plans acknowledged: %(count)s.", count=len(done))), "success")
    if refused:
        flash(str(listed(refused, SEMICOLON)), "error")
    return redirect(
        safe_path(request.form.get("next"), url_for("department.board", department=department)), 303
    )
