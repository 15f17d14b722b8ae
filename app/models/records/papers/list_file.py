"""Long lists as files: asked for on the list's page, made by the worker, found there again by who
asked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.extensions import db
from app.models.records.papers.document import Job

if TYPE_CHECKING:
    from app.models.people.user import User

JOB, FOLDER = "list_file", "lists"
KEPT = timedelta(days=14)
LATEST = 5


def place(number: int, kind: str) -> str:
    """Where in the store the file of a job is, or will be."""
    return f"{FOLDER}/list-{number}.{kind}"


def ask_for(address: str, page: str, kind: str, language: str, by: User) -> Job:
    """Have the list at an address made a file of a kind, to be found on a page; in the caller's
    transaction.
    """
    payload: dict[str, Any] = {
        "list": address,
        "address": f"{address}{'&' if '?' in address else '?'}as={kind}",
        "page": page,
        "kind": kind,
        "language": language,
        "by": by.id,
        "roles": sorted(by.role_keys),
    }
    return Job.ask(JOB, payload, by)


def own(by: User, page: str) -> list[Job]:
    """What somebody has asked for on a page, the latest first."""
    jobs = db.session.scalars(Job.asked_by(JOB, by).limit(LATEST * 10))
    return [job for job in jobs if job.payload["page"] == page][:LATEST]


def may_have(job: Job, by: User) -> bool:
    """Whether a file is somebody's who still may all that they might when they asked."""
    is_own = job.kind == JOB and job.by_id == by.id
    return is_own and by.role_keys.issuperset(job.payload["roles"])
