"""The file of a backup: what it is first, then the files of a house, last the list of what they
hold. Each is read once, and no list of them is kept in memory.

A backup of the first format, whose first member is that list, too, is read as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, zip_longest
from pathlib import Path
from typing import IO, Any, cast

from app.config import FOLDERS
from app.progress import Progress, silent
from app.required import required
from app.storage.store.streams import Opened, Readable, copy

FORMAT = 2
MANIFEST, LIST = "manifest.json", "manifest.sha256"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


class BadBackup(Exception):
    """A backup that cannot be made, or must not be restored; the message is one sentence."""


def write(draft: Path, files: Iterable[tuple[str, Opened]], progress: Progress = silent) -> None:
    """Write the tar file: what it is first, then the files, then the list of what they hold; each
    file is read once.
    """
    about = {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds")}
    with draft.open("xb") as out, tempfile.TemporaryFile(dir=draft.parent) as listed:
        os.fchmod(out.fileno(), 0o600)
        with tarfile.open(fileobj=out, mode="w") as tar:
            manifest = json.dumps(about).encode()
            add(tar, MANIFEST, Opened(BytesIO(manifest), len(manifest)))
            for number, (name, opened) in enumerate(files, 1):
                listed.write(line_of(name, add(tar, name, opened)))
                progress("files", number, 0)
            size = listed.tell()
            listed.seek(0)
            add(tar, LIST, Opened(listed, size))
        out.flush()
        os.fsync(out.fileno())


def add(tar: tarfile.TarFile, name: str, opened: Opened) -> str:
    """Add a file as a member and return its SHA-256; nothing of it is kept in memory."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = opened.size, 0o600
    member.mtime = int(time.time())
    reader = Reader(opened.file)
    tar.addfile(member, cast("IO[bytes]", reader))
    forget(tar)
    return reader.digest.hexdigest()


def forget(tar: Any) -> None:
    """Let go of the members that went by: ``tarfile`` keeps all of them."""
    tar.members.clear()


class Reader:
    """A file that is hashed while it is read."""

    def __init__(self, file: Readable) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, length: int) -> bytes:
        block = self.file.read(length)
        self.digest.update(block)
        return block


def line_of(name: str, sha256: str) -> bytes:
    """A line of the list, as ``sha256sum --check`` reads it."""
    plain = name.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{'' if plain == name else chr(92)}{sha256}  ".encode() + os.fsencode(plain) + b"\n"


def read_all(tar: tarfile.TarFile, into: Path | None = None, progress: Progress = silent) -> int:
    """Check every member against the list, put them under a folder if one is given, and return
    how many there are.

    Raises BadBackup.
    """
    manifest, number = manifest_of(tar), 0
    expected: Iterable[bytes] | None = None
    if manifest["format"] == 1:
        expected = (line_of(name, sha256) for name, sha256 in manifest["files"].items())
    with tempfile.TemporaryFile(dir=into or Path(str(tar.name)).parent) as found:
        while member := tar.next():
            forget(tar)
            if not member.isreg():
                raise BadBackup(f"the backup holds {member.name}, which is no file")
            if member.name == LIST and expected is None:
                expected = content_of(tar, member)
                break
            found.write(line_of(member.name, taken(tar, member, into)))
            number += 1
            progress("files of the backup", number, 0)
        if expected is None:
            raise BadBackup("the backup lacks the list of its files")
        compare(found, iter(expected))
        if tar.next():
            raise BadBackup("the backup goes on after the list of its files")
    return number


def taken(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path | None) -> str:
    """Read a member, into a folder if one is given, and return its SHA-256. Raises BadBackup."""
    if not is_plain(member.name):
        raise BadBackup(f"the backup holds {member.name}, which is no file of a house")
    try:
        with opened(into and into / member.name) as out:
            return copy(content_of(tar, member), out)
    except FileExistsError:
        raise BadBackup(f"the backup holds {member.name} twice") from None


def compare(found: IO[bytes], expected: Iterator[bytes]) -> None:
    """Raise BadBackup unless the lines of what was found are those that were expected."""
    found.seek(0)
    for here, there in zip_longest(found, expected):
        if here == there:
            continue
        if there is None or (here and name_in(here) not in map(name_in, chain([there], expected))):
            raise BadBackup(f"the backup holds {name_in(here)}, which its manifest does not name")
        if here and name_in(here) == name_in(there):
            raise BadBackup(f"{name_in(here)} in the backup is not what its manifest says")
        raise BadBackup(f"the backup lacks {name_in(there)}")


def name_in(line: bytes) -> str:
    """The name in a line of the list."""
    return line.decode("utf-8", "backslashreplace").rstrip("\n").partition("  ")[2]


def content_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """What a regular file of the archive holds."""
    return required(tar.extractfile(member))


def manifest_of(tar: tarfile.TarFile) -> dict[str, Any]:
    """Return the manifest, the first member. Raises BadBackup for another file."""
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg():
        raise BadBackup("the file is not a backup made by Washline")
    try:
        manifest = json.load(content_of(tar, first))
        is_ours = manifest["format"] == FORMAT or (
            manifest["format"] == 1 and isinstance(manifest["files"], dict)
        )
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise BadBackup("the backup's manifest cannot be read by this version of Washline")
    return manifest


def made(source: Path) -> str | None:
    """When a backup was made, as its manifest says."""
    with tarfile.open(source) as tar:
        return manifest_of(tar).get("made")


def is_plain(name: str) -> bool:
    """True for the database and for a path that stays inside a folder of the house."""
    parts = name.split("/")
    return name in (SQLITE, POSTGRESQL) or (
        parts[0] in FOLDERS and not {"", ".", ".."} & set(parts) and "\\" not in name
    )


# Files


@contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes] | None]:
    """A new file on disk for good, its folder made; nothing without a path."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
