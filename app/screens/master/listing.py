"""Finding rows of master data for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Float, Select, String, case, cast, func, inspect, or_, select, type_coerce
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.flow.texts.lazy_text import Both, Text, _l, listed
from app.models.master.dictionary import TABLES, Table
from app.models.master.dictionary.fields import (
    CHOICE,
    CODE_OF,
    DAY,
    EXACT,
    LONG,
    QUANTITY,
    ROW_OF,
    TEXT,
    WHOLE,
    YES,
    Field,
)
from app.models.master.dictionary.wording import unit_of, words
from app.models.master.incomplete import (
    GAPS,
    gap_called,
    is_incomplete,
    missing_of,
    number_incomplete,
)
from app.models.records.column_types import normal
from app.models.records.paging import Paged
from app.plant.quantities import UnknownUnit, from_base
from app.required import required
from app.screens.master.list_view import YES_OR_NO, ListView

PAGE = 50
AT_ONCE = 500
MISSING = _l("Missing")


def counts() -> dict[str, int]:
    """Return how many active rows each table has, in one query."""
    parts = [
        select(func.count()).select_from(t.model).where(t.model.active).scalar_subquery().label(key)
        for key, t in TABLES.items()
    ]
    return dict(db.session.execute(select(*parts)).one()._mapping)


def incomplete_counts() -> dict[str, int]:
    """Return how many rows in use lack something, of the tables that can, in one query."""
    return number_incomplete({key: table.model for key, table in TABLES.items()})


def find(view: ListView, number: int = 1) -> Paged:
    """Return a page of the rows that are asked for."""
    first = (number - 1) * PAGE
    if view.q:
        found = ids(view)
        count, shown = len(found), found[first : first + PAGE]
    else:
        count = how_many(view)
        page = asked(view, in_order(view, select(view.table.model.id))).limit(PAGE).offset(first)
        shown = list(db.session.scalars(page)) if first < count else []
    return Paged(rows_of(view.table, shown), count, number, PAGE)


def how_many(view: ListView) -> int:
    """Return how many rows are asked for."""
    if view.q:
        return len(ids(view))
    return db.session.scalar(asked(view, select(func.count(view.table.model.id)))) or 0


def ids(view: ListView) -> list[int]:
    """Return the ids of all the rows that are asked for, in their order.

    Words are folded here as everywhere else, for the databases cannot.
    """
    wanted = normal(view.q).split()[:8]
    model = view.table.model
    if not wanted:
        return list(db.session.scalars(asked(view, in_order(view, select(model.id)))))
    query = in_order(view, select(model.id, func.concat_ws("\n", *searched(view.table))))
    return [
        number for number, texts in db.session.execute(asked(view, query)) if holds(texts, wanted)
    ]


def holds(texts: str, wanted: list[str]) -> bool:
    """Whether every word stands in one of the texts, a line each.

    Most texts are plain letters, which fold to their small ones: ten times quicker.
    """
    if texts.isascii():
        found = texts.lower()
    else:
        lines = texts.split("\n")
        found = "\n".join(line.lower() if line.isascii() else normal(line) for line in lines)
    return all(word in found for word in wanted)


def searched(table: Table) -> list[Any]:
    """The texts that a row is found by: its own, and the codes that it names."""
    own = [getattr(table.model, f.name) for f in table.fields if f.kind in (TEXT, LONG, CODE_OF)]
    named = [code_of(table, f) for f in table.fields if f.kind == ROW_OF]
    return [*own, *named, *(getattr(table.model, name) for name in table.found_by)]


def code_of(table: Table, field: Field) -> Any:
    """The code of the row that a ROW_OF field names."""
    model = required(field.refers)
    own = getattr(table.model, f"{field.name}_id")
    return select(model.code).where(model.id == own).correlate(table.model).scalar_subquery()


def asked(view: ListView, query: Select[Any]) -> Select[Any]:
    """Narrow a SELECT to what is asked for, but for the words."""
    model, table = view.table.model, view.table
    query = query.where(model.active.is_(not view.retired))
    if superseded := getattr(model, "superseded", None):
        query = query.where(superseded.is_(False))  # shown by the revision that they were of
    if gap := gap_called(table.key, view.incomplete):
        query = query.where(gap.condition)
    elif view.incomplete and table.key in GAPS:
        query = query.where(is_incomplete(table.key))
    for name, value in view.chosen:
        field = table.field(name)
        own = code_of(table, field) if field.kind == ROW_OF else getattr(model, name)
        query = query.where(own.is_(value == "1") if field.kind == YES else own == value)
    return query


def in_order(view: ListView, query: Select[Any]) -> Select[Any]:
    """Sort as is asked for, then by what names a row."""
    table = view.table
    if view.sort:
        key = sorted_by(table, view.sort.removeprefix("-"))
        key = key.desc() if view.sort.startswith("-") else key.asc()
        query = query.order_by(key.nulls_last())
    for field in table.fields:
        if field.fixed:
            name = f"{field.name}_id" if field.kind == ROW_OF else field.name
            query = query.order_by(inspect(table.model).columns[name])
    return query.order_by(table.model.id)


def sorted_by(table: Table, column: str) -> Any:
    """What a column is sorted by: as it is read, numbers by their size."""
    field = next((f for f in table.fields if f.name == column), None)
    if field is None:
        return func.lower(in_language(table, column))
    own = getattr(table.model, column)
    if field.kind == ROW_OF:
        return code_of(table, field)
    if field.kind == CHOICE:
        labels = sorted(field.options, key=lambda option: str(option[1]))
        return case({value: place for place, (value, _) in enumerate(labels)}, value=own)
    if field.kind == EXACT:
        return cast(type_coerce(own, String), Float)
    if field.kind in (WHOLE, QUANTITY, DAY, YES):
        return own
    return func.lower(type_coerce(own, String))


def in_language(table: Table, column: str) -> Any:
    """A bilingual column in the reader’s language, else in the one there is."""
    local = "local" if hasattr(table.model, f"{column}_local") else "zh"
    zh, en = (getattr(table.model, f"{column}_{which}") for which in (local, "en"))
    first, second = (zh, en) if str(Both("zh", "en")) == "zh" else (en, zh)
    return func.coalesce(func.nullif(first, ""), second)


def rows_of(table: Table, numbers: list[int]) -> list[Any]:
    """Load rows with what they name, in the order of their ids."""
    query = select(table.model).where(table.model.id.in_(numbers))
    for field in table.fields:
        if field.kind == ROW_OF:
            query = query.options(joinedload(getattr(table.model, field.name)))
    found = {row.id: row for row in db.session.scalars(query)} if numbers else {}
    return [found[number] for number in numbers if number in found]


def sheet(view: ListView, *, missing: bool) -> tuple[str, list[Any], Iterator[list[Any]]]:
    """All the rows that are asked for, in their order, to take away: figures as figures; with
    what each lacks where the page says it.
    """
    heads = [view.table.heading(column) for column in view.table.columns]
    return (view.table.key, [*heads, *([MISSING] if missing else [])], cells(view, missing))


def cells(view: ListView, missing: bool) -> Iterator[list[Any]]:
    table, found = view.table, ids(view)
    for first in range(0, len(found), AT_ONCE):
        rows = rows_of(table, found[first : first + AT_ONCE])
        lacks = missing_of(table.key, rows) if missing else {}
        for row in rows:
            told = [str(listed(lacks.get(row.id, ())))] if missing else []
            yield [*(value(table, row, column) for column in table.columns), *told]


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


def filters(view: ListView) -> list[tuple[Field, Iterable[tuple[str, Text | str]], str]]:
    """The fields that a list may be narrowed by, with what each may be and what is chosen."""
    chosen = dict(view.chosen)
    found = [view.table.field(name) for name in view.table.filters]
    return [
        (field, choices(field, chosen.get(field.name, "")), chosen.get(field.name, ""))
        for field in found
    ]


def choices(field: Field, chosen: str) -> Iterable[tuple[str, Text | str]]:
    if field.kind == YES:
        return YES_OR_NO
    return field.options if field.kind == CHOICE else options(field, chosen)


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
