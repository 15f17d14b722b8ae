"""A list of what somebody needs first thing: declared as data, read with its exact count in one
statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func

from app.extensions import db
from app.flow.roles import Role
from app.flow.texts.lazy_text import Text, _l
from app.screens.record.fact import Mark

FIRST, ALL = 5, 200


@dataclass(frozen=True)
class Row:
    """One entry: the record's number, what it is, who and what is missing.

    ``since`` is shown as an age, ``at`` as a day or an hour.

    ``url`` is where it leads if not to the record's page.
    """

    ref: str
    what: Any
    who: Any = ""
    note: Any = ""
    since: datetime | None = None
    at: date | datetime | None = None
    days: int | None = None
    mark: Mark | None = None
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class Listing:
    """A list as it is declared (``query`` selects what ``row`` takes, in order) and, once read, its
    rows and their exact count.

    ``roles`` are those for whom it comes first; ``none`` is what an empty one says.
    """

    key: str
    title: Text
    none: Text
    query: Callable[[], Select[Any]]
    row: Callable[..., Row]
    roles: frozenset[Role] = frozenset()
    count: int = 0
    rows: tuple[Row, ...] = ()

    def read(self, limit: int | None) -> Listing:
        """The list with its first rows, or with all, and how many there are."""
        found = db.session.execute(self.query().add_columns(func.count().over()).limit(limit)).all()
        return replace(
            self,
            count=found[0][-1] if found else 0,
            rows=tuple(self.row(*columns) for *columns, _ in found),
        )

    def sheet(self) -> tuple[str, list[Any], list[list[Any]]]:
        """The whole list to take away."""
        heads = [
            _l("Number"),
            _l("What"),
            _l("Who or how much"),
            _l("Note"),
            _l("Since"),
            _l("When"),
            _l("Days left"),
            _l("State"),
        ]
        rows = [
            [
                row.label or row.ref,
                row.what,
                row.who,
                row.note,
                row.since,
                row.at,
                row.days,
                row.mark.word if row.mark else "",
            ]
            for row in self.read(None).rows
        ]
        return self.key, heads, rows

    @property
    def rest(self) -> int:
        return self.count - len(self.rows)


def due_mark(days: int | None) -> Mark | None:
    """Late or at risk by its days left, as a board marks it; neither while there is time."""
    if days is None or days > 2:
        return None
    return Mark("late", _l("Late")) if days < 0 else Mark("risk", _l("At risk"))
