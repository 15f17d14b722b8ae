"""What a person is told on their home page: the comments that name them and that they have not
looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.people.user import User
from app.models.records.discussion.mention import Mention
from app.models.records.event import Event
from app.models.records.kinds import records
from app.models.records.record import Record
from app.models.records.sealing.erasable_words import entered_of
from app.screens.search.find import department_for

AT_MOST = 20


@dataclass(frozen=True)
class Told:
    """What a person is told: who named them where, when, in which words; ``url`` is where they
    see it.
    """

    event: Event
    record: Record
    text: Any
    url: str


def told_to(user: User) -> list[Told]:
    """The latest that a person has not looked at, newest first."""
    rows = db.session.scalars(
        select(Mention)
        .where(*Mention.open_for(user.id))
        .order_by(Mention.id.desc())
        .limit(AT_MOST)
        .options(joinedload(Mention.event))
    ).all()
    found = records([(m.flow, m.record_id) for m in rows])
    said = entered_of([m.event for m in rows])
    return [told(user, m.event, found[m.flow, m.record_id], said[m.event_id]["text"]) for m in rows]


def told(user: User, event: Event, record: Record, text: Any) -> Told:
    place = department_for(user, record.flow, record.stands)
    return Told(event, record, text, f"/{place.key}/{record.ref}#event-{event.seq}")
