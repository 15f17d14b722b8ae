"""What an event wrote: every row that changed is sealed in the body of the event that changed it,
so that ``verify`` can compare.

Rows are noted as they are sent; the next event of the transaction takes what was noted (``take``)
with it. What no event took is sealed at the commit in the plant's own chain. A column is sealed
unless ``app.models.records.sealing.unsealed`` says why it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from datetime import UTC
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlalchemy import Boolean, Column, Integer, Table, event, inspect
from sqlalchemy.orm import Mapper, SessionTransaction

from app.extensions import Model, db
from app.flow.flows import FLOWS
from app.models.records.column_types import Exact, Json, Moment, as_kept, canonical
from app.models.records.sealing.unsealed import is_sealed
from app.required import required

# A value whose JSON is longer is sealed by its hash.
LONGEST = 80
Row = dict[str, Any] | None
Written = dict[tuple[str, str], Row]


@cache
def sealed_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns of a table whose values events seal; the primary key names the row and is none
    of them.
    """
    return tuple(c for c in table.c if not c.primary_key and is_sealed(c))


@cache
def keeps_seals(table: Table) -> bool:
    """Whether the rows of a table are sealed at all."""
    return any(is_sealed(column) for column in table.c)


@cache
def attributes(mapper: Mapper[Any]) -> tuple[tuple[str, Column[Any]], ...]:
    """Attribute and column of whatever of a kind is sealed."""
    return tuple(
        (mapper.get_property_by_column(column).key, column)
        for column in sealed_columns(table_of(mapper))
    )


def key_of(values: Iterable[Any]) -> str:
    """The name of a row in its table: its primary key as text."""
    return ",".join(str(value) for value in values)


def form(column: Column[Any], value: Any) -> Any:
    """A value as it is sealed: what JSON knows, the same whether it was just set or comes from
    either database.
    """
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, Exact):  # equal ones are the same: what equals the old value is not sent
        return format(Decimal(value).normalize(), "f")
    if isinstance(kind, Moment):
        return value.astimezone(UTC).isoformat()
    if isinstance(kind, Json):
        return as_kept(value)
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, Integer):
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def short(column: Column[Any], value: Any) -> Any:
    """The same, by its hash where it is long or opens something."""
    if isinstance(value, int) or (
        isinstance(value, str)
        and len(value) < LONGEST // 2 - 1
        and value.isprintable()
        and not column.name.endswith(("_hash", "_secret"))
    ):
        return value  # most are so short, however their signs are written
    if value is not None and (
        column.name.endswith(("_hash", "_secret")) or len(canonical(value)) > LONGEST
    ):
        return {"digest": hashlib.sha256(canonical(value).encode()).hexdigest()}
    return value


# What the transaction wrote


def written() -> Written:
    """What was noted since the last event."""
    noted: Written = db.session.info.setdefault("written", {})
    return noted


def note(table: Table, key: Any, **values: Any) -> None:
    """Note values of a row that a statement wrote past the session."""
    add(
        table.name,
        str(key),
        {name: form(table.c[name], value) for name, value in values.items()},
        new=True,
    )


def add(table: str, key: str, values: Row, *, new: bool = False) -> None:
    """Add values of a row, None for one that is gone, to what is noted; what an event of this
    transaction sealed already is no news.
    """
    columns_before = db.session.info.setdefault("sealed", {}).get((table, key)) or {}
    noted = written().pop((table, key), None) or {}
    if values is None:
        written()[table, key] = None
        return
    noted = {
        name: value
        for name, value in (noted | values).items()
        if name not in columns_before or columns_before[name] != value
    }
    if noted or new:
        written()[table, key] = noted


def name_of(mapper: Mapper[Any], held: dict[str, Any]) -> str:
    return key_of(held[mapper.get_property_by_column(column).key] for column in mapper.primary_key)


