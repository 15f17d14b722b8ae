"""Boards that listen: many streams of changes read by one thread."""

from __future__ import annotations

import re
import selectors
import time
from collections.abc import Callable

from .client import Client


class Streams:
    """So many open connections to a stream of changes; ``cookie`` names what the token is for."""

    def __init__(
        self, port: int, token: str, count: int, path: str = "/live", cookie: str = "washline"
    ) -> None:
        self.path, self.clients = path, [Client(port, token, cookie=cookie) for _ in range(count)]
        self.selector = selectors.DefaultSelector()

    def __enter__(self) -> Streams:
        for client in self.clients:
            client.start(self.path)
            self.selector.register(client.socket, selectors.EVENT_READ)
        time.sleep(2)
        self.drain()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self.clients:
            client.close()

    def drain(self) -> None:
        while ready := self.selector.select(0.3):
            for key, _ in ready:
                key.fileobj.recv(65536)

    def hear(self, act: Callable[[], object]) -> list[float]:
        """Do something and return, for every stream, the milliseconds from its beginning until
        the stream told of it.
        """
        self.drain()
        began, heard = time.perf_counter(), {}
        act()
        while len(heard) < len(self.clients) and time.perf_counter() < began + 10:
            for key, _ in self.selector.select(0.1):
                if re.search(rb"data: \d+", key.fileobj.recv(65536)):
                    heard.setdefault(key.fd, (time.perf_counter() - began) * 1000)
        if len(heard) < len(self.clients):
            raise AssertionError(f"only {len(heard)} of {len(self.clients)} boards heard of it")
        return list(heard.values())
