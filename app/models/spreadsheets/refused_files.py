"""Files of the watched folder that were refused."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.models.records.papers.document import Job

JOB = "inbox"
SHOWN = 50


def refusals() -> list[Job]:
    """Those of late that nobody has put aside on the page, the latest first."""
    lately = select(Job).where(Job.kind == JOB, Job.asked_at.is_not(None))
    found = db.session.scalars(lately.order_by(Job.id.desc()).limit(SHOWN))
    return [job for job in found if job.result and "refused" in job.result and not is_seen(job)]


def is_seen(job: Job) -> bool:
    return "seen" in (job.result or {})
