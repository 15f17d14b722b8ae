"""``make bench ARGS=growth``: what pages and actions cost after 20,000 closed orders and after
200,000 (``ARGS=million``: after 1,000,000), on SQLite and PostgreSQL.

The plants have the same open cards and close as many orders a day; only their past differs.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from app.extensions import db
from app.storage import statistics
from tests.databases import OWNER, fresh_database, started

from . import plant
from .table import padded, said
from .visits import Do, visits

OPEN, TIMES = 100, 9
KINDS = ("sqlite", "postgresql")
BUILDERS = 2  # processes that build plants side by side


@dataclass(frozen=True)
class Cost:
    """Of one visit: statements, and milliseconds of processor time in all processes."""

    statements: int
    ms: float


@dataclass(frozen=True)
class Plant:
    """Where a plant with so many closed orders lies, or will."""

    kind: str
    closed: int
    home: Path
    url: str

    def open(self) -> Flask:
        return plant.application(self.home, self.url)

    def build(self) -> None:
        began, processor, app = time.monotonic(), time.process_time(), self.open()
        plant.build(app, OPEN, self.closed)
        with app.app_context():
            if self.kind == "postgresql":  # as its autovacuum would in time
                statistics.send("SET statement_timeout = 0", "VACUUM")
        spent, size = time.monotonic() - began, bytes_of(app) / 1e9
        said(
            f"{self.kind}: {self.closed:,} closed orders in {spent:.0f} s, "
            f"{time.process_time() - processor:.0f} s of processor without the database's; "
            f"{size:.1f} GB"
        )


def growth(sizes: tuple[int, ...], kinds: tuple[str, ...] = KINDS) -> None:
    """Build a plant of each size in each kind of database, and print what each visit costs."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="washline-growth-") as folder:
        plants = {kind: list(placed(kind, Path(folder), sizes)) for kind in kinds}
        build([each for kind in kinds for each in plants[kind]])
        for kind in kinds:
            costs = compared([each.open() for each in plants[kind]])
            print("\n".join(table(kind, sizes, costs)), flush=True)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{time.monotonic() - began:.0f} s in all; load of the machine {load}")


def placed(kind: str, folder: Path, sizes: tuple[int, ...]) -> Iterator[Plant]:
    """Yield where the plants of a kind of database will lie; on PostgreSQL on a server of their
    own, which plans as one does that nobody has set up.
    """
    if kind == "postgresql":
        socket = started(under=tempfile.gettempdir(), max_wal_size="1GB")  # not in memory
        server = f"postgresql+psycopg://{OWNER}@/postgres?host={socket}"
    for closed in sizes:
        url = fresh_database(server, f"grown_{closed}") if kind == "postgresql" else ""
        yield Plant(kind, closed, folder / f"{kind}_{closed}", url)


def build(plants: list[Plant]) -> None:
    """Build the plants, the largest first."""
    largest_first = sorted(plants, key=lambda each: -each.closed)
    with ProcessPoolExecutor(BUILDERS, mp_context=get_context("spawn")) as builders:
        for built in [builders.submit(each.build) for each in largest_first]:
            built.result()


def compared(plants: list[Flask]) -> list[dict[str, Cost]]:
    """What each visit costs in each plant, in turns: whatever else the machine does meets all.
    The least of some times counts: it only ever takes longer.
    """
    costs: list[dict[str, Cost]] = [{} for _ in plants]
    with ExitStack() as opened:
        watches = [opened.enter_context(watched(app)) for app in plants]
        for same in zip(*(visits(app) for app in plants), strict=True):
            spent: list[list[Cost]] = [[] for _ in plants]
            for _ in range(TIMES + 1):
                for watch, (_, do), found in zip(watches, same, spent, strict=True):
                    found.append(watch.cost(do))
            for cost, found in zip(costs, spent, strict=True):
                cost[same[0][0]] = Cost(
                    int(median(each.statements for each in found[1:])),
                    min(each.ms for each in found[1:]),
                )
    return costs


@contextmanager
def watched(app: Flask) -> Iterator[Watch]:
    """Watch the application's statements, and the processes of PostgreSQL that carry them out."""
    watch = Watch()
    with app.app_context():
        engine = db.engine
        engine.dispose()  # whoever connects from here on is watched
    heard = (("before_cursor_execute", watch.sent), ("connect", watch.connected))
    for name, listener in heard:
        event.listen(engine, name, listener)
    yield watch
    for name, listener in heard:
        event.remove(engine, name, listener)


class Watch:
    def __init__(self) -> None:
        self.statements, self.pids = 0, set[int]()

    def sent(self, *_: object) -> None:
        self.statements += 1

    def connected(self, connection: Any, _record: object) -> None:
        if info := getattr(connection, "info", None):
            self.pids.add(info.backend_pid)

    def processor(self) -> float:
        """Seconds of processor time so far: this process, and the database's that serve it."""
        spent = time.process_time()
        for pid in self.pids:
            path = Path(f"/proc/{pid}/schedstat")
            spent += int(path.read_text().split()[0]) / 1e9 if path.exists() else 0
        return spent

    def cost(self, do: Do) -> Cost:
        statements, began = self.statements, self.processor()
        do()
        return Cost(self.statements - statements, (self.processor() - began) * 1000)


def bytes_of(app: Flask) -> int:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            return Path(db.engine.url.database).stat().st_size
        return db.session.scalar(text("SELECT pg_database_size(current_database())"))


def table(kind: str, sizes: tuple[int, ...], costs: list[dict[str, Cost]]) -> Iterator[str]:
    """Yield the lines: statements and milliseconds after each past, and the ratio of the last to
    the first.
    """
    yield ""
    heads = "".join(f"{f'{size:,} orders':>22}" for size in sizes)
    yield f"{padded(kind, 32)}{heads}   growth"
    yield f"{'':32}{'statements     ms':>22}" + f"{'statements     ms':>22}" * (len(sizes) - 1)
    ratios = []
    for name in costs[0]:
        shown = "".join(f"{each[name].statements:>14}{each[name].ms:>8.1f}" for each in costs)
        ratios.append(costs[-1][name].ms / costs[0][name].ms)
        yield f"{padded(name, 32)}{shown}   ×{ratios[-1]:.2f}"
    middle = f"{'':>{22 * len(sizes)}}   ×{median(ratios):.2f}"
    yield f"{padded('the middle of all', 32)}{middle}"
