"""“Something changed”: one watcher a process sees every commit and wakes the streams of that
process.

The number it tells is the highest event. SQLite is asked for ``data_version`` (3 µs) on a
connection of its own; PostgreSQL notifies. Pages then read again; nothing else travels.

A watcher that cannot hear says so in the log, and nothing is sent: pages take silence for what it
is and ask by themselves. It tries again until it hears.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Engine, func, select, text

from app import metrics
from app.database import only_reading
from app.extensions import db
from app.models.records.event import CHANNEL, Event

POLL = 0.03
# Under a burst a page learns of it at once, then at most this often.
PAUSE = 0.1
# Repeated as an event, not a comment: only so a page knows that the line still stands (it says so
# after 30 s without).
HEARTBEAT = 10
LIFE = 300
RECHECK = 30
# A comment, which no page hears: it only shows the server whether somebody is still there.
SILENCE = b":\n\n"
# A line on which PostgreSQL is silent is tried after so many seconds; a watcher that cannot hear
# tries again after so many.
TRIED = 5.0
AGAIN = 1.0
# PostgreSQL's advisory lock that every watcher shares: who changes tables under a node asks for it.
SERVING = 0x57415349
# A watcher that has not come round for so long hangs.
LATE = 12.0
# On PostgreSQL a lower event may be committed after a higher one, so late ones among the last
# thousand count too.
WINDOW = 1000
SPREAD = 1024

_starting = threading.Lock()
log = logging.getLogger(__name__)


class State(NamedTuple):
    """What was recorded last: its number, and its hash, which no other history shares."""

    number: int
    hash: str | None


@cache
def number(dialect: str) -> Any:
    """The SELECT of the number that rises with every commit of an event."""
    highest = func.coalesce(func.max(Event.id), 0)
    if dialect == "sqlite":
        return select(highest)
    since = select(func.max(Event.id)).scalar_subquery() - WINDOW
    # No more can be there. Untold, PostgreSQL reckons with a third of all and sends for helpers.
    late = select(Event.id).where(Event.id > since).order_by(Event.id.desc()).limit(WINDOW)
    counted = select(func.count()).select_from(late.subquery())
    return select(highest * SPREAD + counted.scalar_subquery())


@cache
def last(dialect: str) -> Any:
    """The SELECT of the number and the hash of the latest event."""
    return select(
        number(dialect).scalar_subquery(),
        select(Event.hash).order_by(Event.id.desc()).limit(1).scalar_subquery(),
    )


def state() -> State:
    """Return what was recorded last as this transaction sees it.

    Ask before the page's other queries: the answer then covers them.
    """
    return State(*db.session.execute(last(db.engine.dialect.name)).one())


def latest() -> int:
    """Return the number alone; asked like ``state``."""
    return db.session.scalar(number(db.engine.dialect.name))


def changed_since(seen: int) -> bool:
    """True when something was recorded that a page showing ``seen`` does not know."""
    return latest() != seen


class News:
    """The latest number in this process, and the threads that wait for the next."""

    def __init__(self, engine: Engine, query: Any) -> None:
        self.engine = engine
        self.query = query
        self.number = -1
        self.fresh = threading.Condition()
        self.noticed, self.notices = threading.Condition(), 0
        self.failure, self.watched = "", time.monotonic()
        self.ended = False
        self.told = 0.0

    def start(self) -> None:
        watch = self.watch_sqlite if self.engine.dialect.name == "sqlite" else self.watch_postgresql
        self.tell(self.read())
        self.watcher = threading.Thread(
            target=self.survive, args=(watch,), name="live-watcher", daemon=True
        )
        self.watcher.start()

    def wait(self, seen: int, timeout: float) -> int:
        """Return the number as soon as it differs from ``seen``, or after the timeout."""
        with self.fresh:
            self.fresh.wait_for(lambda: self.ended or self.number != seen, timeout)
            return self.number

    def notice(self) -> None:
        """The database tells of commits: at the start, and of each."""
        with self.noticed:
            if self.failure:
                log.warning("the watcher hears again")
                self.failure = ""
            self.notices += 1
            self.noticed.notify_all()

    def hears(self, change: Callable[[], None], timeout: float) -> bool:
        """Whether the database tells this watcher in time of a ``change`` that is committed."""
        with self.noticed:
            self.noticed.wait_for(lambda: self.notices, timeout)  # it may just be starting
            before = self.notices
        change()
        with self.noticed:
            return self.noticed.wait_for(lambda: self.notices != before, timeout)

    @property
    def deaf(self) -> bool:
        """Whether a change may pass unheard: the watcher failed, or hangs."""
        return bool(self.failure) or time.monotonic() - self.watched > LATE

    def end(self) -> None:
        """Wake everybody for the last time."""
        with self.fresh:
            self.ended = True
            self.fresh.notify_all()

    def read(self) -> int:
        """Read the number."""
        with only_reading(), self.engine.connect() as connection:
            return connection.scalar(self.query)

    def tell(self, value: int) -> None:
        """Tell the number, which was read just now, when it is new."""
        self.watched = time.monotonic()
        if value == self.number:
            return
        if (early := self.told + PAUSE - time.monotonic()) > 0:
            # What is committed meanwhile is covered: the number is only a reason to read again.
            time.sleep(early)
        with self.fresh:
            self.number, self.told = value, time.monotonic()
            self.fresh.notify_all()

    def survive(self, watch: Callable[[], None]) -> None:
        """Watch for ever; a database that went away is asked again, and read once it is back."""
        while not self.ended:
            try:
                watch()
            except Exception as error:
                reason = str(getattr(error, "orig", None) or error)
                if reason != self.failure:
                    log.warning("the watcher cannot hear, open pages ask by themselves: %s", reason)
                self.failure = reason
                with self.fresh:
                    self.fresh.wait_for(lambda: self.ended, AGAIN)

    def watch_sqlite(self) -> None:
        connection = self.engine.raw_connection()
        try:
            cursor, seen = connection.cursor(), None
            while not self.ended:
                self.watched = time.monotonic()
                now = cursor.execute("PRAGMA data_version").fetchone()[0]
                if now != seen:
                    seen, value = now, self.read()
                    self.notice()
                    self.tell(value)
                time.sleep(POLL)
        finally:
            connection.close()

    def watch_postgresql(self) -> None:
        """Listen on a connection made as all others are, and read on the same one: should its line
        die without a word, the next reading fails.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            line: Any = connection.connection.driver_connection
            connection.detach()  # it is closed at the end, and not the pool's meanwhile
            connection.execute(select(func.pg_advisory_lock_shared(SERVING)))
            connection.execute(text(f"LISTEN {CHANNEL}"))
            value = connection.scalar(self.query)
            self.notice()
            self.tell(value)
            while not self.ended:
                for _notice in line.notifies(timeout=TRIED, stop_after=1):
                    self.notice()
                self.tell(connection.scalar(self.query))


