"""The chains of what administrators keep: people, displays, settings, master data.

No flow moves them, but each change is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.extensions import db
from app.flow.roles import ADMIN
from app.models.records.event import Event, send
from app.models.records.sealing.erasable_words import keep, kept_apart
from app.models.records.sealing.sealed_rows import take, take_of

if TYPE_CHECKING:
    from app.models.people.user import User


def append(
    row: Any,
    flow: str,
    action: str,
    *,
    by: User | None,
    data: dict[str, Any],
    clause: str = "四",
    private: Collection[str] = (),
    roles: Collection[str] = (ADMIN.key,),
) -> Event:
    """Seal what was done to a row (``id``, ``seq``, ``head``) over the event before it, by
    whoever holds one of the ``roles``; the words of ``private`` stay erasable. The event comes
    back.
    """
    wrote = take(row, data, private)
    row.seq += 1
    event = Event(
        flow=flow,
        record_id=row.id,
        seq=row.seq,
        at=clock.now(),
        actor_id=by.id if by else None,
        role=by.acting_role(roles) if by else None,
        action=action,
        source=None,
        target=None,
        clause=clause,
    )
    data, words = kept_apart(data, private)
    event.seal(data, row.head, wrote, by.acting_for(event.role) if by else None)
    row.head = event.hash
    keep(words, event)
    db.session.flush()
    return event


def append_all(
    rows: Sequence[tuple[Any, str, dict[str, Any]]],
    flow: str,
    *,
    by: User | None,
    private: Collection[str],
    roles: Collection[str],
    clause: str = "四",
) -> None:
    """The same for many rows of one table that were sent already: each with what was done to it
    and its data. Their events are sent together.
    """
    at, role = clock.now(), by.acting_role(roles) if by else None
    acting_for = by.acting_for(role) if by else None
    sealed, ends, kept = [], [], []
    for row, action, data in rows:
        event = Event(
            flow=flow,
            record_id=row.id,
            seq=row.seq + 1,
            at=at,
            actor_id=by.id if by else None,
            role=role,
            action=action,
            source=None,
            target=None,
            clause=clause,
        )
        wrote = take_of(row, data, private)
        data, words = kept_apart(data, private)
        event.close(data, row.head, wrote, acting_for)
        sealed.append(event)
        kept.append(words)
        ends.append({"row": row.id, "number": event.seq, "hash": event.hash})
        for name, value in (("seq", event.seq), ("head", event.hash)):
            set_committed_value(row, name, value)
    if not sealed:
        return
    send(sealed)
    for event, words in zip(sealed, kept, strict=True):
        keep(words, event)
    table = rows[0][0].__table__
    db.session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("row"))
        .values(seq=bindparam("number"), head=bindparam("hash")),
        ends,
    )
    db.session.flush()


def chain(flow: str, number: int) -> list[Event]:
    """Return what was done to a row, oldest first."""
    of_row = select(Event).where(Event.flow == flow, Event.record_id == number)
    return list(db.session.scalars(of_row.order_by(Event.seq)))
