"""What belongs to a row of master data that has no page of its own kind: a formula's lines."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from app.extensions import db
from app.models.master.base import Master
from app.models.master.dictionary import TABLES, Table


class Belonging(NamedTuple):
    """The rows of a table whose field ``name`` names the row, and how many are in use."""

    table: Table
    name: str
    number: int


def belonging_to(table: Table, row: Master) -> list[Belonging]:
    """Return the tables whose rows belong to this one."""
    return [
        Belonging(child, field.name, number_of(child, field.name, row))
        for child in TABLES.values()
        for field in child.parents
        if field.refers is table.model
    ]


def number_of(child: Table, name: str, row: Master) -> int:
    own = getattr(child.model, f"{name}_id")
    rows = select(func.count()).select_from(child.model).where(own == row.id, child.model.active)
    return db.session.scalar(rows) or 0
