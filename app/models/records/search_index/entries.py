"""What records may be looked up by: one narrow row a record, and the names of customers and goods
once, not in every record.

A name that is corrected in the master data finds at once; a search reads a few bytes of each record
instead of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    event,
    insert,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.models.records.column_types import Key, normal
from app.models.records.search_index.grams import shelf_of
from app.required import required

if TYPE_CHECKING:
    from app.models.records.record import Record


class SearchEntry(Model):
    """A record's own words, normalised: its numbers, lots, what only it says.

    A later record has a higher ``id``. A lot's too.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("flow", "record_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    words: Mapped[str] = mapped_column(Text)


class SearchSubject(Model):
    """A customer, product or material that an entry is about, behind the entry's shelf."""

    __tablename__ = "search_subject"
    __table_args__ = (Index("ix_search_subject_entry_id", "entry_id"),)

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id"), primary_key=True)


class SearchName(Model):
    """What a subject is called, normalised."""

    __tablename__ = "search_name"

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


def subject(row: Any) -> str:
    """The key of a row of master data, such as ``product:7``."""
    return f"{row.__tablename__}:{row.id}"


def shelved(flow: str, keys: Iterable[str], entry: int) -> list[dict[str, Any]]:
    """The rows of ``search_subject`` that say what an entry of this flow is about."""
    return [{"subject": shelf_of(flow) + key, "entry_id": entry} for key in keys]


def note(record: Record) -> None:
    """Write down what a record may be looked up by now, if that has changed.

    The record has its id.
    """
    words = normal(" ".join(str(word) for word in record.search_words() if word))
    subjects = sorted({subject(row) for row in record.search_subjects() if row})
    if record.search == (search_text := " ".join((*subjects, words))):
        return
    indexed, connection = record.search, db.session.connection()
    entry, record.search = entry_of(record, words), search_text
    if indexed:
        connection.execute(DELETED, {"entry": entry})
    if subjects:
        connection.execute(ABOUT, shelved(record.flow.key, subjects, entry))


def entry_of(record: Record, words: str) -> int:
    """The id of a record's entry, which now holds these words."""
    connection = db.session.connection()
    own = {"own_flow": record.flow.key, "own_id": record.id, "words": words}
    if record.search:
        entry: int | None = connection.scalar(CHANGED, own)
        if entry is not None:
            return entry
    row = {"flow": record.flow.key, "record_id": record.id, "words": words}
    number: int = required(connection.scalar(ADDED, row))
    return number


ENTRIES = SearchEntry.__table__
ADDED = insert(ENTRIES).returning(ENTRIES.c.id)
CHANGED = (
    update(ENTRIES)
    .where(ENTRIES.c.flow == bindparam("own_flow"), ENTRIES.c.record_id == bindparam("own_id"))
    .values(words=bindparam("words"))
    .returning(ENTRIES.c.id)
)
ABOUT = insert(SearchSubject.__table__)
DELETED = delete(SearchSubject.__table__).where(
    SearchSubject.__table__.c.entry_id == bindparam("entry")
)


NAMES = SearchName.__table__
NAMED = insert(NAMES)
RENAMED = update(NAMES).where(NAMES.c.subject == bindparam("whose")).values(words=bindparam("said"))


def called(model: Any, *fields: str) -> None:
    """Have the rows of a table of master data be found by these fields of theirs."""

    def words_of(row: Any) -> dict[str, str]:
        words = " ".join(getattr(row, field) or "" for field in fields)
        return {"subject": subject(row), "words": normal(words)}

    def name(_mapper: Any, connection: Any, row: Any) -> None:
        connection.execute(NAMED, words_of(row))

    def rename(_mapper: Any, connection: Any, row: Any) -> None:
        said = words_of(row)
        if not connection.execute(
            RENAMED, {"whose": said["subject"], "said": said["words"]}
        ).rowcount:
            connection.execute(NAMED, said)

    event.listen(model, "after_insert", name)
    event.listen(model, "after_update", rename)
