"""How the two databases are opened: SQLite (pysqlite3, WAL, FULL, our own BEGIN) and PostgreSQL
(psycopg 3).
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any, cast

import pysqlite3
from sqlalchemy import Boolean, CursorResult, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app import metrics
from app.database_url import patience
from app.extensions import db

# How long a writer waits for the others, in seconds.
PATIENCE = 10
# How long PostgreSQL may take for a statement, in its own words.
STATEMENT_TIMEOUT = "10s"
# 3.7.0 to 3.51.2 can corrupt a database when a WAL is reset.
OLDEST_SQLITE = (3, 51, 3)

# A request that only reads takes no write lock; everything else takes it at once, so nothing is
# lost between read and write.
reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """What is asked meanwhile takes no write lock; afterwards all is as before."""
    before = reading.set(True)
    try:
        yield
    finally:
        reading.reset(before)


class UnsafeDatabase(Exception):
    """The database library must not be trusted with records."""


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine's options for a database URL.

    Raises UnsafeDatabase for a SQLite that corrupts.
    """
    if make_url(url).get_backend_name() == "sqlite":
        if pysqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise UnsafeDatabase(
                f"SQLite {pysqlite3.sqlite_version} has the WAL corruption bug; 3.51.3 or newer is "
                f"needed"
            )
        return {
            "module": pysqlite3,
            "connect_args": {"timeout": PATIENCE, "check_same_thread": False},
            "hide_parameters": True,  # what somebody entered is nothing for a log
            "pool_size": 20,
            "max_overflow": 60,
            "pool_use_lifo": True,
        }
    # jit: compiling the statement of a filtered board took 10.7 s where the statement itself takes
    # 0.05.
    settings = (
        f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout=3s -c "
        "idle_in_transaction_session_timeout=30s -c timezone=UTC -c jit=off"
    )
    return {
        "hide_parameters": True,
        "pool_size": 10,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "connect_args": {**patience(make_url(url)), "options": settings},
    }


def is_full(error: BaseException) -> bool:
    """Whether a fault says that a disk is full: SQLITE_FULL, PostgreSQL's 53100, the system's
    ENOSPC or EDQUOT.
    """
    cause = getattr(error, "orig", None) or error
    return (
        getattr(cause, "sqlite_errorcode", 0) & 0xFF == pysqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == "53100"
        or (isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT))
    )


class few(FunctionElement[bool]):
    """A condition that only few rows of a long table fulfil. PostgreSQL knows by itself; SQLite
    takes the rows of a stage for as many as those of the others, and would rather read the whole
    past than look for them.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> few:
        """It stands by itself: compared with true, as other functions are, it names no index."""
        return self


@compiles(few)
def plain(element: few, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clause_expr, **options)


@compiles(few, "sqlite")
def unlikely(element: few, compiler: SQLCompiler, **options: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **options)}, 0.001)"


def inserting(into: Any) -> Any:
    """An INSERT that can be told what to do on conflict; each database has its own, both read
    the same, and only one is loaded.
    """
    return import_module(f"sqlalchemy.dialects.{db.session.get_bind().dialect.name}").insert(into)


def rows_changed(statement: Any) -> int:
    """Carry out an UPDATE or DELETE; how many rows it met comes back."""
    result = db.session.execute(statement)
    # The session promises a Result for whatever it is given; of these it is the cursor's.
    return cast("CursorResult[Any]", result).rowcount


def prepare(engine: Engine) -> None:
    """Set the pragmas and the BEGIN of an engine on SQLite; PostgreSQL needs nothing more."""
    if engine.dialect.name != "sqlite":
        return

    # One writer of a process at a time asks SQLite for the lock; the others wait here, where waking
    # up costs nothing.
    turn = threading.Lock()

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={PATIENCE * 1000}",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "cache_size=-2000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if reading.get():
            connection.exec_driver_sql("BEGIN DEFERRED")
        else:
            asked = time.monotonic()
            try:
                connection.info["turn"] = turn.acquire(timeout=PATIENCE)
                begin_writing(connection, asked + PATIENCE)
            finally:
                metrics.waited(time.monotonic() - asked)

    def pass_on(connection: Any) -> None:
        if connection.info.pop("turn", False):
            turn.release()

    # The next in line asks while this one still commits; without a transaction's end (a lost
    # connection) the pool tells.
    for end in ("commit", "rollback"):
        event.listen(engine, end, lambda held: None if held.invalidated else pass_on(held))
    event.listen(engine, "reset", lambda _connection, record, _state: pass_on(record))
    event.listen(engine, "close", lambda _connection, record: pass_on(record))
    event.listen(engine, "invalidate", lambda _connection, record, _error: pass_on(record))


def begin_writing(connection: Any, deadline: float) -> None:
    """Take the write lock, asking for it every moment: SQLite's own waiting sleeps longer and
    longer while it stands free.
    """
    ask = connection.connection.driver_connection.execute
    ask("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                ask("BEGIN IMMEDIATE")
                return
            except pysqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != pysqlite3.SQLITE_BUSY:
                    break
            time.sleep(0.0005)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        ask(f"PRAGMA busy_timeout={PATIENCE * 1000}")
