"""Records whose blockers depend on others: they are looked at again when those change.

Whoever changes something says what: a topic, and which of it. Who waits for that is known from what
guards, gates and named roles declare to read, and from each kind of record.

A record that another transaction holds cannot be waited for: that could deadlock. It looks at
itself when that transaction settles, but without seeing what is not committed here yet, so the
worker looks at it once more afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, select

from app.database import rows_changed
from app.extensions import db
from app.flow.documents import DocumentType
from app.flow.rules.blockers import Topic
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Document, Job
from app.models.records.record import Record
from app.models.records.search_index.entries import note

# The job that a migration leaves: nothing is known of any record yet.
LOOK_AGAIN, LOOK_AT_ALL = "look_again", "look_at_all"


def reevaluate(topic: Topic, key: Any = None, paper: DocumentType | None = None) -> None:
    """Look again at the records that read what has changed; ``key`` says which of the topic.

    With ``paper`` their words have changed, too: they are found by the new ones, and that paper of
    theirs is printed once more.
    """
    for kind in KINDS.values():
        stages = kind.flow.stages_reading(topic)
        if stages or topic in kind.shows:
            here = select(kind).where(kind.affected(topic, key)).order_by(kind.id)
            anywhere = topic in kind.shows
            look_at(kind, here if anywhere else here.where(kind.stands_in(sorted(stages))), paper)


def look_at(kind: type[Record], records: Select[Any], paper: DocumentType | None) -> None:
    """Touch the records of a SELECT, and renew a paper of theirs; now or, where they are held,
    by the worker.
    """
    near = list(db.session.scalars(records.with_for_update(skip_locked=True)))
    if db.session.get_bind().dialect.name != "sqlite":  # whose only writer this is
        open_ids = set(db.session.scalars(records.with_only_columns(kind.id))) - {
            record.id for record in near
        }
        db.session.add_all(
            Job(
                kind=LOOK_AGAIN,
                payload={"flow": kind.flow.key, "record": number, "paper": paper and paper.key},
                due=datetime.now(UTC),
            )
            for number in open_ids
        )
    for record in near:
        record.touch()
        if paper:
            renew(record, paper)


def renew(record: Record, paper: DocumentType) -> None:
    """Have a record found by its new words; where it is under way and has such a paper, that is
    printed once more.
    """
    note(record)
    if not record.current_stage.ends and Document.exists(record, paper):
        record.produce(paper)


def look_at_all() -> None:
    """Look at every open record, where a migration has asked for that. The caller commits."""
    jobs_deleted = rows_changed(delete(Job).where(Job.kind == LOOK_AT_ALL))
    if not jobs_deleted:
        return
    for kind in KINDS.values():
        stages = [stage.key for stage in kind.flow.stages if not stage.ends]
        for record in db.session.scalars(
            select(kind).where(kind.stands_in(stages)).order_by(kind.id)
        ):
            record.touch()
