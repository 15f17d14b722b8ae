"""The worker's jobs that are not done: what waits, what was given up and why, and another try."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR
from app.flow.texts.lazy_text import Text, _l
from app.jobs import lot_labels, paper_day, vouchers
from app.models.alerts import alerting
from app.models.people import deputy
from app.models.records.papers import list_file
from app.models.records.papers.document import FAILED, WAITING, Job
from app.models.records.rules.reevaluation import LOOK_AGAIN, LOOK_AT_ALL
from app.models.spreadsheets import refused_files
from app.screens.archive.audit_list import BUNDLE
from app.security import policy
from app.sheets.importing.jobs import LOOK, TAKE

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")
SHOWN = 100


def as_file() -> ListFile:
    rows = (
        [
            f"{document.type.label} {document.name}" if document else made_by(job),
            record.ref if record else "",
            STATES[job.state],
            job.attempts,
            job.asked_at or job.due,
            job.error,
        ]
        for job, document, record in Job.unsettled(None)[1]
    )
    return "jobs", [("jobs", HEADS, rows)]


@blueprint.get("/")
@policy(ADMIN, readers=(AUDITOR,))
@offers(as_file)
def index() -> Any:
    """Those that were given up first, then those that wait."""
    count, jobs = Job.unsettled(SHOWN)
    return render_template(
        "jobs/index.html",
        jobs=jobs,
        count=count,
        made_by=made_by,
        may_change=current_user.has_role([ADMIN.key]),
    )


@blueprint.post("/<int:job_id>/again")
@policy(ADMIN)
@idempotent
def again(job_id: int) -> Any:
    """Have a job tried again that was given up."""
    started = db.get_or_404(Job, job_id).again()
    flash(str(STARTED if started else NOT_FAILED), "success" if started else "info")
    return redirect(url_for("jobs.index"), 303)


def made_by(job: Job) -> Text | str:
    """What a job makes that is no document."""
    return MADE_BY.get(job.kind, job.kind)


HEADS = (
    _l("What it makes"),
    _l("Record"),
    _l("State"),
    _l("Attempts"),
    _l("Next attempt"),
    _l("What went wrong"),
)
STATES = {WAITING: _l("Waits"), FAILED: _l("Given up")}
MADE_BY = {
    alerting.JOB: _l("Message by a group robot"),
    LOOK: _l("Import of a spreadsheet"),
    TAKE: _l("Import of a spreadsheet"),
    lot_labels.JOB: _l("Lot labels"),
    list_file.JOB: _l("A list as a file"),
    BUNDLE: _l("Auditor’s list"),
    LOOK_AGAIN: _l("A look at what waits for something that changed"),
    LOOK_AT_ALL: _l("A look at every open record"),
    deputy.TURNS: _l("A deputyship that begins or ends"),
    paper_day.JOB: _l("Emergency pack"),
    refused_files.JOB: _l("A file of the watched folder"),
    vouchers.SEND: _l("A file of vouchers"),
    vouchers.DELIVER: _l("A file of vouchers into its folder"),
    vouchers.COMPARE: _l("Both stocks compared"),
}
STARTED, NOT_FAILED = _l("It is tried again."), _l("It had been started again already.")
