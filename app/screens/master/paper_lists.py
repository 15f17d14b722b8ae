"""Lists of documents that were in force on paper: which wait for a signature, what is in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.flow.master.revisions import CONFIRM, TAKE_OVER
from app.models.controlled.revision import Revision
from app.models.records.event import Event


@dataclass(frozen=True)
class PaperList:
    """A list as it came in; ``waiting`` are the revisions of it that nobody has confirmed."""

    number: str
    revisions: Sequence[Revision]

    @classmethod
    def of(cls, number: str) -> PaperList | None:
        """The list of a number; None where there is none."""
        rows = select(Revision).where(Revision.paper_list == number).order_by(Revision.id)
        found = db.session.scalars(rows).all() if number else ()
        return cls(number, found) if found else None

    @property
    def source(self) -> str:
        return self.revisions[0].source

    @property
    def waiting(self) -> list[Revision]:
        return [each for each in self.revisions if each.stage in CONFIRM.sources]

    @property
    def taken_over(self) -> Event:
        return next(e for e in self.revisions[0].history if e.action == TAKE_OVER.key)


def waiting_lists() -> list[Any]:
    """The lists that wait, each with its number, its file and how many of it do."""
    some = (
        select(Revision.paper_list, Revision.source, func.count().label("many"))
        .where(Revision.stands_in(CONFIRM.sources))
        .group_by(Revision.paper_list, Revision.source)
        .order_by(Revision.paper_list)
    )
    return list(db.session.execute(some))
