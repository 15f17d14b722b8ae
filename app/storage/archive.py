"""The files that last, documents and attachments, with their hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from app.storage.store import here
from app.storage.store.streams import blocks, copy


class Filed(Protocol):
    """What has a file: a document or an attachment. ``place`` is where, in the store."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def sha256(self) -> str | None: ...


class Damaged(Exception):
    """A file that is not what was filed; its message is a sentence that names it."""


@dataclass(frozen=True)
class Stored:
    """What the event that files it says of its content."""

    sha256: str
    size: int


def store(filed: Filed, content: bytes) -> Stored:
    """Keep the content in its place and return its hash.

    Raises OSError where the disk is full or fails, or the store cannot be reached.

    A file that is there already was left by an attempt that ended between here and its commit: it
    is whole, so it is kept and the new content dropped.
    """
    is_new = here().put(filed.place, BytesIO(content))
    return (None if is_new else left_over(filed)) or stored(content)


def left_over(filed: Filed) -> Stored | None:
    """Return what an earlier attempt stored for what is not yet on record, None if nothing."""
    try:
        return stored(content_of(filed))
    except FileNotFoundError:
        return None


def read(filed: Filed) -> bytes:
    """Return the content. Raises Damaged when the file is missing or not what was filed."""
    try:
        content = content_of(filed)
    except FileNotFoundError:
        raise Damaged(f"{filed.name}: its file is missing") from None
    if stored(content).sha256 != filed.sha256:
        raise Damaged(f"{filed.name}: its file was altered")
    return content


def content_of(filed: Filed) -> bytes:
    with here().open(filed.place) as opened:
        return b"".join(blocks(opened.file))


def fault(filed: Filed) -> str | None:
    """Say what is wrong with a file, None when it is what was filed; a long one is not held in
    memory.
    """
    try:
        with here().open(filed.place) as opened:
            is_same = copy(opened.file, None) == filed.sha256
    except FileNotFoundError:
        return f"{filed.name}: its file is missing"
    return None if is_same else f"{filed.name}: its file was altered"


def drop(filed: Filed) -> None:
    """Take back what was stored and will not be put on record."""
    here().remove(filed.place)


def stored(content: bytes) -> Stored:
    return Stored(hashlib.sha256(content).hexdigest(), len(content))
