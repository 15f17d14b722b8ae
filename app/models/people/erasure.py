"""Erasing words about people.

The words go, beside their event and where the record repeats them; that there were some, when and
why they went, stays on the record's chain, which holds as before.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.mail import received_mail
from app.models.mail.received_mail import ReceivedMail
from app.models.master.base import Coded
from app.models.master.dictionary import TABLES
from app.models.people.user import User
from app.models.records.errors import Blocked
from app.models.records.event import Event
from app.models.records.kinds import record_of
from app.models.records.record import Record
from app.models.records.sealing.administered import append
from app.models.records.sealing.erasable_words import PrivateWord
from app.models.records.search_index.entries import note
from app.plant import reading

CLAUSE = "四"


def subject_of(ref: str) -> Any | None:
    """Return whose events may hold words about people: the record of a number, a row of master
    data (``customer:C-002``), a mail (``mail:17``), or the person of a login; None where there is
    none.
    """
    key, _, code = reading.code(ref).partition(":")
    if key == received_mail.FLOW and code:
        return db.session.get(ReceivedMail, int(code)) if code.isdecimal() else None
    if code:
        model = TABLES[key].model if key in TABLES else None
        return model.called(code) if model and issubclass(model, Coded) else None
    return record_of(ref) or db.session.scalar(
        select(User).where(func.lower(User.login) == reading.code(ref).lower())
    )


def flow_of(subject: Any) -> str:
    """The name its events give it."""
    if isinstance(subject, Record):
        return subject.flow.key
    if isinstance(subject, ReceivedMail):
        return received_mail.FLOW
    return next((table.flow for table in TABLES.values() if type(subject) is table.model), "user")


def words_about(subject: Any) -> list[tuple[Event, PrivateWord]]:
    """Return what is kept apart from its events and not erased yet, oldest first, each with its
    event.
    """
    statement = (
        select(Event, PrivateWord)
        .join(PrivateWord, PrivateWord.event_id == Event.id)
        .where(
            Event.flow == flow_of(subject),
            Event.record_id == subject.id,
            PrivateWord.value.is_not(None),
        )
        .order_by(Event.seq, PrivateWord.field)
    )
    return [(event, word) for event, word in db.session.execute(statement)]


def erase(subject: Any, numbers: set[int], *, reason: str, by: User | None = None) -> int:
    """Erase the words with these ids and put it on record; how many went comes back.

    Raises Blocked for one that is not there.
    """
    if isinstance(subject, Record):
        subject.lock()
    words = [(event, word) for event, word in words_about(subject) if word.id in numbers]
    reason = reading.words(reason)
    if not reason or len(words) != len(numbers):
        raise Blocked(_l("Name words that are there, and the reason for erasing them."))
    for _, word in words:
        forget_copies(subject, word.field, word.said)
        word.erase()
    data = {"erased": [[event.seq, word.field] for event, word in words], "reason": reason}
    if not isinstance(subject, Record):
        append(subject, flow_of(subject), "erase", by=by, data=data, clause=CLAUSE)
    else:
        note(subject)
        subject.write_event("erase", by=by, clause=CLAUSE, data=data)
        subject.touch()
    return len(words)


def forget_copies(subject: Any, field: str, said: Any) -> None:
    """Empty the field of the record, its plans and its nonconformances that still holds the same
    words. What a person or customer is called now is changed where they are kept, not here.
    """
    if isinstance(subject, ReceivedMail):
        setattr(subject, field, "")
    if isinstance(subject, Record):
        for row in (
            subject,
            *getattr(subject, "plans", ()),
            *getattr(subject, "nonconformances", ()),
        ):
            if getattr(row, field, None) == said:
                setattr(row, field, "")
