"""The worker's part of an import: looking at a file, and writing what it comes to.

Looking reads only. Writing plans again, and writes only what was shown; rows, events, file and the
end of the job are one transaction, so that a worker that is killed loses and doubles nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.content.tables import Wishes
from app.content.tables.workbooks import NotRead
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.jobs.leases import tell_beside
from app.models.people.user import User
from app.models.records.errors import Refused
from app.models.records.papers.document import Job
from app.sheets.importing import report
from app.sheets.importing.files import File, planned, settings_of
from app.sheets.importing.jobs import KEPT, LOOK, TAKE
from app.sheets.importing.writing import filing, record, write
from app.sheets.kinds import KINDS
from app.sheets.reading.plan import Plan
from app.storage import store
from app.storage.store.streams import blocks

__all__ = ["LOOK", "TAKE"]
MOVED = _l("Somebody has changed some of it meanwhile. Look at the file again.")
OFTEN = 0.5  # seconds between two words of how far it is


@dataclass
class Ready:
    """What is about to be written by a job."""

    number: int
    payload: dict[str, Any]
    plan: Plan
    files: list[File]
    same: bool


def files_of(payload: dict[str, Any]) -> list[File]:
    """The files of a job, as they were sent. Raises FileNotFoundError."""
    found = []
    for each in payload["files"]:
        with store.here().open(f"{report.FOLDER}/{each['token']}") as opened:
            found.append(File(each["name"], b"".join(blocks(opened.file)), each["token"]))
    return found


def looked_at(payload: dict[str, Any], number: int) -> tuple[Plan, list[File]]:
    """Plan what the files of a job come to, telling how far it is. Raises NotRead."""
    files = files_of(payload)
    settings = settings_of(payload["settings"], Wishes())
    return planned(KINDS[payload["kind"]], files, settings, seldom(number)), files


def seldom(number: int) -> Any:
    """Tell of a job's progress now and then."""
    told = partial(tell_beside, number)
    last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last > OFTEN:
            last = time.monotonic()
            told(done, of)

    return tell


def look(payload: dict[str, Any], number: int, _tell: Any) -> dict[str, Any]:
    """Keep a report of what a file comes to, and return its counts and what was understood."""
    try:
        plan, _files = looked_at(payload, number)
    except NotRead as reason:
        return {"unread": reason.sentence.to_json()}
    report.keep(number, plan)
    return {
        "counts": plan.counts,
        "notes": [note.to_json() for note in plan.notes],
        "heads": plan.heads,
        "unknown": plan.unknown,
        "taken": plan.taken,
        "line_heads": plan.line_heads,
        "line_taken": plan.line_taken,
        "digest": report.digest(plan),
    }


def ready(payload: dict[str, Any], number: int, _tell: Any) -> Ready:
    """Plan again what was shown."""
    shown = db.session.get_one(Job, payload["look"]).result or {}
    plan, files = looked_at(payload, number)
    return Ready(number, payload, plan, files, report.digest(plan) == shown.get("digest"))


def result_of(work: Ready) -> dict[str, Any]:
    return {"counts": work.plan.counts}


def take(payload: dict[str, Any], work: Ready) -> None:
    """Write what was confirmed; where that cannot be, say so on the job."""
    kind = KINDS[payload["kind"]]
    by = db.session.get_one(User, payload["by"])
    job = db.session.get_one(Job, work.number)
    if not work.same:
        job.result = {"refused": MOVED.to_json()}
        return
    with filing() as filed:
        try:
            with db.session.begin_nested():
                written = write(kind, work.plan, by=by, good_only=payload["take_good"])
        except Refused as refusal:
            job.result = {"refused": refusal.sentence.to_json()}
            return
        if written:
            record(kind, work.plan.counts, work.files, filed, by=by)


def tidy() -> None:
    """Clear away what was sent, and found, weeks ago; what was taken in is kept elsewhere."""
    for each in store.here().places(report.FOLDER):
        if (store.here().age(each) or 0) > KEPT.total_seconds():
            store.here().remove(each)
