"""Words about people: each as its event sealed it, or erased. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.records.event import Event, body_of
from app.models.records.sealing.erasable_words import PrivateWord, is_seal
from app.verification.faults import Faults
from app.verification.scratch import BATCH


class Words:
    """Compares the words of the events that it is given with their seals, a batch at a time."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole  # given all events: a word that none of them sealed is a fault
        self.faults = Faults()
        self.seen = 0
        self.waiting: list[tuple[Any, dict[str, Any]]] = []

    def add(self, event: Any, data: dict[str, Any]) -> None:
        if event.action == "erase":
            self.faults.extend(not_erased(event, data))
        if seals := {field: seal for field, seal in data.items() if is_seal(seal)}:
            self.waiting.append((event, seals))
            if len(self.waiting) >= BATCH:
                self.compare()

    def end(self) -> None:
        self.compare()
        if self.whole and self.seen != db.session.scalar(
            select(func.count()).select_from(PrivateWord)
        ):
            self.faults.extend(added())

    def compare(self) -> None:
        """Look up the words of the events that wait."""
        events, self.waiting = self.waiting, []
        found = db.session.execute(
            select(PrivateWord.__table__).where(
                PrivateWord.event_id.in_([event.id for event, _ in events])
            )
        )
        words = {(word.event_id, word.field): word for word in found}
        for event, seals in events:
            for field, seal in seals.items():
                word = words.get((event.id, field))
                self.seen += word is not None
                if fault := wrong(event, field, word, seal):
                    self.faults.add(f"{said(event, field)} {fault}")


def said(event: Any, field: str) -> str:
    return f"{event.flow} {event.record_id}: {field} of event {event.seq}"


def wrong(event: Any, field: str, word: Any, seal: dict[str, str]) -> str | None:
    """What is wrong with the words of a seal, None if nothing."""
    if word is None:
        return "is gone, but was not erased"
    if word.value is None or word.nonce is None:
        erased = when_erased(event, field)
        if erased is None:
            return "is empty, but was not erased"
        return None if at_once(word, erased) else "was erased at another moment"
    if PrivateWord(value=word.value, nonce=word.nonce).seal != seal:
        return "was altered"
    return "was erased, but is there again" if word.erased_at else None


def when_erased(event: Any, field: str) -> datetime | None:
    """When an event of the same chain says that the words went."""
    for erasing in db.session.execute(
        select(Event.at, Event.body)
        .where(Event.flow == event.flow, Event.record_id == event.record_id)
        .where(Event.action == "erase")
        .order_by(Event.seq.desc())
    ):
        if [event.seq, field] in body_of(erasing.body).get("data", {}).get("erased", ()):
            return erasing.at
    return None


def not_erased(event: Any, data: dict[str, Any]) -> Iterator[str]:
    """Yield the words that an event erased and that are there, as if they had never gone."""
    gone = {(seq, field) for seq, field in data.get("erased", ())}
    words = db.session.execute(
        select(Event.flow, Event.record_id, Event.seq, PrivateWord.field)
        .join(PrivateWord, PrivateWord.event_id == Event.id)
        .where(Event.flow == event.flow, Event.record_id == event.record_id)
        .where(PrivateWord.value.is_not(None), PrivateWord.erased_at.is_(None))
    )
    for word in words:
        if (word.seq, word.field) in gone:
            yield f"{said(word, word.field)} was erased, but is there again"


def at_once(word: Any, erased: datetime) -> bool:
    """Whether the words were erased with the event that says so."""
    return word.erased_at is not None and abs(erased - word.erased_at) < timedelta(minutes=5)


def added() -> Iterator[str]:
    """Yield the words that their event does not seal."""
    for word in db.session.execute(
        select(PrivateWord.event_id, PrivateWord.field, Event.body)
        .join(Event, Event.id == PrivateWord.event_id, isouter=True)
        .order_by(PrivateWord.id)
        .execution_options(yield_per=BATCH)
    ):
        data = body_of(word.body or "").get("data", {})
        if not is_seal(data.get(word.field)):
            yield f"event {word.event_id}: {word.field} was added to it afterwards"
