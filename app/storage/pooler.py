"""A pooler by transaction is refused (docs/decisions/04-no-transaction-pooler.md): it drops what we
set on a connection, and LISTEN.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.database import STATEMENT_TIMEOUT
from app.extensions import db


class Pooled(Exception):
    """The way to PostgreSQL leads through a pooler; its message is one sentence."""


def refuse() -> None:
    """Raise Pooled unless each connection has a process of the server for itself, which keeps what
    was set.
    """
    if db.engine.dialect.name != "postgresql":
        return
    try:
        with db.engine.connect() as one, db.engine.connect() as other:
            first, second, again = (process(each) for each in (one, other, one))
            kept = one.scalar(text("SHOW statement_timeout")) == STATEMENT_TIMEOUT
    except OperationalError as error:
        if "startup parameter" not in str(error.orig):
            raise
        first, second, again, kept = 0, 0, 0, False
    if first == second or first != again or not kept:
        raise Pooled(
            "DATABASE_URL leads to a pooler that shares out PostgreSQL's processes or drops our "
            "settings, and with them time limits and the notices of changes; name the server "
            "itself"
        )


def process(connection: Connection) -> int:
    """The server's process that a transaction of a connection has."""
    with connection.begin():
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
