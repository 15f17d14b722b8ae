"""A browser reduced to what costs the measuring side least: one kept-alive connection, bytes in,
bytes out.
"""

from __future__ import annotations

import re
import socket
import statistics
import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode


class Client:
    """One person's connection. ``get`` and ``post`` return status and body."""

    def __init__(
        self,
        port: int,
        token: str = "",
        headers: dict[str, str] | None = None,
        cookie: str = "washline",
    ) -> None:
        self.port = port
        self.head = {
            "Host": f"127.0.0.1:{port}",
            **({"Cookie": f"{cookie}={token}"} if token else {}),
            **(headers or {}),
        }
        self.socket: socket.socket | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        return self.send(self.request("GET", path))

    def post(self, path: str, **fields: object) -> tuple[int, bytes]:
        return self.send(self.request("POST", path, urlencode(fields).encode()))

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in self.head.items())]
        if body:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join((*lines, "", "")).encode() + body

    def send(self, request: bytes) -> tuple[int, bytes]:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        return self.answer()

    def start(self, path: str) -> None:
        """Ask for a stream; whoever reads the socket gets it."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.sendall(self.request("GET", path))

    def answer(self) -> tuple[int, bytes]:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.more()
        head = received[:end].lower()
        length = re.search(rb"content-length: (\d+)", head)
        parts, have = [received[end + 4 :]], len(received) - end - 4
        while have < int(length[1]) if length else False:
            parts.append(self.more())
            have += len(parts[-1])
        self.keep_cookie(received[:end])
        return int(received[9:12]), b"".join(parts)

    def more(self) -> bytes:
        part = self.socket.recv(262144) if self.socket else b""
        if not part:
            raise ConnectionError("the server hung up")
        return part

    def keep_cookie(self, head: bytes) -> None:
        found = re.search(rb"(?i)location: (\S+)", head)
        self.location = found[1].decode() if found else ""
        if found := re.search(rb"(?i)set-cookie: (washline_form=[^;]+)", head):
            login = next(
                part for part in self.head["Cookie"].split("; ") if part.startswith("washline=")
            )
            self.head["Cookie"] = f"{login}; {found[1].decode()}"

    def close(self) -> None:
        if self.socket:
            self.socket.close()


def milliseconds(act: Callable[[], object], times: int) -> float:
    """The median time of an act, in milliseconds."""
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spans.append(time.perf_counter() - began)
    return statistics.median(spans) * 1000


def per_second(acts: list[Callable[[], object]], seconds: float) -> float:
    """How many acts a second get done when each of ``acts`` is repeated in a thread of its own."""
    counts, until = [0] * len(acts), time.perf_counter() + seconds
    failed: list[BaseException] = []

    def repeat(index: int) -> None:
        try:
            while time.perf_counter() < until:
                acts[index]()
                counts[index] += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=repeat, args=(index,)) for index in range(len(acts))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(counts) / (time.perf_counter() - began)
