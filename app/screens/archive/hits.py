"""The orders of the archive that the search index leads to: the newest are looked at first, and no
more of them than a page and its count need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from app.database import few
from app.extensions import db
from app.models.records.search_index.entries import SearchEntry
from app.models.records.search_index.newest import EVER, ORDERS, Sought, holds, newest
from app.models.sales.order import Order
from app.screens.archive.criteria import Wanted, beside_days, narrowed
from app.screens.archive.walk import COMPLETED, COUNTED, OTHERS

FEW, MANY = 100, 2000  # entries in one look


def found(criteria: Wanted, looked_up: Sequence[Sought], last: int) -> tuple[list[int], bool]:
    """The ids of the orders, completed ones first and then the newest, as many as are counted and
    at least up to the ``last`` one that is shown; and whether that is all.
    """
    completed: list[int] = []
    others: list[int] = []
    for number, stage in hits(criteria, looked_up):
        (completed if stage in COMPLETED else others).append(number)
        if len(completed) + len(others) > COUNTED and len(completed) > last:
            return completed, False
    return completed + others, True


def following(criteria: Wanted, looked_up: Sequence[Sought], place: int, limit: int) -> list[int]:
    """The ids of the orders that follow a place (app/screens/archive/walk.py): completed ones by
    the index, from there on; then the others, which are few.
    """
    further: list[int] = []
    if place >= 0:
        begin = db.session.scalar(entry_of(place)) or EVER
        completed = (n for n, stage in hits(criteria, looked_up, begin) if stage in COMPLETED)
        further = list(islice(completed, limit))
    query = narrowed(select(Order.id), criteria).where(
        few(Order.stage.in_(OTHERS)),
        *all_held(looked_up),
        *([Order.id < -place] if place < 0 else []),
    )
    rest = limit - len(further)
    others = db.session.scalars(query.order_by(Order.id.desc()).limit(rest)) if rest else ()
    return [*further, *others]


def hits(
    criteria: Wanted, looked_up: Sequence[Sought], before: int = EVER
) -> Iterator[tuple[int, str]]:
    """Yield id and stage of the orders that are wanted, the newest first, of entries before one:
    those that the rarest of what is looked up leads to, if they meet the rest.
    """
    rarest, entries, look = *first_look(looked_up, before), FEW
    rest = all_held(each for each in looked_up if each is not rarest)
    query = narrowed(select(Order.id, Order.stage), criteria).where(*rest)
    while True:
        numbers = [entry.record_id for entry in entries]
        rows = db.session.execute(query.where(Order.id.in_(numbers)))
        stages: dict[int, str] = {row.id: row.stage for row in rows}
        yield from ((number, stages[number]) for number in numbers if number in stages)
        if len(entries) < look:
            return
        look = min(look * 2, MANY)
        entries = newest(rarest, ORDERS, look, before=entries[-1].id)


def first_look(looked_up: Sequence[Sought], before: int) -> tuple[Sought, list[Row[Any]]]:
    """What the fewest orders hold, as far as the newest tell, and those."""
    looks = [(each, newest(each, ORDERS, FEW, before)) for each in looked_up]
    return min(looks, key=lambda look: len(look[1]))


def are_frequent(looked_up: Sequence[Sought]) -> bool:
    """Whether so many orders hold each that a few days are looked through sooner."""
    return all(len(newest(each, ORDERS, COUNTED)) == COUNTED for each in looked_up)


def holding(query: Any, criteria: Wanted, looked_up: Iterable[Sought]) -> Any:
    """The query of orders with the conditions of what is looked up, and of number and customer."""
    return beside_days(query, criteria).where(*all_held(looked_up))


def all_held(looked_up: Iterable[Sought]) -> list[ColumnElement[bool]]:
    return [holds(each, Order.flow.key, Order.id) for each in looked_up]


def entry_of(number: int) -> Select[int]:
    """The SELECT of the entry of an order."""
    here = (SearchEntry.flow == Order.flow.key, SearchEntry.record_id == number)
    return select(SearchEntry.id).where(*here)
