"""Where files lie: in a folder, which several nodes may mount, or in a bucket of an object store.

A file has a place, a path with slashes. It is put there once, whole or not at all, and never over
another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from flask import Flask, current_app

from app.storage.store.folder import Folder
from app.storage.store.streams import Opened, Unavailable

__all__ = ["Folder", "Opened", "Store", "Unavailable", "here", "of"]


class Store(Protocol):
    """A back end. Every method may raise OSError; of an object store that is Unavailable."""

    def put(self, place: str, content: IO[bytes]) -> bool:
        """Keep a content, which is read twice at most; False where there is a file already."""

    def take(self, place: str, file: Path) -> bool:
        """Keep a file that lies whole on this machine; False where there is one already."""

    def open(self, place: str) -> AbstractContextManager[Opened]:
        """A file to read from, bit by bit. Raises FileNotFoundError."""

    def remove(self, place: str) -> None:
        """Take a file away, if it is there."""

    def move_out(self, place: str, file: Path) -> None:
        """Move a file out of the store, to this machine."""

    def places(self, *folders: str) -> Iterator[str]:
        """The places of all files under some folders, in no order, as they are found."""

    def age(self, place: str) -> float | None:
        """How many seconds ago a file was put, None where there is none."""

    def trial(self) -> None:
        """Put files where those that last are put, and take them away. Raises OSError where that
        cannot be.
        """


def of(app: Flask) -> Store:
    """The store of an installation."""
    where = app.config["STORE"]
    if not isinstance(where, str):
        return Folder(where or app.config["HOME"])
    kept: dict[str, Store] = app.extensions.setdefault("washline-stores", {})
    if where not in kept:
        from app.storage.store.s3 import Bucket  # noqa: PLC0415 – 25 MB that few need

        kept[where] = Bucket(where)
    return kept[where]


def here() -> Store:
    """The store of this application."""
    return of(current_app)
