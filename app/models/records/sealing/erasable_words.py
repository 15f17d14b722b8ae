"""Words about people, kept apart from the sealed events: the event holds only their salted hash,
so they can be erased.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import Model, db
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Key, Moment, canonical
from app.models.records.event import Event
from app.required import required

ERASED = _l("erased")


class PrivateWord(Model):
    """What one field of an event said.

    The nonce keeps a short name from being guessed by its hash.
    """

    __tablename__ = "private_word"
    __table_args__ = (UniqueConstraint("event_id", "field"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def of(cls, field: str, value: Any) -> PrivateWord:
        return cls(field=field, value=canonical(value), nonce=secrets.token_hex(32))

    @property
    def seal(self) -> dict[str, str]:
        """What the event holds in its place."""
        return {
            "sha256": hashlib.sha256(
                (required(self.nonce) + required(self.value)).encode()
            ).hexdigest()
        }

    @property
    def said(self) -> Any:
        return ERASED if self.value is None else json.loads(self.value)

    def erase(self) -> None:
        """Forget the words; that there were some, and when they were erased, stays."""
        self.value, self.nonce, self.erased_at = None, None, clock.now()


def kept_apart(
    data: dict[str, Any], fields: Collection[str]
) -> tuple[dict[str, Any], list[PrivateWord]]:
    """Return the data as an event may seal it, and the words that were taken out of it."""
    words = [
        PrivateWord.of(field, data[field]) for field in fields if data.get(field) not in (None, "")
    ]
    return {**data, **{word.field: word.seal for word in words}}, words


def keep(words: list[PrivateWord], event: Event) -> None:
    """Put the words of an event that is sent already beside it."""
    for word in words:
        word.event_id = event.id
    db.session.add_all(words)


def words_of(event: Event) -> list[PrivateWord]:
    """What an event keeps apart; asks the database only where there is something."""
    if not any(is_seal(value) for value in event.data.values()):
        return []
    return list(
        db.session.scalars(
            select(PrivateWord).where(PrivateWord.event_id == event.id).order_by(PrivateWord.field)
        )
    )


def entered(event: Event) -> dict[str, Any]:
    """An event's data as it was entered, with the words kept apart as long as they exist."""
    return put_together(event, words_of(event))


def entered_of(events: Iterable[Event]) -> dict[int, dict[str, Any]]:
    """The data of many events as they were entered, by the event's id; one statement, and only
    where something is kept apart.
    """
    events = list(events)
    sealed = [event.id for event in events if any(is_seal(value) for value in event.data.values())]
    words: dict[int, list[PrivateWord]] = {}
    for word in (
        db.session.scalars(select(PrivateWord).where(PrivateWord.event_id.in_(sealed)))
        if sealed
        else ()
    ):
        words.setdefault(word.event_id, []).append(word)
    return {event.id: put_together(event, words.get(event.id, ())) for event in events}


def put_together(event: Event, words: Iterable[PrivateWord]) -> dict[str, Any]:
    said = {word.field: word.said for word in words}
    return {
        key: said.get(key, ERASED) if is_seal(value) else value for key, value in event.data.items()
    }


def is_seal(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"sha256"}
