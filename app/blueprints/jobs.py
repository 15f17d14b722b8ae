"""The worker's jobs that are not done: what waits, what was given up and why, and another try."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR
from app.flow.texts.lazy_text import _l
from app.models.records.papers.document import Job
from app.security import policy

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")
SHOWN = 100


@blueprint.get("/")
@policy(ADMIN, readers=(AUDITOR,))
def index() -> Any:
    """Those that were given up first, then those that wait."""
    count, jobs = Job.unsettled(SHOWN)
    return render_template(
        "jobs/index.html", jobs=jobs, count=count, may_change=current_user.has_role([ADMIN.key])
    )


@blueprint.post("/<int:job_id>/again")
@policy(ADMIN)
@idempotent
def again(job_id: int) -> Any:
    """Have a job tried again that was given up."""
    started = db.get_or_404(Job, job_id).again()
    flash(str(STARTED if started else NOT_FAILED), "success" if started else "info")
    return redirect(url_for("jobs.index"), 303)


STARTED, NOT_FAILED = _l("It is tried again."), _l("It had been started again already.")
