"""The plant's own chain: it seals what a transaction wrote and no event took, such as opening
stock or the mark of a demo.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, Table, event, func, select, text

from app import clock
from app.extensions import db
from app.models.records.event import FIRST, Event
from app.models.records.sealing.erasable_words import keep, kept_apart
from app.models.records.sealing.sealed_rows import keeps_seals, key_of, take_rest, written

FLOW, PLANT = "plant", 1
# How many rows one event seals at most.
ROWS = 200
LOCK = text("SELECT pg_advisory_xact_lock(7236001)")


@event.listens_for(db.session, "before_commit")
def seal_rest(session: Any) -> None:
    """Seal what is left, in as many events as it takes."""
    if not session.in_nested_transaction():
        seal()


def seal() -> None:
    """Seal what was written so far and no event took."""
    session = db.session()
    session.flush()
    if not written():
        return
    seq, head = end()
    while written():
        wrote, apart = take_rest(ROWS)
        seq += 1
        head = add("write", {}, seq, head, wrote, apart)
    session.flush()


def end() -> tuple[int, str]:
    """Number and hash of the chain's last event; nobody else adds one until the transaction
    ends.
    """
    if db.session.get_bind().dialect.name != "sqlite":
        db.session.execute(LOCK)
    last = (
        select(Event.seq, Event.hash)
        .where(Event.flow == FLOW, Event.record_id == PLANT)
        .order_by(Event.seq.desc())
        .limit(1)
    )
    number, seal = db.session.execute(last).first() or (0, FIRST)
    return number, seal


def add(
    action: str,
    data: dict[str, Any],
    seq: int,
    head: str,
    wrote: dict[str, Any] | None = None,
    apart: dict[str, Any] | None = None,
) -> str:
    """Add an event by nobody in particular; its hash comes back."""
    event = Event(
        flow=FLOW,
        record_id=PLANT,
        seq=seq,
        at=clock.now(),
        actor_id=None,
        role=None,
        action=action,
        source=None,
        target=None,
        clause="四",
    )
    data, words = kept_apart(data | (apart or {}), tuple(apart or ()))
    event.seal(data, head, wrote)
    keep(words, event)
    return event.hash


# A plant that is older than the seals


def begin() -> None:
    """Note, once, which rows an older plant has that no event sealed: what comes later is sealed.

    Run after migrations; commits nothing.
    """
    if (
        db.session.scalar(select(Event.id).where(Event.body.contains(',"wrote":{')).limit(1))
        is not None
    ):
        return
    older = {
        table.name: rows
        for table in db.metadata.sorted_tables
        if keeps_seals(table) and (rows := rows_of(table))
    }
    if older:
        seq, head = end()
        add("begin", {"older": older}, seq + 1, head)


def rows_of(table: Table) -> Any:
    """The highest number among a table's rows, or where they have none the names of all of them."""
    key = list(table.primary_key.columns)
    if len(key) == 1 and isinstance(key[0].type, Integer | BigInteger):
        return db.session.scalar(select(func.max(key[0])))
    return sorted(key_of(row) for row in db.session.execute(select(*key)))


def older() -> dict[str, Any]:
    """What ``begin`` noted, if it had to."""
    event = db.session.scalar(
        select(Event)
        .where(Event.flow == FLOW, Event.record_id == PLANT, Event.action == "begin")
        .limit(1)
    )
    return event.data["older"] if event else {}


def is_older(older: dict[str, Any], table: str, key: str) -> bool:
    """Whether a row was there before events sealed what they write."""
    found = older.get(table)
    return key in found if isinstance(found, list) else found is not None and int(key) <= found
