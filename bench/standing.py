"""``make bench ARGS="standing 60"``: the memory of all processes through so many minutes of one and
the same load: moves, boards, streams that end and come back, lists taken away as files.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from . import figures, plant, servers
from .client import Client
from .servers import Server
from .streams import Streams
from .table import Figure

STREAMS = 40
# Each part of the load, and after how many seconds it comes again.
MOVE, BOARD, LIST, OPEN = 0.25, 0.2, 10.0, 120.0
PAGES = ("/production/", "/warehouse/", "/sales/today", "/", "/archive/", "/find?q=柠檬")
LISTS = ("/stock/?as=xlsx", "/stock/?as=csv")


def main(minutes: float) -> None:
    """Print the memory as it goes, and how the last quarter compares with the second."""
    with tempfile.TemporaryDirectory(prefix="washline-bench-") as folder:
        home = plant.copied(Path(folder) / "plant")
        app = plant.application(home)
        tokens = figures.tokens(app)
        with servers.washline(home) as server:
            mover, *_ = figures.movers(app, server, tokens["planner1"], 1)
            weights = loaded(server, tokens["planner1"], mover.move, minutes * 60)
    quarter = len(weights) // 4
    early, late = weights[quarter : 2 * quarter], weights[-quarter:]
    growth = (statistics.mean(late) / statistics.mean(early) - 1) * 100
    print(Figure(f"all processes after {minutes:g} minutes", "MB", weights[-1]))
    print(Figure("… last quarter against the second", "%", growth, most=5))


def loaded(server: Server, token: str, move: Callable[[], None], seconds: float) -> list[float]:
    """The memory in MB, looked at a hundred times, while the load lasts."""
    over, weights, faults = threading.Event(), [], []
    reader, lister = Client(server.port, token), Client(server.port, token)
    pages, lists = rounds(reader, PAGES), rounds(lister, LISTS)
    parts = ((MOVE, move), (BOARD, pages), (LIST, lists))
    threads = [threading.Thread(target=again, args=(over, faults, *part)) for part in parts]
    threads.append(threading.Thread(target=listen, args=(over, server, token)))
    for thread in threads:
        thread.start()
    began = time.monotonic()
    for look in range(1, 101):
        time.sleep(max(0, began + look * seconds / 100 - time.monotonic()))
        weights.append(server.megabytes("Pss"))
        if look % 5 == 0:
            print(f"{look:3} % {weights[-1]:7.1f} MB", file=sys.stderr, flush=True)
    over.set()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return weights


def rounds(client: Client, addresses: tuple[str, ...]) -> Callable[[], None]:
    """Get one address after the other, for ever."""
    turn = 0

    def read() -> None:
        nonlocal turn
        status, _ = client.get(addresses[turn % len(addresses)])
        assert status == 200, (addresses[turn % len(addresses)], status)
        turn += 1

    return read


def again(
    over: threading.Event, faults: list[Exception], pause: float, act: Callable[[], None]
) -> None:
    try:
        while not over.wait(pause):
            act()
    except Exception as fault:
        faults.append(fault)


def listen(over: threading.Event, server: Server, token: str) -> None:
    """Boards that are opened, listen for a while and are closed."""
    while not over.is_set():
        with Streams(server.port, token, STREAMS) as streams:
            until = time.monotonic() + OPEN
            while not over.wait(1) and time.monotonic() < until:
                streams.drain()
