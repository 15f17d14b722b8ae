"""Finding rows of master data for a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.master.dictionary import TABLES, Table
from app.models.master.dictionary.fields import (
    CODE_OF,
    DAY,
    EXACT,
    LONG,
    QUANTITY,
    ROW_OF,
    TEXT,
    WHOLE,
    Field,
)
from app.models.master.dictionary.wording import unit_of, words
from app.models.records.paging import Paged
from app.plant import reading
from app.plant.quantities import UnknownUnit, from_base
from app.required import required

PAGE = 50


def counts() -> dict[str, int]:
    """Return how many active rows each table has, in one query."""
    parts = [
        select(func.count()).select_from(t.model).where(t.model.active).scalar_subquery().label(key)
        for key, t in TABLES.items()
    ]
    return dict(db.session.execute(select(*parts)).one()._mapping)


def find(table: Table, q: str = "", number: int = 1, *, retired: bool = False) -> Paged:
    """Return a page of the rows in use, or of the retired ones, that hold every word of ``q``."""
    query = of_state(table, q, retired)
    count = db.session.scalar(query.with_only_columns(func.count(table.model.id))) or 0
    return Paged(
        list(db.session.scalars(ordered(table, query).limit(PAGE).offset((number - 1) * PAGE))),
        count,
        number,
        PAGE,
    )


def retired_count(table: Table, q: str = "") -> int:
    """Return how many retired rows hold every word of ``q``."""
    query = of_state(table, q, retired=True)
    return db.session.scalar(query.with_only_columns(func.count(table.model.id))) or 0


def of_state(table: Table, q: str, retired: bool) -> Select[Any]:
    return holding(table, q).where(table.model.active.is_(not retired))


def holding(table: Table, q: str) -> Select[Any]:
    """The SELECT of the rows that hold every word of ``q`` in a text of their own or in a code
    they name.
    """
    query = select(table.model)
    if superseded := getattr(table.model, "superseded", None):
        query = query.where(superseded.is_(False))  # shown by the revision that they were of
    for word in q.split()[:8]:
        beside = [getattr(table.model, n).icontains(word, autoescape=True) for n in table.found_by]
        own = (condition for f in table.fields for condition in matching(table, f, word))
        query = query.where(or_(*own, *beside))
    return query


def sheet(table: Table, q: str, *, retired: bool) -> tuple[str, list[Any], Iterator[list[Any]]]:
    """All the rows that a search shows, in their order, to take away: figures as figures."""
    rows = db.session.scalars(ordered(table, of_state(table, q, retired)))
    shown = ([value(table, row, column) for column in table.columns] for row in rows)
    return (table.key, [table.heading(column) for column in table.columns], shown)


def value(table: Table, row: Any, column: str) -> Any:
    """A number or a day as such, everything else in words."""
    found = next((f for f in table.fields if f.name == column), None)
    plain = getattr(row, column)
    if found and found.kind == QUANTITY and plain is not None:
        try:
            return from_base(plain, unit_of(found, row))
        except UnknownUnit:
            return plain
    is_plain = found and found.kind in (WHOLE, EXACT, DAY) and not found.options
    return plain if is_plain else words(table, row, column)


def matching(table: Table, field: Field, word: str) -> list[Any]:
    attribute = getattr(table.model, field.name)
    if field.kind == ROW_OF:
        return [
            attribute.has(
                required(field.refers).code.icontains(reading.code(word), autoescape=True)
            )
        ]
    if field.kind in (TEXT, LONG, CODE_OF):
        return [attribute.icontains(each, autoescape=True) for each in {word, reading.code(word)}]
    return []


def ordered(table: Table, query: Select[Any]) -> Select[Any]:
    """Sort by what names a row."""
    for field in table.fields:
        attribute = getattr(table.model, field.name)
        if field.kind == ROW_OF:
            query = query.options(joinedload(attribute))
        if field.fixed:
            key = (
                inspect(table.model).columns[f"{field.name}_id"]
                if field.kind == ROW_OF
                else attribute
            )
            query = query.order_by(key)
    return query


def options(field: Field, kept: Any = None) -> list[tuple[str, str]]:
    """Return what a reference may name: active rows as (code, words), and what it names already."""
    model = required(field.refers)
    kept = [kept] if isinstance(kept, str) else list(kept or [])
    # Of a document's versions the one in force comes last, and stays.
    rows = db.session.scalars(
        select(model)
        .where(or_(model.active, model.code.in_(kept)))
        .order_by(model.code, model.active)
    )
    return list(
        {
            row.code: f"{row.code} · {getattr(row, 'name', None) or getattr(row, 'title', '')}"
            for row in rows
        }.items()
    )