def news(app: Flask) -> News:
    """Return the news of this process; its watcher starts with the first who asks."""
    with _starting:
        running = app.extensions.get("washline-news")
        if running is None:
            with app.app_context():
                running = News(db.engine, number(db.engine.dialect.name))
            running.start()
            app.extensions["washline-news"] = running
        return running


def end_streams(app: Flask) -> None:
    """End every stream of this process."""
    if found := app.extensions.get("washline-news"):
        found.end()


def stream(app: Flask, allowed: Callable[[], bool]) -> Iterator[bytes]:
    """Yield the server-sent events of one page until its time is up or ``allowed`` says no;
    holds no connection between.
    """
    changes = news(app)
    now = time.monotonic()
    # Spread, or three hundred displays started together would come back together.
    until, recheck = now + LIFE * random.uniform(0.8, 1.2), now + RECHECK
    seen = changes.number
    with metrics.streaming():
        yield b"retry: 2000\n" + (SILENCE if changes.deaf else changed(seen))
        while (now := time.monotonic()) < until and not changes.ended:
            if now >= recheck:
                if not allowed():
                    return
                recheck = now + RECHECK
            seen = changes.wait(seen, min(HEARTBEAT, until - now, max(recheck - now, 0)))
            # After a quiet while the same number again: a page must tell a quiet plant from a dead
            # line.
            yield SILENCE if changes.deaf else changed(seen)


def changed(value: int) -> bytes:
    """Return the one event there is, in its wire form; the id comes back with a reconnect."""
    return b"event: changed\nid: %d\ndata: %d\n\n" % (value, value)
