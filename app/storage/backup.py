"""Backups: the database in one consistent state and the archive, in one file that is checked
before it counts as one.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pysqlite3
from flask import Flask
from sqlalchemy import URL, make_url

from app.database_url import connecting
from app.progress import Progress, silent
from app.storage import last_done, store
from app.storage.backup_file import FOLDERS, POSTGRESQL, SQLITE, BadBackup, read_all, write
from app.storage.store import Folder, Opened, Store
from app.storage.store.folder import sync

# How many steps of SQLite's go between two looks at how far it is.
STEPS = 1_000_000


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
        files = store.of(app)
        lasting = files_of(files, files.places(*FOLDERS))
        try:
            write(draft, chain(files_of(Folder(Path(folder)), [database.name]), lasting), progress)
            with tarfile.open(draft) as tar:
                count = read_all(tar, progress=progress)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    sync(target.parent)
    last_done.note(home, last_done.BACKUP)
    return count


def files_of(files: Store, places: Iterable[str]) -> Iterator[tuple[str, Opened]]:
    """Yield the files of some places, each open as long as it is looked at; one that was taken
    back meanwhile (its form was refused) is on nobody's record.
    """
    for place in places:
        try:
            with files.open(place) as opened:
                yield place, opened
        except FileNotFoundError:
            continue


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
        pages, size = (
            source.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "page_size")
        )

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
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415 – only where it is PostgreSQL

        told = connecting(url)
        if password := told.pop("password", None):
            environment["PGPASSWORD"] = password
        told.pop("sslpassword", None)  # it would stand on the command line
        arguments = (f"--dbname={make_conninfo(**told)}", *arguments)
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
