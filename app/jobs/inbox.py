"""The worker's part of the watched folder: what lies there complete is taken in where all of it is
right, and put aside with the reasons where anything is wrong.

A file is claimed by its job before it is read, and its rows, its event and the end of the job are
one transaction: two workers take it once, and one that is killed loses and doubles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.jobs.leases import transaction
from app.models.records.errors import Refused
from app.models.records.papers.document import FAILED, WAITING, Job
from app.models.spreadsheets.refused_files import JOB
from app.sheets.importing import folder, jobs
from app.sheets.importing.files import File, NotRead, mapping, planned, settings_of
from app.sheets.importing.rejects import wrong_rows
from app.sheets.importing.writing import filing, record, write
from app.sheets.kinds import KINDS
from app.sheets.reading.plan import WRONG, Plan
from app.storage.paper_day import write as write_whole
from app.web.languages import speaking
from app.web.sheets import written

LOOK = 5.0  # seconds between two looks: a file that did not change meanwhile is complete
__all__ = ["JOB"]
NOT_ALL_RIGHT = _l("Not all of its rows are right.")
TOO_LARGE = _l("It is larger than 5 MB.")
NO_MAPPING = _l("No columns are kept by that name.")

_seen: dict[str, tuple[int, int]] = {}


@dataclass
class Ready:
    """What a file came to; without ``path`` another worker has it."""

    number: int
    path: Path | None = None
    kind: str = ""
    file: File | None = None
    plan: Plan | None = None
    said: dict[str, Any] = field(default_factory=dict)
    refused: Text | None = None


def look() -> None:
    """Have taken in what lies there as it did at the last look; and put aside what a killed
    worker left.
    """
    root = folder.folder()
    if root is None:
        return
    put_aside(root)
    lying = {each.place: (each.size, each.changed) for each in folder.lying(root)}
    complete = [place for place, state in lying.items() if _seen.get(place) == state]
    _seen.clear()
    _seen.update(lying)
    if complete:
        with transaction():
            waiting = select(Job.payload).where(Job.kind == JOB, Job.is_in(WAITING, FAILED))
            known = {payload["place"] for payload in db.session.scalars(waiting)}
            now = datetime.now(UTC)
            for place in complete:
                if place not in known:
                    payload = {"place": place}
                    db.session.add(Job(kind=JOB, payload=payload, due=now, asked_at=now))


def ready(payload: dict[str, Any], number: int, _tell: Any) -> Ready:
    """Claim a file, and plan what it comes to. Raises OSError."""
    work, place = Ready(number), payload["place"]
    root, known = folder.folder(), folder.kind_of(place)
    if root is None:
        raise NotADirectoryError(0, "there is no such folder; is its share there?", place)
    work.path = folder.claim(root, place, number) if known else None
    if work.path is None or known is None:
        return work
    kind, name = known
    work.kind, content = kind.key, folder.content_of(work.path)
    kept = mapping(kind, name) if name else {}
    if content is None or kept is None:
        work.refused = TOO_LARGE if content is None else NO_MAPPING
        return work
    work.file, work.said = File(Path(place).name, content), kept
    try:
        work.plan = planned(kind, [work.file], settings_of(kept))
    except NotRead as reason:
        work.refused = reason.sentence
        return work
    if work.plan.counts[WRONG]:
        work.refused = NOT_ALL_RIGHT
        with speaking(""):
            write_whole(folder.beside(work.path), written("csv", wrong_rows(work.plan)))
    return work


def told(work: Ready) -> dict[str, Any]:
    """What is kept of it on the job."""
    counts = work.plan.counts if work.plan else {}
    return {"kind": work.kind, "counts": counts, **refusal(work.refused)}


def refusal(sentence: Text | None) -> dict[str, Any]:
    return {"refused": sentence.to_json()} if sentence else {}


def take(payload: dict[str, Any], work: Ready) -> None:
    """Write what is right, or say why it was refused and have it looked at for the page."""
    if work.plan and work.file and not work.refused:
        kind = KINDS[work.kind]
        with filing() as filed:
            try:
                with db.session.begin_nested():
                    new = write(kind, work.plan, by=None)
            except Refused as reason:
                work.refused = reason.sentence
            else:
                if new:
                    record(kind, work.plan.counts, [work.file], filed, by=None, folder=True)
    if work.refused:
        job = db.session.get_one(Job, work.number)
        job.result = {**told(work), "look": look_for(work)}


def look_for(work: Ready) -> int | None:
    """A look at a refused file, as if somebody had brought it."""
    if work.file is None:
        return None
    now = datetime.now(UTC)
    payload = {"kind": work.kind, "files": jobs.keep([work.file]), "settings": work.said}
    job = Job(kind=jobs.LOOK, payload=payload, due=now, asked_at=now)
    db.session.add(job)
    db.session.flush()
    return job.id


def after(_payload: dict[str, Any]) -> None:
    if root := folder.folder():
        put_aside(root)


def put_aside(root: Path) -> None:
    """Put away the files of the jobs that are done."""
    numbers = folder.in_work(root)
    if not numbers:
        return
    with transaction(reads=True):
        done = select(Job.id, Job.result).where(Job.id.in_(numbers), Job.state == "done")
        rows = db.session.execute(done).all()
    for number, result in rows:
        refused = "refused" in (result or {})
        folder.put_aside(root, number, folder.REFUSED if refused else folder.TAKEN)
