"""The files that last, documents and attachments: written once, whole or not at all, and never
over another.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app

from app.config import FOLDERS


class Filed(Protocol):
    """What has a file: a document or an attachment. ``place`` is where, under the home folder."""

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


def path(filed: Filed) -> Path:
    """Where its file is, or will be."""
    return Path(current_app.config["HOME"], filed.place)


def store(filed: Filed, content: bytes) -> Stored:
    """Keep the content in its place and return its hash.

    Raises OSError where the disk is full or fails.

    A file that is there already was left by an attempt that ended between here and its commit: it
    is whole, since it got its name after its last byte was on disk, so it is kept and the new
    content dropped.
    """
    file = path(filed)
    make_folder(file.parent)
    draft = file.parent / f".{file.name}.{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        # A link refuses to replace; a rename would not.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    sync(file.parent)
    return left_over(filed) or stored(content)


def left_over(filed: Filed) -> Stored | None:
    """Return what an earlier attempt stored for what is not yet on record, None if nothing."""
    try:
        return stored(path(filed).read_bytes())
    except FileNotFoundError:
        return None


def read(filed: Filed) -> bytes:
    """Return the content. Raises Damaged when the file is missing or not what was filed."""
    try:
        content = path(filed).read_bytes()
    except FileNotFoundError:
        raise Damaged(f"{filed.name}: its file is missing") from None
    if stored(content).sha256 != filed.sha256:
        raise Damaged(f"{filed.name}: its file was altered")
    return content


def fault(filed: Filed) -> str | None:
    """Say what is wrong with a file, None when it is what was filed; a long one is not held in
    memory.
    """
    try:
        with path(filed).open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == filed.sha256
    except FileNotFoundError:
        return f"{filed.name}: its file is missing"
    return None if is_same else f"{filed.name}: its file was altered"


def lasting(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of every file that lasts, in no order, one after the other as they
    are found.

    A name that begins with a dot is a draft.
    """
    folders = [home / name for name in FOLDERS if (home / name).is_dir()]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                found = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(found)
                elif entry.is_file() and not entry.name.startswith("."):
                    yield found.relative_to(home).as_posix(), found


def drop(filed: Filed) -> None:
    """Take back what was stored and will not be put on record."""
    path(filed).unlink(missing_ok=True)


def stored(content: bytes) -> Stored:
    return Stored(hashlib.sha256(content).hexdigest(), len(content))


def make_folder(folder: Path) -> None:
    """Make a folder so that it is there after a power cut."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
