"""The witness: counts and chain heads, written to a second place, so that whoever owns the database
cannot rewrite or set it back unseen.

One line of canonical JSON a time, appended to the month's file: ``at``, ``why``, ``event`` (the
last one's number), ``counts`` by table, ``heads`` (``flow:record`` to number and hash) of the
chains that grew since the line before, and ``previous``, that line's SHA-256. Each month begins
with all heads (``full``); so does the house after a ``restore``. What has many heads is written as
several lines, with the number of each in ``part``; only the last of them says up to which event.
A ``verify`` that found all well says in ``verified`` up to which line it did.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app.extensions import db
from app.jobs.leases import transaction
from app.models.records.column_types import canonical
from app.models.records.event import FIRST, Event, chain_ends
from app.models.records.sealing.unsealed import OPEN
from app.storage import last_done

EVERY = timedelta(hours=1)
# Events of PostgreSQL may be committed in another order than they are numbered: so many are looked
# at again.
AGAIN = 100
# So many heads stand in one line, and so much of a file's end is read first for the last line.
PART, END = 1000, 1 << 18


def folder() -> Path:
    """Where it is kept; inside the home folder as long as no second place is named."""
    return Path(
        current_app.config["WITNESS"] or Path(current_app.config["HOME"], "witness")
    ).absolute()


def write(why: str, **told: Any) -> tuple[int, int]:
    """Write what stands on record now; how many events that are, and of how many chains the head
    was told, comes back. ``why`` is ``hourly``, ``dossier``, ``command``, ``verify`` or
    ``restore``.

    Raises OSError.
    """
    with held() as place:
        last = last_line(place)
        with transaction(reads=True):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            lines = [len(line["heads"]) for line in append(place, drawn(why, last, told), last)]
            events = db.session.scalar(select(func.count()).select_from(Event)) or 0
    last_done.note(current_app.config["HOME"], last_done.WITNESS, now)
    return events, sum(lines)


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
    for text in texts(place):
        yield parsed(text), text


def texts(place: Path) -> Iterator[str]:
    """Every line as it stands there, the oldest first."""
    for file in sorted(place.glob("witness-*.jsonl")):
        with file.open(encoding="utf-8", errors="replace") as opened:
            yield from filter(None, map(str.strip, opened))


def parsed(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
        datetime.fromisoformat(line["at"])
        return line if {"why", "event", "counts", "heads", "previous"} <= line.keys() else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def last_line(place: Path) -> tuple[dict[str, Any], str] | None:
    """The latest line with its text; of a long file only the end is read."""
    for file in sorted(place.glob("witness-*.jsonl"), reverse=True):
        size, length = file.stat().st_size, END
        with file.open("rb") as opened:
            while True:
                opened.seek(max(0, size - length))
                ends = opened.read().decode(errors="replace").split("\n")
                for text in map(str.strip, reversed(ends)):
                    if line := parsed(text):
                        return line, text
                if length >= size:
                    break
                length *= 4
    return None


def seal_of(text: str) -> str:
    """What the next line says of this one."""
    return hashlib.sha256(text.encode()).hexdigest()


# Writing


def drawn(
    why: str, last: tuple[dict[str, Any], str] | None, told: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield what stands in the database now, as lines that follow the last."""
    now = datetime.now(UTC)
    before = last[0] if last else None
    full = before is None or why == "restore" or before["at"][:7] != now.isoformat()[:7]
    since = 0 if before is None or full else before["event"]
    known = {} if before is None or full else before["heads"]
    heads = ((chain, end) for chain, end in ends(since - AGAIN) if known.get(chain) != end)
    line = {
        "at": now.isoformat(timespec="seconds"),
        "why": why,
        "full": full,
        "counts": counts(),
        **told,
    }
    newest = db.session.scalar(select(func.max(Event.id))) or 0
    part, page = 1, dict(islice(heads, PART))
    while following := dict(islice(heads, PART)):
        yield line | {"event": since, "heads": page, "part": part}
        part, page = part + 1, following
    yield line | {"event": newest, "heads": page} | ({"part": part} if part > 1 else {})


def counts() -> dict[str, int]:
    """How many rows each table has, but for those of which nothing is on record."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
        if table.name not in OPEN
    }


def ends(after: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield number and hash of the last event of every chain that has one numbered higher."""
    newer = (Event.id > after,) if after > 0 else ()  # else SQLite would sort them, in memory
    last = chain_ends(*newer).execution_options(yield_per=PART)
    for row in db.session.execute(last):
        yield f"{row.flow}:{row.record_id}", [row.seq, row.hash]


def append(
    place: Path, lines: Iterable[dict[str, Any]], last: tuple[dict[str, Any], str] | None
) -> Iterator[dict[str, Any]]:
    """Put lines at the end of the month's file, each sealing the one before, and on disk; yield
    each.
    """
    previous = seal_of(last[1]) if last else FIRST
    opened = None
    try:
        for line in lines:
            opened = opened or month(place, line["at"]).open("ab")
            text = canonical(line | {"previous": previous})
            opened.write(f"{text}\n".encode())
            previous = seal_of(text)
            yield line
        if opened:
            opened.flush()
            os.fsync(opened.fileno())
    finally:
        if opened:
            opened.close()
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def month(place: Path, at: str) -> Path:
    """The file of a month, ready for a line: a line that a crash left torn is ended."""
    file = place / f"witness-{at[:7]}.jsonl"
    if file.exists() and file.stat().st_size:
        with file.open("r+b") as opened:
            opened.seek(-1, os.SEEK_END)
            if opened.read() != b"\n":
                opened.write(b"\n")
    return file
