"""Documents that were in force on paper before the plant worked here: what is printed on them is
noted by one person and confirmed by another. No signature of theirs is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.flow.master.revisions import KINDS
from app.flow.texts.lazy_text import Text, _l
from app.models.controlled.contents import EMPTY, Content
from app.models.controlled.in_force import HOMES, Home
from app.models.records.errors import Blocked, Forbidden
from app.models.records.number_series import next_number
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.people.user import User


@dataclass(frozen=True)
class Paper:
    """What is printed on a document that is in force on paper; names as they stand there."""

    edition: str
    since: date
    approver: str
    author: str = ""
    remark: str = ""


class OnPaper(Record):
    """``paper_approver`` and ``paper_author`` are the names as printed; ``paper_list`` is the
    number of the first revision of the list that it came in with, empty for any other revision.
    """

    __abstract__ = True

    if TYPE_CHECKING:  # the revision's own
        number: Mapped[str]
        kind: Mapped[str]
        code: Mapped[str]
        edition: Mapped[str]
        reason: Mapped[str]
        effective_on: Mapped[date]
        took_effect_at: Mapped[datetime | None]
        source: Mapped[str]
        content: Mapped[Content]
        former: Mapped[Content]
        headline: Any

        @property
        def home(self) -> Home: ...

        @classmethod
        def fault_of_paper(cls, kind: str, code: str, paper: Paper) -> Text | None: ...
        def told(self) -> dict[str, Any]: ...

    paper_list: Mapped[str] = mapped_column(String(30), default="", server_default="")
    paper_approver: Mapped[str] = mapped_column(String(120), default="", server_default="")
    paper_author: Mapped[str] = mapped_column(String(120), default="", server_default="")

    def take_over_paper(
        self, by: User, *, kind: str, code: str, printed: Paper, paper_list: str, source: str
    ) -> dict[str, Any]:
        """Note under which version, since when and approved by whom on paper it is in force what
        the rows say; another person confirms it.
        """
        if not by.has_role({role.key for role in KINDS[kind].authors}):
            raise Forbidden(_l("Your role may not write this: %(kind)s.", kind=KINDS[kind].label))
        self.number = next_number("DR")
        if wrong := self.fault_of_paper(kind, code, printed):
            raise Blocked(wrong)
        self.kind, self.code, self.edition = kind, HOMES[kind].called(code), printed.edition
        self.effective_on, self.due, self.took_effect_at = printed.since, clock.today(), None
        self.paper_approver, self.paper_author = printed.approver, printed.author
        self.reason, self.source = printed.remark, source
        self.paper_list = paper_list or self.number
        self.content, self.former = self.home.content(self.code), EMPTY
        return {
            **self.told(),
            "paper_list": self.paper_list,
            "paper_approver": printed.approver,
            "paper_author": printed.author,
        }

    def confirm_paper(self, by: User) -> dict[str, Any]:
        """Sign that paper says so: from now on it is the revision in force, since its own day."""
        fits = self.home.fits(self.code, self.edition)
        if not fits or self.home.content(self.code) != self.content:
            raise Blocked(
                _l(
                    "%(document)s was changed since the list came in. Give %(number)s up and bring "
                    "it in again.",
                    document=self.headline,
                    number=self.number,
                )
            )
        self.home.carry(self.code, self.edition, self.effective_on)
        midnight = clock.begins(self.effective_on)
        self.took_effect_at, self.due = midnight.astimezone(UTC), None
        return {
            "document": self.headline,
            "revision": self.edition,
            "effective_on": self.effective_on,
            "paper_list": self.paper_list,
            "paper_approver": self.paper_approver,
        }
