"""Files as they are read: bit by bit, however long they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO, NamedTuple, Protocol

BLOCK = 1 << 20


class Unavailable(OSError):
    """The store cannot be reached, or refuses: the system's number for that, if it has one, and a
    sentence.
    """

    def __str__(self) -> str:
        return str(self.strerror)


class Readable(Protocol):
    """What can be read from."""

    def read(self, length: int, /) -> bytes: ...


class Opened(NamedTuple):
    """A file of a store, to be read from its beginning, and how many bytes it holds."""

    file: Readable
    size: int


def blocks(file: Readable) -> Iterator[bytes]:
    """What a file holds, in parts."""
    return iter(lambda: file.read(BLOCK), b"")


def copy(source: Readable, target: IO[bytes] | None) -> str:
    """Copy (or only read) and return the SHA-256 of what went through."""
    digest = hashlib.sha256()
    for block in blocks(source):
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()
