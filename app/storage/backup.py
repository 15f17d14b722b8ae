"""Backups: one tar file with the database, the archive and a list of SHA-256, checked before it
counts as one.

The first member says what the file is, the last lists the others. A backup of the first format,
whose first member is that list, too, is read as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
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

import pysqlite3
from flask import Flask
from sqlalchemy import URL, make_url

from app.config import FOLDERS
from app.progress import Progress, silent
from app.required import required
from app.storage.archive import lasting

FORMAT = 2
MANIFEST, LIST = "manifest.json", "manifest.sha256"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
BLOCK = 1 << 20
# How many steps of SQLite's go between two looks at how far it is.
STEPS = 1_000_000


class BadBackup(Exception):
    """A backup that cannot be made, or must not be restored; the message is one sentence."""


def make(app: Flask, target: Path, progress: Progress = silent) -> int:
    """Write a backup of the running house and return the number of files in it.

    Raises BadBackup; never leaves half a one.
    """
    home, url = app.config["HOME"], make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".washline-") as folder:
        # The database first: what it says is filed was in the archive before, and never changes
        # there.
        database = dump(url, Path(folder), progress)
        try:
            write(draft, chain([(database.name, database)], lasting(home)), progress)
            with tarfile.open(draft) as tar:
                count = read_all(tar, progress=progress)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    sync(target.parent)
    return count


def write(draft: Path, files: Iterable[tuple[str, Path]], progress: Progress = silent) -> None:
    """Write the tar file: what it is first, then the files, then the list of what they hold; each
    file is read once.
    """
    about = {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds")}
    with draft.open("xb") as out, tempfile.TemporaryFile(dir=draft.parent) as listed:
        os.fchmod(out.fileno(), 0o600)
        with tarfile.open(fileobj=out, mode="w") as tar:
            add(tar, MANIFEST, BytesIO(json.dumps(about).encode()))
            for number, (name, path) in enumerate(files, 1):
                with path.open("rb") as file:
                    listed.write(line_of(name, add(tar, name, file)))
                progress("files", number, 0)
            add(tar, LIST, listed)
        out.flush()
        os.fsync(out.fileno())


def add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> str:
    """Add a file as a member and return its SHA-256; nothing of it is kept in memory."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = file.seek(0, os.SEEK_END), 0o600
    member.mtime = int(time.time())
    file.seek(0)
    reader = Reader(file)
    tar.addfile(member, cast("IO[bytes]", reader))
    tar.members.clear()
    return reader.digest.hexdigest()


class Reader:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
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
            tar.members.clear()
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
    return line.decode(errors="replace").rstrip("\n").partition("  ")[2]


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


# The database


def dump(url: URL, folder: Path, progress: Progress = silent) -> Path:
    """Write one consistent state of the database into a folder, checked, and return the file.

    Raises BadBackup.
    """
    progress("the database", 0, 0)
    if url.get_backend_name() != "sqlite":
        target = folder / POSTGRESQL
        client(
            "pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"
        )
        client("pg_restore", None, "--list", str(target))
        return target
    target = folder / SQLITE
    # Never a copy of the file: under load most such copies are torn.
    with closing(pysqlite3.connect(url.database, timeout=10)) as source:
        pages, size = (source.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "page_size"))

        def show() -> None:
            done = target.stat().st_size if target.exists() else 0
            progress("MB of the database", done >> 20, pages * size >> 20)

        source.set_progress_handler(show, STEPS)
        source.execute("VACUUM INTO ?", (str(target),))
    check_sqlite(target, progress)
    return target


def check_sqlite(file: Path, progress: Progress = silent) -> None:
    """Raise BadBackup unless the database file is whole."""
    try:
        with closing(pysqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            connection.set_progress_handler(lambda: progress("checking the database", 0, 0), STEPS)
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    except pysqlite3.DatabaseError as error:
        raise BadBackup(f"the database in the backup cannot be read: {error}") from None
    if problems != ["ok"]:
        raise BadBackup(f"the database in the backup is damaged: {problems[0]}")
    if loose:
        raise BadBackup(
            f"the database in the backup is damaged: a row of {loose[0]} points to nothing in "
            f"{loose[2]}"
        )


@contextmanager
def closing(connection: Any) -> Iterator[Any]:
    try:
        yield connection
    finally:
        connection.close()


def client(program: str, url: URL | None, *arguments: str) -> None:
    """Run a client program of PostgreSQL; the password goes by the environment.

    Raises BadBackup with its last word.
    """
    environment = dict(os.environ)
    if url is not None:
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
        plain = url.set(drivername="postgresql", password=None).render_as_string(
            hide_password=False
        )
        arguments = (f"--dbname={plain}", *arguments)
    try:
        subprocess.run(
            [program, *arguments], env=environment, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise BadBackup(
            f"{program} is not installed; on Debian: apt-get install postgresql-client"
        ) from None
    except subprocess.CalledProcessError as error:
        error_lines = error.stderr.strip().splitlines() or ["it gave no reason"]
        raise BadBackup(f"{program} failed: {error_lines[-1]}") from None


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


def blocks(file: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: file.read(BLOCK), b"")


def copy(source: IO[bytes], target: IO[bytes] | None) -> str:
    """Copy (or only read) and return the SHA-256 of what went through."""
    digest = hashlib.sha256()
    for block in blocks(source):
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()


def sync(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
