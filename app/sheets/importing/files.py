"""A file as the table of a kind: read, its head found, its columns known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.content.tables import Table, Wishes, find_table, read_book
from app.content.tables.blocks import unblocked
from app.content.tables.heads import columns_named
from app.content.tables.workbooks import NotRead
from app.models.spreadsheets.column_mapping import ColumnMapping
from app.sheets.kinds import Kind
from app.sheets.kinds.composite import Composite
from app.sheets.reading.columns import known_names
from app.sheets.reading.plan import Plan, Settings, Tell, quiet

__all__ = ["File", "NotRead", "planned", "settings_of", "table_of"]


@dataclass(frozen=True)
class File:
    """A file as it came."""

    name: str
    content: bytes
    token: str = ""  # under which it is kept, where that is settled beforehand


def table_of(kind: Kind, file: File, wishes: Wishes) -> Table:
    """The table of a file. Raises NotRead."""
    # A head is known by any name of any column, also by one that two of them share.
    called = {name for column in kind.columns for name in column.is_called()}
    table = find_table(read_book(file.name, file.content, wishes), called, wishes)
    known = known_names(kind.columns)
    if isinstance(kind, Composite) and not kind.is_named_in(columns_named(table.heads, known)):
        of_things = known_names(kind.columns[: len(kind.head.columns)])
        return unblocked(table, of_things, known.keys() - of_things.keys()) or table
    return table


def planned(
    kind: Kind,
    files: list[File],
    settings: Settings,
    tell: Tell = quiet,
) -> Plan:
    """What a file comes to, and the second one that holds its lines. Reads only.

    Raises NotRead.
    """
    table = table_of(kind, files[0], settings.wishes)
    if len(files) > 1:
        wishes = replace(settings.wishes, sheet="", head=None)
        settings.lines = table_of(kind, files[1], wishes)
    plan = kind.plan(table, settings, tell)
    plan.source = files[0].name
    return plan


def settings_of(said: dict[str, Any], wishes: Wishes | None = None) -> Settings:
    """Settings as a mapping keeps them, or as a page sent them."""
    kept = Wishes.from_json(said.get("wishes", {}))
    if wishes:
        given = {name: value for name, value in wishes.to_json().items() if value}
        kept = replace(kept, **given)
    return Settings(
        kept,
        dict(said.get("columns", {})),
        dict(said.get("constants", {})),
        frozenset(said.get("fractions", ())),
        line_columns=dict(said.get("line_columns", {})),
    )


def mapping(kind: Kind, name: str) -> dict[str, Any] | None:
    """What a mapping says, None where there is none of that name."""
    found = ColumnMapping.named(kind.key, name)
    return found.said if found else None
