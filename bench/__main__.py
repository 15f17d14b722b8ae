"""``make bench``: measure everything and print one table."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from . import (
    browsers,
    cluster,
    figures,
    floor,
    growth,
    peer,
    plant,
    played,
    servers,
    spreadsheets,
    standing,
    walls,
)
from .table import said


def main() -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="washline-bench-") as folder:
        said("building the plant (kept in .build/bench for later runs)")
        home = plant.copied(Path(folder) / "plant")
        app = plant.application(home)
        tokens = figures.tokens(app)
        found = []
        with servers.hello() as server:
            said("a bare page")
            found += figures.bare(server)
        with servers.washline(home) as server:
            time.sleep(3)
            found += figures.memory(server)
            for name, measure in (
                ("the board", lambda: figures.board(server, tokens["planner1"])),
                ("moves", lambda: figures.moves(app, server, people)),  # noqa: B023 (called in this turn)
                ("orders", lambda: figures.orders(app, server, tokens["sales1"])),
                ("search", lambda: figures.search(server, tokens["sales1"])),
                ("news", lambda: figures.news(server, tokens["planner1"], people[0])),  # noqa: B023
            ):
                said(name)
                if name == "moves":
                    people = figures.movers(app, server, tokens["planner1"], figures.CLIENTS + 1)
                found += measure()
            for person in people:
                person.come_back()
        with servers.washline(
            home
        ) as server:  # what displays weigh, not what sixteen hurried clients left behind
            said("displays")
            mover, *_ = figures.movers(app, server, tokens["planner1"], 1)
            found += walls.walls(app, server, tokens["planner1"], mover)
            said("browsers")
            found += browsers.moves_seen(server, tokens["planner1"], mover)
        found += browsers.loads(home, Path(folder), tokens["planner1"])
        found += figures.statements(app, tokens["planner1"])
        said("the floor of a move")
        found += floor.floor(app, home, tokens["planner1"])
        said("a day of the demo")
        found += played.warnings(Path(folder) / "demo")
        said("spreadsheets")
        found += spreadsheets.spreadsheets(plant.copied(Path(folder) / "sheets"), Path(folder))
        said("a dossier")
        found += figures.dossier(Path(folder) / "paper")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"Medians. {os.cpu_count()} processors, {servers.PROCESSES} web processes, SQLite with "
        f"synchronous=FULL; "
        f"load of the machine {load}. Asked, measured, the best peer (Kanboard, Planka, Tryton).\n"
    )
    print("\n".join(map(str, found)))


GROWN = {
    "growth": ((20_000, 200_000), growth.KINDS),
    "million": ((20_000, 1_000_000), ("sqlite",)),
}

if __name__ == "__main__":
    what = sys.argv[1] if sys.argv[1:] else ""
    if what == "standing":
        standing.main(float(sys.argv[2]))
    elif what == "cluster":
        cluster.main(*map(int, sys.argv[2:]))
    elif what == "peer":
        peer.main()
    elif what in GROWN:
        growth.growth(*GROWN[what])
    else:
        main()
