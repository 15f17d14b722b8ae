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
class MentionLine:
    """What a person is told: who named them where, when, in which words; ``url`` is where they
    see it.
    """

    event: Event
    record: Record
    text: Any
    url: str


def mentions_of(user: User) -> list[MentionLine]:
    """The latest that a person has not looked at, newest first."""
    rows = db.session.scalars(
        select(Mention)
        .where(*Mention.open_for(user.id))
        .order_by(Mention.id.desc())
        .limit(AT_MOST)
        .options(joinedload(Mention.event))
    ).all()
    records_by_key = records([(m.flow, m.record_id) for m in rows])
    words_of_event = entered_of([m.event for m in rows])
    return [
        mention_line(
            user, m.event, records_by_key[m.flow, m.record_id], words_of_event[m.event_id]["text"]
        )
        for m in rows
    ]


def mention_line(user: User, event: Event, record: Record, text: Any) -> MentionLine:
    place = department_for(user, record.flow, record.current_stage)
    return MentionLine(event, record, text, f"/{place.key}/{record.ref}#event-{event.seq}")
