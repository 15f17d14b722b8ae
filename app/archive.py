"""The files of documents: written once, whole or not at all, and never over another."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from .models.document import Document


class Damaged(Exception):
    """A file that is not what was filed; its message is a sentence that names the document."""


@dataclass(frozen=True)
class Stored:
    """What the event that files a document says of its content."""

    sha256: str
    size: int


def path(document: Document) -> Path:
    """Where a document's file is, or will be: one folder a year."""
    return Path(current_app.config["HOME"], "archive", document.number.split("-")[1], document.filename)


def store(document: Document, content: bytes) -> Stored:
    """Keep the content under the document's name and return its hash.

    A file that is there already was left by an attempt that ended between here and its commit: it is whole, since it got its
    name after its last byte was on disk, so it is kept and the new content dropped.
    """
    file = path(document)
    make_folder(file.parent)
    draft = file.parent / f".{file.name}.{secrets.token_hex(8)}"
    try:
        with open(draft, "xb") as target:
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
    return left_over(document) or stored(content)


def left_over(document: Document) -> Stored | None:
    """Return what an earlier attempt stored for a document not yet filed, None if nothing."""
    try:
        return stored(path(document).read_bytes())
    except FileNotFoundError:
        return None


def read(document: Document) -> bytes:
    """Return a filed document's content. Raises Damaged when the file is missing or not what was filed."""
    if sentence := fault(document):
        raise Damaged(sentence)
    return path(document).read_bytes()


def fault(document: Document) -> str | None:
    """Say what is wrong with a filed document's file, None when it is what was filed."""
    if (kept := left_over(document)) is None:
        return f"{document.name}: its file is missing"
    return None if kept.sha256 == document.sha256 else f"{document.name}: its file was altered"


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
