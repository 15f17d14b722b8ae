"""Whose turn it is to compute in this process: one request's at a time.

Threads of one interpreter that compute at once only take it from each other: whoever sends a
statement lets it go, and gets it back when another pauses or after five milliseconds, if need be
with the write lock in hand. So requests compute one after the other; but nobody waits long for one
that takes long, or that waits itself.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

# After so many seconds whoever is next goes on beside.
LONGEST = 0.025


class Turn:
    """A turn that goes from one thread to the next, in the order in which they ask."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holder: object = None
        self.since = 0.0
        self.waiting: deque[threading.Lock] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn; at the end hand it on."""
        called = threading.Lock()
        self.ask(called)
        while not called.acquire(timeout=LONGEST):
            with self.lock:
                if time.monotonic() - self.since > LONGEST:
                    self.hand_on()
        try:
            yield
        finally:
            with self.lock:
                if self.holder is called:
                    self.hand_on()

    def ask(self, called: threading.Lock) -> None:
        """Stand in line: ``called`` is free once the turn comes, at once where nobody has it."""
        called.acquire()
        with self.lock:
            self.waiting.append(called)
            if self.holder is None:
                self.hand_on()

    def hand_on(self) -> None:
        """The turn is the next one's, or nobody's; only called with the lock held."""
        called = self.waiting.popleft() if self.waiting else None
        self.holder, self.since = called, time.monotonic()
        if called:
            called.release()
