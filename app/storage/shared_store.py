"""Nodes on one database must have their files in one store: how each proves that its is that one.

The database knows the store by an identity, which lies in the store, too: whoever has another
store, or none yet, is refused, also while no other node runs. A copy of the store has that identity
as well. So the worker of each node on PostgreSQL puts a new mark into the store every minute and
notes it in the database; as long as the note is fresh, a store without that mark is a copy.
"""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, datetime, timedelta
from io import BytesIO

from sqlalchemy import inspect, select

from app.database import inserting
from app.extensions import db
from app.jobs.leases import transaction
from app.models.records.papers.file_store import ONLY, FileStore
from app.storage.store import Store, here
from app.storage.store.streams import blocks

# Where in the store they lie.
IDENTITY, MARKS = "store-id", "marks"
SAME = "all nodes must use the same, by WASHLINE_STORE_URL or a folder that each has mounted"
EVERY, FRESH = timedelta(minutes=1), timedelta(minutes=3)


class NotShared(Exception):
    """The store is not the one that the database's files lie in; the message is one sentence."""


def join() -> None:
    """Make sure that files can be kept where the database's are; one that knows of no store yet
    takes this one.

    Raises NotShared or OSError.
    """
    store = here()
    store.trial()
    if known() is None:
        row = {"number": ONLY, "identity": identity(store) or identified(store)}
        with transaction():
            db.session.execute(inserting(FileStore).values(row).on_conflict_do_nothing())
    check()


def check() -> None:
    """Raise NotShared unless the files lie where the database's do; OSError where the store cannot
    be asked.
    """
    store, row = here(), known()
    if row is None:
        return
    if identity(store) != row.identity:
        raise NotShared(
            f"{store} is not where the files of this database lie: {SAME}; if they were moved "
            f"there, the file {IDENTITY} belongs to them"
        )
    if (marked := missing_mark(store, row)) is not None:
        raise NotShared(
            f"{store} is a copy of where the files of this database lie: {marked.marked_by}, "
            f"which is running, keeps them elsewhere; {SAME}"
        )


def known() -> FileStore | None:
    """What the database knows of its store; None before the first start."""
    with transaction(reads=True):
        if not inspect(db.session.connection()).has_table(FileStore.__tablename__):
            return None  # an older version's, of which a backup is made before it is migrated
        row = db.session.scalar(select(FileStore))
        if row is not None:
            db.session.expunge(row)
        return row


def missing_mark(store: Store, row: FileStore) -> FileStore | None:
    """Who put a mark, a short while ago, that is not in the store; a mark that the next one
    replaced meanwhile is looked for no more.
    """
    while row.mark and row.marked_at and datetime.now(UTC) - row.marked_at < FRESH:
        if store.age(f"{MARKS}/{row.mark}") is not None:
            return None
        asked, row = row.mark, known() or row
        if row.mark == asked:
            return row
    return None


def mark() -> None:
    """Put this node's mark, if its store is the right one. SQLite has but one node.

    Raises NotShared or OSError.
    """
    check()
    if db.engine.dialect.name == "sqlite" or known() is None:
        return
    store, new = here(), secrets.token_hex(16)
    store.put(f"{MARKS}/{new}", BytesIO())
    with transaction():
        row = db.session.get_one(FileStore, ONLY, with_for_update=True, populate_existing=True)
        old, row.mark = row.mark, new
        row.marked_at, row.marked_by = datetime.now(UTC), socket.gethostname()[:60]
    if old:
        store.remove(f"{MARKS}/{old}")


def bind(store: Store) -> None:
    """Have the database, which was brought back with its files, know another store as its own."""
    row = {"identity": identity(store) or identified(store), "mark": None}
    with transaction():
        new = inserting(FileStore).values(number=ONLY, **row)
        db.session.execute(new.on_conflict_do_update(index_elements=["number"], set_=row))


def identity(store: Store) -> str | None:
    """What the store is known by, None if it was never used."""
    try:
        with store.open(IDENTITY) as opened:
            return b"".join(blocks(opened.file)).decode("ascii", "backslashreplace").strip()
    except FileNotFoundError:
        return None


def identified(store: Store) -> str:
    """Give a store what it is known by; another node may do so at the same moment."""
    new = secrets.token_hex(16)
    return new if store.put(IDENTITY, BytesIO(f"{new}\n".encode())) else identity(store) or new
