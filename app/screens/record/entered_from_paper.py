"""What was entered from paper of a down time, for all to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.records.event import Event
from app.models.records.kinds import KINDS, records
from app.models.records.record import Record
from app.models.records.rules.down_time import DownTime

MOST = 500


@dataclass(frozen=True)
class PaperEntry:
    """An event that was entered from paper, its record and where that is seen."""

    event: Event
    record: Record

    @property
    def url(self) -> str:
        place = self.record.current_stage.departments[0].key
        return f"/{place}/{self.record.ref}#event-{self.event.seq}"

    @property
    def what(self) -> Any:
        return self.record.past(self.event)


def entries_of(row: DownTime) -> list[PaperEntry]:
    """What was entered of a down time, in the order in which it was; the first of very many.

    Only the events of the days are read in which something could be entered.
    """
    marked = (
        select(Event)
        .where(Event.at.between(row.declared_at, row.entered_until), Event.flow.in_(KINDS))
        .where(Event.body.contains('"paper":{', autoescape=True))
        .options(joinedload(Event.actor).lazyload("*"))
        .order_by(Event.id)
        .limit(MOST)
    )
    found = [
        event
        for event in db.session.scalars(marked)
        if event.paper and row.since <= event.happened_at <= row.until
    ]
    of = records({(event.flow, event.record_id) for event in found})
    return [PaperEntry(event, of[event.flow, event.record_id]) for event in found]
