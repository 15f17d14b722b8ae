"""What the processes of a server count for ``/metrics``: each in files of its own, added up by
whichever is asked.

Nothing is counted, nor the library loaded, before ``begin``: only who is watched pays for it.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from sqlalchemy import event

from app.extensions import db

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Where the steps of the seconds lie: what a page may take, and what nobody should wait for.
PAGE = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LOCK = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10)
# Where a request says which endpoint answers it: nobody knows once it is over.
ENDPOINT = "washline.endpoint"
# The library's files of a process, by their names, and their sizes.
STREAMS = "gauge_livesum"
FILES = {"counter": 1 << 16, "histogram": 1 << 18, STREAMS: 1 << 12}
FOLDER = "washline-metrics-"
METHODS = {"GET": "GET", "HEAD": "GET", "POST": "POST"}


class Counted:
    """The counters, the same in all processes that are forked later."""

    def __init__(self, *, locks: bool) -> None:
        import prometheus_client as library  # noqa: PLC0415 – see above

        asked = ["group", "method"]
        self.requests = library.Counter(
            "washline_requests",
            "Requests answered, by the part of the house and the class of the answer's status.",
            [*asked, "status"],
            registry=None,
        )
        self.seconds = library.Histogram(
            "washline_request_seconds",
            "Seconds until an answer began, waiting for its turn included.",
            asked,
            buckets=PAGE,
            registry=None,
        )
        self.moves = library.Counter(
            "washline_moves",
            "Records that went from one stage to another, committed.",
            ["flow"],
            registry=None,
        )
        self.streams = library.Gauge(
            "washline_open_streams",
            "Pages and displays that listen for changes now.",
            multiprocess_mode="livesum",
            registry=None,
        )
        self.lock = locks and library.Histogram(
            "washline_write_lock_wait_seconds",
            "Seconds waited for SQLite's write lock, by whoever wrote.",
            buckets=LOCK,
            registry=None,
        )


class Place:
    """This process's number among those that count, from 0.

    Who died leaves its number, with all it had counted, to the next: the files stay as many as
    there are processes, however often one is started again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process, self.number = 0, 0
        self.held: IO[str] | None = None

    def __call__(self) -> int:
        if self.process != os.getpid():
            self.number = self.take()
            self.process = os.getpid()
        return self.number

    def take(self) -> int:
        """Hold the first number that is free for as long as this process lives."""
        for number in itertools.count():
            file = (self.folder / f"{number}.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            self.held = file
            break
        self.make_files(number)
        return number

    def make_files(self, number: int) -> None:
        """Have the files whole before they are counted into, with room for every label there is:
        one that is read while it is empty fails, and one that finds no room ends its process.
        """
        for kind, size in FILES.items():
            file = self.folder / f"{kind}_{number}.db"
            # what was open at the one before ended with it
            if kind == STREAMS or not file.exists():
                draft = file.with_suffix(".draft")
                draft.write_bytes(bytes(size))
                draft.replace(file)


def folder_in(place: Path) -> Path:
    """A new folder to count in; those that a killed server left there go first."""
    for left in place.glob(f"{FOLDER}*"):
        try:
            with (left / "0.lock").open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # it runs, is just starting, or is somebody else's
        shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=FOLDER, dir=place))


counted: Counted | None = None


def begin(folder: Path, *, locks: bool) -> None:
    """From now on let this process, and those it forks, count into files of a folder; ``locks``
    where waiting for the write lock can be seen.
    """
    global counted
    from prometheus_client import values  # noqa: PLC0415 – see above

    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(Place(folder))
    counted = Counted(locks=locks)


def measured(application: Wsgi) -> Wsgi:
    """The application, each of its answers counted."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, status = perf_counter(), "500"

        def start(said: str, *more: Any) -> Any:
            nonlocal status
            status = said
            return start_response(said, *more)

        try:
            return application(environ, start)
        finally:
            answered(environ, status, perf_counter() - began)

    return call


def answered(environ: dict[str, Any], status: str, seconds: float) -> None:
    """Count an answer under the blueprint that gave it."""
    if counted:
        group = environ.get(ENDPOINT, "none").partition(".")[0]
        method = METHODS.get(environ["REQUEST_METHOD"], "other")
        counted.requests.labels(group, method, f"{status[0]}xx").inc()
        counted.seconds.labels(group, method).observe(seconds)


def waited(seconds: float) -> None:
    """Count how long somebody waited for the write lock."""
    if counted and counted.lock:
        counted.lock.observe(seconds)


@contextmanager
def streaming() -> Iterator[None]:
    """Count a stream as open meanwhile."""
    if counted is None:
        yield
        return
    counted.streams.inc()
    try:
        yield
    finally:
        counted.streams.dec()


def moved(flow: str) -> None:
    """Count a move with this transaction, once it is committed."""
    if counted:
        db.session.info.setdefault("moves", Counter())[flow] += 1


@event.listens_for(db.session, "after_commit")
def committed(session: Any) -> None:
    if counted and not session.in_nested_transaction():
        for flow, number in session.info.pop("moves", {}).items():
            counted.moves.labels(flow).inc(number)


@event.listens_for(db.session, "after_rollback")
def rolled_back(session: Any) -> None:
    session.info.pop("moves", None)
