"""Where a card lies on a board once it was moved: so much less than its two columns is sent to the
page that moved it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, String, bindparam, literal, select

from app.extensions import db
from app.models.people.user import User
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.screens.board import card_cache
from app.screens.board.columns import Column
from app.screens.board.filters import View
from app.screens.board.queries import beyond, order_of, whole_rows

OWN: Any = bindparam("own")


@dataclass(frozen=True)
class Place:
    """The column that a card lies in, which holds it drawn; ``before`` is the key of the card that
    follows, or nothing where it is the last.
    """

    column: Column
    before: str


def place(record: Record, columns: list[Column], view: View, user: User) -> Place | None:
    """Find the place of a record's card in a view without filters and lanes; nothing where it
    stands in none of the columns.
    """
    here = (record.flow.key, record.stage)
    column = next((each for each in columns if (each.flow.key, each.stage.key) == here), None)
    if column is None:
        return None
    statement = row_and_next(record.flow.key, view.sort, record.rush, record.due is not None)
    facts = {"own": record.id, "here": record.stage, "day": record.due}
    row = db.session.connection().execute(statement, facts).one()
    column.rows.append(row)
    card_cache.draw([column], user)
    return Place(column, f"card-{record.flow.key}-{row.next_id}" if row.next_id else "")


@lru_cache(256)
def row_and_next(flow: str, sort: str, rush: bool, dated: bool) -> Any:
    """The SELECT of a card's row (``own``), with the id of the card that comes after it in its
    stage (``here``) by its date (``day``).
    """
    kind, view = KINDS[flow], View(sort=sort)
    own = select(kind.id, literal("", String).label("lane")).where(kind.id == OWN).subquery()
    later = beyond(kind, view, rush, bindparam("day", type_=Date) if dated else None, OWN)
    next_id = (
        select(kind.id)
        .where(kind.stage == bindparam("here"), later)
        .order_by(*order_of(kind, view))
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    return whole_rows(flow, kind, own).add_columns(next_id.label("next_id"))
