"""What a board shows, as a list to take away: all cards of its own columns in this view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.flow.departments import Department
from app.flow.texts.lazy_text import _l
from app.models.people.user import User
from app.models.records.kinds import records
from app.screens.board.columns import fill, some
from app.screens.board.filters import View, name_of

MOST = 5000  # cards of a column
HEADS = (
    _l("Number"),
    _l("Stage"),
    _l("What"),
    _l("For whom"),
    _l("Quantity"),
    _l("Due"),
    _l("Rush"),
    _l("Since"),
)


def sheet(department: Department, view: View, user: User) -> tuple[str, Any, list[list[Any]]]:
    """The rows of a board in its order, column by column."""
    columns = [column for column in some(department) if not column.waited]
    names = [(name_of(c.flow.key, c.stage.key, None), MOST) for c in columns]
    plain = replace(view, lanes="", closed=(), lengths=tuple(names))
    rows = []
    for column in fill(columns, plain, user):
        found = records((row.flow, row.id) for row in column.rows)
        for row in column.rows:
            record = found[row.flow, row.id]
            rows.append(
                [
                    record.ref,
                    column.stage.label,
                    record.headline,
                    record.party,
                    record.amount,
                    record.due,
                    _l("yes") if record.rush else _l("no"),
                    record.since,
                ]
            )
    return (department.key, HEADS, rows)
