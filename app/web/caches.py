"""What was drawn once and is kept in memory: every application has caches of its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any

from cachetools import LRUCache
from flask import current_app


class Cache:
    """Values by their keys, ``size`` at most: those asked for longest ago go. Threads share it."""

    def __init__(self, size: int) -> None:
        self.values: LRUCache[Hashable, Any] = LRUCache(size)
        self.lock = RLock()

    def get(self, key: Hashable) -> Any:
        """The value of a key, or None."""
        with self.lock:
            return self.values.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        with self.lock:
            self.values[key] = value

    def drop(self, is_past: Callable[[Any], bool]) -> None:
        """Let go of every key of which ``is_past`` says so."""
        with self.lock:
            for key in [key for key in self.values if is_past(key)]:
                del self.values[key]


def cache(name: str, size: int) -> Cache:
    """The running application's cache of that name."""
    kept: Cache | None = current_app.extensions.get(f"cache of {name}")
    return kept or current_app.extensions.setdefault(f"cache of {name}", Cache(size))
