"""The chains of what administrators keep: people, displays, settings, master data.

No flow moves them, but each change is sealed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.roles import ADMIN
from app.models.records.event import Event
from app.models.records.sealing.erasable_words import keep, kept_apart
from app.models.records.sealing.sealed_rows import take

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
) -> None:
    """Seal what was done to a row (``id``, ``seq``, ``head``) over the event before it, by
    whoever holds one of the ``roles``; the words of ``private`` stay erasable.
    """
    wrote = take(row, data, private)
    row.seq += 1
    event = Event(
        flow=flow,
        record_id=row.id,
        seq=row.seq,
        at=clock.now(),
        actor_id=by and by.id,
        role=by and by.acting_role(roles),
        action=action,
        source=None,
        target=None,
        clause=clause,
    )
    data, words = kept_apart(data, private)
    event.seal(data, row.head, wrote, by and by.acting_for(event.role))
    row.head = event.hash
    keep(words, event)
    db.session.flush()


def chain(flow: str, number: int) -> list[Event]:
    """Return what was done to a row, oldest first."""
    of_row = select(Event).where(Event.flow == flow, Event.record_id == number)
    return list(db.session.scalars(of_row.order_by(Event.seq)))
