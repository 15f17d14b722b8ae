"""The row of the record that an action changed, sent by one UPDATE.

For a single row the session's own way costs seven times the statement: it weighs what depends on
what.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, inspect, update

from app.extensions import db
from app.models.records.sealing.sealed_rows import table_of, updated


def send(row: Any) -> None:
    """Send what changed of a row, if nothing else of the session waits to be sent: what depends on
    one another is left to it, in its order.
    """
    session = db.session()
    state, mapper = inspect(row), inspect(row).mapper
    changed = set(state.committed_state)
    if (
        session.in_nested_transaction()  # which would not know what to take back
        or row not in session.dirty
        or session.new
        or session.deleted
        or any(other is not row for other in session.dirty)
        or mapper.version_id_col is not None
        or not changed <= set(mapper.column_attrs.keys())
    ):
        return
    columns = {name: mapper.columns[name] for name in changed}
    values = {column.name: state.dict[name] for name, column in columns.items()}
    updated(mapper, None, row)
    session.connection().execute(
        update_of(table_of(mapper), tuple(sorted(values))), {**values, "own": row.id}
    )
    # The session is told that the row is as it stands there; it offers no other way than this one.
    state._commit_all(state.dict, session.identity_map)


@lru_cache(256)
def update_of(table: Table, names: tuple[str, ...]) -> Any:
    """The UPDATE of these columns of the row ``own``."""
    own = table.c.id == bindparam("own")
    return update(table).where(own).values({name: bindparam(name) for name in names})
