"""The mark of what a plant carried over from its paper on the day of the cut-over (期初)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped

from app.extensions import db
from app.flow.orders import CARRY_OVER
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.people.user import User


class Opening:
    """``paper_until`` is the day of its cut-over; none of what began here."""

    paper_until: Mapped[date | None]

    if TYPE_CHECKING:  # the record's own
        doers: Any

    @property
    def vouching(self) -> list[int]:
        """The ids of the people who vouch for how it came in: they count as its doers, for four
        eyes; of a part of a card those of the whole.
        """
        own: list[int] = self.doers.get(CARRY_OVER.key, [])
        whole = None if own else getattr(self, "parent", None)
        return whole.vouching if whole else own

    @property
    def vouched_for_by(self) -> Text | str:
        """Their names."""
        people = (db.session.get(User, each) for each in self.vouching)
        return listed(person.known_as for person in people if person)

    @property
    def opening_in_brief(self) -> Text | None:
        """The mark without names, for walls; None of what began here."""
        if self.paper_until is None:
            return None
        return _l("Opening · paper until %(day)s", day=self.paper_until.isoformat())

    @property
    def opening(self) -> Text | None:
        """The mark, as people read it; None of what began here."""
        if self.paper_until is None:
            return None
        return _l(
            "Opening · paper until %(day)s · vouched for by %(who)s",
            day=self.paper_until.isoformat(),
            who=str(self.vouched_for_by),
        )
