"""A transaction beside the request's own, for what must stay whatever becomes of the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.database import reading
from app.extensions import db


@contextmanager
def autonomous_transaction() -> Iterator[Connection]:
    """Give a connection in a writing transaction, committed at the end.

    The request must hold no lock on SQLite meanwhile.
    """
    token = reading.set(False)
    try:
        with db.engine.begin() as connection:
            yield connection
    finally:
        reading.reset(token)
