"""``make bench ARGS=cluster``: two nodes on one PostgreSQL; what they share, and who is killed."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.databases import fresh_database, postgres_url

from . import exports, nodes, plant, servers
from .failover import failover
from .table import Figure, said

LISTS, KILLS = 10_000, 40


def main(lists: int = LISTS, kills: int = KILLS) -> None:
    with tempfile.TemporaryDirectory(prefix="washline-cluster-") as folder:
        for part in (nodes.moves, failover):
            print("\n".join(map(str, part(Path(folder)))), flush=True)
        found = gathered(Path(folder) / "home", lists, kills)
    print("\n".join(map(str, found)))


def gathered(home: Path, lists: int, kills: int) -> list[Figure]:
    """Lists that two nodes gather while their workers are killed."""
    url = fresh_database(postgres_url(), "cluster")
    app = plant.application(home, url)
    said(f"{lists:,} lists of one row are asked for")
    exports.planted(app, lists)
    command = (sys.executable, "-m", "bench.unpressed", "--home", str(home), "--demo")
    with ExitStack() as running:
        both = [
            running.enter_context(servers.running("/healthz", *command, DATABASE_URL=url))
            for _ in range(2)
        ]
        return exports.gathered(app, both, lists, kills).figures
