"""Imports as jobs of the worker: asked for on a page, found again there."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from secrets import token_hex
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.people.user import User
from app.models.records.papers.document import Job
from app.sheets.importing.files import File
from app.sheets.importing.report import FOLDER
from app.storage import store

LOOK, TAKE = "import_look", "import_take"
KEPT = timedelta(days=14)


def keep(files: list[File]) -> list[dict[str, str]]:
    """Put what was sent into the store for a while, and say where. Raises OSError."""
    kept = []
    for file in files:
        token = token_hex(16)
        store.here().put(f"{FOLDER}/{token}", BytesIO(file.content))
        kept.append({"name": file.name, "token": token})
    return kept


def ask(kind: str, payload: dict[str, Any], by: User) -> Job:
    """Write a job, in the caller's transaction."""
    return Job.ask(kind, {**payload, "by": by.id}, by)


def hold(look: Job) -> None:
    """Hold a look until the transaction ends, so that of two who confirm it the second waits."""
    db.session.execute(select(Job.id).where(Job.id == look.id).with_for_update())


def taking(look: Job) -> Job | None:
    """The last job that was to write what a look showed."""
    jobs = select(Job).where(Job.kind == TAKE, Job.asked_at.is_not(None)).order_by(Job.id.desc())
    return next((job for job in db.session.scalars(jobs) if job.payload["look"] == look.id), None)


def own(by: User, most: int) -> list[Job]:
    """A person's own looks, the latest first."""
    return list(db.session.scalars(Job.asked_by(LOOK, by).limit(most)))
