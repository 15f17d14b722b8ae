"""``make bench ARGS=growth``: what pages and actions cost after 20,000 closed orders and after
200,000 (``ARGS=million``: after 1,000,000), on SQLite and PostgreSQL.

The plants have the same open cards and close as many orders a day; only their past differs.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from app.extensions import db
from tests.databases import fresh_database, postgres_url

from . import plant
from .table import padded, said
from .visits import Do, visits

OPEN, TIMES = 100, 5
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Cost:
    """Of one visit: statements, and milliseconds of processor time in all processes."""

    statements: int
    ms: float


def growth(sizes: tuple[int, ...], kinds: tuple[str, ...] = KINDS) -> None:
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="washline-growth-") as folder:
            plants = [built(kind, Path(folder), size) for size in sizes]
            costs = compared(plants)
        print("\n".join(table(kind, sizes, costs)), flush=True)


def built(kind: str, folder: Path, closed: int) -> Flask:
    """A plant with so many closed orders."""
    began = time.monotonic()
    url = fresh_database(postgres_url(), f"grown_{closed}") if kind == "postgresql" else ""
    app = plant.application(folder / str(closed), url)
    plant.build(app, OPEN, closed)
    spent = time.monotonic() - began
    said(f"{kind}: {closed:,} closed orders in {spent:.0f} s, {bytes_of(app) / 1e9:.1f} GB")
    return app


def compared(plants: list[Flask]) -> list[dict[str, Cost]]:
    """What each visit costs in each plant, in turns: whatever else the machine does meets all."""
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
                    int(statistics.median(each.statements for each in found[1:])),
                    statistics.median(each.ms for each in found[1:]),
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
    middle = f"{'':>{22 * len(sizes)}}   ×{statistics.median(ratios):.2f}"
    yield f"{padded('the middle of all', 32)}{middle}"
