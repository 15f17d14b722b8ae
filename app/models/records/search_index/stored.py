"""The grams beside the entries: made with their table, kept in step by the database itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, event

from app.models.records.search_index.entries import SearchEntry


def grams_in(dialect: str) -> Any:
    """How a database keeps the grams; each has a module that reads the same, and only one is
    loaded.
    """
    return import_module(f"{__package__}.in_{dialect}")


def make(_entries: Table, connection: Connection, **_asked: Any) -> None:
    """Make what the models do not describe, as the migrations do."""
    for statement in grams_in(connection.dialect.name).MADE.values():
        connection.exec_driver_sql(statement)


event.listen(SearchEntry.__table__, "after_create", make)


def index_triggers(dialect: str) -> dict[str, tuple[str, str]]:
    """The triggers that note the grams of an entry: name to table and the statement that makes
    it.
    """
    triggers: dict[str, tuple[str, str]] = grams_in(dialect).TRIGGERS
    return triggers


def keep_in_step(connection: Connection) -> None:
    """Make the triggers anew; before the migration that makes the grams there are none."""
    grams = grams_in(connection.dialect.name)
    if not grams.MADE.keys() <= present(connection):
        return
    for name, (_, statement) in grams.TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def is_in_step(connection: Connection) -> bool:
    """Whether all is there that notes the grams of an entry."""
    grams = grams_in(connection.dialect.name)
    return {*grams.MADE, *grams.TRIGGERS} <= present(connection)


def present(connection: Connection) -> set[str]:
    """The names of what the database has."""
    statement = grams_in(connection.dialect.name).PRESENT
    return set(connection.exec_driver_sql(statement).scalars())


def is_apart(name: str | None, kind: str) -> bool:
    """Whether a table or an index is of the grams: no model describes it."""
    return (kind == "table" and f"{name}_".startswith("search_gram_")) or (
        kind == "index" and name == "ix_search_entry_grams"
    )
