"""Backups: one tar file with the database, the archive and a manifest of SHA-256, checked before
it counts as one.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pysqlite3
from flask import Flask
from sqlalchemy import URL, make_url

from app.config import FOLDERS
from app.required import required
from app.storage import last_done

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
BLOCK = 1 << 20


class BadBackup(Exception):
    """A backup that cannot be made, or must not be restored; the message is one sentence."""


def make(app: Flask, target: Path) -> int:
    """Write a backup of the running house and return the number of files in it.

    Raises BadBackup; never leaves half a one.
    """
    home, url = app.config["HOME"], make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".washline-") as folder:
        # The database first: what it says is filed was in the archive before, and never changes
        # there.
        database = dump(url, Path(folder))
        files = {database.name: database, **dict(archived(home))}
        try:
            write(draft, files)
            with tarfile.open(draft) as tar:
                read_all(tar)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    sync(target.parent)
    last_done.note(home, last_done.BACKUP)
    return len(files)


def archived(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of every file that lasts; a name that begins with a dot is a draft."""
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(home).as_posix(), path


def write(draft: Path, files: dict[str, Path]) -> None:
    """Write the tar file: the manifest first, then what it names."""
    manifest = {
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {name: sha256_of(path) for name, path in files.items()},
    }
    with draft.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        with tarfile.open(fileobj=out, mode="w") as tar:
            with tempfile.NamedTemporaryFile() as file:
                file.write(json.dumps(manifest, indent=1, ensure_ascii=False).encode())
                file.flush()
                tar.add(file.name, MANIFEST)
            for name, path in files.items():
                tar.add(path, name, recursive=False)
        out.flush()
        os.fsync(out.fileno())


def read_all(tar: tarfile.TarFile, into: Path | None = None) -> list[str]:
    """Check every member against the manifest, and put them under a folder if one is given.

    Raises BadBackup.
    """
    manifest = manifest_of(tar)
    missing = dict(manifest["files"])
    for member in tar:
        if member.name == MANIFEST:
            continue
        expected = missing.pop(member.name, None)
        if expected is None or not member.isreg() or not is_plain(member.name):
            raise BadBackup(f"the backup holds {member.name}, which its manifest does not name")
        with opened(into and into / member.name) as out:
            if copy(content_of(tar, member), out) != expected:
                raise BadBackup(f"{member.name} in the backup is not what its manifest says")
    if missing:
        raise BadBackup(f"the backup lacks {min(missing)}")
    return list(manifest["files"])


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
        is_ours = manifest["format"] == FORMAT and isinstance(manifest["files"], dict)
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


def dump(url: URL, folder: Path) -> Path:
    """Write one consistent state of the database into a folder, checked, and return the file.

    Raises BadBackup.
    """
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
        source.execute("VACUUM INTO ?", (str(target),))
    check_sqlite(target)
    return target


def check_sqlite(file: Path) -> None:
    """Raise BadBackup unless the database file is whole."""
    try:
        with closing(pysqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
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


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return copy(file, None)


def sync(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
