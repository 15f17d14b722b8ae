"""The archive's orders page by page: completed ones first, then the others, of each those received
last first.

Each stage is a walk through its index that ends after a page, however far back it begins and
however many days there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_, union_all

from app.database import few
from app.extensions import db
from app.models.records.column_types import Key, Moment
from app.models.sales.order import Order

COUNTED = 1000  # orders; of more it is said that there are more
COMPLETED = Order.flow.completed
OTHERS = tuple(stage.key for stage in Order.flow.stages if stage.key not in COMPLETED)
Point = tuple[datetime, int]  # when an order was received, and its id


@dataclass(frozen=True)
class Walk:
    """Through the orders received since a moment and before another, as ``narrow`` leaves them.

    A place is an order's id, negative where it is not completed; 0 is before the first.
    """

    since: datetime | None = None
    until: datetime | None = None
    narrow: Callable[[Any], Any] = lambda query: query

    def after(self, place: int, limit: int) -> list[int]:
        """The ids of the orders that follow a place."""
        here = point_at(place)
        found = self.newest(COMPLETED, limit, below=here) if place >= 0 else []
        rest = limit - len(found)
        return found + self.newest(OTHERS, rest, below=here if place < 0 else None)

    def before(self, place: int, limit: int) -> list[int]:
        """The ids of the orders that come just before a place, in the archive's order."""
        here = point_at(place)
        found = self.oldest(OTHERS, limit, above=here) if place < 0 else []
        rest = limit - len(found)
        return self.oldest(COMPLETED, rest, above=here if place > 0 else None) + found

    def at(self, offset: int, limit: int) -> list[int]:
        """The ids of the orders after some others, for who types the number of a page."""
        return self.after(0, offset + limit)[offset:]

    def count(self) -> tuple[int, bool]:
        """How many orders there are, and whether there are more than were counted."""
        days = (*self.begins(), *self.ends())
        query = self.narrow(select(Order.id).where(*map(few, days)))
        some = query.limit(COUNTED + 1).subquery()
        found = db.session.scalar(select(func.count()).select_from(some)) or 0
        return min(found, COUNTED), found > COUNTED

    def newest(self, stages: Collection[str], limit: int, below: Point | None = None) -> list[int]:
        """The ids of those received last, below a point."""
        end = [lies() < point(below)] if below else self.ends()
        return self.ids(stages, limit, [*self.begins(), *end], is_newest=True)

    def oldest(self, stages: Collection[str], limit: int, above: Point | None = None) -> list[int]:
        """The ids of those received next above a point, the last one first."""
        begin = [lies() > point(above)] if above else self.begins()
        return self.ids(stages, limit, [*begin, *self.ends()], is_newest=False)[::-1]

    def begins(self) -> list[ColumnElement[bool]]:
        return [Order.received_at >= self.since] if self.since else []

    def ends(self) -> list[ColumnElement[bool]]:
        return [Order.received_at < self.until] if self.until else []

    def ids(
        self,
        stages: Collection[str],
        limit: int,
        bounds: Iterable[ColumnElement[bool]],
        *,
        is_newest: bool,
    ) -> list[int]:
        """The ids of the first orders of some stages: each is walked as far as all may need it."""

        def ordered(by: Any) -> list[Any]:
            return [each.desc() if is_newest else each for each in (by.received_at, by.id)]

        query = self.narrow(select(Order.id, Order.received_at).where(*bounds))
        query = query.order_by(*ordered(Order)).limit(limit)
        parts = [query.where(Order.stage == stage).subquery() for stage in stages]
        together = union_all(*map(select, parts)).subquery()
        found = select(together.c.id).order_by(*ordered(together.c)).limit(limit)
        return list(db.session.scalars(found)) if limit else []


def place_of(number: int, stage: str) -> int:
    """The place of an order in the archive."""
    return number if stage in COMPLETED else -number


def point_at(place: int) -> Point | None:
    """Where the order of a place lies among those of its stage; None before the first."""
    query = select(Order.received_at, Order.id).where(Order.id == abs(place))
    row = db.session.execute(query).first() if place else None
    return (row.received_at, row.id) if row else None


def lies() -> Any:
    return tuple_(Order.received_at, Order.id)


def point(where: Point) -> Any:
    return tuple_(literal(where[0], Moment), literal(where[1], Key))
