"""What the archive is narrowed by: a number, a customer, words, days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_

from app import clock
from app.models.master import Customer
from app.models.records.column_types import normal
from app.models.records.search_index.newest import Sought, sought
from app.models.sales.order import Order
from app.plant import reading

WORDS = 8  # that are looked for, of all that are typed


@dataclass(frozen=True)
class Wanted:
    """What to look for; an empty field asks for nothing.

    The days are those of receipt, both included. ``after`` and ``before`` are places where a page
    ended: app/screens/archive/walk.py.
    """

    number: str = ""
    customer: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1
    after: int | None = None
    before: int | None = None


def looked_up(criteria: Wanted) -> list[Sought]:
    """What the search index can be asked for: the words; and the number and the customer, though
    it finds these among more than the columns that are meant.
    """
    words = normal(criteria.words).split()[:WORDS]
    beside = filter(None, map(normal, (criteria.number, criteria.customer)))
    return [sought(word) for word in (*words, *beside)]


def narrowed(query: Select[*tuple[Any, ...]], criteria: Wanted) -> Any:
    """The query of orders with the conditions of what is wanted, but for the words."""
    return beside_days(query, criteria).where(*received(criteria))


def beside_days(query: Select[*tuple[Any, ...]], criteria: Wanted) -> Any:
    """The query of orders with the conditions of number and customer."""
    if criteria.number:
        query = query.where(numbered(reading.code(criteria.number).upper()))
    if criteria.customer:
        query = query.outerjoin(Order.customer).where(ordered_by(criteria.customer))
    return query


def received(criteria: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the days."""
    since, until = moments(criteria)
    if since:
        yield Order.received_at >= since
    if until:
        yield Order.received_at < until


def moments(criteria: Wanted) -> tuple[datetime | None, datetime | None]:
    """When the days begin, and when the first one after them does."""
    since = midnight(criteria.first) if criteria.first else None
    return since, midnight(criteria.last + timedelta(days=1)) if criteria.last else None


def numbered(number: str) -> ColumnElement[bool]:
    columns = (Order.number, Order.request_no, Order.customer_po)
    return or_(*(column.contains(number, autoescape=True) for column in columns))


def ordered_by(customer: str) -> ColumnElement[bool]:
    names = (
        Customer.code,
        Customer.name_local,
        Customer.name_en,
        Customer.former_names,
        Order.customer_text,
    )
    spellings = {customer, reading.code(customer)}
    return or_(*(name.icontains(word, autoescape=True) for name in names for word in spellings))


def midnight(day: date) -> datetime:
    """When a day begins at the plant."""
    return clock.begins(day)
