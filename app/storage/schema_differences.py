"""Where the tables of a database are not what the models work with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.types import NullType

from app.extensions import db


def misfits(connection: Connection) -> Iterator[str]:
    """Yield what is missing or different, in a few words each.

    Tables that no model knows are somebody else's and may stay; so may a column, unless it must not
    be empty.
    """
    columns = {
        name: {column["name"]: column for column in found}
        for (_, name), found in inspect(connection).get_multi_columns().items()
    }
    for table in db.metadata.sorted_tables:
        if table.name not in columns:
            yield f"table {table.name} is missing"
            continue
        existing = columns[table.name]
        for column in table.columns:
            if column.name not in existing:
                yield f"column {column.name} of {table.name} is missing"
            elif fault := difference(connection, column, existing[column.name]):
                yield f"column {column.name} of {table.name} {fault}"
        for name in sorted(existing.keys() - table.columns.keys()):
            if not existing[name]["nullable"] and existing[name]["default"] is None:
                yield f"column {name} of {table.name} is unknown"


def difference(connection: Connection, column: Column[Any], existing: ReflectedColumn) -> str:
    """Return how a column differs from the model's, or nothing."""
    is_, wanted = kind(connection, existing["type"]), kind(connection, column.type)
    if is_ != wanted and not is_wider(existing["type"], column.type):
        return f"is {is_}, not {wanted}"
    if existing["nullable"] != column.nullable and not column.primary_key:
        return "must not be empty" if column.nullable else "may be empty"
    return ""


def is_wider(given: Any, wanted: Any) -> bool:
    """Whether a text column takes what the model may write, and more."""
    longest, needed = getattr(given, "length", None), getattr(wanted, "length", None)
    return longest is not None and needed is not None and longest > needed


def kind(connection: Connection, given: Any) -> str:
    """A type as this database writes it."""
    return "of no type" if isinstance(given, NullType) else given.compile(connection.dialect)
