"""The worker's side of the press: starts it when there is work, hands it a document, takes the
PDF, and never waits for ever.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from app.required import required

WORKER = Path(__file__).with_name("worker.py")
MEMORY = 1_500_000_000
PROCESSOR_SECONDS = 25
SECONDS = 30
LARGEST = 100_000_000


class NotPrinted(Exception):
    """The press gave no PDF; the message says why."""


class Gone(Exception):
    """The press had ended before it answered."""


class PdfClient:
    """One press.

    ``print`` is safe from several threads; the press is started on first use and again if it ended.
    """

    def __init__(
        self,
        memory: int = MEMORY,
        processor_seconds: int = PROCESSOR_SECONDS,
        seconds: float = SECONDS,
    ) -> None:
        self.arguments = [str(memory), str(processor_seconds), str(seconds)]
        self.seconds = seconds
        self.press: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()

    def print(
        self, html: str, identifier: str, attachments: list[dict[str, Any]] | None = None
    ) -> bytes:
        """Return the PDF of a document. Raises NotPrinted."""
        order = {"html": html, "identifier": identifier, "attachments": attachments or []}
        body = json.dumps(order).encode()
        with self.lock:
            for _attempt in range(2):
                try:
                    return self._ask(body)
                except Gone:
                    # The first time it may have gone home for want of work just as the work came.
                    self.stop()
                except TimeoutError:
                    self.stop()
                    break
            raise NotPrinted("the press does not start or does not answer")

    def _ask(self, body: bytes) -> bytes:
        press = self._running()
        # The press enforces the limits on its child; this one is for the press itself, its start
        # included.
        deadline = time.monotonic() + self.seconds + 15
        send(required(press.stdin).fileno(), struct.pack(">Q", len(body)) + body, deadline)
        answer = json.loads(self._frame(press, deadline))
        pdf = self._frame(press, deadline)
        if answer["error"]:
            raise NotPrinted(answer["error"])
        return pdf

    def _frame(self, press: subprocess.Popen[bytes], deadline: float) -> bytes:
        size = struct.unpack(">Q", receive(required(press.stdout).fileno(), 8, deadline))[0]
        if size > LARGEST:
            self.stop()
            raise NotPrinted("the document is too large")
        return receive(required(press.stdout).fileno(), size, deadline)

    def _running(self) -> subprocess.Popen[bytes]:
        if self.press is None or self.press.poll() is not None:
            self.stop()
            # No environment but the language: the press must know neither secrets nor the database.
            self.press = subprocess.Popen(
                [sys.executable, "-I", str(WORKER), *self.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={"LANG": "C.UTF-8", "PATH": os.defpath},
                cwd="/",
            )
            os.set_blocking(required(self.press.stdin).fileno(), False)
            atexit.register(self.stop)
        return self.press

    def stop(self) -> None:
        """End the press, and a child of it that still prints."""
        press, self.press = self.press, None
        if press is None:
            return
        atexit.unregister(self.stop)
        required(press.stdin).close()
        required(press.stdout).close()
        try:
            press.wait(1)
        except subprocess.TimeoutExpired:
            os.killpg(press.pid, signal.SIGKILL)
            press.wait()


def send(handle: int, data: bytes, deadline: float) -> None:
    """Write all of it. Raises Gone when nobody reads, TimeoutError."""
    rest = memoryview(data)
    while rest:
        if not select.select([], [handle], [], max(0, deadline - time.monotonic()))[1]:
            raise TimeoutError
        try:
            rest = rest[os.write(handle, rest) :]
        except BrokenPipeError:
            raise Gone from None


def receive(handle: int, size: int, deadline: float) -> bytes:
    """Read so many bytes.

    Raises Gone at the end of the stream, TimeoutError when the time is over.
    """
    data = bytearray()
    while len(data) < size:
        if not select.select([handle], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(handle, min(size - len(data), 1 << 20))
        if not part:
            raise Gone
        data += part
    return bytes(data)
