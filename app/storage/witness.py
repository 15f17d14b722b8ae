"""The witness: counts and chain heads, written to a second place, so that whoever owns the database
cannot rewrite or set it back unseen.

One line of canonical JSON a time, appended to the month's file: ``at``, ``why``, ``event`` (the
last one's number), ``counts`` by table, ``heads`` (``flow:record`` to number and hash) of the
chains that grew since the line before, and ``previous``, that line's SHA-256. Each month begins
with a full line, which has all heads; so does the house after a ``restore``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app.extensions import db
from app.jobs.leases import transaction
from app.models.records.column_types import canonical
from app.models.records.event import FIRST, Event
from app.models.records.sealing.unsealed import OPEN
from app.storage import last_done

EVERY = timedelta(hours=1)
# Events of PostgreSQL may be committed in another order than they are numbered: so many are looked
# at again.
AGAIN = 100


def folder() -> Path:
    """Where it is kept; inside the home folder as long as no second place is named."""
    return Path(
        current_app.config["WITNESS"] or Path(current_app.config["HOME"], "witness")
    ).absolute()


def write(why: str, **told: Any) -> dict[str, Any]:
    """Write a line and return it: ``why`` is ``hourly``, ``dossier``, ``command`` or ``restore``.

    Raises OSError.
    """
    with held() as place:
        last = last_line(place)
        with transaction(reads=True):
            line = drawn(why, last) | told
        append(place, line)
        last_done.note(current_app.config["HOME"], last_done.WITNESS, line["at"])
        return line


def hourly() -> None:
    """Write a line if the last is an hour old; another machine may have written that one."""
    with held() as place:
        last = last_line(place)
    if last:
        last_done.note(current_app.config["HOME"], last_done.WITNESS, last[0]["at"])
    if last is None or datetime.now(UTC) - datetime.fromisoformat(last[0]["at"]) >= EVERY:
        write("hourly")


@contextmanager
def held() -> Iterator[Path]:
    """The folder, made where it is missing, with nobody else writing there."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


# Reading


def lines(place: Path) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """Every line there is, the oldest first, with its text; None for one that is no line, as a
    crash leaves it.
    """
    for file in sorted(place.glob("witness-*.jsonl")):
        with file.open(encoding="utf-8", errors="replace") as opened:
            for text in filter(None, map(str.strip, opened)):
                yield parsed(text), text


def parsed(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
        datetime.fromisoformat(line["at"])
        return line if {"why", "event", "counts", "heads", "previous"} <= line.keys() else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def last_line(place: Path) -> tuple[dict[str, Any], str] | None:
    """The latest line with its text."""
    for file in sorted(place.glob("witness-*.jsonl"), reverse=True):
        with file.open(encoding="utf-8", errors="replace") as opened:
            lines_read = [
                (line, text) for text in map(str.strip, opened) if text and (line := parsed(text))
            ][-1:]
        if lines_read:
            return lines_read[0]
    return None


def seal_of(text: str) -> str:
    """What the next line says of this one."""
    return hashlib.sha256(text.encode()).hexdigest()


# Writing


def drawn(why: str, last: tuple[dict[str, Any], str] | None) -> dict[str, Any]:
    """What stands in the database now, as a line that follows the last."""
    now = datetime.now(UTC)
    before = last[0] if last else None
    full = before is None or why == "restore" or before["at"][:7] != now.isoformat()[:7]
    heads = (
        ends(0)
        if before is None or full
        else {
            chain: end
            for chain, end in ends(before["event"] - AGAIN).items()
            if before["heads"].get(chain) != end
        }
    )
    return {
        "at": now.isoformat(timespec="seconds"),
        "why": why,
        "full": full,
        "event": db.session.scalar(select(func.max(Event.id))) or 0,
        "counts": counts(),
        "heads": heads,
        "previous": seal_of(last[1]) if last else FIRST,
    }


def counts() -> dict[str, int]:
    """How many rows each table has, but for those of which nothing is on record."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
        if table.name not in OPEN
    }


def ends(after: int) -> dict[str, list[Any]]:
    """Number and hash of the last event of every chain that has one numbered higher."""
    last = (
        select(Event.flow, Event.record_id, func.max(Event.seq).label("seq"))
        .where(Event.id > after)
        .group_by(Event.flow, Event.record_id)
        .subquery()
    )
    statement = select(Event.flow, Event.record_id, Event.seq, Event.hash).join(
        last,
        (Event.flow == last.c.flow)
        & (Event.record_id == last.c.record_id)
        & (Event.seq == last.c.seq),
    )
    return {
        f"{row.flow}:{row.record_id}": [row.seq, row.hash] for row in db.session.execute(statement)
    }


def append(place: Path, line: dict[str, Any]) -> None:
    """Put a line at the end of the month's file, and on disk."""
    file = place / f"witness-{line['at'][:7]}.jsonl"
    torn = file.exists() and file.stat().st_size and not file.read_bytes().endswith(b"\n")
    with file.open("ab") as opened:
        opened.write(f"{chr(10) if torn else ''}{canonical(line)}\n".encode())
        opened.flush()
        os.fsync(opened.fileno())
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