def inserted(mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    if keeps_seals(table_of(mapper)):
        loaded = inspect(row).dict
        empty = {
            column.name: None
            for name, column in attributes(mapper)
            if name not in loaded and column.server_default is None
        }
        add(
            table_of(mapper).name,
            name_of(mapper, loaded),
            empty | values(mapper, loaded, loaded),
            new=True,
        )


def table_of(mapper: Mapper[Any]) -> Table:
    """The table of a model: none of ours stands for a join."""
    return cast("Table", mapper.local_table)


def updated(mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    if keeps_seals(table_of(mapper)) and (changed := inspect(row).committed_state):
        loaded = inspect(row).dict
        lock = mapper.version_id_col is not None and {
            mapper.get_property_by_column(mapper.version_id_col).key
        }
        add(
            table_of(mapper).name,
            name_of(mapper, loaded),
            values(mapper, loaded, {*changed, *(lock or ())}),
        )


def deleted(mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    if keeps_seals(table_of(mapper)):
        add(table_of(mapper).name, name_of(mapper, inspect(row).dict), None)


def values(mapper: Mapper[Any], held: dict[str, Any], changed: Container[str]) -> dict[str, Any]:
    """The sealed columns of a row that were changed, as they are sealed."""
    return {
        column.name: form(column, held[name])
        for name, column in attributes(mapper)
        if name in changed and name in held
    }


for name, heard in (
    ("after_insert", inserted),
    ("after_update", updated),
    ("after_delete", deleted),
):
    event.listen(Model, name, heard, propagate=True)


@event.listens_for(db.session, "after_transaction_create")
def remember(session: Any, transaction: SessionTransaction) -> None:
    """A savepoint that is rolled back takes with it what was noted since."""
    if transaction.nested:
        session.info.setdefault("savepoints", []).append(
            {name: dict(session.info.get(name, {})) for name in ("written", "sealed")}
        )


@event.listens_for(db.session, "after_soft_rollback")
def take_back(session: Any, transaction: SessionTransaction) -> None:
    if transaction.nested and session.info.get("savepoints"):
        session.info.update(session.info["savepoints"][-1])


@event.listens_for(db.session, "after_transaction_end")
def forget(session: Any, transaction: SessionTransaction) -> None:
    if transaction.nested and session.info.get("savepoints"):
        session.info["savepoints"].pop()
    elif transaction.parent is None:
        for name in ("written", "sealed", "savepoints"):
            session.info.pop(name, None)


# What an event takes with it


def take(own: Any, data: dict[str, Any], private: Iterable[str]) -> dict[str, dict[str, Row]]:
    """Return what was written since the last event, by table and row, as the event with this data
    may hold it.

    Words about people stand there only by the name of the field of ``private`` that keeps them
    apart; those that this event does not say wait for the one that does. ``own`` is the row whose
    chain it belongs to; it is sent later, with the event's hash.
    """
    send_all_but(own)
    words = {
        field: canonical(latest(data[field]))
        for field in private
        if data.get(field) not in (None, "")
    }
    noted = written()
    rows: dict[str, dict[str, Row]] = {}
    for table, key in sorted(noted):
        row = noted.pop((table, key))
        waiting = {
            name: value
            for name, value in (row or {}).items()
            if is_personal(table, name, value) and canonical(value) not in words.values()
        }
        if waiting:
            noted[table, key] = waiting
        if not row or waiting != row:
            row = row and {name: value for name, value in row.items() if name not in waiting}
            rows.setdefault(table, {})[key] = row and {
                name: sealed(table, name, value, words) for name, value in row.items()
            }
            settle(table, key, row)
    return rows


def take_of(own: Any, data: dict[str, Any], private: Iterable[str]) -> dict[str, dict[str, Row]]:
    """The same of one row alone, which was sent already; its personal words are all said."""
    words = {
        field: canonical(latest(data[field]))
        for field in private
        if data.get(field) not in (None, "")
    }
    mapper = inspect(own).mapper
    table, key = table_of(mapper).name, name_of(mapper, inspect(own).dict)
    row = written().pop((table, key), None)
    if row is None:
        return {}
    settle(table, key, row)
    return {table: {key: {name: sealed(table, name, each, words) for name, each in row.items()}}}


def take_rest(most: int) -> tuple[dict[str, dict[str, Row]], dict[str, Any]]:
    """Return some of what no event took, and the words about people in it, by the fields that
    are to keep them apart.
    """
    rows_by_table: dict[str, dict[str, Row]] = {}
    words: dict[str, Any] = {}
    for table, key in sorted(written())[:most]:
        row = written().pop((table, key))
        apart = {
            name: f"{table}.{key}.{name}"
            for name, value in (row or {}).items()
            if is_personal(table, name, value)
        }
        words |= {field: required(row)[name] for name, field in apart.items()}
        rows_by_table.setdefault(table, {})[key] = row and {
            name: {"word": apart[name]}
            if name in apart
            else short(db.metadata.tables[table].c[name], value)
            for name, value in row.items()
        }
        settle(table, key, row)
    return rows_by_table, words


def settle(table: str, key: str, row: Row) -> None:
    """Remember what this transaction has sealed."""
    known = db.session.info.setdefault("sealed", {})
    known[table, key] = None if row is None else {**(known.get((table, key)) or {}), **row}


def send_all_but(own: Any) -> None:
    """Have every row noted: those that wait are sent, ``own`` only where it must be."""
    session = db.session()
    if any(
        row is not own for rows in (session.new, session.dirty, session.deleted) for row in rows
    ):
        session.flush()
    elif own is not None and own in session.dirty:
        mapper, changed = inspect(own).mapper, inspect(own).committed_state
        incomplete = mapper.version_id_col is not None or any(
            name in mapper.relationships for name in changed
        )
        session.flush() if incomplete else updated(mapper, None, own)


def sealed(table: str, name: str, value: Any, words: dict[str, str]) -> Any:
    """A value as the event may hold it; ``said`` are the words that it keeps apart, by field."""
    if not is_personal(table, name, value):
        return short(db.metadata.tables[table].c[name], value)
    text = canonical(value)
    return {
        "word": name
        if words.get(name) == text
        else next(field for field, word in words.items() if word == text)
    }


def latest(entered: Any) -> Any:
    """What a field of an event left in its column: the new one of a change."""
    return (
        entered["new"]
        if isinstance(entered, dict) and entered.keys() == {"old", "new"}
        else entered
    )


def is_personal(table: str, name: str, value: Any) -> bool:
    return value not in (None, "") and (table, name) in personal()


PERSONAL: dict[str, frozenset[str]] = {}  # by table; each says its own where it is declared


@cache
def personal() -> frozenset[tuple[str, str]]:
    """Table and column of what holds words about people: as the flows, the master data and the
    staff declare.
    """
    names = {
        field for flow in FLOWS.values() for action in flow.actions for field in action.private
    }
    return frozenset(
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.c
        if column.name in PERSONAL.get(table.name, names)
    )
