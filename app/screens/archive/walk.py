"""The archive's orders page by page: completed ones first, then the others, the newest of each
first.

Each stage is a walk through its index that ends after a page, however far back it begins.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, union_all

from app.extensions import db
from app.models.sales.order import Order

COUNTED = 1000  # orders; of more it is said that there are more
COMPLETED = Order.flow.completed
OTHERS = tuple(stage.key for stage in Order.flow.stages if stage.key not in COMPLETED)


def after(place: int, limit: int) -> list[int]:
    """The ids of the orders that follow a place: an order's id, negative where it is not completed;
    0 is before the first.
    """
    found = newest(COMPLETED, limit, below=place or None) if place >= 0 else []
    rest = limit - len(found)
    return found + (newest(OTHERS, rest, below=-place if place < 0 else None) if rest else [])


def before(place: int, limit: int) -> list[int]:
    """The ids of the orders that come just before a place, in the archive's order."""
    found = oldest(OTHERS, limit, above=-place) if place < 0 else []
    rest = limit - len(found)
    return (oldest(COMPLETED, rest, above=max(place, 0)) if rest else []) + found


def at(offset: int, limit: int) -> list[int]:
    """The ids of the orders after so many others, for who types the number of a page."""
    found = newest(COMPLETED, limit, offset=offset)
    if len(found) == limit:
        return found
    passed = offset + len(found) if found or not offset else completed()
    return found + newest(OTHERS, limit - len(found), offset=max(0, offset - passed))


def place_of(number: int, stage: str) -> int:
    """The place of an order in the archive."""
    return number if stage in COMPLETED else -number


def count() -> tuple[int, bool]:
    """How many orders there are, and whether there are more than were counted."""
    some = select(Order.id).limit(COUNTED + 1).subquery()
    found = db.session.scalar(select(func.count()).select_from(some)) or 0
    return min(found, COUNTED), found > COUNTED


def completed() -> int:
    query = select(func.count()).select_from(Order).where(Order.stage.in_(COMPLETED))
    return db.session.scalar(query) or 0


def newest(
    stages: Collection[str], limit: int, *, below: int | None = None, offset: int = 0
) -> list[int]:
    walks = [
        select(Order.id)
        .where(Order.stage == stage, *([] if below is None else [Order.id < below]))
        .order_by(Order.id.desc())
        for stage in stages
    ]
    if len(walks) == 1:  # which passes over its first ones without keeping them
        return list(db.session.scalars(walks[0].limit(limit).offset(offset)))
    parts = [select(each.limit(limit + offset).subquery().c.id) for each in walks]
    together = union_all(*parts).subquery()
    query = select(together.c.id).order_by(together.c.id.desc()).limit(limit).offset(offset)
    return list(db.session.scalars(query))


def oldest(stages: Collection[str], limit: int, *, above: int) -> list[int]:
    """The ids next above one, the highest first."""
    parts = [
        select(Order.id)
        .where(Order.stage == stage, Order.id > above)
        .order_by(Order.id)
        .limit(limit)
        .subquery()
        for stage in stages
    ]
    together = union_all(*(select(part.c.id) for part in parts)).subquery()
    query = select(together.c.id).order_by(together.c.id).limit(limit)
    return list(db.session.scalars(query))[::-1]
