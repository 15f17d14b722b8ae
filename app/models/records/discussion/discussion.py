"""What people say about a record and put to it: events of its chain that move neither its stage
nor its lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.extensions import db
from app.flow.roles import STAFF
from app.models.records.discussion.mention import Mention
from app.models.records.discussion.mention_parser import named
from app.models.records.event_chain import EventChain
from app.models.records.papers.attachment import Attachment
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.event import Event

CLAUSE = "四"
MAY_COMMENT = frozenset(role.key for role in STAFF)


class Discussed(EventChain):
    """Whoever may act on a record may also say something about it; the auditor only reads."""

    __abstract__ = True

    if TYPE_CHECKING:  # the record's own

        def lock(self) -> None: ...

        def touch(self) -> None: ...

    def comment(
        self, by: User, text: str, files: Iterable[Attachment] = (), **proves: bool
    ) -> Event:
        """Add words, files or both, in the caller's transaction, and tell those whom the words
        name; the last event comes back.

        The words are kept apart from their event, so that they can be erased. What was said stays:
        a correction is a new comment. ``proves`` is what the files are beside that.
        """
        self.lock()
        role = by.acting_role(MAY_COMMENT)
        event: Event | None = None
        if text:
            mentioned = [user for user in named(text, type(by).readers()) if user.id != by.id]
            event = self.write_event(
                "comment",
                by=by,
                role=role,
                clause=CLAUSE,
                private=("text",),
                data={"text": text, "mentions": [user.id for user in mentioned]},
            )
            db.session.add_all(
                Mention(user_id=user.id, event_id=event.id, flow=self.flow.key, record_id=self.id)
                for user in mentioned
            )
        for file in files:
            data = {**file.facts, **proves}
            event = self.write_event("attach", by=by, role=role, clause=CLAUSE, data=data)
            file.flow, file.record_id, file.event_id = self.flow.key, self.id, event.id
            db.session.add(file)
        self.touch()
        return required(event)
