"""A record's chain: everything that was done to it, each event sealed over the one before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from app import clock
from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.records.description import Description
from app.models.records.event import FIRST, Event
from app.models.records.sealing.erasable_words import keep, kept_apart
from app.models.records.sealing.from_paper import being_entered
from app.models.records.sealing.sealed_rows import take

if TYPE_CHECKING:
    from app.models.people.user import User

# What happens to a record beside its flow, and moves neither its stage nor its lock.
BESIDE = {
    "file_document": _l("filed a document"),
    "comment": _l("commented"),
    "attach": _l("attached a file"),
    "follow_customer": _l("went on with the customer that this one was merged into"),
    "erase": _l("erased words about a person"),
}


class EventChain(Description):
    """``seq`` and ``head`` are the end of the record's chain of events."""

    __abstract__ = True

    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    @property
    def history(self) -> list[Event]:
        """Its events, oldest first."""
        return list(
            db.session.scalars(
                select(Event)
                .where(Event.flow == self.flow.key, Event.record_id == self.id)
                .options(joinedload(Event.actor).lazyload("*"))
                .order_by(Event.seq)
            )
        )

    def begun_by(self, action: str) -> Event | None:
        """The event of the action that began it, if it was this one."""
        return db.session.scalar(
            select(Event).where(
                Event.flow == self.flow.key,
                Event.record_id == self.id,
                Event.seq == 1,
                Event.action == action,
            )
        )

    def write_event(
        self,
        action: str,
        *,
        by: User | None,
        clause: str,
        data: dict[str, Any],
        role: str | None = None,
        source: str | None = None,
        target: str | None = None,
        private: tuple[str, ...] = (),
        at: datetime | None = None,
    ) -> Event:
        """Append to the record's chain, with the shared tablet it was done at.

        Only ``perform``, ``create``, ``comment``, the filing of a document, a customer’s
        merging and ``erase`` call it.
        """
        if by and by.spot:
            data = {**data, "station": by.spot.name}
        wrote = take(self, data, private)
        self.seq += 1
        if source:
            changed(self.flow.key, source, self.id)
        event = Event(
            flow=self.flow.key,
            record_id=self.id,
            seq=self.seq,
            at=at or clock.now(),
            actor_id=by.id if by else None,
            role=role,
            action=action,
            source=source,
            target=target,
            clause=clause,
        )
        data, words = kept_apart(data, private)
        entry = being_entered()
        event.seal(
            data,
            self.head,
            wrote,
            by.acting_for(role) if by else None,
            entry.sealed() if entry else None,
        )
        self.head = event.hash
        keep(words, event)
        return event

    def moved_on(self) -> Text:
        """Say who moved it, where and when."""
        done = [e for e in self.history if self.flow.action_or_none(e.action)]
        last = next((e for e in reversed(done) if e.actor_id), done[-1])
        return _l(
            "%(ref)s has moved on: %(who)s, %(when)s: %(what)s. It now stands in “%(stage)s”.",
            ref=self.ref,
            who=last.who or "–",
            when=clock.local(last.happened_at).strftime("%H:%M"),
            what=self.past(last),
            stage=self.current_stage.label,
        )

    def past(self, event: Event) -> Text | str:
        """What an event says was done."""
        action = self.flow.action_or_none(event.action)
        return action.past if action else BESIDE.get(event.action, event.action)


def changed(flow: str, stage: str, record_id: int) -> None:
    """Note that with this transaction a record does not look as before in the column of a stage."""
    changes().add((flow, stage, record_id))


def changes() -> set[tuple[str, str, int]]:
    """The flow, stage and id of every card that this transaction has changed or moved, once for
    each column that it changed with it.
    """
    noted: set[tuple[str, str, int]] = db.session.info.setdefault("changed", set())
    return noted


def changed_columns() -> set[tuple[str, str]]:
    """The flow and stage of every column that this transaction has changed."""
    return {(flow, stage) for flow, stage, _ in changes()}


def is_changed_alone(record: EventChain) -> bool:
    """Whether this transaction has changed one card of the boards: this record's."""
    return {(flow, number) for flow, _, number in changes()} == {(record.flow.key, record.id)}
