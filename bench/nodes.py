"""Moves on PostgreSQL, by one node and by two, beside SQLite's on the same plant of 500 open
cards: part of ``make bench ARGS=cluster``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from tests.databases import OWNER, fresh_database, started

from . import figures, plant, servers
from .client import milliseconds, per_second
from .moving import Mover
from .servers import Server
from .table import Figure, said

CLOSED, ALONE = 2_000, 100
# Each commit is on disk when it is answered.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def moves(folder: Path) -> list[Figure]:
    """Milliseconds of one move and moves a second, on both databases; processor time is that of
    server and database together.
    """
    said("moves on SQLite")
    home = plant.copied(folder / "sqlite", CLOSED)
    found = measured("SQLite, one node", plant.application(home), [home], "")
    socket = started(under=tempfile.gettempdir(), **DURABLE)
    url = fresh_database(f"postgresql+psycopg://{OWNER}@/postgres?host={socket}", "nodes")
    home = folder / "postgresql"  # both nodes have it: they share their secret and their files
    said("the same plant on PostgreSQL")
    app = plant.application(home, url)
    plant.build(app, plant.OPEN, CLOSED)
    for name, nodes in (("one node", [home]), ("two nodes", [home, home])):
        said(f"moves on PostgreSQL, {name}")
        found += measured(f"PostgreSQL, {name}", app, nodes, url, Path(socket))
    return found


def measured(
    name: str, app: Flask, homes: list[Path], url: str, socket: Path | None = None
) -> list[Figure]:
    """The moves of one client and of sixteen, shared out among the nodes."""
    token = figures.tokens(app)["planner1"]
    command = (sys.executable, "-m", "bench.serve", "--processes", str(servers.PROCESSES), "--demo")
    known = {"DATABASE_URL": url} if url else {}
    with ExitStack() as running:
        nodes = [
            running.enter_context(
                servers.running("/healthz", *command, "--home", str(home), **known)
            )
            for home in homes
        ]
        people = shared_out(app, nodes, token)
        used = processor(nodes, socket)
        before = used()
        alone = milliseconds(people[-1].move, ALONE)
        each = (used() - before) / ALONE
        together = per_second([person.move for person in people], figures.SECONDS * 2)
        for person in people:
            person.come_back()
    return [
        Figure(f"{name}: a move, 1 client", "ms", alone),
        Figure("… processor time, the database's with it", "ms", each),
        Figure("… moves, 16 clients", "/s", together),
    ]


def shared_out(app: Flask, nodes: list[Server], token: str) -> list[Mover]:
    """Sixteen people with a card each, every one at the next node."""
    found = figures.movers(app, nodes[0], token, figures.CLIENTS)
    for place, person in enumerate(found):
        person.client.close()
        person.client.socket = None
        person.client.port = nodes[place % len(nodes)].port
        person.client.head["Host"] = f"127.0.0.1:{person.client.port}"
    return found


def processor(nodes: list[Server], socket: Path | None) -> Callable[[], float]:
    """What tells the milliseconds of processor time that all processes have used."""
    keeper = int((socket / "data/postmaster.pid").read_text().split()[0]) if socket else None

    def used() -> float:
        servers_own = sum(node.processor_ms() for node in nodes)
        return servers_own + (of_family(keeper) if keeper else 0)

    return used


def of_family(pid: int) -> float:
    """The milliseconds that a process and its children have used, those that ended with them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0
    for each in (pid, *children):
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(map(int, fields[11:15]))
    return total * 1000 / os.sysconf("SC_CLK_TCK")
