"""A record's history as somebody looks at it: everything, or what one kind of event or one
person left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.people.signers import awaited
from app.models.people.user import User
from app.models.records.discussion.mention_parser import pieces
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.record import Record
from app.models.records.sealing.erasable_words import entered_of
from app.screens.record.event_words import field_lines
from app.screens.record.results import result_lines

NEWEST = 10
BESIDE = {"comment": "comments", "attach": "files", "file_document": "documents"}
KINDS = {
    "moves": _l("Moves"),
    "entries": _l("Entries"),
    "comments": _l("Comments"),
    "files": _l("Files"),
    "documents": _l("Documents"),
}


def kind_of(event: Event) -> str:
    """Whether it moved the record, entered something, or happened beside the flow."""
    return BESIDE.get(event.action) or ("moves" if event.target else "entries")


@dataclass(frozen=True)
class Choice:
    """One way to narrow the history: its key, its name, how many events it leaves, where it
    leads, whether it is the present one.
    """

    key: str
    label: Text | str
    count: int
    url: str
    current: bool


class History:
    """``asked`` are an address's ``show`` (a kind) and ``who`` (a login); what names nothing
    narrows nothing.
    """

    def __init__(self, record: Record, asked: Mapping[str, str]) -> None:
        self.record = record
        show, who = asked.get("show", ""), asked.get("who", "")
        self.show = show if show in KINDS else ""
        self.who = who if any(e.actor and e.actor.login == who for e in self.events) else ""

    @cached_property
    def events(self) -> list[Event]:
        """All of it, newest first."""
        return self.record.history[::-1]

    @cached_property
    def shown(self) -> list[Event]:
        return [e for e in self.events if self.is_of_person(e) and self.is_of_kind(e)]

    def is_of_kind(self, event: Event) -> bool:
        return not self.show or kind_of(event) == self.show

    def is_of_person(self, event: Event) -> bool:
        return not self.who or (event.actor is not None and event.actor.login == self.who)

    @property
    def newest(self) -> list[Event]:
        return self.shown[:NEWEST]

    @property
    def older(self) -> list[Event]:
        return self.shown[NEWEST:]

    # How it can be narrowed

    @property
    def kinds(self) -> list[Choice]:
        """Everything, and each kind that there is, counted among what the person left."""
        counts = counted(filter(self.is_of_person, self.events), kind_of)
        whole = Choice(
            "", _l("Everything"), counts.total(), self.query("", self.who), not self.show
        )
        return [
            whole,
            *(
                Choice(key, label, counts[key], self.query(key, self.who), key == self.show)
                for key, label in KINDS.items()
                if counts[key] or key == self.show
            ),
        ]

    @property
    def people(self) -> list[Choice]:
        """Everybody who left something of this kind, those who did most first."""
        here = [e for e in self.events if self.is_of_kind(e)]
        counts = counted(here, lambda e: e.actor and e.actor.login)
        names = {e.actor.login: e.actor.known_as for e in self.events if e.actor}
        return [
            Choice(login, names[login], count, self.query(self.show, login), login == self.who)
            for login, count in counts.most_common()
            if login
        ]

    def query(self, show: str, who: str) -> str:
        """The query of an address that narrows so; empty for everything."""
        asked = {key: value for key, value in (("show", show), ("who", who)) if value}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def here(self) -> str:
        return self.query(self.show, self.who)

    # What an event says

    @cached_property
    def data(self) -> dict[int, dict[str, Any]]:
        return entered_of(self.shown)

    @cached_property
    def named(self) -> list[User]:
        """The people whom the comments name."""
        ids = {
            number for e in self.shown if kind_of(e) == "comments" for number in e.data["mentions"]
        }
        return list(db.session.scalars(select(User).where(User.id.in_(ids)))) if ids else []

    @cached_property
    def files(self) -> dict[int, Attachment]:
        """What was attached, by the event that did it."""
        return {file.event_id: file for file in Attachment.of([self.record])}

    def role(self, event: Event) -> Text | str:
        return event.in_role or ""

    def comment(self, event: Event) -> list[tuple[str, list[User]]]:
        """The words of a comment, piece by piece, with whom each names; nothing for other
        events.
        """
        if kind_of(event) != "comments":
            return []
        among = set(event.data["mentions"])
        return list(
            pieces(
                str(self.data[event.id]["text"]), [user for user in self.named if user.id in among]
            )
        )

    def told(self, event: Event) -> list[tuple[Any, Any]]:
        """What was entered or changed, in words: label and value; comments and files are shown
        as such.
        """
        if kind_of(event) in ("comments", "files"):
            return []
        data = self.data[event.id]
        return [
            *field_lines(self.record.flow, data, self.uom),
            *result_lines(self.record, data),
            *awaited(self.record, event),
        ]

    def sheet(self) -> tuple[str, list[Any], list[list[Any]]]:
        """The history to take away, narrowed as it is shown, from the beginning."""
        heads = [
            _l("No."),
            _l("When"),
            _l("By"),
            _l("Role"),
            _l("What happened"),
            _l("To"),
            _l("Reason"),
            _l("Entered"),
            _l("Clause"),
            _l("Entered on"),
        ]
        return "history", heads, [self.row(event) for event in reversed(self.shown)]

    def row(self, event: Event) -> list[Any]:
        """An event's row: a comment's words and a file's name stand under what was entered."""
        file = self.files.get(event.id)
        entered = [
            "".join(words for words, _ in self.comment(event)),
            file.filename if file else "",
            *(f"{label}: {value}" for label, value in self.told(event)),
        ]
        return [
            event.seq,
            event.happened_at,
            event.who or _l("System"),
            self.role(event),
            self.record.past(event),
            self.record.flow.stage(event.target).label if event.target else "",
            event.reason or "",
            "; ".join(filter(None, entered)),
            event.clause,
            event.at if event.paper else None,
        ]

    @property
    def uom(self) -> str:
        """The unit of a material's record: its quantities are kept in base units."""
        return getattr(getattr(self.record, "material", None), "uom", "")


def counted(events: Iterable[Event], by: Callable[[Event], Any]) -> Counter[Any]:
    return Counter(map(by, events))
