"""Which rows this transaction holds against all others.

PostgreSQL holds a row that was read FOR UPDATE; SQLite has one writer, which holds everything.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction

from app.extensions import db

RecordKey = tuple[str, int]  # flow and id


def are_asked_for() -> bool:
    """Whether a row must be asked for to be held."""
    return bool(db.session.get_bind().dialect.name != "sqlite")


def held() -> set[RecordKey]:
    """The records whose rows were read as held, and stay so until the transaction ends."""
    keys: set[RecordKey] = db.session.info.setdefault("held", set())
    return keys


@event.listens_for(db.session, "after_transaction_end")
def let_go(session: Any, transaction: SessionTransaction) -> None:
    """A savepoint that is rolled back lets go of what was asked for since: then nothing counts."""
    session.info.pop("held", None)
