"""The worker's part of what goes out to the bookkeeping.

What goes is read and laid out first; then movements, number, files, event and the end of the job
are one transaction. A worker that is killed sends nothing, or all of it once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.jobs import imports
from app.jobs.leases import NotYet
from app.models.people.user import User
from app.models.records.column_types import canonical
from app.models.records.number_series import coming_number
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import WAITING, Job
from app.models.vouchers.batch import SERIES, TakenMeanwhile, VoucherBatch
from app.models.vouchers.lines import Line, filled, waiting
from app.models.vouchers.mapping import Mapping
from app.plant.warehouse.vouchers import VOUCHERS
from app.sheets.importing import jobs, report
from app.sheets.importing.files import File, NotRead, planned, settings_of
from app.sheets.importing.writing import filing
from app.sheets.vouchers.comparison import Comparison
from app.sheets.vouchers.files import VoucherFile, files_of
from app.sheets.vouchers.listing import LISTING
from app.storage import archive, store
from app.storage.paper_day import write
from app.storage.store.streams import blocks
from app.web.sheets import TYPES

SEND, DELIVER, COMPARE = "vouchers", "voucher_folder", "stock_listing"


@dataclass
class Ready:
    """What is about to go out; ``left`` says what stays behind, and why."""

    job: int
    number: str
    lines: list[tuple[int, str]]
    files: list[VoucherFile]
    left: list[str]


def ask(by: User) -> Job:
    """Have what waits sent, in the caller's transaction."""
    now = datetime.now(UTC)
    payload = {"by": by.id, "tokens": tokens()}
    job = Job(kind=SEND, payload=payload, due=now, asked_at=now, by_id=by.id)
    db.session.add(job)
    db.session.flush()
    return job


def tokens() -> dict[str, str]:
    """Under what the files of a sending will be kept, by what they are called behind its number."""
    return {f"{kind}.{ending}": token_hex(16) for kind in VOUCHERS for ending in TYPES}


def under_way() -> Job | None:
    """The sending that the worker has not done yet."""
    jobs = select(Job).where(Job.kind == SEND, Job.is_in(WAITING)).order_by(Job.id).limit(1)
    return db.session.scalar(jobs)


def make(payload: dict[str, Any], number: int, _tell: Any) -> Ready:
    """Lay out all that waits and lacks nothing."""
    mapping, lines = Mapping.read(), waiting()
    name = coming_number(SERIES)
    going = filled(lines, mapping, name) if mapping.columns else []
    behind = [line for line in lines if line.lacks]
    return Ready(
        number,
        name,
        [(line.movement.id, line.number) for line in going],
        files_of(name, going, mapping),
        [in_short(line) for line in behind],
    )


def in_short(line: Line) -> str:
    """A movement that stays behind, and what it lacks, for the record."""
    return " ".join((str(line.movement.id), *(f"{kind}:{ours}" for kind, ours in line.unmapped)))


def told(work: Ready) -> dict[str, Any]:
    return {"lines": len(work.lines), "left": len(work.left)}


def send(payload: dict[str, Any], work: Ready) -> None:
    """Put on record what goes. Raises NotYet where something has changed meanwhile: then it is
    laid out anew.
    """
    if not work.lines:
        return
    by = db.session.get_one(User, payload["by"])
    try:
        batch = put_on_record(work, payload["tokens"], by)
    except TakenMeanwhile as reason:
        raise NotYet(f"{reason} is laid out anew") from None
    db.session.get_one(Job, work.job).result = {**told(work), "batch": batch.id}


def put_on_record(work: Ready, tokens: dict[str, str], by: User) -> VoucherBatch:
    """File what was laid out, each file under its token, and let the movements go. Raises
    TakenMeanwhile; the caller commits.
    """
    with filing() as filed:
        for each in work.files:
            file = Attachment.new(each.name, each.content_type)
            file.name = tokens[each.name.removeprefix(f"{work.number}-")]
            archive.drop(file)  # an attempt that was killed may have laid out less
            filed.append(file)
            stored = archive.store(file, each.content)
            file.sha256, file.size = stored.sha256, stored.size
        batch = VoucherBatch.write(work.number, work.lines, filed, work.left, by=by)
        if current_app.config["VOUCHER_FOLDER"]:
            due = datetime.now(UTC)
            db.session.add(Job(kind=DELIVER, payload={"batch": batch.id}, due=due))
    return batch


def deliver(payload: dict[str, Any]) -> None:
    """Write the files of a sending into the plant's folder, each whole or not at all. Raises
    OSError; a file that is there in full stays.
    """
    folder = Path(current_app.config["VOUCHER_FOLDER"] or "")
    if not current_app.config["VOUCHER_FOLDER"] or not folder.is_dir():
        raise NotADirectoryError(0, "there is no such folder; is its share there?", str(folder))
    for file in db.session.get_one(VoucherBatch, payload["batch"]).files:
        content = archive.read(file)
        place = folder / file.filename
        if not (place.is_file() and place.read_bytes() == content):
            write(place, content)


def compare_with(file: File, by: User) -> Job:
    """Have the bookkeeping's list of stock compared with ours, in the caller's transaction.
    Raises OSError.
    """
    return jobs.ask(COMPARE, {"files": jobs.keep([file])}, by)


def place(number: int) -> str:
    """Where in the store a comparison is kept, as long as what was sent for imports."""
    return f"{report.FOLDER}/{number}-stock.json"


def compare(payload: dict[str, Any], number: int, _tell: Any) -> dict[str, Any]:
    """Keep what a list comes to beside our stock, and return the counts. Raises OSError."""
    try:
        plan = planned(LISTING, imports.files_of(payload), settings_of({}))
    except NotRead as reason:
        return {"unread": reason.sentence.to_json()}
    if missing := [c.label for c in LISTING.own if c.needed and c.key not in plan.taken.values()]:
        lacks = _l("No column of the file says “%(name)s”.", name=missing[0])
        return {"unread": lacks.to_json()}
    found = Comparison(plan).to_json()
    store.here().remove(place(number))
    store.here().put(place(number), BytesIO(canonical(found).encode()))
    return {name: found[name] for name in ("counts", "elsewhere", "unread_rows")}


def compared(number: int) -> dict[str, Any]:
    """A comparison as it was kept. Raises FileNotFoundError."""
    with store.here().open(place(number)) as opened:
        kept: dict[str, Any] = json.loads(b"".join(blocks(opened.file)))
        return kept
